"""What rules out that two questions are one, whatever an encoder says."""

from language.questions.forms import NOT_TO
from language.questions.kinship import opposed
from language.questions.opposites import opposite
from language.questions.parts import Question, Word
from language.questions.roles import swapped
from language.words import word_set

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
_OTHER_TIMES = word_set("прошлый позапрошлый прошедший минувший следующий будущий")
"""What tells one time from another even when the other is not named: "в прошлом году" and "в этом году"."""


def vetoes(
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
        "time": any(a.time and b.time and a.time[0] == b.time[0] for a in mine for b in theirs)
        or any(not word.forms.isdisjoint(_OTHER_TIMES) for word in (*mine, *theirs)),
        "opposite": any(opposite(a.forms, b.forms) or opposed(a.text, b.text) for a in mine for b in theirs),
        "name": any(a.is_name and b.is_name and (a.part == "LATN") == (b.part == "LATN") for a in mine for b in theirs),
    }


def says_not(plain: list[Word], negated: list[Word]) -> bool:
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
