"""What the message around a name says, by which the name is the user's or another's, one question of the grammar at a time."""

import re
from functools import cached_property

from language.names import context, lists
from language.names.first_names import first_name, forms, forms_of, has, is_person, known, rivals
from language.names.people import is_ambiguous
from language.names.tokens import NOTHING, SENTENCE_MARKS, Message, Token
from language.words import lemma

CALLED = frozenset({"звать", "зовут", "кличут", "величают", "zovut"})


def is_object(low: str) -> bool:
    """Whether the word may be the one of whom a sentence tells: "кореша зовут Дэн", "его все кличут Сеней"."""
    if low in ("его", "ее", "их", "тебя", "вас", "нас"):
        return True
    top = forms_of(low)[0].tags
    return "NOUN" in top and "nomn" not in top and any({"anim", "accs"} <= form.tags for form in forms_of(low))


def is_name(low: str) -> bool:
    """Whether the word is a first name in the nominative."""
    return any({"Name", "nomn"} <= form.tags for form in forms_of(low))


def _is_own(clause: list[str]) -> bool:
    """Whether a clause tells what the user does, and of nobody else: "скажу по секрету"."""
    words = [low for low in clause if low[0].isalpha()]
    return any({"1per", "sing"} <= forms_of(low)[0].tags for low in words) and not any(map(is_object, words))


