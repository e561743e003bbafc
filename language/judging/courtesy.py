"""Replies that are polite and nothing else: "Спасибо за вопрос! Обращайтесь!"."""

import re
from functools import lru_cache

from language.words import carries_content, either, fold, lemma, morph, normalise, stems, word_set, words

_SERVICE = word_set("запрос обращаться обратиться пожалуйста помочь помогать помощь вопрос обращение услуга полезный")
_PROMISE = word_set("отвечу ответим разберемся постараюсь постараемся")
_TALK = word_set("поболтать поговорить пообщаться")
"""What asks for courtesies."""
_COURTESY = _SERVICE | word_set(
    """
    спасибо благодарить благодарный благодарность рад удовольствие привет здравствовать здравствуйте свидание интерес сообщение
    добрый хороший отличный интересный прекрасный замечательный приятный собеседник день вечер утро ночь настроение связь готовый
    радость удача рада извинить простить беспокойство переживание
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
    разобрать разобраться разбираться уточнить уточнять предоставить точный полный ситуация искать
    выбор
    решить решение способ внимательный рассмотрение рассмотреть требовать помнить вариант несколько звонок оставаться линия клиент
    остаться получение поддержка вместе максимально понятно многий возмущение неприятный сожаление сожалеть
    деталь конкретный задача наиболее случай
    больший человек поддержать пользователь видеть затронуть поднять касаться важность действительно правда подробный
    подробно момент ожидать понимать понять ответ ценить пообщаться общение встреча новый добро
    близкий заявка обработать связаться
    """
)
_EVASION = word_set(
    """
    зависеть фактор особенность учитывать учесть индивидуальный индивидуально подход подойти подходить ответственно однозначный
    однозначно множество разный различный определенный каждый обратить нюанс
    """
)
"""Words of whoever answers to nothing: "Всё зависит от многих факторов."."""
_NAMING = frozenset({"NOUN", "ADJF"})
_FILL = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})


def is_polite(text: str) -> bool:
    """Whether every word of a text is one of courtesy, and none of them a number."""
    return re.search(r"\d", text) is None and all(_is_of_courtesy(word.lower()) for word in words(text))


@lru_cache(maxsize=50_000)
def _is_of_courtesy(word: str) -> bool:
    if word == "лучше":  # "выпей чаю, так лучше" advises
        return False
    tag = morph().parse(word)[0].tag
    return lemma(word) in _COURTESY or lemma(word) in _COURTESY_FILL or tag.POS in _FILL or "Apro" in tag


_IS_COURTEOUS = either(
    stems(
        "спасиб пасиб спс благодар привет здравствуй здрасте добр[оыа] пока$ свидан спокойн помог выручил молодец"
        " умниц класс$ супер прости извин рад[аы]?$ поздравл с_дн с_нов праздник люблю удач хорош приятн лучшего$"
    )
)
_ASKS_HOW_ARE_YOU = either(
    r"\bкак(?:ое|ие)? (?:у тебя |твои |твоё |сам[а]?\b|сегодня )*(?:ты|вы|дела|жизнь|настроени|поживаешь|день|прош)"
)
_HOW_ARE_YOU = either(r"\bкак (?:у (?:тебя|вас) )?(?:твои |ваши |твоё |ваше |ты|вы)?(?:дела|настроение|жизнь|поживае\w+)?\?")
_ASKS = either(
    r"\?",
    stems(
        "что$ чо$ чё$ скок$ как$ как(?:ой|ая|ое|ие|ую|ого|ом|ому|им|их)$ кто где куда когда почему зачем сколько чем$"
        " расскажи посоветуй подскажи объясни помоги напиши скажи покажи дай$ придумай сочини назови опиши научи што$ шо$ че$ чего$"
    ),
)


def asks(question: str) -> bool:
    """Whether a message wants to be told something, other than how the bot is."""
    return _ASKS.search(question) is not None and _ASKS_HOW_ARE_YOU.search(question) is None


