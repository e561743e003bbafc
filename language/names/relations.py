"""How a name that stands in a message relates to the other words: who speaks, who acts, what is called, and the other names."""

from collections.abc import Iterator, Sequence

from language.names import context
from language.names.candidates import Candidate
from language.names.first_names import forms_of
from language.names.tokens import SENTENCE_MARKS, Message, Token, distance
from language.words import fold, word_set

_I = word_set("я меня мне мной мое мой моя")
_YOU = word_set("ты тебя тебе тобой вы вас вам вами твой твоя ваш ваша")
_OTHERS = word_set("он она его ее ему ей они их нее него")
_REACH = 20
"""So many words on either side are looked at."""
_FAR = 5
_AROUND, _BESIDE = 8, 3
"""Of so many words the lemmas count for themselves."""
_SAME_STEM = 3


def roles(token: Token) -> list[tuple[str, str]]:
    """What a word is to a name beside it: the role, and which of the kind."""
    if not token.is_word:
        return []
    form = forms_of(token.low)[0]
    tags, found = form.tags, []
    if token.low in _I:
        found.append(("I", token.low))
    elif token.low in _YOU:
        found.append(("you", ""))
    elif token.low in _OTHERS:
        found.append(("he", ""))
    if fold(form.normal) in context.NAMING:
        mood = next((tag for tag in ("impr", "plur", "INFN", "NOUN") if tag in tags), "sing")
        found += [("naming", mood), ("named", fold(form.normal))]
    if "VERB" in tags:
        person = "2per" if "impr" in tags else next((tag for tag in ("1per", "2per", "3per") if tag in tags), "past")
        found.append(("verb", f"{person}{' plur' * ('plur' in tags)}"))
    elif {"NOUN", "anim"} <= tags and "Name" not in tags:
        found.append(("person", "nomn" if "nomn" in tags else "oblique"))
    return found


def relations(message: Message, one: Candidate, parts: Sequence[list[tuple[str, str]]]) -> Iterator[str]:
    """The nearest word of each role on either side, how far it is and what is between; and which roles there are at all."""
    for side, start, step in (("left", one.first - 1, -1), ("right", one.last + 1, 1)):
        place, far, between = start, 0, ""
        seen: set[str] = set()
        while 0 <= place < len(message.tokens) and far < _REACH:
            low = message.low(place)
            if message.at(place).is_word:
                far += 1
            elif low in SENTENCE_MARKS:
                if between == ".":
                    break
                between = "."
            elif low in ",-:;)*":
                between = between or ","
            for role, which in parts[place]:
                if role not in seen:
                    seen.add(role)
                    yield f"{side} {role} {which} {between}"
                    yield f"{side} {role} {which} {min(far, _FAR)} {between}"
            place += step
        yield from (f"{side} no {role}" for role in ("I", "you", "he", "verb", "person", "naming") if role not in seen)
    yield from {
        f"has {role} {which}" for place, part in enumerate(parts) if not one.first <= place <= one.last for role, which in part
    }


def siblings(message: Message, one: Candidate, among: Sequence[Candidate]) -> Iterator[str]:
    """What the other names tell of this one: that they are denied, or are the same name in other words."""
    if _is_denied(message, one):
        yield "denied"
    for other in among:
        if other.last < one.first or other.first > one.last:
            order = "before" if other.place < one.place else "after"
            if _is_denied(message, other):
                yield f"{order} one denied"
            a, b = fold(one.name), fold(other.name)
            if a == b:
                yield f"same {order}"
            elif a[:_SAME_STEM] == b[:_SAME_STEM] or distance(a, b) < _SAME_STEM:
                yield f"like {order}"


def _is_denied(message: Message, one: Candidate) -> bool:
    return message.low(one.first - 1) == "не" or (message.low(one.first - 1) == "я" and message.low(one.first - 2) == "не")


def lemmas(message: Message, one: Candidate, normal: Sequence[str]) -> Iterator[str]:
    """The words on either side, the nearest apart, and those that the message says at all."""
    for side, places in (("left", range(one.first - 1, -1, -1)), ("right", range(one.last + 1, len(normal)))):
        words = [normal[place] for place in places if normal[place]][:_AROUND]
        yield from (f"{side} near {word}" for word in words[:_BESIDE])
        yield from (f"{side} around {word}" for word in words)
    yield from (f"said {word}" for place, word in enumerate(normal) if word and not one.first <= place <= one.last)


def sentence(message: Message, one: Candidate, parts: Sequence[list[tuple[str, str]]]) -> Iterator[str]:
    """Where in the message its sentence stands, and whether it has a verb."""
    ends = [place for place, token in enumerate(message.tokens) if token.low in SENTENCE_MARKS]
    start = max((place for place in ends if place < one.first), default=-1) + 1
    end = min((place for place in ends if place > one.last), default=len(message.tokens))
    first, last = _is_silent(message, 0, start), _is_silent(message, end, len(message.tokens))
    opens, closes = _is_silent(message, start, one.first), _is_silent(message, one.last + 1, end)
    verb = any(role == "verb" for part in parts[start:end] for role, _ in part)
    mark = "word" if message.at(one.last + 1).is_word else message.low(one.last + 1)
    where = f"first {first} last {last}"
    yield where
    yield f"{where} verb {verb}"
    yield f"opens {opens} closes {closes} verb {verb}"
    yield f"{where} opens {opens} closes {closes}"
    yield f"{where} opens {opens} before {mark} verb {verb}"


def _is_silent(message: Message, start: int, end: int) -> bool:
    return not any(token.is_word for token in message.tokens[start:end])
