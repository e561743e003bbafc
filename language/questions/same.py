"""Whether two questions ask the same: their words side by side, what is left over, and what the structure says."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from language.questions.forms import LIGHT, NOT_TO
from language.questions.kinship import kinship
from language.questions.opposites import opposite
from language.questions.parts import Question, Word, take_apart
from language.questions.reworded import exchanged, reworded
from language.questions.spelling import sounds_as
from language.questions.story import question_of
from language.questions.thesaurus import synonymous
from language.questions.vetoes import says_not, vetoes
from language.questions.weights import BIAS, WEIGHTS
from language.words import morph, word_set

_FEWEST_OF_STORY = 2
"""Words that a question has in common with another that tells a story first."""
_SURE, _SURE_OF_OTHER_WORDS = 0.7, 0.85
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
    """Lay the words of two questions side by side; where the one tells a story before it asks, the other may ask what is in it."""
    parts = [question_of(text) for text in (one, other)]
    first, second = take_apart(one), take_apart(other)
    laid = _lay(first, second)
    is_other_matter = False
    if bool(parts[0][1]) != bool(parts[1][1]):
        with_story = _with_story(*parts[0]), _with_story(*parts[1])
        shorter = _lay(*with_story)
        if _answers(shorter.aligned, shorter.theirs if parts[0][1] else shorter.mine):
            (first, second), laid = with_story, shorter
        is_other_matter = any(not word.is_told for word in (shorter.mine if parts[0][1] else shorter.theirs)) and all(
            a.is_told or b.is_told for a, b in shorter.aligned
        )
    mine, theirs = ([word for word in side if not word.is_told] for side in (laid.mine, laid.theirs))
    aligned, kinds = laid.aligned, laid.kinds
    if not any(word.is_verb for word in theirs):
        mine = _without_light(mine, theirs)
    if not any(word.is_verb for word in mine):
        theirs = _without_light(theirs, mine)
    is_negated = first.negated != second.negated
    if is_negated and (says_not(mine, theirs) if second.negated else says_not(theirs, mine)):
        is_negated = False
    elif not is_negated:
        is_negated = any(not word.forms.isdisjoint(NOT_TO) for word in mine or theirs) and not (mine and theirs)
    differences = {"negation": is_negated, "story": is_other_matter} | vetoes(first, second, aligned, mine, theirs)
    against = next((name for name, differs in differences.items() if differs), "")
    longest = max(len(mine), len(theirs)) + len(aligned) or 1
    return Difference(
        texts={
            "whole": (first.plain, second.plain),
            "core": _cores(first, aligned, mine, theirs),
            "left": (_joined(mine), _joined(theirs)),
        },
        against=against,
        features=_features(mine, theirs, kinds, longest) | _asked(first.asks, second.asks),
    )


class _Laid(NamedTuple):
    """The words of two questions side by side."""

    mine: list[Word]
    theirs: list[Word]
    aligned: list[tuple[Word, Word]]
    kinds: Counter[str]


def _lay(first: Question, second: Question) -> _Laid:
    mine, theirs = list(first.words), list(second.words)
    aligned: list[tuple[Word, Word]] = []
    kinds: Counter[str] = Counter()
    for kind, belongs in _KINDS.items():
        for pair in _matches(mine, theirs, belongs):
            aligned.append(pair)
            kinds[kind] += 1
            kinds["voice"] += kinship(pair[0].text, pair[1].text) == "voice"
    return _Laid(mine, theirs, aligned, kinds)


def _with_story(asked: str, story: str) -> Question:
    question = take_apart(asked)
    told = take_apart(story).words if story else ()
    return replace(question, words=(*question.words, *(replace(word, is_told=True) for word in told)))


def _answers(aligned: Sequence[tuple[Word, Word]], left: Sequence[Word]) -> bool:
    """Whether the question that tells no story has nothing `left` that the other does not say, and that one asks for some of it."""
    asked = [not (a.is_told or b.is_told) for a, b in aligned]
    return not left and len(asked) >= _FEWEST_OF_STORY and any(asked)


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
    "form": lambda one, other: kinship(one.text, other.text) == "form" or sounds_as(one.text, other.text),
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
        "reworded": exchanged([word.text for word in mine], [word.text for word in theirs], reworded),
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
