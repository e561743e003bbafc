"""Sentences and lines that are said again; the refrain of a song stays."""

import re
from itertools import takewhile

from language.cleaning.loops import wants_again
from language.cleaning.markup import LIST_ITEM
from language.words import either, normalise, stems, word_set, words

_SENTENCE = re.compile(r"(?:[^.!?…]+|[.!?…]+(?=[^\s»\")\]*.!?…]))*(?:[.!?…]+[»\")\]*]*)?\s*")
_SECOND_SENTENCE = re.compile(r"\n|[.!?…][»\")\]*]*\s")
_DENIALS = word_set("не ни нет без никогда нельзя")


_WANTS_VERSE = either(stems("стих спой песн частушк припев считалк колыбельн куплет хокку рэп"))


def wants_verse(question: str) -> bool:
    """Whether `question` asks for a poem or a song."""
    return _WANTS_VERSE.search(question) is not None


def without_repeated_sentences(text: str, question: str) -> str:
    """Sentences and lines said before out of the text; the refrain of a verse and short exclamations stay."""
    if _SECOND_SENTENCE.search(text) is None or wants_again(question):
        return text
    lines = text.split("\n")
    plain = [normalise(LIST_ITEM.sub("", line)) for line in lines if any(map(str.isalpha, line))]
    repeats = len(plain) - len(set(plain))
    is_verse = (
        len(plain) >= (2 if wants_verse(question) else 4)
        and repeats * 10 <= len(plain) * (5 if wants_verse(question) else 4)
        and all(len(line) < 70 for line in plain)
        and not all(map(LIST_ITEM.match, filter(None, lines[-2:])))
    )
    if is_verse:
        return text
    kept: list[str] = []
    heard: list[list[str]] = []  # all of it
    seen: list[list[str]] = []  # what is left
    known: set[str] = set()
    is_repeating = False
    is_list_loop = LIST_ITEM.match(lines[-1]) is not None and any(
        one.startswith(plain[-1]) for one in plain[:-1] if one != plain[-1]
    )
    last_item = ""
    for place, line in enumerate(lines):
        if len(words(line)) >= _CLAUSE and line in lines[:place] and "\n\n" in text and not LIST_ITEM.match(line):
            continue  # a whole paragraph
        is_item = LIST_ITEM.match(line) is not None
        units = [line] if is_item else [match[0] for match in _SENTENCE.finditer(line) if match[0]]
        left = []
        for unit in units if is_item else _without_second_greeting(units, question):
            said = normalise(LIST_ITEM.sub("", unit)).split()
            symbols = re.sub(r"[\w\s.,!?…:;\"«»*()—–-]", "", unit)  # emoji, formulas: what makes equal said different
            key = " ".join(said) + symbols
            is_alone = len(lines) > 1 and len(units) == 1
            is_last = place == len(lines) - 1 and unit is units[-1] and (len(said) >= _CLAUSE - is_alone or is_list_loop)
            is_begun = (is_repeating or is_last) and said and re.search(r"[.!?…]\W*\Z", unit) is None
            if is_begun and any(" ".join(other).startswith(" ".join(said)) for other in heard):
                continue  # the last round of a loop, cut off
            is_sound = len(words(unit)) == 1 and (unit.count("-") > 1 or _is_called_out(unit, line))  # "Ку-ка-ре-ку!"
            is_long = not is_sound and (
                is_item or (len(set(said)) > 1 and max(map(len, said)) > 1) or sum(map(len, said)) >= 6
            )  # "и т. д. и т. п."
            heard.append(said)
            if is_long and any(map(str.isalpha, key)):
                is_known = key in known and (not is_item or is_list_loop or repeats * 3 > len(plain) or line.strip() == last_item)
                if is_known or (not symbols and not is_item and any(_say_the_same(said, other) for other in seen[-_BEFORE:])):
                    is_repeating = True
                    continue
                seen.append(said)
            last_item = line.strip() if is_item else ""
            known.add(key)
            left.append(unit)
        if left or not units:
            kept.append("".join(left).rstrip() if len(left) < len(units) else line)
    return "\n".join(kept)


_OFTEN = 3
"""Times that people call a word out."""


def _is_called_out(unit: str, line: str) -> bool:
    """Whether a word is one that people shout together, as in "Горько! Горько! Горько!"."""
    called = unit.strip()
    return called.endswith("!") and 1 < line.count(called) <= _OFTEN


_GREETS = re.compile(
    r"[ ]*(?:привет(?:ик|ики|ствую|ствуем)?|здравствуй(?:те)?|здрав[ие]я желаю|здрас(?:ь)?те|хай|хей|салют"
    r"|добр(?:ый|ое|ая) (?:день|утро|вечер)|доброго времени суток)"
    r"(?:,? (?:дорог\w+|друг|друзья|тебя|вас|всем|тебе|ещё раз|снова|[А-ЯЁ][а-яё]+))*[.!…)]+\s*\Z",
    re.IGNORECASE,
)


def _without_second_greeting(units: list[str], question: str) -> list[str]:
    """The sentences without greetings that follow a greeting; one that gives the person's own back stays."""
    if "добр" in question.lower():
        return units
    greetings = list(takewhile(_GREETS.match, units))
    return greetings[:1] + units[len(greetings) :] if len(greetings) > 1 else units


def _say_the_same(one: list[str], other: list[str]) -> bool:
    """Whether two sentences have the same words: all but a few added or dropped, or but one ending."""
    if one == other or (len(one) > 3 and sorted(one) == sorted(other)) or _is_part(one, other):
        return True
    if one[:_OPENING] == other[:_OPENING] and _adds_nothing(one, other):
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < 5 or len(long) - len(short) > max(1, len(long) // 6):
        return False
    if len(short) == len(long):
        differing = [pair for pair in zip(short, long, strict=True) if pair[0] != pair[1]]
        return len(differing) == 1 and _differ_in_ending(*differing[0])
    added, position = [], 0
    for word in long:
        if position < len(short) and word == short[position]:
            position += 1
        else:
            added.append(word)
    return position == len(short) and all(word.isalpha() and word not in _DENIALS for word in added)


_CLAUSE = 3
"""Words of a clause that is known again where it stands alone."""
_BEFORE = 3
"""Sentences back to which one is compared."""


def _is_part(one: list[str], other: list[str]) -> bool:
    """Whether a sentence is the beginning or the end of one before, and denies nothing by it."""
    size = len(one)
    if not _CLAUSE <= size < len(other) or not all(map(str.isalpha, one)):
        return False
    is_end = other[-size:] == one and other[-size - 1] not in _DENIALS - {"нет"}
    return is_end or other[:size] == one


_OPENING = 3
_STEM = 5
"""Letters of a word by which forms of it, and words of its kind, count as one."""


def _adds_nothing(one: list[str], other: list[str]) -> bool:
    """Whether a sentence that begins as another has no word of content that the other lacks, and says no less of it."""
    said, before = ({word[:_STEM] for word in some if len(word) > _OPENING or word in _DENIALS} for some in (one, other))
    is_plain = all(word.isalpha() for word in one + other)
    return is_plain and len(said) > _OPENING and said <= before | _LINKS and not (said ^ before) & _DENIALS


_LINKS = word_set("также потом затем")


def _differ_in_ending(one: str, other: str) -> bool:
    same = sum(a == b for a, b in zip(one, other, strict=False))
    return one.isalpha() and other.isalpha() and one[:3] == other[:3] and same * 10 >= 6 * max(len(one), len(other))
