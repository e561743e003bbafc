"""Names that stand without a frame: answers to "как тебя зовут?", "Соня, 14 лет", and corrections of the name used."""

from language.names import context, lists
from language.names.alone import is_alone, named_in_passing, stands_apart
from language.names.first_names import cased, first_name
from language.names.people import Person, is_ambiguous, person_at, tell_of_self
from language.names.tokens import SENTENCE_MARKS, Message, Token, distance
from language.words import fold

_BREAKS = SENTENCE_MARKS | {")", "*", ";"}


def answered_name(message: Message, *, asked: bool | None) -> Person | None:
    """The name that a message gives without a frame: "Костя, 25 лет", "Костя, а тебя?", and "Костя" alone.

    A name alone counts when it was `asked` for, or nothing was (None); after another question (False) it answers that one.
    """
    place = _opening(message)
    found = person_at(message, place, may_decline=bool(asked)) if place is not None else None
    if not found:
        return named_in_passing(message) or (stands_apart(message) if asked is None else None)
    token = message.at(found.place)
    if not message.words(0, found.first).isdisjoint(context.OF_ONESELF) and not found.famous:
        return found  # "о себе: Лилиана, рисую"
    if (asked and _is_addressed(message, found.first)) or (token.low in lists.BOT_NAMES and not asked):
        return None
    if message.low(found.first - 1) != "это" and tell_of_self(message, found):
        return found
    if is_ambiguous(token) and not token.capital and not asked:
        return named_in_passing(message)
    if _is_met(message, found.last) or _asks_back(message, found.last) or _asks_about_name(message, found.last):
        return found
    met_before = not context.ACQUAINTANCE.isdisjoint(message.words(0, found.first)) and message.low(found.first - 1) in ",:-"
    if (asked or met_before) and message.low(found.last + 1) != "?":
        closing = [near.low for near in message.tokens[found.last + 1 :] if near.is_word]
        if message.ends(found.last + 1) or (asked and context.COURTESIES.issuperset(closing[:4])):
            return found
    if asked is None and is_alone(message, found):
        return found
    return named_in_passing(message) or (stands_apart(message) if asked is None else None)


def corrected_name(message: Message, known: str) -> Person | None:
    """The name that a message of hardly more than a correction gives in place of `known`: "ой, Паша", "*Паша"."""
    names = [name for token in message.tokens if (name := _other_name(token, known))]
    rest = {token.low for token in message.tokens if token.is_word} - set(map(fold, names)) - {fold(known)}
    slip = "*" in message.vocabulary or not rest.isdisjoint(context.EXCUSES)
    if len(names) != 1 or not slip or "?" in message.vocabulary or not rest <= context.EXCUSES | {"а", "ну", "же", "это", "извини"}:
        return None
    name = names[0]
    is_slip = "*" in message.vocabulary or not rest.isdisjoint(context.SLIPS) or distance(fold(name), fold(known)) < 3
    return Person(0, 0, len(message.tokens) - 1, cased(name)) if is_slip else None


def _other_name(token: Token, known: str) -> str | None:
    name = first_name(token, "nomn")
    return name if name and fold(name) != fold(known) and token.low not in lists.BOT_NAMES else None


def _opening(message: Message) -> int | None:
    """The place of the first word that is no greeting or small word, within the first few."""
    for place, token in enumerate(message.tokens[:12]):
        if token.is_word and (
            token.low not in context.COURTESIES | context.ASIDES | context.OF_ONESELF or token.low in lists.BOT_NAMES
        ):
            return place
        if token.low in "?#":
            return None
    return None


def _is_addressed(message: Message, place: int) -> bool:
    """Whether the name is that of the one spoken to: "привет, Гриша"; the bot's own is the user's only where it stands alone."""
    before = message.low(place - 1 - (message.low(place - 1) == ","))
    if message.at(place).low in lists.BOT_NAMES:
        return not message.words(0, len(message.tokens)) <= lists.BOT_NAMES | {"я", "тоже", "просто"}
    return before in context.GREETINGS


def _is_met(message: Message, last: int) -> bool:
    """Whether the rest is what one says when one meets somebody: "Костя, приятно познакомиться"."""
    rest = message.words(last + 1, last + 12)
    if message.low(last + 1) in (".", "¶") and message.low(last + 2) in context.GREETINGS:
        return message.low(last + 2) != "привет"
    mark = 1 + (message.at(last + 1).is_word or 0)
    polite = rest & context.ACQUAINTANCE and message.low(last + mark) in SENTENCE_MARKS | {",", ")"}
    return bool(rest & context.ACQUAINTANCE) and (rest <= context.COURTESIES or (bool(polite) and len(rest) < 6))


def _asks_about_name(message: Message, last: int) -> bool:
    """Whether only what one thinks of the name is asked: "Влад)) норм имя?"."""
    rest = message.words(last + 2, last + 12)
    return (
        message.low(last + 1) in _BREAKS and 1 < len(rest) < 6 and bool(rest & {"имя", "звучит", "имечко"}) and "твое" not in rest
    )


def _asks_back(message: Message, last: int) -> bool:
    """Whether the rest only asks for the other's name: "Костя, а тебя?"."""
    rest = message.words(last + 1, last + 12)
    asks = {"тебя", "вас", "ты", "вы", "твое", "ваше"} & rest and "а" in rest
    return bool(asks) and rest <= context.ASKING_BACK | {"же", "ну", "гриша"}
