"""Names people give themselves in a chat: "меня зовут саша", "зови меня Лёхой", "я Петя, привет", "my name is Alex".

The way of a message:

1. `tokens` makes one line of lower-case tokens of it, leaves out what is quoted and mends misspelt frames.
2. The patterns of `frames` find the places where a name may stand: after "меня зовут", before "меня зовут", after "я" ...
3. For each, `spots` asks the grammar of the word (`first_names`, `lists`) whether it is a name, and the words around it
   (`claims`, `context`, `stories`) whether the user says it, and of themselves.
4. Where no frame finds one, `answers` looks whether the message is hardly more than a name that answers or corrects.
5. `likelihood` weighs all that may be a name in the message (`candidates`) by what is around it (`surroundings`, `relations`) and
   by what the frames say of it, and decides.
"""

from dataclasses import dataclass
from typing import NamedTuple

from language.names import context, frames, lists
from language.names.answers import answered_name, corrected_name, is_alone
from language.names.first_names import first_name
from language.names.likelihood import likeliest
from language.names.spots import framed
from language.names.tokens import Message
from language.words import word_set

_LONGEST = 150
"""Tokens of a message whose names are weighed: in a longer one nobody is the likelier for what is around, and it takes its time."""
_SURE = 9
"""Above the rank of any frame."""
_IN_LATIN = word_set("zovut zovi zovite menya menja ya eto")
"""What introductions in Latin letters are made of."""


@dataclass(frozen=True)
class Introduction:
    """A name the user gave for themselves."""

    name: str
    """Nominative and properly cased: "Лёха", "Анна-Мария", "Alex"."""
    asks_more: bool
    """Whether the message says or asks something beyond the introduction, so that it must be answered too."""
    asks_back: bool = False
    """Whether all that it asks beside is the other's name: "а тебя?"."""


class _Found(NamedTuple):
    rank: int
    first: int
    last: int
    name: str


def find_introduction(text: str, *, asked: bool | None = None, known: str | None = None) -> Introduction | None:
    """The name the user gives for themselves in `text`; None when nobody is introduced, or it is unclear.

    Args:
        text: the message.
        asked: whether it answers the question for the user's name, or another one; None when the bot has asked nothing.
        known: the name by which the user has just been called, which "ой, Паша" corrects.
    """
    message = Message(text)
    found = _found(message, asked=asked, known=known)
    if not found:
        return None
    rest = _beside(message, found)
    beyond = set(rest) - context.COURTESIES - context.EXCUSES - _IN_LATIN
    asks_back = _asks_back(rest, beyond)
    return Introduction(max(found).name, bool(beyond) or asks_back, asks_back)


def _found(message: Message, *, asked: bool | None, known: str | None) -> list[_Found]:
    """The names that the user gives for themselves."""
    names = framed(message)
    found = [_Found(*one[:4]) for one in names if one.is_meant]
    if not found and (answer := answered_name(message, asked=asked) or (known and corrected_name(message, known)) or None):
        return [_Found(0, *answer)]
    if len(message.tokens) > _LONGEST:
        return found
    likely = likeliest(message, names)
    if not likely or is_alone(message, likely.first, likely.last):  # `answered_name` knows what a name alone means
        return []
    return [*found, _Found(_SURE, likely.first, likely.last, likely.name)]


def _beside(message: Message, found: list[_Found]) -> list[str]:
    """The words and question marks of the message that are no part of an introduction or a correction."""
    used = {place for item in found for place in range(item.first, item.last + 1)}
    for place, token in enumerate(message.tokens[1:], start=1):  # "я не Саша, я Паша" says no more than "я Паша"
        if message.low(place - 1) == "не" and first_name(token, "nomn", "ablt"):
            used |= {place - 2, place - 1, place} if message.low(place - 2) == "я" else {place - 1, place}
    return [token.low for place, token in enumerate(message.tokens) if place not in used and (token.is_word or token.low in "?#")]


def _asks_back(rest: list[str], beyond: set[str]) -> bool:
    """Whether all that the message asks beside is the other's name: "а тебя?", "а ты кто?", but not "ты как?"."""
    if not beyond <= context.ASKING_BACK | {"?"} or not ("?" in beyond or rest[-2:-1] == ["а"]):
        return False
    if "как" in rest and not {"ты", "вы", "у"}.isdisjoint(rest):
        return "имя" in rest
    return not {"ты", "тебя", "вы", "вас", "твое", "ваше"}.isdisjoint(rest)


def asks_for_name(reply: str) -> bool:
    """Whether `reply`, which the bot has given, asks for the user's name."""
    said = reply.lower()
    questions = frames.QUESTION.findall(said)
    return any(all(part.search(question) for part in frames.QUESTION_PARTS) for question in questions) or bool(
        frames.INVITATION.search(said)
    )


def asks_to_forget_name(text: str) -> bool:
    """Whether `text` asks not to be called by the known name any more, or says it is wrong, and gives no other."""
    message = Message(text)
    if find_introduction(text):
        return False
    if frames.FORGET.search(message.line):
        return True
    for match in frames.NOT_TO_CALL.finditer(message.line):
        place = message.place_at[match.start()]
        near = [token for token in message.tokens[max(0, place - 2) : place + 9] if token.is_word]
        if any(token.low in ("меня", "мне", "me") for token in near) and any(
            token.low in ("так", "имени", "именем") or first_name(token, "nomn", "ablt") for token in near
        ):
            return True
    names = (message.tokens[message.place_at[match.start("name")]] for match in frames.NOT_NAME.finditer(message.line))
    return any(first_name(name, "nomn") and name.low not in lists.RATHER_WORDS for name in names)


def asks_own_name(text: str) -> bool:
    """Whether `text` asks for the user's own name: "как меня зовут?", "помнишь моё имя?"."""
    message = Message(text)
    starts = (message.place_at[match.start()] for match in frames.OWN_NAME.finditer(message.line))
    return any(context.NOT_ASKING.isdisjoint(message.before(start)[-5:]) for start in starts)
