"""The grammatical gender in which somebody speaks of themself: "я купила", "рада", "сама" in the masculine, or the other way."""

import re
from functools import lru_cache
from typing import Any, Literal

from language.words import WORD, morph, word_set

Gender = Literal["masculine", "feminine"]

_GRAMMEMES = {"masculine": "masc", "feminine": "femn"}
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…\n]*")
_CLAUSE = re.compile(r"[^,;:()—–]+[,;:()—–]*")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"|```.*?```|`[^`]*`", re.DOTALL)  # somebody else's words
_GOES_ON = word_set("и но а да или либо потом затем поэтому")
"""A clause that begins so, or with its verb, has the subject of the one before."""
_OF_ONESELF = word_set("рад согласный уверенный благодарный")
"""Short adjectives that need no "я": a verb may be said of the person ("Купила? Правильно сделала")."""
_SELF = word_set("сам такой")


def in_gender(text: str, gender: Gender | None) -> str:
    """`text` in which whoever says "я" speaks of themself in `gender`; None leaves it as it is."""
    if gender is None:
        return text
    wanted = _GRAMMEMES[gender]
    [other] = {*_GRAMMEMES.values()} - {wanted}
    mended, done = "", 0
    for word in _of_speaker(_QUOTED.sub(lambda quote: " " * len(quote[0]), text), other):
        if form := _inflected(word[0], other, wanted):
            mended += text[done : word.start()] + form
            done = word.end()
    return mended + text[done:]


def _of_speaker(text: str, gender: str) -> list[re.Match[str]]:
    """The words in `gender` that are said of who says "я"."""
    found = []
    for sentence in _SENTENCE.finditer(text):
        is_speaker = False
        for clause in _CLAUSE.finditer(text, *sentence.span()):
            said = list(WORD.finditer(text, *clause.span()))
            if not said:
                continue
            plain = [word[0].lower() for word in said]
            goes_on = is_speaker and (plain[0] in _GOES_ON or _form(plain[0], gender) is not None)
            is_speaker = goes_on and not any(_is_subject(word, gender) for word in plain)
            for at, word in enumerate(plain):
                form = _form(word, gender)
                if word == "я":
                    is_speaker = True
                elif _is_subject(word, gender):
                    is_speaker = False
                elif form is None:
                    continue
                elif is_speaker or (at == 0 and form.normal_form in _OF_ONESELF and "?" not in sentence[0]):
                    is_speaker = True
                    found.append(said[at])
    return found


def _inflected(word: str, gender: str, wanted: str) -> str | None:
    """`word` in the wanted gender, in the same case of letters."""
    form = _form(word.lower(), gender)
    other = form.inflect({wanted}) if form else None
    if other is None:
        return None
    return other.word.capitalize() if word[0].isupper() else str(other.word)


@lru_cache(maxsize=5_000)
def _form(word: str, gender: str) -> Any:
    """How a word says of its subject that it is of `gender`: as a verb in the past, a short adjective, "сама"; else None."""
    for form in morph().parse(word):
        tag = form.tag
        if gender in tag and "sing" in tag and (tag.POS in {"VERB", "ADJS", "PRTS"} or _is_self(form)):
            return form
        if tag.POS not in {"ADVB", "PRED", "NOUN"}:  # "права" and "согласна" are nouns and adverbs as well
            return None
    return None


def _is_self(form: Any) -> bool:
    return form.normal_form in _SELF and "nomn" in form.tag


@lru_cache(maxsize=5_000)
def _is_subject(word: str, gender: str) -> bool:
    """Whether a word is somebody else of whom a verb in `gender` can tell."""
    forms = morph().parse(word)
    if forms[0].tag.POS == "NPRO":
        return "nomn" in forms[0].tag and word != "я"
    if forms[0].tag.POS != "NOUN" or _form(word, gender):
        return False
    cases = {form.tag.case for form in forms if form.tag.POS == "NOUN" and gender in form.tag and "sing" in form.tag}
    return "nomn" in cases and "accs" not in cases
