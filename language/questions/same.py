"""Whether two questions ask the same: their words side by side, what is left over, and what the structure says."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from language.questions.forms import LIGHT, NOT_TO
from language.questions.kinship import kinship, opposed
from language.questions.parts import Question, Word, take_apart
from language.questions.roles import swapped
from language.questions.thesaurus import opposite, synonymous
from language.questions.weights import BIAS, WEIGHTS
from language.words import morph, word_set

_SURE, _SURE_OF_OTHER_WORDS = 0.75, 0.85
"""The probability from which two questions count as one: to merge two that differ is worse than to keep one twice.
The second where the two have no word in common, so that the encoder alone tells."""
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

    texts: Mapping[str, tuple[str, str]]
    """What an encoder is to compare, by name, a text of each: the `whole` questions as `plain` gives them, the words that are
    `left` because the other question does not have them in any form, and the `core`: the words of both in one form and order, so
    that only those differ which are left."""
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
            kinds["voice"] += kinship(pair[0].text, pair[1].text) == "voice"
    if not any(word.is_verb for word in theirs):
        mine = _without_light(mine, theirs)
    if not any(word.is_verb for word in mine):
        theirs = _without_light(theirs, mine)
    is_negated = first.negated != second.negated
    if is_negated and (_says_not(mine, theirs) if second.negated else _says_not(theirs, mine)):
        is_negated = False
    differences = {"negation": is_negated} | _differences(first, second, aligned, mine, theirs)
    against = next((name for name, differs in differences.items() if differs), "")
    longest = max(len(first.words), len(second.words), 1)
    return Difference(
        texts={
            "whole": (first.plain, second.plain),
            "core": _cores(first, aligned, mine, theirs),
            "left": (_joined(mine), _joined(theirs)),
        },
        against=against,
        features=_features(mine, theirs, kinds, longest) | _asked(first.asks, second.asks),
    )


def asks_same(difference: Difference, distances: Mapping[str, float]) -> bool:
    """Whether two questions ask the same.

    Args:
        difference: of the two.
        distances: how far its texts are from each other to an encoder, by their names: 0 for equal ones, about 1 for any two. Those
            that are not known yet may be absent: more of them can only speak against it.
    """
    if difference.against:
        return False
    evidence = sum(WEIGHTS[name] * value for name, value in weighed(difference, distances).items())
    least = _SURE if difference.features["shared"] else _SURE_OF_OTHER_WORDS
    return 1 / (1 + math.exp(-BIAS - evidence)) >= least


def weighed(difference: Difference, distances: Mapping[str, float]) -> dict[str, float]:
    """What `asks_same` gives weights to, by name."""
    known = {name: distances.get(name, 0.0) for name in difference.texts}
    return {**difference.features, **known, "added": known["core"] * difference.features["one_sided"]}


def _joined(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


def _cores(one: Question, aligned: list[tuple[Word, Word]], mine: list[Word], theirs: list[Word]) -> tuple[str, str]:
    """The words of the first question, and the same with what the other has in place of those that are left."""
    instead = iter(theirs)
    pairs: list[tuple[Word | None, Word | None]] = []
    for word in one.words:
        if any(word is own for own in mine):
            pairs.append((word, next(instead, None)))
        elif any(word is own for own, _ in aligned):
            pairs.append((word, word))
    pairs += [(None, word) for word in instead]
    return _joined(a for a, _ in pairs if a), _joined(b for _, b in pairs if b)


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
        "words": min(len(mine), len(theirs)) > max(2 if aligned else 1, len(aligned))
        or (not aligned and bool(mine) != bool(theirs)),
        "number": [value for value, _ in one.numbers] != [value for value, _ in other.numbers],
        "person": not (persons[0] <= persons[1] or persons[1] <= persons[0]),
        "owner": bool(one.owners and other.owners) and one.owners != other.owners,
        "roles": swapped(one, other, aligned),
        "doer": any(a.doer and b.doer and a.doer.isdisjoint(b.doer) for a, b in aligned),
        "preposition": any(frozenset(pair) in _AGAINST for pair in prepositions),
        "time": any(a.time and b.time and a.time[0] == b.time[0] for a in mine for b in theirs),
        "opposite": any(opposite(a.forms, b.forms) or opposed(a.text, b.text) for a in mine for b in theirs),
        "name": any(a.is_name and b.is_name and (a.part == "LATN") == (b.part == "LATN") for a in mine for b in theirs),
    }


def _says_not(plain: list[Word], negated: list[Word]) -> bool:
    """Whether of two questions the one without a "not" says so by another word, which is then taken out of what is left."""
    turned = next(((a, b) for a in plain for b in negated if opposite(a.forms, b.forms)), None)
    if turned is not None:
        plain.remove(turned[0])
        negated.remove(turned[1])
        return True
    found = next((word for word in plain if not word.forms.isdisjoint(NOT_TO)), None)
    if found is not None:
        plain.remove(found)
    return found is not None


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
        "shared": (kinds.total() - kinds["voice"]) / longest,
        "voice": float(kinds["voice"]),
        **_added(mine, theirs),
        "kin": float(kinds["root"] + kinds["clipped"]),
        "typos": float(kinds["typo"]),
        "synonyms": float(kinds["synonym"]),
    }


def _added(mine: list[Word], theirs: list[Word]) -> dict[str, float]:
    """What the longer side says besides, by what kind of word it is."""
    if mine and theirs:
        return dict.fromkeys(("described", "how", "specified", "named"), 0.0)
    words = [*mine, *theirs]
    return {
        "described": float(sum(_part(word) == "ADJF" for word in words)),
        "how": float(sum(_part(word) == "ADVB" for word in words)),
        "specified": float(sum(bool(word.preposition) for word in words)),
        "named": float(sum(word.is_asked for word in words)),
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
