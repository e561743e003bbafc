"""Whether two questions ask the same: their words side by side, what is left over, and what the structure says."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from language.questions.forms import LIGHT
from language.questions.kinship import kinship, opposed
from language.questions.parts import Question, Word, take_apart
from language.questions.thesaurus import opposite, synonymous
from language.questions.weights import BIAS, WEIGHTS
from language.words import morph, word_set

_SURE = 0.8
"""The probability from which two questions count as one: to merge two that differ is worse than to keep one twice."""
_ALIKE = frozenset(
    frozenset(pair.split("/"))
    for pair in word_set(
        """
        что/какой какой/кто что/как какой/как что/кто где/куда какой/где какой/куда когда/возраст сколько/возраст какой/сколько
        зачем/почему когда/сколько часто/когда какой/когда
        """
    )
)
"""Question words that may ask for one thing in other words: "что почитать" and "какую книгу почитать"."""
_AGAINST = frozenset(
    frozenset(pair.split("/"))
    for pair in word_set(
        """
        до/после перед/после с/без в>/из в>/от на>/с на>/от от/к за/против над/под до/от до/из на/под от/для при/после при/перед
        через/до через/после
        """
    )
)
"""Prepositions of which the one says the opposite of the other."""
_SAME_PART = {"VERB": "INFN", "GRND": "INFN", "PRTS": "INFN", "PRTF": "INFN", "ADJS": "ADJF", "COMP": "ADJF", "": "NOUN"}
"""Short and full forms of a verb or an adjective count as one part of speech."""


@dataclass(frozen=True)
class Difference:
    """What tells two questions apart."""

    plain: tuple[str, str]
    """Both, without what only leads up to the question."""
    left: tuple[str, str]
    """The words of each that the other does not have, in this or another form."""
    against: str
    """Why the two cannot be one: "number", "negation", ...; empty when nothing says so."""
    features: Mapping[str, float]
    """What `asks_same` weighs, besides what an encoder says."""


@lru_cache(maxsize=4_000)
def compare(one: str, other: str) -> Difference:
    """Lay the words of two questions side by side."""
    first, second = take_apart(one), take_apart(other)
    mine, theirs = list(first.words), list(second.words)
    aligned: list[tuple[Word, Word]] = []
    kinds: Counter[str] = Counter()
    for kind, belongs in _KINDS.items():
        for pair in _matches(mine, theirs, belongs):
            aligned.append(pair)
            kinds[kind] += 1
    if not any(word.is_verb for word in theirs):
        mine = _without_light(mine, theirs)
    if not any(word.is_verb for word in mine):
        theirs = _without_light(theirs, mine)
    against = next((name for name, differs in _differences(first, second, aligned, mine, theirs).items() if differs), "")
    longest = max(len(first.words), len(second.words), 1)
    return Difference(
        plain=(first.plain, second.plain),
        left=(" ".join(word.text for word in mine), " ".join(word.text for word in theirs)),
        against=against,
        features=_features(mine, theirs, kinds, longest) | _asked(first.asks, second.asks),
    )


def asks_same(difference: Difference, whole: float, left: float) -> bool:
    """Whether two questions ask the same.

    Args:
        difference: of the two.
        whole: how far the two plain texts are from each other to an encoder: 0 for equal ones, about 1 for any two.
        left: the same of what is left of them; any number when one has nothing left.
    """
    if difference.against:
        return False
    evidence = sum(WEIGHTS[name] * value for name, value in weighed(difference, whole, left).items())
    return 1 / (1 + math.exp(-BIAS - evidence)) >= _SURE


def weighed(difference: Difference, whole: float, left: float) -> dict[str, float]:
    """What `asks_same` gives weights to, by name."""
    return {**difference.features, "whole": whole, "left": left if all(difference.left) else 0.0}


def _matches(mine: list[Word], theirs: list[Word], belongs: Callable[[Word, Word], bool]) -> Iterator[tuple[Word, Word]]:
    """The words that belong together, taken out of both lists."""
    for word in list(mine):
        found = (other for other in theirs if belongs(word, other) and not opposite(word.forms, other.forms))
        if (match := next(found, None)) is not None:
            mine.remove(word)
            theirs.remove(match)
            yield word, match


def _is_clipped(one: Word, other: Word) -> bool:
    """Whether one noun is the other cut short: "комп" and "компьютер"; "лимон" and "лимонад" are two words of the dictionary."""
    short, long = sorted((one, other), key=lambda word: len(word.lemma))
    stem = short.lemma.rstrip("аеиоуыя")
    if not (len(stem) > 2 and long.lemma != short.lemma and long.lemma.startswith(stem) and short.part == long.part == "NOUN"):
        return False
    tag = morph().parse(short.text)[0].tag
    return not morph().word_is_known(short.text) or not {"Slng", "Infr", "Abbr"}.isdisjoint(tag.grammemes)


def _part(word: Word) -> str:
    return _SAME_PART.get(word.part, word.part)


_KINDS: Mapping[str, Callable[[Word, Word], bool]] = {
    "form": lambda one, other: kinship(one.text, other.text) == "form",
    "time": lambda one, other: one.time is not None and one.time == other.time,
    "synonym": lambda one, other: synonymous(one.forms, other.forms),
    "typo": lambda one, other: kinship(one.text, other.text) == "typo",
    "form of another kind": lambda one, other: kinship(one.text, other.text) in ("little", "aspect", "voice"),
    "clipped": _is_clipped,
    "root": lambda one, other: kinship(one.text, other.text) == "root" and _part(one) != _part(other),
}
"""How words of two questions belong together, the surest first."""


def _without_light(side: list[Word], opposite_side: list[Word]) -> list[Word]:
    """The words left on a side without those that add nothing to the others, unless they stand against a word of the other side."""
    heavy = [word for word in side if word.forms.isdisjoint(LIGHT)]
    return heavy if heavy or not opposite_side else side


def _differences(
    one: Question, other: Question, aligned: list[tuple[Word, Word]], mine: list[Word], theirs: list[Word]
) -> dict[str, bool]:
    """What rules out that two questions are one, whatever an encoder says."""
    persons = [{person[0] for person in question.persons} - {"к"} for question in (one, other)]
    prepositions = [(a.preposition, b.preposition) for a, b in aligned]
    prepositions += [(a, b) for (_, a), (_, b) in zip(one.numbers, other.numbers, strict=False)]
    return {
        "words": min(len(mine), len(theirs)) > max(1, len(aligned)),
        "number": [value for value, _ in one.numbers] != [value for value, _ in other.numbers],
        "negation": one.negated != other.negated,
        "person": bool(persons[0] and persons[1]) and persons[0] != persons[1],
        "roles": _swap(one, other, aligned),
        "doer": any(a.doer and b.doer and a.doer.isdisjoint(b.doer) for a, b in aligned),
        "preposition": any(frozenset(pair) in _AGAINST for pair in prepositions),
        "time": any(word.time for word in mine) and any(word.time for word in theirs),
        "opposite": any(opposite(a.forms, b.forms) or opposed(a.text, b.text) for a in mine for b in theirs),
        "name": any(a.is_name and b.is_name and (a.part == "LATN") == (b.part == "LATN") for a in mine for b in theirs),
    }


def _swap(one: Question, other: Question, aligned: list[tuple[Word, Word]]) -> bool:
    """Whether who does it in the one question has it done to them in the other, or two words change prepositions."""
    changed = {(a.preposition, b.preposition) for a, b in aligned if a.preposition != b.preposition}
    if any((after, before) in changed for before, after in changed):
        return True
    to_object = to_subject = False
    for a, b in aligned:
        if a.alive and a.cases and b.cases:
            to_object |= "nomn" in a.cases and "nomn" not in b.cases
            to_subject |= "nomn" in b.cases and "nomn" not in a.cases
    for who in "12к":
        roles = [{person[1] for person in question.persons if person[0] == who} for question in (one, other)]
        to_object |= roles == [{"s"}, {"o"}]
        to_subject |= roles == [{"o"}, {"s"}]
    return to_object and to_subject


def _features(mine: list[Word], theirs: list[Word], kinds: Counter[str], longest: int) -> dict[str, float]:
    nouns, verbs = (sorted(sum(_part(word) == part for word in side) for side in (mine, theirs)) for part in ("NOUN", "INFN"))
    return {
        "both": float(bool(mine and theirs)),
        "one_sided": float(bool(mine) != bool(theirs)),
        "replaced": float(min(len(mine), len(theirs))),
        "nouns": float(nouns[0]),
        "verbs": float(verbs[0]),
        "nouns_added": float(nouns[1] - nouns[0]),
        "verbs_added": float(verbs[1] - verbs[0]),
        "shared": kinds.total() / longest,
        "kin": float(kinds["root"] + kinds["clipped"]),
        "typos": float(kinds["typo"]),
        "synonyms": float(kinds["synonym"]),
    }


def _asked(one: frozenset[str], other: frozenset[str]) -> dict[str, float]:
    """What the question words say: another one, one that may ask the same, or none on one side."""
    is_part = one <= other or other <= one
    alike = any(frozenset({a, b}) in _ALIKE for a in one - other for b in other - one)
    return {
        "asks_none": float(one != other and not (one and other)),
        "asks_alike": float(not is_part and alike),
        "asks_other": float(not is_part and not alike),
    }
