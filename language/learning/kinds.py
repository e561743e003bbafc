"""Whether a reply holds the kind of thing that is asked for: an amount, a time, a place, somebody."""

import re
from collections import Counter
from functools import lru_cache

from language.words import carries_content, either, fold, lemma, morph, stems, word_set, words

_ASKS_NUMBER = either(r"\b(?:сколько|во сколько|в каком году|какого числа)\b")
_NUMBER = either(
    r"\d",
    stems(
        """ноль нол один одн[аоу] два две дв[ауо] дво[ей] двух тро[ей] четвер[оы] тр[иеё] четыр пят шест сем[ьи] восем
        девят десят сорок сто$ сотн сот$ двести
        трист тысяч миллион миллиард полтор пол$ полчас полгод половин четверт раз$ раза$ пар[ауы]$ нескольк много$ мало$ немного
        бесконечн
        скольк столько больше меньше завис час$ минут день год месяц недел сутк дюжин втр[оа] вдв част никто нет$ ни_одн кажд
        вс[её]$ бесплатн полным хвата дешев дорог пригоршн горст щепот ложк стакан чашк"""
    ),
)
_ASKS_TIME = either(r"\A\W*(?:(?:а|и|ну|так|слушай|скажи|подскажи|интересно|гриша|не знаешь)\W+)*когда\b[^,]*\Z")
_TIME = either(
    r"\d",
    stems(
        """когда как_только пока после до$ перед накануне через в_начале в_конце в_середине в_течение во_время с_тех сначала
        сразу сейчас теперь сегодня завтра вчера скоро поздн рано раньше никогда всегда давно недавно кажд потом уже$
        секунд минут час$ часа часов$ час[ыу]$ день$ дн[яеюи] утр[ао] вечер ноч[ьи] полдень полночь рассвет закат сутк недел месяц
        год$ год[ау]$ году$ годом лет$ лето летом лета$ зим весн осен век$ век[ае] эпох эр[аыу]$ сезон праздник каникул выходн
        январ феврал март апрел ма[йяе]$ июн июл август сентябр октябр ноябр декабр
        понедельник вторник сред[аыу]$ четверг пятниц суббот воскрес лун[аыу] раз_в перв втор трет"""
    ),
)


def is_brief_answer(reply: str, question: str) -> bool:
    """Whether a word or two are the whole answer: a number to a sum or "how many", a date to "when", a name to "who"."""
    asked = fold(question)
    if _says_number(reply) and (any(char.isdigit() for char in question) or _ASKS_NUMBER.search(asked)):
        return True
    if _ASKS_TIME.search(asked):
        return _DATE.search(fold(reply)) is not None
    return _ASKS_WHO.search(asked) is not None and any(_is_name(word) for word in words(reply))


def _says_number(reply: str) -> bool:
    return any(char.isdigit() for char in reply) or any("NUMR" in morph().parse(word.lower())[0].tag for word in words(reply))


_DATE = either(
    r"\d",
    stems(
        """январ феврал март апрел ма[йяе]$ июн июл август сентябр октябр ноябр декабр понедельник вторник сред[аыу]$ четверг
        пятниц суббот воскрес"""
    ),
)
_ASKS_PLACE = either(r"\A\W*(?:а\W+)?(?:где|куда|откуда)\b[^,]*\Z")
_PLACE = either(
    r"\b(?:в|во|на|у|за|под|подо|над|из|с|со|к|ко|до|от|по|через|около|возле|вдоль|среди|между|внутри|вокруг|"
    r"рядом|напротив|мимо)\b",
    stems("дома домой везде всюду нигде никуда тут там туда оттуда здесь сюда сверху снизу внизу вверху недалеко близко куда где"),
)
_ASKS_WHO = either(r"\A\W*(?:а\W+)?(?:кто|кого|кому|кем)\b(?! так)[^,]*\Z")


