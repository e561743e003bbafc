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

_SURE = 0.5
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

    texts: Mapping[str, tuple[str, str]]
    """What an encoder is to compare, by name, a text of each: the `whole` questions as `plain` gives them, and the words that are
    `left` because the other question does not have them in any form."""
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
    is_negated = first.negated != second.negated
    if is_negated and (_says_not(mine, theirs) if second.negated else _says_not(theirs, mine)):
        differs = False
    else:
        left = [*mine, *theirs]
        differs = any(a.negated != b.negated for a, b in aligned)
        differs |= is_negated and max(len(mine), len(theirs)) < 2 and not any(word.negated for word in left)
    differences = {"negation": differs} | _differences(first, second, aligned, mine, theirs)
    return Difference(
        texts={"whole": (first.plain, second.plain), "left": (_joined(mine), _joined(theirs))},
        against=next((name for name, found in differences.items() if found), ""),
        features=_features(first, second, mine, theirs, kinds),
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
    return 1 / (1 + math.exp(-BIAS - evidence)) >= _SURE


def weighed(difference: Difference, distances: Mapping[str, float]) -> dict[str, float]:
    """What `asks_same` gives weights to, by name."""
    return {**difference.features, **{name: distances.get(name, 0.0) for name in difference.texts}}


def _joined(words: Iterable[Word]) -> str:
    return " ".join(word.text for word in words)


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
        "number": _count_otherwise([value for value, _ in one.numbers], [value for value, _ in other.numbers])
        or (len(one.numbers) != len(other.numbers) and not mine and not theirs),
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


def _count_otherwise(one: list[str], other: list[str]) -> bool:
    """Whether each question has a number that the other lacks, or both have the same in another order."""
    mine, theirs = Counter(one), Counter(other)
    return not (mine <= theirs or theirs <= mine) or (mine == theirs and one != other)


def _features(one: Question, other: Question, mine: list[Word], theirs: list[Word], kinds: Counter[str]) -> dict[str, float]:
    nouns, verbs = (min(sum(_part(word) == part for word in side) for side in (mine, theirs)) for part in ("NOUN", "INFN"))
    covered = kinds.total() / max(1, min(len(one.words), len(other.words)))
    alike = any(frozenset({a, b}) in _ALIKE for a in one.asks - other.asks for b in other.asks - one.asks)
    asks_part = one.asks <= other.asks or other.asks <= one.asks
    asks_other = not asks_part and not alike
    one_each = len(mine) == len(theirs) == 1
    persons = [{person[0] for person in question.persons} for question in (one, other)]
    only = {  # what tells two questions apart that have the same words
        "only_asks_other": asks_other,
        "only_persons": not (persons[0] <= persons[1] or persons[1] <= persons[0]),
        "only_tense": bool(one.tenses and other.tenses) and one.tenses.isdisjoint(other.tenses),
    }
    return {
        "one_sided": float(bool(mine) != bool(theirs)),
        "nouns": float(nouns),
        "verbs": float(verbs),
        "adjectives": float(one_each and _part(mine[0]) == _part(theirs[0]) == "ADJF"),
        "covered": covered,
        "covered_but": covered * bool(mine and theirs),
        "synonyms": float(kinds["synonym"]),
        "typos": float(kinds["typo"]),
        "kin": float(kinds["root"] + kinds["clipped"]),
        "asks_alike": float(not asks_part and alike),
        "asks_other": float(asks_other),
        **{name: float(value) * (not mine and not theirs) for name, value in only.items()},
        "length": math.log(max(len(one.plain), len(other.plain), 1)),
    }
