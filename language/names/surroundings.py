"""What is around the words of a message that may be the user's name: what `likelihood` weighs."""

from collections.abc import Collection, Sequence

from language.names import context, lists
from language.names.answers import answered_name
from language.names.candidates import FILLERS, Candidate
from language.names.first_names import forms, forms_of, has, known, rivals
from language.names.relations import lemmas, relations, roles, sentence, siblings
from language.names.spots import Framed
from language.names.tokens import SENTENCE_MARKS, Message, Token
from language.words import fold, word_set

_CLAUSE_MARKS = SENTENCE_MARKS | set(",-:;)*")
_CLAUSE, _SENTENCE = 20, 40
"""How many tokens of them are looked at, at most."""
_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")
_KINDS = word_set("NOUN VERB INFN ADJF ADJS PREP CONJ PRCL ADVB NUMR COMP PRED INTJ GRND PRTF PRTS")
_TRAITS = {"NOUN": ("anim", "inan", *_CASES, "plur"), "VERB": ("1per", "2per", "3per", "past", "impr", "plur", "masc", "femn")}
_TRAITS |= dict.fromkeys(("ADJF", "ADJS", "PRTF", "PRTS"), ("nomn", "ablt", "plur"))
"""What of a word's grammar tells something about its neighbours."""


class Surroundings:
    """What is around the candidates of a message."""

    def __init__(self, message: Message, among: Sequence[Candidate], framed: Sequence[Framed]) -> None:
        self._message = message
        self._among = among
        self._framed = framed
        self._rules = max((one[:4] for one in framed if one.is_meant), default=None)
        self._names = [one.place for one in among if one.case in ("nomn", "ablt") and message.low(one.place) not in lists.BOT_NAMES]
        self._kinds = [_kind(token) for token in message.tokens]
        self._lemmas = [fold(forms_of(token.low)[0].normal) if token.is_word else "" for token in message.tokens]
        self._roles = [roles(token) for token in message.tokens]
        answer = answered_name(message, asked=True)
        self._answer = range(answer[0], answer[1] + 1) if answer else range(0)
        self._has_capitals = any(token.capital for token in message.tokens)

    def is_meant(self, one: Candidate) -> bool:
        """Whether the frames have it for the user's name."""
        return self._rules is not None and fold(self._rules[3]) in _spellings(one)

    def features(self, one: Candidate) -> set[str]:
        """What is true of a candidate, in the words of the weights."""
        message, first, last = self._message, one.first, one.last
        token, following, preceding = message.at(one.place), message.at(last + 1), message.at(first - 1)
        found = {
            f"case {one.case}",
            f"capital {token.capital} {self._has_capitals}",
            f"known {token.low.isascii() or known(token)} {bool(rivals(token))}",
        }
        if token.low in lists.BOT_NAMES:
            found.add("bot")
        if last > first:
            found.add("patronymic")
        if following.is_word and (has(following, "Surn") or (following.capital and not known(following))):
            found.add("surname after")
            last += 1
        if preceding.low not in FILLERS and has(preceding, "Surn", "nomn") and not has(preceding, "Name"):
            found.add("surname before")
            first -= 1
        others = [place for place in self._names if not first <= place <= last]
        found.add(f"others {min(len(others), 2)}")
        if any(message.low(place) == token.low for place in others):
            found.add("again")
        if one.place in self._answer:
            found.add("answer")
        found.update(
            lemmas(message, one, self._lemmas),
            relations(message, one, self._roles),
            siblings(message, one, self._among),
            sentence(message, one, self._roles),
        )
        return found | self._frames(one) | self._neighbours(first, last, one.case) | self._clause(first, last)

    def _frames(self, one: Candidate) -> set[str]:
        """What the rules say of it."""
        found = set()
        for frame in self._framed:
            if frame.place == one.place:
                found |= {f"frame {frame.kind} {frame.is_meant}", f"framed {frame.is_meant}"}
        if self._rules:
            found.add("rules" if self.is_meant(one) else "rules differ")
        return found

    def _neighbours(self, first: int, last: int, case: str) -> set[str]:
        """The words and marks beside it, and the nearest ones that are no fillers."""
        found = set()
        left, right = ([self._at(first - 1 - by) for by in (0, 1)], [self._at(last + 1 + by) for by in (0, 1)])
        for by in (0, 1):
            found |= {
                f"left{by} {left[by][0]}",
                f"left{by} is {left[by][1]}",
                f"right{by} {right[by][0]}",
                f"right{by} is {right[by][1]}",
            }
        found |= {f"left {left[1][1]} {left[0][1]}", f"right {right[0][1]} {right[1][1]}", f"between {left[0][1]} {right[0][1]}"}
        found.add(f"{case} after {left[0][0]}")
        before, after = first - 1, last + 1
        while self._says_nothing(before):
            before -= 1
        while self._says_nothing(after):
            after += 1
        (low, kind), (next_low, next_kind) = self._at(before), self._at(after)
        return found | {f"near {low}", f"near is {kind}", f"next {next_low}", f"next is {next_kind}", f"near {kind} {next_kind}"}

    def _at(self, place: int) -> tuple[str, str]:
        if 0 <= place < len(self._kinds):
            return self._message.low(place), self._kinds[place]
        return ("^", "^") if place < 0 else ("$", "$")

    def _says_nothing(self, place: int) -> bool:
        return 0 <= place < len(self._kinds) and (self._message.low(place) in FILLERS or self._message.low(place) in ",-:")

    def _clause(self, first: int, last: int) -> set[str]:
        """The clause and the sentence in which it stands, and how much is said beside it."""
        tokens = self._message.tokens
        start = self._edge(first, -1, _CLAUSE_MARKS, _CLAUSE)
        end = self._edge(last, 1, _CLAUSE_MARKS, _CLAUSE)
        closing = self._edge(end, 1, SENTENCE_MARKS, _SENTENCE)
        before, after = self._at(start - 1)[0], self._at(end + 1)[0]
        found = {f"from {before}", f"to {after}", f"from {before} to {after}", f"ends {self._at(closing + 1)[0]}"}
        if (start, end) == (first, last):
            found.add(f"alone {before} {after}")
        words = [token.is_word for token in tokens]
        found.add(f"clause of {min(sum(words[start:first]) + sum(words[last + 1 : end + 1]), 4)}")
        said = [
            min(sum(token.is_word and token.low not in FILLERS for token in part), 2)
            for part in (tokens[:first], tokens[last + 1 :])
        ]
        count = sum(words)
        found |= {f"said {said[0]} {said[1]}", f"length {sum(count >= limit for limit in (2, 4, 9, 18))}"}
        around = [place for place in range(len(tokens)) if not first <= place <= last]
        own = any(tokens[place].low in context.OWN or _is_mine(self._kinds[place]) for place in around)
        return found | {f"own {own}"}

    def _edge(self, place: int, step: int, marks: Collection[str], most: int) -> int:
        """The last place from `place` on before one of `marks`."""
        end = place + most * step
        while place != end and 0 <= place + step < len(self._kinds) and self._message.low(place + step) not in marks:
            place += step
        return place


def _spellings(one: Candidate) -> set[str]:
    """The name with its title and without."""
    name = fold(one.name)
    return {name, name.partition(" ")[2]} if one.first < one.place else {name}


def _is_mine(kind: str) -> bool:
    return ".1per" in kind and "plur" not in kind


def _kind(token: Token) -> str:
    """What a token is to its neighbours: a mark itself, of a word its part of speech with what of its form matters."""
    if not token.is_word:
        return token.low
    if token.low.isascii():
        return "latin"
    if token.low in lists.BOT_NAMES:
        return "bot"
    tags = forms(token)[0].tags
    if "NPRO" in tags:
        return token.low
    kind = "Name" if "Name" in tags else next(iter(_KINDS & tags), "other")
    return ".".join([kind, *(trait for trait in _TRAITS.get(kind, _CASES if kind == "Name" else ()) if trait in tags)])