def misses_kind(reply: str, question: str) -> bool:
    """Whether a reply has no number although "how many" is asked, or no time, no place, nobody."""
    asked, said = fold(question), fold(reply)
    if _TO_GRISHA.search(asked):
        return False  # who asks Grisha of itself may get a joke
    if _ASKS_NUMBER.search(asked) and not (_NUMBER.search(said) or _says_number(reply)):
        return True
    if _ASKS_TIME.search(asked) and not _TIME.search(said):
        return True
    if not is_statement(reply):
        return False
    if _ASKS_PLACE.search(asked):
        return _PLACE.search(said) is None
    return _ASKS_WHO.search(asked) is not None and not any(map(_may_be_somebody, words(reply)))


def is_statement(reply: str) -> bool:
    """Whether a reply is one plain statement about a thing: "Пингвины живут в Антарктиде."."""
    tags = [morph().parse(word.lower())[0].tag for word in words(reply)]
    does = any(tag.POS in ("VERB", "COMP") for tag in tags)
    return (
        does
        and re.fullmatch(r"[\w\s-]+[.!]?", reply.strip()) is not None
        and any(tag.POS == "NOUN" and tag.case == "nomn" for tag in tags)
    )


_TO_GRISHA = either(r"\b(?:ты|тебя|тебе|тобой|тво[йяеи]|твоего|твоей|твоих)\b")
_ROOT = 5
"""Letters by which words that begin alike are of one root."""
_OFTEN = 3
"""How often a word stands in a reply that turns round it."""
_QUOTED_OR_COUNTED = re.compile(r"[«\"\d]")
_EMPTY_LIST = re.compile(r"\d[.)]\s*\d[.)]")


def turns_round(reply: str, question: str) -> bool:
    """Whether every third word of a reply is the same, or its list is empty: "Хомяки живут в хомяках", "Можно так: 1) 2)"."""
    if _EMPTY_LIST.search(reply):
        return True
    if _QUOTED_OR_COUNTED.search(question + reply):  # a sum or a rule of grammar says a word over and over
        return False
    said = [lemma(word) for word in words(reply) if carries_content(word)]
    often = max(Counter(said).values(), default=0)
    of_one_root = max(Counter(word[:_ROOT] for word in said).values(), default=0)
    return (often >= _OFTEN and _OFTEN * often >= len(said)) or (of_one_root > 1 and 3 * of_one_root >= 2 * len(said))


_ASKS_DEED = word_set("почему зачем отчего где куда откуда когда сколько посоветовать порекомендовать подсказать дать")


def only_defines(reply: str, question: str) -> bool:
    """Whether a reply says in one sentence what a thing is when something else is asked of it: "Бассейн это сооружение"."""
    asked = {lemma(word) for word in words(question)}
    topic = re.match(r"([^\W\d_]+)(?: [—–-])? это(?: [\w-]+){1,4}[.!?…]*\Z", reply.strip())
    return topic is not None and lemma(topic[1]) in asked and not asked.isdisjoint(_ASKS_DEED)


_ASKS_KINDS = word_set("бывать какой вид сорт тип который")


def only_sorts(reply: str, question: str) -> bool:
    """Whether a reply tells the kinds of a thing when something else is asked of it: "Окна бывают деревянные"."""
    asked = {lemma(word) for word in words(question)}
    begun = [lemma(word) for word in words(reply)[:2]]
    return asked.isdisjoint(_ASKS_KINDS) and begun[1:] == ["бывать"] and begun[0] in asked


@lru_cache(maxsize=50_000)
def _is_name(word: str) -> bool:
    return word[0].isupper() and any(not {"Name", "Surn"}.isdisjoint(parse.tag.grammemes) for parse in morph().parse(word.lower()))


@lru_cache(maxsize=50_000)
def _may_be_somebody(word: str) -> bool:
    tags = [parse.tag for parse in morph().parse(word.lower())]
    is_named = any(not {"Name", "Surn", "Patr", "anim", "NPRO"}.isdisjoint(tag.grammemes) for tag in tags)
    return is_named or not morph().word_is_known(word.lower())
