"""Replies that consist of no words, or of hardly any."""

import re
from functools import lru_cache

from language.judging.foreign import wants_foreign
from language.words import fold, morph

_RUSSIAN = re.compile("[а-яёА-ЯЁ]+")
_UNSAYABLE = re.compile(
    r"[бвгджзклмнпрстфхцчшщ]{5}|\A[бвгджзйклмнпрстфхцчшщъь]{4,}\Z|[аоуэыияюёе]{5}|(\w\w?)\1{3}|[ьъ][ьъыаоэ]|(?:\A|[аоуэыияюёе])[ъьы]"
    r"|[b-df-hj-np-tv-xz]{5}"
)
_HALF_AND_HALF = re.compile("[a-zA-Z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][a-zA-Z]|[а-яё][А-ЯЁ][а-яё]|[^\\W\\d_]\\d[^\\W\\d_]")


_SHORTENED = re.compile(r"\b[а-яё]\. ?[а-яё]\.", re.IGNORECASE)  # "и т. д."
_MISREAD = re.compile("[ÂÃÐÑ]")  # what UTF-8 looks like in Latin letters
_NOT_WORDS = re.compile(r"#\w+|\S+://\S+|\w+(?:-\w+)+")  # hashtags, links, "динь-динь"


def is_gibberish(reply: str, question: str) -> bool:
    """Whether too many of the words are none, or come round and round, or there is hardly a letter between the signs."""
    text = _NOT_WORDS.sub(" ", reply)
    every = _RUSSIAN.findall(text)
    plain = [word for place, word in enumerate(every) if place == 0 or word.islower()]
    strange = sum(map(_is_no_word, plain)) + len(_HALF_AND_HALF.findall(text))
    if strange >= 3 and 10 * strange >= 4 * max(1, len(plain)):
        return True
    latin = [] if wants_foreign(question) else re.findall("[a-z]+", text)
    if (
        (every or latin)
        and strange == len(plain)
        and any(_UNSAYABLE.search(fold(word)) and not _is_sound(word) for word in plain + latin)
    ):
        return True
    if (
        len(every) >= 5
        and not _SHORTENED.search(text)
        and all(len(word) == 1 or morph().parse(word)[0].tag.POS == "PREP" for word in every)
    ):
        return True
    if len(every) >= 12 and 3 * len(set(map(fold, every))) <= len(every):
        return True
    if len(_MISREAD.findall(text)) > 1 and not wants_foreign(question):
        return True
    letters, signs = len(re.findall(r"[^\W_]", text)), len(re.findall(r"[!-,./:-@\[-`{}~\u0080-\u00ff]", text))
    return letters > 0 and signs > max(11, letters) and not wants_foreign(question)


@lru_cache(maxsize=50_000)
def _is_no_word(word: str) -> bool:
    low = fold(word)
    return len(low) > 1 and not _is_sound(low) and not morph().word_is_known(word.lower())


def _is_sound(word: str) -> bool:
    """Laughter and stretched words: "ахахах", "ммм", "даааа"."""
    return re.fullmatch(r"[ахеиоыэу]+|(.)\1+", fold(word)) is not None or re.search(r"(\w{1,3})\1\1", word) is not None
