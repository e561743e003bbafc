"""Replies that consist of no words, or of hardly any."""

import re
from functools import lru_cache

from language.judging.circles import wants_many_times
from language.judging.courtesy import asks
from language.judging.foreign import has_foreign_words, wants_foreign
from language.words import either, fold, morph, stems

_RUSSIAN = re.compile("[а-яёА-ЯЁ]+")
_UNSAYABLE = re.compile(
    r"[бвгджзклмнпрстфхцчшщ]{5}|\A[бвгджзйклмнпрстфхцчшщъь]{4,}\Z|[аоуэыияюёе]{5}|(\w\w?)\1{3}|[ьъ][ьъыаоэ]|(?:\A|[аоуэыияюёе])[ъьы]"
    r"|[b-df-hj-np-tv-xz]{5}"
)
_HALF_AND_HALF = re.compile("[a-zA-Z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][a-zA-Z]|[а-яё][А-ЯЁ][а-яё]|[^\\W\\d_]\\d[^\\W\\d_]")


_ONE_BREATH = re.compile(r"[а-яё ]+[.!]?", re.IGNORECASE)
_SHORTENED = re.compile(r"\b[а-яё]\. ?[а-яё]\.", re.IGNORECASE)  # "и т. д."
_MISREAD = re.compile("[ÂÃÐÑ]")  # what UTF-8 looks like in Latin letters
_STRESSED = re.compile(r"\b[А-ЯЁа-яё]?[а-яё]*[АЕЁИОУЫЭЮЯ][а-яё]+\b")  # "звонИт"
_PIECES = re.compile("[▁ĠĊ]")
"""The marks of a tokenizer, by which words are put together."""
_MANY_PIECES = 3
_LAUGHTER = re.compile(r"\W*[ахеиы]{12,}\W*")
"""What goes on too long for an answer."""
_FORMULA = re.compile(r"\\[a-z]{2,}|\d ?= ?-?\d")
_PREPOSITIONS = re.compile(r"(?:\b(?:в|на|под|над|к|с|у|за|от|до|из|по|при|для|без|про|через)\b[ ]){3}")
_BEING = re.compile(r"\b(?:быть|есть|был[аио]?|будет)(?: (?:не )?(?:быть|есть|был[аио]?|будет)\b){2}")
_NOT_WORDS = re.compile(r"#\w+|\S+://\S+|\w+(?:-\w+)+")  # hashtags, links, "динь-динь"


def is_gibberish(reply: str, question: str) -> bool:
    """Whether too many of the words are none, or come round and round, or there is hardly a letter between the signs."""
    if len(_PIECES.findall(reply)) >= _MANY_PIECES:
        return True
    if _LAUGHTER.fullmatch(fold(reply)) and asks(question):
        return True
    text = _STRESSED.sub(lambda word: word[0].lower(), _NOT_WORDS.sub(" ", reply))
    every = _RUSSIAN.findall(text)
    plain = [word for place, word in enumerate(every) if place == 0 or word.islower()]
    strange = sum(map(_is_no_word, plain)) + len(_HALF_AND_HALF.findall(text))
    if has_foreign_words(question) or wants_foreign(question):
        strange = 0  # "ити, ни, сан"
    if strange >= 3 and 2 * strange > len(plain):
        return True
    latin = re.findall("[a-z]+", text)
    latin = [] if latin and wants_foreign(question) else latin
    if (
        (every or latin)
        and strange >= len(plain)
        and any(_UNSAYABLE.search(fold(word)) and not _is_sound(word) for word in plain + latin)
    ):
        return True
    if (
        len(every) >= 5
        and not _SHORTENED.search(text)
        and all(len(word) == 1 or morph().parse(word)[0].tag.POS == "PREP" for word in every)
        and not _is_asked_for(every, question)
    ):
        return True
    if _PREPOSITIONS.search(fold(text)) or _BEING.search(fold(text)):
        return True
    distinct = len(set(map(fold, every)))
    if (
        len(every) > 6
        and 2 * distinct <= len(every)
        and _ONE_BREATH.fullmatch(reply)
        and not (any(map(_is_sound, every)) or wants_many_times(question))
    ):
        return True
    if len(every) >= 12 and 3 * distinct <= len(every) and not wants_many_times(question):
        return True
    if len(_MISREAD.findall(text)) > 1 and not wants_foreign(question):
        return True
    if (
        (_is_broken_into_syllables(every) and not wants_foreign(question))
        or _is_word_salad(text, every)
        or _are_stray_numbers(reply, question)
    ):
        return True
    if _FORMULA.search(text):
        return False
    letters, signs = len(re.findall(r"[^\W_]", text)), len(re.findall(r"[!-,./:-@\[-`{}~\u0080-\u00ff]", text))
    return letters > 0 and signs > max(11, letters) and not wants_foreign(question)