_ASKS_WHAT_FIRST = either(
    r"\A\W*(?:(?:а|ну|и|так|слушай|скажи|подскажи|гриша|гриш|пожалуйста|привет)\W+)*"
    r"(?:[чш]то|чего?|чо|чё|чем|(?:в|на|с|из|до|о|к|от|по|за) (?:ч[её]м|чего|кого|какой|какую|каком)"
    r"|как|как(?:ой|ая|ое|ие|ую)|кто|где|куда|откуда|когда|почему|зачем|сколько) (?!насчёт|думаешь|скажешь|считаешь|дела)"
)


def asks_what(question: str) -> bool:
    """Whether a message begins with what it wants to be told, other than how the bot is."""
    return asks(question) and _ASKS_WHAT_FIRST.search(question) is not None


_ASSENT = either(r"\A\W*(?:конечно|да|хорошо|ладно|ок|окей|разумеется|понял|понятно|безусловно|сейчас)(?: же)?\W*\Z")
_HOLLOW = word_set("это тот который процесс явление способ понятие разница состоять заключаться называться являться зависеть")


def only_begins(text: str, question: str) -> bool:
    """Whether what is left of a reply that broke off has told nothing yet: "Конечно!", "Фотосинтез — это процесс."."""
    if not asks(question) and not any("impr" in morph().parse(word)[0].tag for word in words(question.lower())):
        return False
    said = {lemma(word) for word in words(text) if carries_content(word)}
    return _ASSENT.search(text) is not None or (len(said) > 1 and said <= {lemma(word) for word in words(question)} | _HOLLOW)


_ADVICE = either(r"\b(?:с )?(?:ей|ему|им|ней|ним|ними|их|ее|её|его)\b")  # "ответь ей", "поговорите с ними"
_ABOUT_ITSELF = re.compile(r"\b(?:[Яя]|[Мм]еня зовут)(?: [—–-])? [А-ЯЁ][а-яё]+, (?:я )?(?:ваш|твой)\b[^.!?]*[.!?]*")
_WANTS_SAID = either(
    r"\bкак (?:правильно )?(?:пишется|писать)\b",
    r"\b(?:исправь|проверь|перефразируй|переформулируй|сократи|расставь)\b",
    r"\A\W*(?:скажи|напиши|повтори|произнеси|ответь)(?:те)? (?:мне )?(?:[а-яё\d]+ раза? )?"
    r"(?:спасибо|пожалуйста|привет|здравствуй|прости)",
)
_MISFORTUNE = either(
    r"(?<!не )\b(?:умер(?:ла|ли)?|умирает|погиб(?:ла|ли)?|скончал(?:ся|ась)|похорон\w*|изменил[аи]?|изменяет|бросил[аи]? меня"
    r"|меня (?:бросил|уволил|ограбил|обокрал|обманул|избил)\w*|украли|сгорел[аи]?|инсульт|инфаркт|авари\w+|рак|выкидыш)\b"
)
_IS_OVER = either(stems("ремисси отступил выздоров вылечил побед[ия] прошла позади наконец"))
_REJOICES = re.compile(
    r"\W*(?:(?:(?:отличн|прекрасн|замечательн|хорош|чудесн)\w+ новост\w+|поздравля\w+|ура|как здорово|так держать|молодец"
    r"|рад\w? за (?:тебя|вас))\b\W*)+\Z",
    re.I,
)
_LONGEST = 60
"""Words: a longer reply says something, be it politely."""


_OFFERS = either(
    r"\bя (?:могу|мог бы|готов\w?|рад\w?|постараюсь) (?:\w+ )?(?:помочь|рассказать|ответить|подсказать|объяснить)\b",
    r"\b(?:я (?:\w+ )?|с (?:радостью|удовольствием) )(?:помогу|расскажу|отвечу|подскажу|объясню)\b",
)
_ASKS_FOR_HELP = either(r"\bпомочь\b")
_OTHERS = frozenset({"1per", "3per"})
_TO_BOT = word_set("ты тебя тебе тобой вы вас вам вами")


def _agrees(said: list[str], question: str) -> bool:
    """Whether Grisha will do what he is asked whether he will: "поможешь с уроками?" - "Конечно помогу, давай!"."""
    asked = {lemma(word) for word in words(question) if "2per" in morph().parse(word.lower())[0].tag}
    return any(lemma(word) in asked and "1per" in morph().parse(word.lower())[0].tag for word in said)


