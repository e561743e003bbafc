"""Names people give themselves in a chat: "меня зовут саша", "зови меня Лёхой", "я Петя, привет", "my name is Alex".

A message becomes one line of lower-case tokens. The frames of `name_lists` find the places where a name may stand, the grammar of
the word there decides whether it is one, and the words around decide whether the user says it, and of themselves.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from language import name_lists as lists
from language.name_words import (
    LONGEST_NAME,
    NOTHING,
    Message,
    Token,
    cased,
    first_name,
    forms,
    forms_of,
    has,
    is_a_name,
    is_person,
    known,
    possible,
    word_in,
)
from language.words import lemma


@dataclass(frozen=True)
class Introduction:
    """A name the user gave for themselves."""

    name: str
    """Nominative and properly cased: "Лёха", "Анна-Мария", "Alex"."""
    asks_more: bool
    """Whether the message says or asks something beyond the introduction, so that it must be answered too."""


class _Found(NamedTuple):
    rank: int
    first: int
    last: int
    name: str


def find_introduction(text: str) -> Introduction | None:
    """The name the user gives for themselves in `text`; None when nobody is introduced, or it is unclear."""
    message = Message(text)
    found: list[_Found] = []
    for frame in lists.FRAMES:
        for match in frame.pattern.finditer(message.line):
            spot = _Spot(message, frame.kind, match, introduced=bool(found))
            name = spot.name()
            if name and spot.is_meant():
                found.append(_Found(frame.rank, spot.first, max(spot.last, spot.end), name))
    if not found:
        return None
    used = {place for item in found for place in range(item.first, item.last + 1)}
    for place, token in enumerate(message.tokens[1:], start=1):  # "я не Саша, я Паша" says no more than "я Паша"
        if message.low(place - 1) == "не" and first_name(token, "nomn", "ablt"):
            used |= {place - 2, place - 1, place} if message.low(place - 2) == "я" else {place - 1, place}
    rest = (token for place, token in enumerate(message.tokens) if place not in used)
    more = any(token.low in "?#" or (token.is_word and token.low not in lists.COURTESIES) for token in rest)
    return Introduction(max(found).name, more)


def asks_to_forget_name(text: str) -> bool:
    """Whether `text` asks not to be called by the known name any more, or says it is wrong, and gives no other."""
    message = Message(text)
    if find_introduction(text):
        return False
    if lists.FORGET.search(message.line):
        return True
    for match in lists.NOT_TO_CALL.finditer(message.line):
        place = message.place_at[match.start()]
        near = [token for token in message.tokens[max(0, place - 2) : place + 9] if token.is_word]
        if any(token.low in ("меня", "мне", "me") for token in near) and any(
            token.low in ("так", "имени", "именем") or first_name(token, "nomn", "ablt") for token in near
        ):
            return True
    names = (message.tokens[message.place_at[match.start("name")]] for match in lists.NOT_NAME.finditer(message.line))
    return any(first_name(name, "nomn") and name.low not in lists.RATHER_WORDS for name in names)


def asks_own_name(text: str) -> bool:
    """Whether `text` asks for the user's own name: "как меня зовут?", "помнишь моё имя?"."""
    message = Message(text)
    starts = (message.place_at[match.start()] for match in lists.OWN_NAME.finditer(message.line))
    return any(lists.NOT_ASKING.isdisjoint(message.before(start)[-5:]) for start in starts)


