"""Words of a text: splitting, normal forms, lists and patterns of words, and whether a text carries anything to search for."""

import re
from functools import lru_cache

from pymorphy3 import MorphAnalyzer

# A word, with inner hyphens and apostrophes ("чуть-чуть", "О'Нил"), in any script.
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def word_set(text: str) -> frozenset[str]:
    """The words of a list, written with spaces and line breaks between them."""
    return frozenset(text.split())


def stems(text: str) -> str:
    """A pattern for words by their beginnings, listed like a `word_set`; `_` stands for a space, `$` for the end of the word."""
    return rf"\b(?:{'|'.join(text.split())})".replace("$", r"\b").replace("_", " ")


def either(*patterns: str) -> re.Pattern[str]:
    """What finds any of the patterns, in upper or lower case."""
    return re.compile("|".join(patterns), re.IGNORECASE)


# What people say to keep a talk going; a message of nothing else has no topic of its own. In dictionary form, with `е` for `ё`.
_SMALL_TALK = word_set(
    """
    алло благодарить бывать верно весь взаимно возможно все вообще всегда готово да дак далекий дальше добро договориться доброе
    добрый день вечер утро ночь еще ес жаль жиза здорово здравствовать здрасте зачем зря извинить извини йо капец класс классно
    конечно короче круто лад ладно ладный лол молодец надо нет неплохо нормально норм норма ну огонь ок оке окей окс отлично
    отличный пасибо пж плиз подробно подробный пожалуйста пока понятно понятненько почему привет приветик приветствовать
    прикольно продолжать продолжить прости простите рассказать рассказывать реально рофл салют серьезно серьезный скажи сказать
    слушай слушаю смешно согласен согласна спасибо спасибочки спс супер так также там тогда тоже точно угу ура уф хорош хороший
    хорошо хмм чао черт эх ясно ясненько ясный понял поняла понимаю хах хаха ммм мм гм пф пфф интересно быть мочь можно hello
    hey hi lol ok okay okey thanks yes no yep nope bye thx
    """
)
_NO_TOPIC = frozenset({"PREP", "CONJ", "PRCL", "INTJ", "NPRO"})
"""Parts of speech that name nothing; "кто" is the exception, since "кто ты?" is a question with a topic."""
_TOPIC = frozenset({"NOUN", "ADJF", "NUMR", None})
"""Parts of speech that say what a text is about; None are foreign words and what is no word."""


@lru_cache(maxsize=1)
def morph() -> MorphAnalyzer:
    """The Russian dictionary of pymorphy3, loaded at the first use (about 15 MB)."""
    return MorphAnalyzer()


@lru_cache(maxsize=50_000)
def lemma(word: str) -> str:
    """The dictionary form of one word, lower-cased, with `ё` as `е`: "Друзьями" -> "друг"."""
    return str(morph().parse(word.lower())[0].normal_form).replace("ё", "е")


def words(text: str) -> list[str]:
    """The words of `text` in order, as written, without punctuation, digits and emoji."""
    return WORD.findall(text)


def fold(text: str) -> str:
    """`text` in lower case, with `ё` as `е`."""
    return text.lower().replace("ё", "е")


def normalise(text: str) -> str:
    """`text` for comparing by letters: lower case, `ё` as `е`, only words and numbers, single spaces."""
    return " ".join(re.findall(r"\w+", fold(text)))


def carries_content(text: str) -> bool:
    """Whether `text` says something to search by: not only "ок", "а у тебя?", "расскажи подробнее", laughter or emoji."""
    return any(_names_something(word.lower()) for word in words(text))


@lru_cache(maxsize=50_000)
def _names_something(word: str) -> bool:
    plain = normalise(word)
    if len(plain) < 2 or re.fullmatch(r"[ахеиоыъуэ]+|(.)\1+", plain):
        return False
    form = morph().parse(word)[0]
    return lemma(word) not in _SMALL_TALK and plain not in _SMALL_TALK and (form.tag.POS not in _NO_TOPIC or plain == "кто")


def frame(text: str) -> str:
    """What `text` asks or tells, without what about: "сколько калорий в пельменях" -> "сколько в".

    A text of which nothing or all would go stays as it is, so one in a language that the dictionary does not know does.
    """
    every = words(text)
    left = [word for word in every if not _is_topic(word)]
    return " ".join(left) if 0 < len(left) < len(every) else text


@lru_cache(maxsize=50_000)
def _is_topic(word: str) -> bool:
    return morph().parse(word.lower())[0].tag.POS in _TOPIC
