"""Messages that are hardly more than a name: answers to "как тебя зовут?", and corrections of the name just used."""

from language.names import context, lists
from language.names.first_names import cased, first_name, forms, has, is_ambiguous, possible, rivals, word_in
from language.names.tokens import SENTENCE_MARKS, Message, Token, distance
from language.words import fold, word_set

_Answer = tuple[int, int, str]
"""The first and the last token that are used up, and the name."""

_SIGHS = word_set("ой ах ох эх ух")
_OF_OTHERS = word_set("он она его ее ей ему нее него")


def answered_name(message: Message, *, asked: bool | None) -> _Answer | None:
    """The name with which a message opens: "Костя, 25 лет", "Костя, а тебя?"; when `asked` for it, "Сашей" and "ну Костя" as well.

    Nothing but a name is one unless something else was asked: `asked` is None where the bot has asked nothing.
    """
    place = _opening(message)
    if place is None:
        return None
    if asked and has(message.at(place), "Surn", "nomn") and first_name(message.at(place + 1), "nomn"):
        place += 1  # "Петров Иван"
    token = message.at(place)
    # "Как к тебе обращаться?" is answered with "Сашей" as well.
    name = first_name(token, "nomn", "ablt") if asked and message.ends(place + 1) else first_name(token, "nomn")
    if not name or (asked and _is_addressed(message, place)) or (token.low in lists.BOT_NAMES and not asked):
        return None
    last = place
    if patronymic := word_in(message.at(last + 1), "nomn", "Patr"):
        name, last = f"{name} {patronymic}", last + 1
    if has(message.at(last + 1), "Surn", "nomn") and message.at(last + 1).low not in context.COURTESIES:
        last += 1
    if _tells_home(message, last) or (message.low(place - 1) != "это" and _tells_trade(message, last, full=last > place)):
        return place, last, name
    if not message.ends(last + 1) and not message.at(last + 1).text.isdigit():
        closing = [near.low for near in message.tokens[last + 1 :] if near.is_word]
        if not (asked or context.ACQUAINTANCE & set(closing)) or not context.COURTESIES.issuperset(closing[:4]):
            return None
    if asked is None and is_alone(message, place, last) and _is_sure(message, place, last):
        return place, last, name
    if _is_met(message, last) or _tells_age(message, last) or _asks_back(message, last):
        return (place, last, name) if not (rivals(token) and token.low in lists.RATHER_WORDS and not token.capital) else None
    met_before = not context.ACQUAINTANCE.isdisjoint(message.words(0, place))
    if asked or (met_before and message.at(place - 1).low in ",:-"):
        return (place, last, name) if message.at(last + 1).low != "?" else None
    return None


def corrected_name(message: Message, known: str) -> _Answer | None:
    """The name that a message of hardly more than a correction gives in place of `known`: "ой, Паша", "*Паша"."""
    names = [name for token in message.tokens if (name := _other_name(token, known))]
    rest = {token.low for token in message.tokens if token.is_word} - set(map(fold, names)) - {fold(known)}
    slip = "*" in message.vocabulary or not rest.isdisjoint(context.EXCUSES)
    if len(names) != 1 or not slip or "?" in message.vocabulary or not rest <= context.EXCUSES | {"а", "ну", "же", "это", "извини"}:
        return None
    name = names[0]
    is_slip = "*" in message.vocabulary or not rest.isdisjoint(context.SLIPS) or distance(fold(name), fold(known)) < 3
    return (0, len(message.tokens) - 1, cased(name)) if is_slip else None


def _other_name(token: Token, known: str) -> str | None:
    name = first_name(token, "nomn")
    return name if name and fold(name) != fold(known) and token.low not in lists.BOT_NAMES else None


def _opening(message: Message) -> int | None:
    """The place of the first word that is no greeting or small word, within the first few."""
    for place, token in enumerate(message.tokens[:12]):
        if token.is_word and (token.low not in context.COURTESIES or token.low in lists.BOT_NAMES):
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


def is_alone(message: Message, first: int, last: int) -> bool:
    """Whether the message has no other words than those from `first` to `last`, greetings and sighs."""
    return message.words(0, first) | message.words(last + 1, len(message.tokens)) <= context.GREETINGS | _SIGHS


def _is_sure(message: Message, place: int, last: int) -> bool:
    """Whether a name alone is nothing else: no call, no question, no word of another meaning."""
    plain = message.vocabulary.isdisjoint(context.GREETINGS | set("?#,")) and message.at(place).low not in lists.BOT_NAMES
    return plain and (last > place or not is_ambiguous(message.at(place)))


def _is_met(message: Message, last: int) -> bool:
    """Whether the rest is what one says when one meets somebody: "Костя, приятно познакомиться"."""
    rest = message.words(last + 1, last + 12)
    return bool(rest & context.ACQUAINTANCE) and rest <= context.COURTESIES


def _tells_age(message: Message, last: int) -> bool:
    """Whether an age follows: "Лиза, 17", "Лиза 17 лет"."""
    place = last + 1 + (message.low(last + 1) in ",-.¶")
    age = message.at(place).text
    unit = message.low(place + 1)
    following = message.tokens[place + 1 : place + 12]
    if any(token.low in _OF_OTHERS or (first_name(token, "nomn") and not rivals(token)) for token in following):
        return False  # "Маша 5 лет, Ваня 3 года", "Лиза, 20 лет, что ей посоветовать?"
    return age.isdigit() and 5 <= int(age[:4]) < 100 and (message.ends(place + 1) or unit in context.AGES)


def _tells_home(message: Message, last: int) -> bool:
    """Whether, beside a greeting, only a place follows: "Здарова, Тимур из Казани", "Привет! Жанар, Астана"."""
    greets = not message.vocabulary.isdisjoint(context.GREETINGS)
    home, near = message.at(last + 2), message.low(last + 1)
    placed = near == "из" or (near == "," and has(home, "Geox", "nomn") and "Geox" in forms(home)[0].tags)
    alone = near == "," and last + 3 >= len(message.tokens)
    return (greets or alone) and placed and home.is_word and message.ends(last + 3)


def _tells_trade(message: Message, last: int, *, full: bool) -> bool:
    """Whether a trade follows: "Здравствуйте, Анна Серова, бухгалтер"; after a first name alone only where nothing is asked."""
    trade = message.at(last + 2)
    greets = not message.vocabulary.isdisjoint(context.GREETINGS)  # "Анна Ахматова, поэтесса" is of somebody else
    named = message.low(last + 1) == "," and possible(trade) and has(trade, "NOUN", "anim", "nomn") and not has(trade, "Name")
    return named and message.low(last + 3) in SENTENCE_MARKS | {"из"} and (greets if full else "?" not in message.vocabulary)


def _asks_back(message: Message, last: int) -> bool:
    """Whether the rest only asks for the other's name: "Костя, а тебя?"."""
    rest = message.words(last + 1, last + 12)
    asks = {"тебя", "вас", "ты", "вы", "твое", "ваше"} & rest and "а" in rest
    return bool(asks) and rest <= context.ASKING_BACK | {"же", "ну", "гриша"}