_WANTS_SMALL = either(stems("предлог союз частиц букв алфавит"))


def _is_asked_for(every: list[str], question: str) -> bool:
    """Whether single letters spell a word of the question, or small words are what it asks for."""
    return fold("".join(every)) in fold(question) or _WANTS_SMALL.search(question) is not None


_SYLLABLES = 8
"""Pieces from which a text may be one that is broken into syllables."""


def _is_broken_into_syllables(every: list[str]) -> bool:
    """Whether nothing is longer than a syllable, and a third of it is no word either."""
    if len(every) < _SYLLABLES or any(len(word) > 4 for word in every):
        return False
    return 3 * sum(map(_is_no_word, every)) >= len(every)


_SALAD = 8
"""Nouns and verbs from which a text may be words without a sentence."""
_LED_VERB = re.compile(
    r"\b(?:в|во|на|с|со|к|о|об|у|из|от|до|по|под|над|для|без|при|про|через) (?:([а-яё]+) )?([а-яё]+)\b", re.IGNORECASE
)


def _is_word_salad(text: str, every: list[str]) -> bool:
    """Whether words come again and again, and a preposition stands before a verb: "луна лучше в лунный стрижёт день луны"."""
    if not any(_is_verb(led[2]) and (led[1] is None or _is_adjective(led[1])) for led in _LED_VERB.finditer(text)):
        return False
    parses = [morph().parse(word.lower())[0] for word in every]
    topics = [parse.normal_form for parse in parses if parse.tag.POS in {"NOUN", "VERB", "ADJF", "INFN"}]
    return len(topics) >= _SALAD and 4 * len(set(topics)) <= 3 * len(topics)


@lru_cache(maxsize=20_000)
def _is_verb(word: str) -> bool:
    return all("VERB" in form.tag for form in morph().parse(word.lower()))


def _is_adjective(word: str) -> bool:
    return all("ADJF" in form.tag for form in morph().parse(word.lower()))


_NUMBERS = either(
    stems("сколько цифр числ посчита счита счёт счет код пин номер телефон дат[аыу]$ последователь ряд матриц таблиц"), r"\d"
)


def _are_stray_numbers(reply: str, question: str) -> bool:
    """Whether there are only numbers that nobody asked for, each of one digit over and over."""
    numbers = re.findall(r"\d+", reply)
    return (
        len(numbers) > 3
        and not any(map(str.isalpha, reply))
        and all(len(set(number)) == 1 for number in numbers)
        and _NUMBERS.search(question) is None
    )


@lru_cache(maxsize=50_000)
def _is_no_word(word: str) -> bool:
    low = fold(word)
    return len(low) > 1 and not _is_sound(low) and not morph().word_is_known(word.lower())


def _is_sound(word: str) -> bool:
    """Laughter and stretched words: "ахахах", "ммм", "даааа"."""
    low = fold(word)
    if re.search("[аоуэыияюе]", low) is None:
        return re.fullmatch(r"(.)\1{1,8}", low) is not None or (len({*low}) < 4 and re.search(r"(\w)\1\1", low) is not None)
    return re.fullmatch(r"[ахеиоыэу]+", low) is not None or re.search(r"(\w{1,3})\1\1", low) is not None