def _asks_about_bot(question: str) -> bool:
    """Whether Grisha himself is all that is asked about: "чем занят", "где ты пропадал"; kind words are an answer to that."""
    tags = [morph().parse(word)[0].tag for word in words(question.lower())]
    if any(tag.POS in {"NOUN", "INFN", None} or "impr" in tag or (tag.POS == "VERB" and tag.person in _OTHERS) for tag in tags):
        return False
    is_said_to_bot = any(word in _TO_BOT for word in words(question.lower())) or any("2per" in tag for tag in tags)
    return is_said_to_bot or any(tag.POS in {"ADJS", "VERB"} and "masc" in tag for tag in tags)


def _offers_what_is_asked(said: list[str], question: str) -> bool:
    """Whether the words of an offer are those of the question: "Я могу помочь вам с выбором краски."."""
    asked = {lemma(word) for word in words(question)}
    return not _ASKS_FOR_HELP.search(question) and is_polite(" ".join(word for word in said if lemma(word) not in asked))


_TELLS = word_set(
    """
    рассказать посоветовать написать объяснить подсказать сочинить придумать помочь перечислить составить описать перевести
    ответить
    """
)


def _promises(said: list[str]) -> bool:
    """Whether what is asked for is promised in the words of the question: "Сейчас расскажу про Марс."."""
    told = [word.lower() for word in said if lemma(word) in _TELLS]
    is_told = any("1per" in morph().parse(word)[0].tag for word in told)
    return is_told and any("NOUN" in morph().parse(word.lower())[0].tag for word in said)


def _names_things(said: list[str]) -> bool:
    """Whether a reply answers with the names of good things: "Здоровье и хорошее настроение."."""
    tags = [morph().parse(word.lower())[0].tag for word in said]
    nouns = [tag for tag in tags if tag.POS == "NOUN"]
    return len(nouns) > 1 and all(
        tag.case in {"nomn", "accs"} and tag.POS in _NAMING for tag in tags if tag.POS not in {"CONJ", "PREP"}
    )


def _evades(said: list[str]) -> bool:
    """Whether a reply names nothing that its answer depends on."""
    left = [word for word in said if lemma(word) not in _EVASION]
    return len(said) - len(left) > 1 and is_polite(" ".join(left))


def is_courtesy(reply: str, question: str) -> bool:
    """Whether a reply is nothing but courtesies to somebody who asked or told something, or congratulates on a misfortune."""
    if _REJOICES.match(reply) and _MISFORTUNE.search(question):
        return _IS_OVER.search(question) is None
    if _ASSENT.search(reply):
        return _ASKS_WHAT_FIRST.search(question) is not None
    reply = _ABOUT_ITSELF.sub("Рад помочь.", _HOW_ARE_YOU.sub("", reply))
    said = words(reply.replace("как можно лучше", ""))
    if len(said) > _LONGEST:
        return False
    if not said or re.search(r"\d", reply) or _WANTS_SAID.search(question):
        return False
    if not is_polite(" ".join(said)):
        if _evades(said):
            return asks(question)
        is_offer = "?" not in reply and (_OFFERS.search(reply) is not None or _promises(said))
        return is_offer and _offers_what_is_asked(said, question) and not _agrees(said, question)
    lemmas = {lemma(word) for word in said}
    if _ADVICE.search(reply) and any("impr" in morph().parse(word.lower())[0].tag for word in said):
        return False
    is_service = not _PROMISE.isdisjoint(map(fold, said)) or not _SERVICE.isdisjoint(lemmas) or "не за что" in normalise(reply)
    known = [word for word in words(question) if carries_content(word) and morph().word_is_known(word.lower())]
    about = {lemma(word) for word in known} - _COURTESY - _COURTESY_FILL - _TALK
    if _ASKS_HOW_ARE_YOU.search(question) or (_ASKS.search(question) and _asks_about_bot(question)):
        return is_service
    if _ASKS.search(question):
        return (
            bool(about)
            and (is_service or not _COURTESY.isdisjoint(lemmas))
            and not (_names_things(said) or _agrees(said, question))
        )
    return bool(about) and is_service and _IS_COURTEOUS.search(question) is None
