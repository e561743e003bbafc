"""Replies that are polite and nothing else: "Спасибо за вопрос! Обращайтесь!"."""

import re
from functools import lru_cache

from language.words import carries_content, either, lemma, morph, normalise, stems, word_set, words

_SERVICE = word_set("обращаться обратиться пожалуйста помочь помогать помощь вопрос обращение услуга полезный")
_COURTESY = _SERVICE | word_set(
    """
    спасибо благодарить благодарный благодарность рад удовольствие привет здравствовать здравствуйте свидание интерес сообщение
    добрый хороший отличный интересный прекрасный замечательный приятный собеседник день вечер утро ночь настроение связь готовый
    радость удача рада
    """
)
_COURTESY_FILL = word_set(
    """
    ваш твой свой мой наш весь это какой какой-то любой другой либо что-то что-либо какой-либо тот для
    возникнуть появиться быть есть еще всегда стесняться задавать задать спрашивать спросить мочь можно очень надеяться
    ответить отвечать рассказать рассказывать как нужный нужно надо понадобиться понадобится дополнительный
    ждать подождать минута минутка секунда хотеть знать узнать
    сделать постараться стараться конечно да ну так время сейчас скоро тут здесь снова больше большой огромный сегодня желать
    пожелать дать давать написать писать смочь доверие проявить терпение понимание беречь себя интересовать хорошо сам взаимно всего
    самый наилучший прошлый информация внимание именно поделиться успех здоровье важный важно мнение слушать выслушать
    уважаемый дорогой друг обязательно непременно служба сервис принять
    тема тематика проблема обстоятельство волнующий волновать актуальный серьезный сложный непростой насущный любопытный
    больший человек поддержать пользователь видеть затронуть поднять касаться важность действительно правда подробный
    подробно момент ожидать понимать понять ответ ценить пообщаться общение встреча новый добро
    """
)
_FILL = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})


def is_polite(text: str) -> bool:
    """Whether every word of a text is one of courtesy, and none of them a number."""
    return re.search(r"\d", text) is None and all(_is_of_courtesy(word.lower()) for word in words(text))


@lru_cache(maxsize=50_000)
def _is_of_courtesy(word: str) -> bool:
    if word == "лучше":
        return False
    return lemma(word) in _COURTESY or lemma(word) in _COURTESY_FILL or morph().parse(word)[0].tag.POS in _FILL


_IS_COURTEOUS = either(
    stems(
        "спасиб пасиб спс благодар привет здравствуй здрасте добр[оыа] пока$ свидан спокойн помог выручил молодец"
        " умниц класс$ супер прости извин рад[аы]?$ поздравл с_дн с_нов праздник люблю удач хорош приятн лучш"
    )
)
_ASKS_HOW_ARE_YOU = either(
    r"\bкак(?:ое|ие)? (?:у тебя |твои |твоё |сам[а]?\b|сегодня )*(?:ты|вы|дела|жизнь|настроени|поживаешь|день|прош)"
)
_HOW_ARE_YOU = either(r"\bкак (?:у (?:тебя|вас) )?(?:твои |ваши |твоё |ваше |ты|вы)?(?:дела|настроение|жизнь|поживае\w+)?\?")
_ASKS = either(
    r"\?",
    stems(
        "что$ как$ какой какая какое какие кто где куда когда почему зачем сколько чем$ расскажи посоветуй подскажи объясни помоги"
        " напиши скажи покажи дай$ придумай сочини назови опиши научи"
    ),
)


def is_courtesy(reply: str, question: str) -> bool:
    """Whether a reply is nothing but courtesies to somebody who asked or told something."""
    reply = _HOW_ARE_YOU.sub("", reply)
    said = words(reply)
    if len(said) > 40:
        return False
    if not said or not is_polite(reply):
        return False
    lemmas = {lemma(word) for word in said}
    is_service = not _SERVICE.isdisjoint(lemmas) or "не за что" in normalise(reply)
    about = {lemma(word) for word in words(question) if carries_content(word)} - _COURTESY - _COURTESY_FILL
    if _ASKS_HOW_ARE_YOU.search(question):
        return is_service
    if _ASKS.search(question):
        return bool(about) and (is_service or not _COURTESY.isdisjoint(lemmas))
    return bool(about) and is_service and _IS_COURTEOUS.search(question) is None
