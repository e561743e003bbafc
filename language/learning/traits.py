"""What a regression sees of an exchange: runs of letters, of words and of kinds of words, of the question and of the reply."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from zlib import crc32

from language.personal.lists import KIN_WORD
from language.personal.readings import is_everyday
from language.words import fold, lemma, morph

SIZE = 1 << 15
"""A trait is known by a number below this; the few that share one are told apart by their neighbours."""
_LONGEST = 600
"""Characters of a text that are looked at."""
_TOKEN = re.compile(r"\w+|[^\w\s]")
_LETTERS, _WORDS, _KINDS = (2, 4), (1, 2), (1, 3)
"""How long the runs are."""
_BY_WORD = frozenset({"NPRO", "PREP", "CONJ", "PRCL"})
"""Parts of speech each word of which is a kind of its own."""
_TELLING = ("Name", "Surn", "Patr", "Geox", "past", "pres", "futr", "impr", "1per", "2per", "3per", "anim")
_OPEN = frozenset({"NOUN", "VERB", "INFN", "ADJF"})


def traits(question: str, reply: str) -> dict[int, float]:
    """The traits of an exchange, each with its strength."""
    found: defaultdict[int, float] = defaultdict(float)
    for side, text in (("q", question[:_LONGEST]), ("r", reply[:_LONGEST])):
        for kind, runs in _runs(text):
            for run in runs:
                found[_number(side + kind + run)] += len(runs) ** -0.5
    return dict(found)


def _runs(text: str) -> Iterator[tuple[str, set[str]]]:
    tokens = _TOKEN.findall(text)
    yield "c", {run for token in tokens for run in _neighbours(f" {fold(token)} ", *_LETTERS, "")}
    yield "l", set(_neighbours([lemma(token) for token in tokens if token[0].isalnum()], *_WORDS, " "))
    yield "t", set(_neighbours([_kind(token) for token in tokens], *_KINDS, " "))


def _neighbours(items: Sequence[str], shortest: int, longest: int, between: str) -> Iterator[str]:
    for length in range(shortest, longest + 1):
        for start in range(len(items) - length + 1):
            yield between.join(items[start : start + length])


@lru_cache(maxsize=50_000)
def _kind(token: str) -> str:
    """What a token is, whatever it means: how many digits, or the part of speech, the person, whether a name, whether rare."""
    if token.isdigit():
        return str(min(len(token), 6))
    if not token[0].isalpha():
        return token
    word = token.lower()
    tag = morph().parse(word)[0].tag
    if tag.POS in _BY_WORD:
        return word
    kind = f"{tag.POS}{''.join(one for one in _TELLING if one in tag.grammemes)}{'^' if token[0].isupper() else ''}"
    if KIN_WORD.match(word):
        return f"kin{kind}"
    return f"{kind}*" if tag.POS in _OPEN and not is_everyday(word) else kind


def _number(trait: str) -> int:
    return crc32(trait.encode()) % SIZE
