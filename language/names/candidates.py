"""The words of a message that may be a name, whoever bears it."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from language.names import context, lists
from language.names.first_names import cased, first_name, forms, forms_of, has, known, possible, word_in
from language.names.spots import Framed
from language.names.tokens import Message, Token
from language.words import fold, word_set

# Small words that say nothing of whose name it is.
FILLERS = context.COURTESIES - word_set(
    "меня зовут я это зови зовите называй звать имя мое все запомни тебя тебе тобой ты с со кто можно друзей друзья паспорту "
    "бот гриша гришаня гриш григорий my name is am i'm i"
)
_TITLES = word_set(
    "тетя тетей тетушка тетушкой дядя дядей баба бабой бабушка бабушкой дед дедом дедушка дедушкой матушка матушкой отец отцом"
)
"""Who is called so is called so with the title."""
_CASES = ("nomn", "ablt", "accs", "gent", "datv")
_NEAR = 3


class Candidate(NamedTuple):
    """A name that stands in a message, whoever bears it."""

    name: str
    first: int
    """Where it begins, with the title."""
    place: int
    last: int
    """Where it ends, with the patronymic."""
    case: str
    """The case of a first name; of other words why they may be one."""


def candidates(message: Message, framed: Sequence[Framed]) -> list[Candidate]:
    """The first names and patronymics in `message`, what stands in a frame as a name, and what may be a nickname."""
    found: list[Candidate] = []
    is_named = any(_names(token) for token in message.tokens)
    for place, token in enumerate(message.tokens):
        if possible(token) and (token.low not in FILLERS or token.low in lists.BOT_NAMES):
            found += list(_names_at(message, place, token)) or _nicknames_at(message, place, token, is_named)
    listed = {fold(one.name) for one in found} | {fold(one.name).partition(" ")[2] for one in found if one.first < one.place}
    unlisted = {one.name: one.place for one in framed if fold(one.name) not in listed}
    return found + [Candidate(name, place, place, place + name.count(" "), "framed") for name, place in unlisted.items()]


def _names_at(message: Message, place: int, token: Token) -> Iterator[Candidate]:
    names: set[str] = set()
    for case in _CASES:
        if (name := first_name(token, case)) and fold(name) not in names:
            names.add(fold(name))
            yield _full(message, name, place, case)
    alone = word_in(token, "nomn", "Patr") or word_in(token, "ablt", "Patr")
    if not names and alone and not has(message.at(place - 1), "Name"):
        yield Candidate(alone, place, place, place, "Patr")


def _full(message: Message, name: str, place: int, case: str) -> Candidate:
    """A first name with the patronymic that follows, and the title before it."""
    after = message.at(place + 1)
    patronymic = word_in(after, case, "Patr") or word_in(after, "nomn", "Patr")
    last = place + bool(patronymic)
    name = f"{name} {patronymic}" if patronymic else name
    before = message.at(place - 1)
    title = word_in(before, case, "NOUN") if before.low in _TITLES else None
    if title:
        return Candidate(f"{title} {name}", place - 1, place, last, case)
    return Candidate(name, place, place, last, case)


def _nicknames_at(message: Message, place: int, token: Token, is_named: bool) -> list[Candidate]:
    """A word that the dictionary does not know, or, where a message speaks of names, any noun."""
    if token.low in lists.LATIN_WORDS or token.low in context.COURTESIES:
        return []
    if token.low.isascii():
        return [Candidate(cased(token.text), place, place, place, "latin")] if token.capital or is_named else []
    if token.capital and word_in(message.at(place + 1), "nomn", "Patr"):  # whatever it is, it is a first name
        return [_full(message, cased(token.text), place, "nomn")]
    near = not message.words(place - _NEAR, place + _NEAR + 1).isdisjoint(context.OWN | {"это"})
    if not known(token):
        if not (token.capital or is_named or near):
            return []
        ablative = word_in(token, "ablt", "NOUN")
        found = [Candidate(cased(token.text), place, place, place, "strange")]
        if ablative and fold(ablative) != token.low:
            found.append(Candidate(ablative, place, place, place, "strange ablt"))
        return found
    tags = forms(token)[0].tags
    kind = "NOUN" if "NOUN" in tags else "ADJF" if "ADJF" in tags else None
    if not is_named or kind is None or _names(token):
        return []
    found = []
    for case in ("nomn", "ablt"):
        if (name := word_in(token, case, kind)) and (not found or found[0].name != name):
            found.append(Candidate(name, place, place, place, f"{kind} {case}"))
    return found


def _names(token: Token) -> bool:
    """Whether the word speaks of names: "зови", "кличка"."""
    return token.is_word and fold(forms_of(token.low)[0].normal) in context.NAMING
