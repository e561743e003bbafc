"""Words that people have put in place of each other: training/same_question.py counts them in rewordings.jsonl."""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from language.words import lemma


def exchanged(mine: Sequence[str], theirs: Sequence[str], how_often: Callable[[frozenset[str]], float]) -> float:
    """For how many of the words left on one side the other has one that is known to stand in its place.

    Args:
        mine: the words as they stand in the text.
        theirs: those of the other question.
        how_often: what `reworded` tells of two dictionary forms.
    """
    fewer, more = sorted(([lemma(word) for word in side] for side in (mine, theirs)), key=len)
    return sum(max((how_often(frozenset((one, other))) for other in more), default=0.0) for one in fewer)


def reworded(pair: frozenset[str]) -> float:
    """How surely two words in dictionary form have been used for each other without a change of meaning, from 0 to 1."""
    return _known().get(pair, 0.0)


@cache
def _known() -> dict[frozenset[str], float]:
    known: dict[frozenset[str], float] = {}
    for line in files(__package__).joinpath("reworded.txt").read_text(encoding="utf-8").splitlines():
        sure, *pairs = line.split()
        known |= {frozenset(pair.split("/")): float(sure) for pair in pairs}
    return known
