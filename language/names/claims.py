"""Frames that are weaker than "меня зовут": what else must be true of the message for the name to be the user's."""

import re
from functools import cached_property

from language.names import context, lists
from language.names.first_names import first_name, forms, has, known, possible, rivals
from language.names.tokens import SENTENCE_MARKS, Message, Token, distance

CALLED = frozenset({"звать", "зовут", "кличут", "величают"})


class Claim:
    """A place where a frame of the kind `kind` has matched."""

    def __init__(self, message: Message, kind: str, match: re.Match[str], introduced: bool) -> None:
        self.message, self.kind, self.match, self.introduced = message, kind, match, introduced
        self.words = match[0].split()
        self.first = message.place_at[match.start()]
        self.last = message.place_at[match.start("name")]
        self.end = message.place_at.get(match.end() + 1, len(message.tokens)) - 1
        self.before = message.before(self.first)
        joint = max((place for place, low in enumerate(self.before) if low in ",-:;)*"), default=-1)
        self.clause = self.before[joint + 1 :]

    @cached_property
    def is_opening(self) -> bool:
        """Whether nothing but greetings and small words precede it in the message."""
        return self.first < 20 and self.message.words(0, self.first) <= context.COURTESIES | context.SMALL_TALK

    def follows_only(self, more: set[str] | frozenset[str] = frozenset()) -> bool:
        """Whether the clause has nothing but small words, and `more`, before the frame."""
        return (context.COURTESIES | more).issuperset(low for low in self.clause if low[0].isalpha())

    def fits(self, token: Token) -> bool:
        """Whether a first name can be the user's in a frame that is weaker than "меня зовут"."""
        message, kind, place, words = self.message, self.kind, self.last, self.words
        of_bot = token.low in lists.BOT_NAMES
        if kind == "bare":  # "зови Сашу", "зови Айгуль" ask to fetch somebody
            return not has(token, "Name", "accs") or "просто" in words
        if kind == "given":
            return self._is_given()
        if kind == "instead":
            return self.corrects(token)
        if kind == "replaced":
            after = place + 1 + has(message.at(place + 1), "Patr", "nomn")
            rest = message.words(0, self.first) | message.words(after, after + 11)
            return self.first < 20 and rest <= context.CORRECTING and self.corrects(token)
        if kind == "mended":
            before = message.words(0, self.first) if self.first < 40 else {""}
            slip = not context.SLIPS.isdisjoint([*words, *before, *message.after(place)])
            return not of_bot and (self.introduced or (slip and before <= context.CORRECTING))
        if kind == "elliptic":
            return self._is_elliptic(token)
        if kind == "short":
            return self.introduced or (not self.clause and "просто" in words and len(words) > 2) or self._follows_a_name()
        if kind == "this":
            return not of_bot and self._is_this(token)
        if kind == "contact":
            return not of_bot and self.follows_only()
        if kind == "described":
            return not of_bot and self._is_described(token)
        if kind == "listed":
            return "мне" in words or "меня" in words or self.is_opening or "я" in self.clause
        if kind == "noted":  # "запомни Лену" is about her
            return not of_bot and not has(token, "Name", "accs")
        if kind == "granted":
            return not of_bot and self._is_granted()
        if kind == "pointed":
            return not of_bot and "кто" not in self.before
        if kind == "wanted" and words[0] != token.low:
            return self.follows_only({"мне", "больше"})
        if kind == "here":
            rest = message.words(self.end + 1, self.end + 4)
            named = words[0] in ("имя", "name") or words[-1] in CALLED
            own = named and "я" in self.before and self.follows_only() and not has(token, "nomn")  # "я из Тулы, Андреем звать"
            return own or (self.is_opening and (named or (not of_bot and rest <= context.COURTESIES)))
        if kind != "self":
            return True
        # "я гриша устал": the bot is spoken to.
        return (not of_bot or self._is_namesake()) and self._is_no_other_word(token)

    def _is_namesake(self) -> bool:
        """Whether "я Гриша" is said by another Гриша, and not to the bot."""
        after = self.message.after(self.last)
        asks_back = context.ASKING_BACK | SENTENCE_MARKS | {","}
        return "тоже" in self.words or not after or after[0] in SENTENCE_MARKS - {"?"} or asks_back.issuperset(after)

    def _is_granted(self) -> bool:
        """Whether "пусть будет Мила" answers for the user, and supposes nothing further."""
        rest = self.message.words(self.last + 1, self.last + 40)
        supposed = not context.UNREAL.isdisjoint(self.words)
        return (
            self.is_opening and "бы" not in rest and (not supposed or rest <= context.COURTESIES | context.ASKING_BACK | {"дальше"})
        )

    def _is_described(self, token: Token) -> bool:
        """Whether "я твой новый друг Стёпа" is all of one person; "я фанат Марко" may be of another, in the genitive."""
        described = self.message.tokens[self.first + 1 : self.last]
        of_one = all(has(word, "nomn") for word in described) and has(described[-1], "NOUN", "anim", "nomn")
        return of_one and known(token) and "Fixd" not in forms(token)[0].tags

    def _is_given(self) -> bool:
        """Whether a name was given for good: by the parents, or by nobody in particular at birth."""
        verb = next((word for word in self.words if re.match("(?:на|про)зва|нарек|окрест|крест", word)), "")
        by_parents = not context.PARENTS.isdisjoint([*self.before, *self.words, *self.message.after(self.last)[:2]])
        alone = verb.endswith("и") and self.follows_only()
        if "меня" not in self.words and not self.follows_only():
            return False  # "у соседей родители назвали Изольдой сына"
        return (by_parents or alone or "рождении" in self.before) and context.ONCE.isdisjoint([*self.before, *self.words])

    def corrects(self, token: Token) -> bool:
        """Whether "не Саша, а Паша" is about the user's name."""
        other = self.message.tokens[self.message.place_at[self.match.start("other")]]
        said = [low for low in self.before if low[0].isalpha() and low not in ("тебе", "вам", "тут")]
        of_self = (
            said[-1:] == ["я"]
            or said[-2:] in (["меня", "зовут"], ["мое", "имя"])
            or "я" in self.words
            or self.words[-1] in ("зовут", "меня")
        )
        if of_self:
            return possible(other)
        if ", не" in self.match[0] and distance(token.low, other.low) > 2:
            return False
        homonyms = all(any("Name" not in form.tags and "nomn" in form.tags for form in forms(near)) for near in (token, other))
        return (
            bool(first_name(other, "nomn", "ablt") or distance(token.low, other.low) < 3)
            and context.CORRECTING.issuperset(said)
            and (bool(said) or not homonyms)
        )

    def _is_elliptic(self, token: Token) -> bool:
        """Whether "зовут Макс" or "а меня Макс" is said by somebody who tells of themself."""
        if not first_name(token, "nomn"):  # "меня Лизой, а тебя?", but "хватит звать меня Лизой"
            return self.is_opening
        if self.words[0] not in ("зовут", "звать", "кличут", "величают"):
            return self.is_opening or not self.message.vocabulary.isdisjoint(("зовут", "звать"))
        clauses = " ".join(self.before).split(",")
        told = [clause.split() for clause in clauses if clause.strip()]
        own = context.COURTESIES | context.SELF_WORDS | set("-:#)*")
        return all(own.issuperset(clause) or not context.OWN_LIFE.isdisjoint(clause) for clause in told) and not (
            self.first < 1 and not self.message.ends(self.last + 1)
        )

    def _follows_a_name(self) -> bool:
        """Whether the message opens with the full name: "Елизавета, но лучше Лиза"."""
        opening = self.message.tokens[0]
        return self.first < 6 and bool(first_name(opening, "nomn")) and opening.low not in lists.BOT_NAMES and not rivals(opening)

    def _is_this(self, token: Token) -> bool:
        """Whether "это Маша" is the user who writes, and nobody on a picture or in a story."""
        message, place = self.message, self.last
        if has(message.at(place + 1), "Patr", "nomn"):
            place += 1
        following, second = message.low(place + 1), message.low(place + 2)
        if token.low == "питер" or not self.is_opening or "все" in self.words:
            return False
        greeted = not message.words(0, self.first).isdisjoint(context.GREETINGS | lists.BOT_NAMES)
        greeted = greeted or (second in context.GREETINGS and message.ends(place + 3))
        named = message.ends(place + 1) or following in ("из", "пишет", "говорит", "беспокоит", "снова", "опять")
        origin = following in ("с", "со") and has(message.at(place + 2), "inan", "gent") and message.ends(place + 3)
        named = named or (origin and message.vocabulary.isdisjoint(("он", "она")))
        if second in context.RELATIVES or (second in ("которая", "который", "это")) or following == "?":
            return False
        return (greeted and (named or message.at(place + 1).capital)) or (named and not rivals(token) and following != "-")

    def _is_no_other_word(self, token: Token) -> bool:
        """After a bare "я": that the word is not a common noun, an adjective or an object ("я лев", "я рад", "я света не вижу")."""
        message, place = self.message, self.last
        following = message.at(place + 1)
        if token.low.isascii():
            return message.ends(place + 1) or following.capital or following.low in context.FOLLOWERS
        if has(following, "Patr", "nomn"):
            return True
        others = [form.tags for form in forms(token) if not {"Name", "Surn", "Geox", "Patr", "GRND", "Orgn"} & form.tags]
        if token.low in lists.RATHER_WORDS or (
            known(token) and rivals(token) and token.low not in lists.RATHER_NAMES | lists.MORE_NAMES
        ):
            around = [near.low for near in message.tokens[max(0, self.first - 20) : self.first]] + message.after(place)
            framed = token.capital or message.low(place - 1) == "-" or not context.COURTESIES.isdisjoint(around)
            rather = token.low in lists.RATHER_WORDS and lists.ZODIAC.isdisjoint(message.vocabulary)
            ends = message.ends(place + 1) or following.low in ("если", "из")
            return rather and framed and ends
        if following.is_word and following.capital and place + 2 < len(message.tokens):
            following = message.at(place + 2)  # "я Гарри Поттер смотрю"
        if following.is_word and "past" in forms(following)[0].tags and {"inan", "gent"} <= set().union(*others):
            return False  # "я рома выпил"
        if following.low == "не" or (following.is_word and "VERB" in forms(following)[0].tags):
            plain = token.capital or token.low in lists.RATHER_NAMES
            # "я просто Лена не пришла" tells of another.
            return not (has(token, "NOUN", "accs") or (others and not plain) or "просто" in self.words)
        return True