class Reading:
    """A place where a frame of the kind `kind` has matched, and what is said around it."""

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

    def is_apposed(self, token: Token) -> bool:
        """Whether "я, Виктория, хочу" goes on with one subject; "я, Саша и Петя пошли" lists several."""
        end = next(place for place in range(self.last + 1, self.last + 5) if self.message.low(place) in ",)")
        rest = [near for near in self.message.tokens[end + 1 : end + 12] if near.is_word]
        listed = not rest or rest[0].low == "и" or first_name(rest[0], "nomn")
        verbs = (forms(near)[0].tags for near in rest if {"VERB", "PRED", "ADJS"} & forms(near)[0].tags)
        one = not {"plur", "2per", "3per"} & next(verbs, frozenset())
        return one and not listed and bool(token.capital or not rivals(token))

    def is_announced(self) -> bool:
        """Whether what leads to the name with a colon or a dash tells that it is the user's."""
        said = [low for low in self.clause if low[0].isalpha()]
        verbs = [low for low in said if lemma(low) in context.ANNOUNCING]
        own = not any(is_person(low) or low in context.THIRD_PERSONS - {"ты", "вы"} for low in said)
        past = any("past" in forms_of(low)[0].tags for low in verbs)  # "спросил имя: Лена" was told by her
        if self.words[0] == "," and not any({"1per", "sing"} <= forms_of(low)[0].tags for low in verbs):
            return said in (["еще", "раз"], ["так", "и", "быть"], ["так", "уж", "и", "быть"])
        if said in (
            ["еще", "раз"],
            ["для", "протокола"],
            ["для", "справки"],
            ["на", "всякий", "случай"],
            ["ответ"],
            ["открою", "тайну"],
        ):
            return said != ["ответ"]
        asked = [low for low in said if lemma(low) in ("звать", "называть") and "impr" in forms_of(low)[0].tags]
        if asked and "меня" in said and "не" not in said:
            return own  # "называй меня как в паспорте: Константин"
        if said[-2:-1] in (["с"], ["по"]) and said[-1] == "имени":  # "начнём с имени: Тамара"
            return own
        return bool(verbs) and own and (not past or not {"ты", "вы", "раз", "если", "уж"}.isdisjoint(said))

    def is_signed(self) -> bool:
        """Whether a name alone at the end signs a message that speaks of nobody else."""
        said = [token for token in self.message.tokens[: self.first] if token.is_word]
        others = any(is_person(token.low) or token.low in context.STORY_SUBJECTS for token in said if not token.low.isascii())
        age = self.message.at(self.last + 2).text
        named = any(first_name(token, "nomn") for token in said if token.low not in lists.BOT_NAMES)
        return len(said) > 1 and not others and not named and (not age.isdigit() or 9 < int(age[:4]) < 100)

    def is_granted(self) -> bool:
        """Whether "пусть будет Мила" answers for the user, and supposes nothing further."""
        rest = self.message.words(self.last + 1, self.last + 40)
        supposed = not context.UNREAL.isdisjoint(self.words)
        if self.words[0] == "для" and not self.clause:
            return True  # "для начальства Олег Иванович, для тебя Олежа"
        if any(is_name(low) for low in rest):
            return False  # "я буду Белла, а ты Эдвард"
        return (
            self.is_opening and "бы" not in rest and (not supposed or rest <= context.COURTESIES | context.ASKING_BACK | {"дальше"})
        )

    def is_described(self, token: Token) -> bool:
        """Whether "я твой новый друг Стёпа" is all of one person; "я фанат Марко" may be of another, in the genitive."""
        described = self.message.tokens[self.first + 1 : self.last]
        of_one = all(has(word, "nomn") for word in described) and (
            has(described[-1], "NOUN", "anim", "nomn") or described[-1].low in ("новенький", "новенькая")
        )
        return of_one and known(token) and "Fixd" not in forms(token)[0].tags

    def is_given(self) -> bool:
        """Whether a name was given for good: by the parents, or by nobody in particular at birth."""
        verb = next((word for word in self.words if re.match("(?:на|про)зва|нарек|окрест|крест", word)), "")
        by_parents = not context.PARENTS.isdisjoint([*self.before, *self.words, *self.message.after(self.last)[:2]])
        alone = verb.endswith("и") and self.follows_only()
        if "меня" not in self.words and not self.follows_only():
            return False  # "у соседей родители назвали Изольдой сына"
        return (by_parents or alone or "рождении" in self.before) and context.ONCE.isdisjoint([*self.before, *self.words])

    def is_elliptic(self, token: Token) -> bool:
        """Whether "зовут Макс" or "а меня Макс" is said by somebody who tells of themself."""
        if not first_name(token, "nomn"):  # "меня Лизой, а тебя?", but "хватит звать меня Лизой"
            others = any(is_person(low) or is_object(low) for low in self.before if low[0].isalpha() and not is_name(low))
            if self.words[0] == "меня" and self.clause == ["а"]:
                return not self.message.vocabulary.isdisjoint({"тебя", "вас"})
            return self.is_opening or (self.words[0] in CALLED and not others)
        if self.words[0] not in CALLED:
            return self.is_opening or not self.message.vocabulary.isdisjoint(("зовут", "звать"))
        clauses = " ".join(self.before).split(",")
        told = [clause.split() for clause in clauses if clause.strip()]
        own = context.COURTESIES | context.SELF_WORDS | set("-:#)*")
        return all(
            own.issuperset(clause) or not context.OWN_LIFE.isdisjoint(clause) or _is_own(clause) for clause in told
        ) and not (self.first < 1 and not self.message.ends(self.last + 1))

    def follows_a_name(self) -> bool:
        """Whether the message opens with the full name: "Елизавета, но лучше Лиза"."""
        opening = next(
            (token for token in self.message.tokens if token.low not in context.ASIDES | {",", "полное", "официально"}), NOTHING
        )
        return (
            self.first < 12
            and bool(first_name(opening, "nomn"))
            and opening.low not in lists.BOT_NAMES
            and not is_ambiguous(opening)
        )

    def is_just(self, token: Token) -> bool:
        """Whether "просто Катя" tells how to call the user, after nothing but "без отчества" and the like."""
        if "просто" not in self.words:
            return False
        said = self.message.words(0, self.first)
        alone = (token.capital or not is_ambiguous(token)) and said <= context.COURTESIES | context.ASIDES | context.WITHOUT_FORMS
        return (not self.clause and len(self.words) > 2) or (alone and self.message.low(self.last + 1) in SENTENCE_MARKS - {"?"})