class _Spot:
    """A place in a message where a frame expects a name."""

    def __init__(self, message: Message, kind: str, match: re.Match[str], introduced: bool) -> None:
        self.message, self.kind, self.match, self.introduced = message, kind, match, introduced
        self.first = message.place_at[match.start()]
        self.last = message.place_at[match.start("name")]
        self.end = message.place_at.get(match.end() + 1, len(message.tokens)) - 1
        self.before = message.before(self.first)
        joint = max((place for place, low in enumerate(self.before) if low in ",-:;)*"), default=-1)
        self.clause = self.before[joint + 1 :]

    def name(self) -> str | None:
        """The name in the nominative, with a patronymic; moves `last` to the end of the full name."""
        tokens, kind = self.message.tokens, self.kind
        cases = ("nomn",) if kind in ("self", "inverted", "polite", "this", "ellipsis") else ("nomn", "ablt")
        following = tokens[self.last + 1] if self.last + 1 < len(tokens) else NOTHING
        if has(tokens[self.last], "Surn", "nomn") and first_name(following, *cases):
            self.last += 1  # "Петров Иван"
        token = tokens[self.last]
        name = first_name(token, *cases)
        if name and not self._fits(token):
            return None
        if not name and kind in ("called", "asked", "english"):
            name = self._strange_name(token)
        if not name:
            return None
        following = tokens[self.last + 1] if self.last + 1 < len(tokens) else NOTHING
        for case in cases:
            if patronymic := word_in(following, case, "Patr"):
                name, self.last = f"{name} {patronymic}", self.last + 1
                following = tokens[self.last + 1] if self.last + 1 < len(tokens) else NOTHING
        if has(following, "Surn") or (following.is_word and following.capital and token.capital and not known(following)):
            self.last += 1
        return name if len(name) <= LONGEST_NAME else None

    def _strange_name(self, token: Token) -> str | None:
        """A word that is no listed first name, where only a name can stand: a rare name, a surname, a nickname."""
        message, asked = self.message, self.kind == "asked"
        ends, following = message.ends(self.last + 1), message.low(self.last + 1)
        if not possible(token) or (following == "?"):
            return None
        if token.low.isascii():
            named = self.kind == "called" or token.capital
            return cased(token.text) if token.low not in lists.LATIN_WORDS and named and (ends or token.capital) else None
        if known(token):
            if self.kind == "called" and ends and token.low in lists.ONLY_CALLED:
                return cased(token.text)
            if not asked and token.low[-1] in "ая" and has(token, "Name", "gent"):  # "Амина", listed as the genitive of "Амин"
                return cased(token.text)
            if (ends and has(token, "Patr", "nomn")) or (token.capital and is_a_name(token)):
                return cased(token.text)
            # "Меня зовут" has a plural subject, so a single noun in the nominative is what the user is called.
            if ends and (token.capital or "NOUN" in forms(token)[0].tags) and not self._in_a_place():
                if has(token, "NOUN", "nomn") and (token.capital or (not asked and has(token, "anim", "nomn"))):
                    return cased(token.text)
                return word_in(token, "ablt", "NOUN") if asked and token.capital else None
            return None
        top = forms(token)[0].tags
        if re.match(r"по-|кое-", token.low) or re.search(r"-(?:то|либо|нибудь)$|тьс?я?$", token.low):
            return None
        if following in lists.PLACES or not (ends or token.capital or following in lists.FOLLOWERS):
            return None
        if not token.capital and "plur" in top and "Name" not in top:
            return None
        ablative = re.search(r"(?:ой|[её]й|[её]м|ом|ью)$", token.low) and word_in(token, "ablt", "NOUN")
        return (asked and ablative) or cased(token.text)

    def _fits(self, token: Token) -> bool:
        """Whether a first name can be the user's in a frame that is weaker than "меня зовут"."""
        message, kind, place = self.message, self.kind, self.last
        following = message.low(place + 1)
        if kind == "bare":  # "зови Сашу", "зови Айгуль" ask to fetch somebody
            return not has(token, "Name", "accs") or "просто" in self.match[0]
        if kind == "instead":
            other = message.tokens[message.place_at[self.match.start("other")]]
            return bool(first_name(other, "nomn", "ablt")) and lists.CORRECTING.issuperset(
                low for low in self.before if low[0].isalpha()
            )
        if kind == "ellipsis":
            return not message.vocabulary.isdisjoint(("зовут", "звать"))
        if kind == "short":
            words = self.match[0].split()
            return self.introduced or (not self.clause and "просто" in words and len(words) > 2)
        if kind == "this":
            opening = {token.low for token in message.tokens[: self.first] if token.is_word} if self.first < 20 else set()
            named = message.ends(place + 1) or following == "из" or message.tokens[place + 1].capital
            owned = message.low(place + 2) in lists.RELATIVES or following == "?"
            greeted = bool(opening & lists.GREETINGS) and opening <= lists.COURTESIES
            return greeted and named and not owned and token.low not in lists.BOT_NAMES | {"питер"}
        if kind not in ("self", "inverted", "polite"):
            return True
        if token.low in lists.BOT_NAMES and (kind == "polite" or not message.ends(place + 1)):
            return False  # "это я, Гриша", "я гриша устал": the bot is spoken to
        if kind == "inverted":
            return not self.clause and token.low not in lists.RATHER_WORDS
        return self._is_no_other_word(token)

    def _is_no_other_word(self, token: Token) -> bool:
        """After a bare "я": that the word is not a common noun, an adjective or an object ("я лев", "я рад", "я света не вижу")."""
        message, place = self.message, self.last
        following = message.tokens[place + 1] if place + 1 < len(message.tokens) else NOTHING
        if token.low.isascii():
            return message.ends(place + 1) or following.capital or following.low in lists.FOLLOWERS
        others = [form.tags for form in forms(token) if not {"Name", "Surn", "Geox", "Patr", "GRND", "Orgn"} & form.tags]
        rival = any("NOUN" not in tags or {"nomn", "sing"} <= tags for tags in others)
        if token.low in lists.RATHER_WORDS or (rival and token.low not in lists.RATHER_NAMES | lists.MORE_NAMES):
            around = [near.low for near in message.tokens[max(0, self.first - 20) : self.first]] + message.after(place)
            framed = token.capital or message.low(place - 1) == "-" or not lists.COURTESIES.isdisjoint(around)
            rather = token.low in lists.RATHER_WORDS and lists.ZODIAC.isdisjoint(message.vocabulary)
            return rather and framed and message.ends(place + 1)
        if following.is_word and following.capital and place + 2 < len(message.tokens):
            following = message.tokens[place + 2]  # "я Гарри Поттер смотрю"
        if following.low == "не" or "VERB" in forms(following)[0].tags:
            plain = token.capital or token.low in lists.RATHER_NAMES
            return not (has(token, "NOUN", "accs") or (others and not plain))
        return True

    def is_meant(self) -> bool:
        """Whether the user says it as true, and not in a question, a story or somebody else's words."""
        near = [low for low in self.clause if low not in lists.PARTICLES][-1:]
        unreal = " ".join(self.before).replace("если что", "").replace("если ты забыл", "").split()
        if not lists.SPOILERS.isdisjoint(near) or not lists.UNREAL.isdisjoint(unreal):
            return False
        if any(lemma(low) in lists.FICTION for low in self.clause) or self._is_quoted():
            return False
        if not lists.INFINITIVES.isdisjoint(words := self.match[0].split()) and not (
            lists.COURTESIES.issuperset(self.clause) or not lists.MAY.isdisjoint([*self.clause, *words])
        ):
            return False  # "он стал звать меня Леной"
        if self.kind in ("asked", "bare", "english") or not lists.INFINITIVES.isdisjoint(words):
            return lists.NO_REQUEST.isdisjoint(self.clause) and self._goes_on_well()
        return not (self.kind in ("self", "this") and near == ["что"]) and self._goes_on_well()

    def _goes_on_well(self) -> bool:
        """Whether what follows the name leaves it the user's: no second subject, no infinitive, no bare question mark."""
        last = max(self.last, self.end)
        after = self.message.after(last)
        following, second = (*self.message.tokens[last + 1 : last + 3], NOTHING, NOTHING)[:2]
        if following.low in ("и", "или", "да") and (first_name(second, "nomn", "ablt") or has(second, "NOUN", "nomn")):
            return False  # "меня зовут Саша и Лена на дачу"
        if following.low in ("с", "со") and has(second, "anim", "ablt"):
            return False
        if (following.low in ("ли", "что") and "ли" in (following.low, second.low)) or "INFN" in forms(following)[0].tags:
            return False
        if following.low.startswith("по-") or (following.low == "на" and second.low.endswith("ском")):
            return False  # "как будет меня зовут Саша по-английски"
        words = [low for low in after if low[0].isalpha()]
        if "?" in after[-1:] and lists.TAGS.issuperset(words) and self.kind != "asked":
            return False
        teller = words and lemma(words[0]) in lists.SPEECH and forms_of(words[0])[0].tags
        return not (teller and {"VERB", "sing"} <= teller and ("past" in teller or "3per" in teller) and not following.is_word)

    def _is_quoted(self) -> bool:
        """Whether somebody else says it, or the bot is to say, write or translate it."""
        before = self.before
        told = before[: len(before) - 1 - before[::-1].index(":")] if ":" in before else []
        if any(low in lists.THIRD_PERSONS or low in ("такой", "такая") or is_person(low) for low in told):
            return True
        subject = any(low in lists.STORY_SUBJECTS or is_person(low) for low in before)
        for place, low in enumerate(before):
            verb = lemma(low) if low[0].isalpha() else ""
            between = before[place + 1 :]
            if verb in ("перевести", "переводить", "перевод") or re.fullmatch("по-.+ски", low):
                return True
            tags = forms_of(low)[0].tags if verb in lists.SPEECH and before[place - 1 : place] != ["не"] else frozenset()
            told_that = "что" in between or ":" in between
            if "impr" in tags:
                if told_that or "," not in between:
                    return True
            elif "past" in tags and "я" not in before[:place]:
                if subject or ":" in between or (told_that and tags & {"plur", "neut"}):
                    return True
            elif tags & {"2per", "3per"}:
                return True
        return False

    def _in_a_place(self) -> bool:
        """Whether it is a name for some place only: "в школе меня зовут Крот"."""
        return not lists.PLACES.isdisjoint(self.clause[-4:-1]) and "loct" in {
            tag for form in forms_of(self.clause[-1]) for tag in form.tags
        }
