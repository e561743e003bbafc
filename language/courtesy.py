"""Replies that are polite and nothing else: "Спасибо за вопрос! Обращайтесь!"."""

from language.words import carries_content, either, lemma, normalise, stems, word_set, words

_SERVICE = word_set("обращаться обратиться пожалуйста помочь помогать помощь вопрос обращение услуга полезный")
_COURTESY = _SERVICE | word_set(
    """
    спасибо благодарить благодарный благодарность рад удовольствие привет здравствовать здравствуйте свидание интерес сообщение
    добрый хороший отличный интересный прекрасный замечательный приятный собеседник день вечер утро ночь настроение связь готовый
    радость удача
    """
)
_COURTESY_FILL = word_set(
    """
    за ваш твой вы ты я мы если возникнуть появиться быть есть еще какой какой-то любой либо что что-то что-либо какой-либо всегда
    не стесняться задавать задать спрашивать спросить мочь можно с со в во на у по к и а но или это весь все очень надеяться
    ответить отвечать чем как нужный нужно надо понадобиться дополнительный другой свой ждать хотеть знать узнать сделать
    постараться стараться конечно да ну так тот для время сейчас тут здесь снова больше большой огромный сегодня желать пожелать
    дать давать написать писать чтобы смочь доверие понимание беречь себя интересовать хорошо он они того сам взаимно
    всего самый наилучший до мой наш прошлый информация внимание именно поделиться успех здоровье
    """
)
_IS_COURTEOUS = either(
    stems(
        "спасиб пасиб спс благодар привет здравствуй здрасте добр[оыа] пока$ свидан спокойн помог выручил молодец"
        " умниц класс$ супер прости извин рад[аы]?$ поздравл с_дн с_нов праздник люблю удач хорош приятн лучш"
    )
)
_ASKS = either(
    r"\?",
    stems(
        "что$ как$ какой какая какое какие кто где куда когда почему зачем сколько чем$ расскажи посоветуй подскажи объясни помоги"
        " напиши скажи покажи дай$ придумай сочини назови опиши научи"
    ),
)


def is_courtesy(reply: str, question: str) -> bool:
    """Whether a reply is nothing but courtesies to somebody who asked or told something."""
    said = words(reply)
    if len(said) > 40:
        return False
    if not said or not all(lemma(word) in _COURTESY or lemma(word) in _COURTESY_FILL for word in said):
        return False
    lemmas = {lemma(word) for word in said}
    is_service = not _SERVICE.isdisjoint(lemmas) or "не за что" in normalise(reply)
    about = {lemma(word) for word in words(question) if carries_content(word)} - _COURTESY - _COURTESY_FILL
    if _ASKS.search(question):
        return bool(about) and (is_service or not _COURTESY.isdisjoint(lemmas))
    return bool(about) and is_service and _IS_COURTEOUS.search(question) is None
