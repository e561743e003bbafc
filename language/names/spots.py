"""Places in a message where a frame expects a name: whether one stands there, and whether the user gives it for themselves."""

import re
from functools import cached_property

from language.names import context, lists
from language.names.first_names import LONGEST_NAME, cased, first_name, forms, forms_of, has, known, possible, rivals, word_in
from language.names.stories import goes_on_well, is_quoted, is_told, is_unreal
from language.names.tokens import SENTENCE_MARKS, Message, Token

_NOMINATIVE_ONLY = frozenset(
    {"self", "inverted", "polite", "this", "contact", "here", "elliptic", "mended", "replaced", "described"}
)
_ANY_WORD = frozenset({"called", "asked", "english", "nickname"})
"""Frames in which a word can be a name without being a known one."""


class Spot:
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
        return self.first < 20 and self.message.words(0, self.first) <= context.COURTESIES

    def name(self) -> str | None:
        """The name in the nominative, with a patronymic; moves `last` to the end of the full name."""
        message, kind = self.message, self.kind
        of_verb = kind == "here" and self.words[-1] in ("звать", "зовут")
        cases: tuple[str, ...] = ("nomn",) if kind in _NOMINATIVE_ONLY and not of_verb else ("ablt", "nomn")
        if kind == "wanted":  # "Зариной зовите"; "Сашу зовите" asks to fetch somebody
            cases = ("ablt",)
        if has(message.at(self.last), "Surn", "nomn") and first_name(message.at(self.last + 1), *cases):
            self.last += 1  # "Петров Иван"
        token = message.at(self.last)
        name = first_name(token, *cases)
        if name and not self._fits(token):
            return None
        if not name and (kind in _ANY_WORD or (kind in ("known", "self") and not known(token))):
            name = self._strange_name(token)
        if not name:
            return None
        for case in cases:
            if patronymic := word_in(message.at(self.last + 1), case, "Patr"):
                name, self.last = f"{name} {patronymic}", self.last + 1
        following = message.at(self.last + 1)
        if has(following, "Surn") or (following.is_word and following.capital and token.capital and not known(following)):
            self.last += 1
        return name if len(name) <= LONGEST_NAME else None

    def is_meant(self) -> bool:
        """Whether the user says it as true, and not in a question, a story or somebody else's words."""
        near = [low for low in self.clause if low not in context.PARTICLES][-1:]
        if self.kind == "polite" and "представил" in self.words[0]:
            near = []  # "я так и не представилась: Оксана"
        if not context.SPOILERS.isdisjoint(near) or is_unreal(self.before, self.clause) or is_quoted(self.before):
            return False
        last = max(self.last, self.end)
        requested = not context.INFINITIVES.isdisjoint(self.words) and self.kind != "here"
        if requested and not (
            context.COURTESIES.issuperset(self.clause) or not context.MAY.isdisjoint([*self.clause, *self.words])
        ):
            return False  # "он стал звать меня Леной"
        if self.kind in ("asked", "bare", "wanted", "english") or requested:
            return context.NO_REQUEST.isdisjoint(self.clause) and goes_on_well(self.message, last, may_ask=self.kind == "asked")
        claimed = self.kind in ("self", "this") and near == ["что"] and self.clause[-2:] != ["если", "что"]
        claimed = claimed and not is_told(self.before)
        return not claimed and goes_on_well(self.message, last)

    def _strange_name(self, token: Token) -> str | None:
        """A word that is no listed first name, where only a name can stand: a rare name, a surname, a nickname."""
        message, kind, following = self.message, self.kind, self.message.low(self.last + 1)
        ends, is_called = message.ends(self.last + 1), kind in ("called", "nickname")
        if not possible(token) or following == "?":
            return None
        if kind == "self" and not (token.capital and (ends or following in context.FOLLOWERS)):
            return None
        if token.low.isascii():
            if kind == "self" and lists.ENGLISH_ADJECTIVE.fullmatch(token.low):
                return None
            named = is_called or token.capital
            return cased(token.text) if token.low not in lists.LATIN_WORDS and named and (ends or token.capital) else None
        if known(token):
            return self._common_word(token, ends, is_called)
        top = forms(token)[0].tags
        if re.match(r"по-|кое-", token.low) or re.search(r"-(?:то|либо|нибудь)$|тьс?я?$", token.low):
            return None
        if kind in ("self", "known") and not {"NOUN", "Name"} & top:
            return None
        if following in context.PLACES or not (ends or token.capital or following in context.FOLLOWERS or kind == "known"):
            return None
        if not token.capital and "plur" in top and "Name" not in top:
            return None
        ablative = re.search(r"(?:ой|[её]й|[её]м|ом|ью)$", token.low) and word_in(token, "ablt", "NOUN")
        return (kind == "asked" and ablative) or cased(token.text)

    def _common_word(self, token: Token, ends: bool, is_called: bool) -> str | None:
        """A word of the dictionary as a name: "меня зовут Лиса", "зови меня Шумахером"."""
        asked = self.kind == "asked"
        if is_called and ends and token.low in lists.ONLY_CALLED:
            return cased(token.text)
        if not asked and token.low[-1] in "ая" and has(token, "Name", "gent"):  # "Амина", listed as the genitive of "Амин"
            return cased(token.text)
        if token.capital and (ends or not asked):
            for tag in ("Name", "Surn"):
                if name := (word_in(token, "nomn", tag) or word_in(token, "ablt", tag)):
                    return name
        if ends and has(token, "Patr", "nomn"):
            return cased(token.text)
        # "Меня зовут" has a plural subject, so a single noun in the nominative is what the user is called.
        if ends and (token.capital or "NOUN" in forms(token)[0].tags) and not self._in_a_place():
            if has(token, "NOUN", "nomn") and (token.capital or has(token, "anim", "nomn")):
                return cased(token.text)
            if token.capital and self.kind in ("asked", "called"):  # "зови меня Совой", "зови меня Серый"
                return word_in(token, "ablt", "NOUN") or word_in(token, "nomn", "ADJF") or word_in(token, "ablt", "ADJF")
        return None

    def _fits(self, token: Token) -> bool:
        """Whether a first name can be the user's in a frame that is weaker than "меня зовут"."""
        message, kind, place, words = self.message, self.kind, self.last, self.words
        of_bot = token.low in lists.BOT_NAMES
        if kind == "bare":  # "зови Сашу", "зови Айгуль" ask to fetch somebody
            return not has(token, "Name", "accs") or "просто" in words
        if kind == "given":
            return self._is_given()
        if kind == "instead":
            return self._corrects(token)
        if kind == "replaced":
            rest = message.words(0, self.first) | message.words(place + 1, place + 12)
            return self.first < 20 and rest <= context.CORRECTING and self._corrects(token)
        if kind == "mended":
            before = message.words(0, self.first) if self.first < 40 else {""}
            slip = not context.SLIPS.isdisjoint([*words, *before, *message.after(place)])
            return not of_bot and (self.introduced or (slip and before <= context.CORRECTING))
        if kind == "elliptic":
            return self._is_elliptic()
        if kind == "short":
            return self.introduced or (not self.clause and "просто" in words and len(words) > 2) or self._follows_a_name()
        if kind == "this":
            return not of_bot and self._is_this(token)
        if kind == "contact":
            return not of_bot and context.COURTESIES.issuperset(low for low in self.clause if low[0].isalpha())
        if kind == "described":
            return not of_bot and self._is_described(token)
        if kind == "here":
            rest = message.words(self.end + 1, self.end + 4)
            named = words[0] == "имя" or words[-1] in ("звать", "зовут")
            return self.is_opening and (named or (not of_bot and rest <= context.COURTESIES))
        if kind not in ("self", "inverted", "polite"):
            return True
        if of_bot and (kind == "polite" or not self._is_namesake()):
            return False  # "это я, Гриша", "я гриша устал": the bot is spoken to
        if kind == "inverted":
            opening = context.COURTESIES.issuperset(self.clause) and context.PREPOSITIONS.isdisjoint(self.clause)
            return opening and token.low not in lists.RATHER_WORDS
        return kind == "polite" or self._is_no_other_word(token)

    def _is_namesake(self) -> bool:
        """Whether "я Гриша" is said by another Гриша, and not to the bot."""
        after = self.message.after(self.last)
        asks_back = context.ASKING_BACK | SENTENCE_MARKS | {","}
        return "тоже" in self.words or not after or after[0] in SENTENCE_MARKS - {"?"} or asks_back.issuperset(after)

    def _is_described(self, token: Token) -> bool:
        """Whether "я твой новый друг Стёпа" is all of one person; "я фанат Марко" may be of another, in the genitive."""
        described = self.message.tokens[self.first + 1 : self.last]
        of_one = all(has(word, "nomn") for word in described) and has(described[-1], "NOUN", "anim", "nomn")
        return of_one and known(token) and "Fixd" not in forms(token)[0].tags

    def _is_given(self) -> bool:
        """Whether a name was given for good: by the parents, or by nobody in particular at birth."""
        verb = next((word for word in self.words if re.match("назва|нарек|окрест|крест", word)), "")
        by_parents = not context.PARENTS.isdisjoint([*self.before, *self.words, *self.message.after(self.last)[:2]])
        alone = verb.endswith("и") and context.COURTESIES.issuperset(low for low in self.clause if low[0].isalpha())
        return (by_parents or alone or "рождении" in self.before) and context.ONCE.isdisjoint([*self.before, *self.words])

    def _corrects(self, token: Token) -> bool:
        """Whether "не Саша, а Паша" is about the user's name."""
        other = self.message.tokens[self.message.place_at[self.match.start("other")]]
        said = [low for low in self.before if low[0].isalpha()]
        of_self = said[-1:] == ["я"] or said[-2:] in (["меня", "зовут"], ["мое", "имя"]) or self.words[-1] in ("я", "зовут", "меня")
        if of_self:
            return possible(other)
        homonyms = all(any("Name" not in form.tags and "nomn" in form.tags for form in forms(near)) for near in (token, other))
        return bool(first_name(other, "nomn", "ablt")) and context.CORRECTING.issuperset(said) and (bool(said) or not homonyms)

    def _is_elliptic(self) -> bool:
        """Whether "зовут Макс" or "а меня Макс" is said by somebody who tells of themself."""
        if self.words[0] not in ("зовут", "звать"):
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
        if second in context.RELATIVES or (second in ("которая", "который", "это")) or following == "?":
            return False
        return (greeted and (named or message.at(place + 1).capital)) or (named and not rivals(token) and following != "-")

    def _is_no_other_word(self, token: Token) -> bool:
        """After a bare "я": that the word is not a common noun, an adjective or an object ("я лев", "я рад", "я света не вижу")."""
        message, place = self.message, self.last
        following = message.at(place + 1)
        if token.low.isascii():
            return message.ends(place + 1) or following.capital or following.low in context.FOLLOWERS
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

    def _in_a_place(self) -> bool:
        """Whether it is a name for some place only: "в школе меня зовут Крот"."""
        return not context.PLACES.isdisjoint(self.clause[-4:-1]) and any("loct" in form.tags for form in forms_of(self.clause[-1]))
