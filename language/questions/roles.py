"""Whether two questions have the same words, but another does it, or to another."""

from collections.abc import Sequence

from language.questions.parts import Question, Word

_Pairs = Sequence[tuple[Word, Word]]


def swapped(one: Question, other: Question, aligned: _Pairs) -> bool:
    """Whether those who do something and those it is done to have changed places; `aligned` are the words that belong together."""
    return _change_roles(one, other, aligned) or _is_turned(one.pronouns, other.pronouns) or _change_places(one, other, aligned)


def _change_roles(one: Question, other: Question, aligned: _Pairs) -> bool:
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
        # Who is not named in the one is told by the verb: "обиделась на маму" and "мама обиделась на меня".
        to_object |= to_subject and roles == [set(), {"o"}] and who != "к"
        to_subject |= to_object and roles == [{"o"}, set()] and who != "к"
    return to_object and to_subject


def _is_turned(one: tuple[tuple[str, str], ...], other: tuple[tuple[str, str], ...]) -> bool:
    """Whether the same pronouns come in another order, though in the same cases: "мне ему" and "ему мне"."""
    return one != other and sorted(one) == sorted(other) and [case for _, case in one] == [case for _, case in other]


def _change_places(one: Question, other: Question, aligned: _Pairs) -> bool:
    """Whether two nouns change both their order and their forms: "брат старше сестры" and "сестра старше брата"."""
    changed = [
        (one.words.index(a), other.words.index(b))
        for a, b in aligned
        if a.part == b.part == "NOUN" and a.text != b.text and a.forms & b.forms and a.preposition == b.preposition
    ]
    return any((a < c) != (b < d) for a, b in changed for c, d in changed if (a, b) != (c, d))
