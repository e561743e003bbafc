"""Places in a message where a frame expects a name: which name stands there, and whether it is meant."""

import re
from typing import NamedTuple

from language.names import context, frames, lists
from language.names.claims import CALLED, Claim
from language.names.first_names import LONGEST_NAME, cased, first_name, forms, forms_of, has, known, possible, word_in
from language.names.stories import goes_on_well, is_quoted, is_told, is_unreal
from language.names.tokens import Message, Token
from language.words import word_set

_CASES = {
    **dict.fromkeys(
        word_set("self this contact mended replaced described noted"),
        ("nomn",),
    ),
    "wanted": ("ablt",),  # "Зариной зовите"; "Сашу зовите" asks to fetch somebody
    "spoken": ("ablt",),
    "pointed": ("ablt", "accs", "datv", "gent", "loct"),  # "познакомься с Риткой — это я"; "Рита, это я" calls her
}
"""The cases in which a name stands in a frame; elsewhere it is the instrumental or the nominative."""
_ANY_WORD = frozenset({"called", "asked", "english", "nickname", "listed"})
"""Frames in which a word can be a name without being a known one."""

_DECLINED = frozenset({"asked", "wanted", "bare", "short", "known"})
"""Frames in which a word that looks like an instrumental is one."""


class Framed(NamedTuple):
    """A name that stands in a frame; of several that are meant the greatest counts."""

    rank: int
    first: int
    """Where the frame begins."""
    last: int
    name: str
    place: int
    is_meant: bool
    kind: str


def framed(message: Message) -> list[Framed]:
    """The names that stand in a frame, also those that the user does not give for themselves."""
    found: list[Framed] = []
    for frame in frames.FRAMES:
        for match in frame.pattern.finditer(message.line):
            spot = Spot(message, frame.kind, match, introduced=any(one.is_meant for one in found))
            place = spot.last
            if name := spot.name():
                found.append(Framed(frame.rank, spot.first, max(spot.last, spot.end), name, place, spot.is_meant(), frame.kind))
    return found


class Spot(Claim):
    """A place where a frame of some kind has matched: the name there, and whether it is the user's."""

    def name(self) -> str | None:
        """The name in the nominative, with a patronymic; moves `last` to the end of the full name."""
        message = self.message
        cases = self._cases()
        if has(message.at(self.last), "Surn", "nomn") and first_name(message.at(self.last + 1), *cases):
            self.last += 1  # "Петров Иван"
        token = message.at(self.last)
        name = first_name(token, *cases)
        if name and not self.fits(token):
            return None
        name = name or self._unlisted(token)
        if not name:
            return None
        for case in dict.fromkeys((*cases, "nomn")):
            if patronymic := word_in(message.at(self.last + 1), case, "Patr"):
                name, self.last = f"{name} {patronymic}", self.last + 1
        following = message.at(self.last + 1)
        if has(following, "Surn") or (following.is_word and following.capital and token.capital and not known(following)):
            self.last += 1
        return name if len(name) <= LONGEST_NAME else None

    def _cases(self) -> tuple[str, ...]:
        if self.kind == "here":
            return ("ablt", "nomn") if self.words[-1] in CALLED else ("nomn",)
        if self.kind == "listed" and "как" in self.words and not {"меня", "мне"} & set(self.words):
            return ("nomn",)  # "записан как Дамир"
        if self.kind == "listed":
            return ("datv", "nomn") if "мне" in self.words else ("accs", "nomn")
        return _CASES.get(self.kind, ("ablt", "nomn"))

    def is_meant(self) -> bool:
        """Whether the user says it as true, and not in a question, a story or somebody else's words."""
        near = [low for low in self.clause if low not in context.PARTICLES][-1:]
        if self.kind == "asked" and "если" in self.clause and not context.WELCOME.isdisjoint(self.before):
            return goes_on_well(self.message, max(self.last, self.end))  # "буду рад, если будешь звать меня Эриком"
        if self.kind == "spoken":
            return self.follows_only({"сейчас"})
        if self.kind == "pointed":
            near = []  # a sentence of its own, "познакомься с Риткой"
        if self.kind == "pointed" and ":" not in self.before:
            return goes_on_well(self.message, self.end)
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
        claimed = self.kind in ("self", "this") and near == ["что"] and self.clause[-2:-1] not in (["если"], ["так"])
        claimed = claimed and not is_told(self.before)
        return not claimed and goes_on_well(self.message, last)

    def _unlisted(self, token: Token) -> str | None:
        """A word that is no listed first name, where the frame alone makes one of it."""
        kind = self.kind
        if kind in ("bare", "wanted") and (patronymic := word_in(token, "ablt", "Patr")):  # "зовите Петровичем"
            return patronymic
        if kind in _ANY_WORD:
            return self._strange_name(token)
        if known(token):  # "меня Сайдой зовут"
            return word_in(token, "ablt", "NOUN") if kind == "known" and token.capital and possible(token) else None
        corrects = (kind == "short" and self.introduced) or (kind == "instead" and self.corrects(token))
        certain = kind in ("known", "self", "wanted", "bare") or (token.capital and corrects)
        return self._strange_name(token) if certain else None

    def _strange_name(self, token: Token) -> str | None:
        """A word that is no listed first name, where only a name can stand: a rare name, a surname, a nickname."""
        message, kind, following = self.message, self.kind, self.message.low(self.last + 1)
        ends, is_called = message.ends(self.last + 1), kind in ("called", "nickname")
        if not possible(token) or following == "?":
            return None
        surnamed = message.at(self.last + 1).capital and message.ends(self.last + 2)
        if kind == "self" and not (token.capital and (ends or surnamed or following in context.FOLLOWERS)):
            return None
        if token.low.isascii():
            if kind == "self" and lists.ENGLISH_ADJECTIVE.fullmatch(token.low):
                return None
            named = is_called or token.capital
            return cased(token.text) if token.low not in lists.LATIN_WORDS and named and (ends or token.capital) else None
        if known(token) and kind == "listed" and not token.capital:
            return None
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
        if kind in _DECLINED and not ablative and re.search("[^аеиоуыэюя]ой$", token.low):
            return cased(token.low[:-2] + "а")  # no name that is not listed ends so in the nominative
        if kind in ("wanted", "bare"):
            return ablative if token.capital else None
        if kind == "listed" and self.words[-2:-1] != ["меня"]:
            return word_in(token, "datv", "NOUN")
        return (kind in _DECLINED and ablative) or cased(token.text)

    def _common_word(self, token: Token, ends: bool, is_called: bool) -> str | None:
        """A word of the dictionary as a name: "меня зовут Лиса", "зови меня Шумахером"."""
        asked = self.kind == "asked"
        if is_called and ends and token.low in lists.ONLY_CALLED:
            return cased(token.text)
        if ends and any({"Name", "plur", "gent"} <= form.tags for form in forms(token)):
            return cased(token.text)  # "Эльвин", listed as a form of "Эльвина"
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

    def _in_a_place(self) -> bool:
        """Whether it is a name for some place only: "в школе меня зовут Крот"."""
        return not context.PLACES.isdisjoint(self.clause[-4:-1]) and any("loct" in form.tags for form in forms_of(self.clause[-1]))
