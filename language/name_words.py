"""Words that may be names: the tokens of a message, and what the dictionary knows of each."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from language import name_lists as lists
from language.words import fold, morph

LONGEST_NAME = 40
TOKEN = re.compile(
    r"""(?P<other>https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{2,64}|[@\#/]\w+
    |[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,3}\.(?:ru|com|org|net|io|me|su)\b\S*)
    |(?P<word>\w+(?:[-'`]\w+)*)|(?P<mark>\.+|[!?]+|\n|[-–—]+|[^\w\s])""",
    re.VERBOSE | re.IGNORECASE,
)
SENTENCE_MARKS = frozenset(".!?…¶")
MARKS = {mark: mark for mark in ".!…,-:;)"} | {"\n": "¶", "–": "-", "—": "-", "(": ")"} | dict.fromkeys('«»“”„"', '"')


class Token(NamedTuple):
    """A word or a mark of a message."""

    text: str
    low: str  # lower case with `ё` as `е`; of a mark its plain form; "#" for links, handles and whatever has digits
    is_word: bool
    capital: bool  # a capital letter in front, and not the whole word shouted


class Form(NamedTuple):
    """One reading of a word: its grammemes and its dictionary form."""

    tags: frozenset[str]
    normal: str


NOTHING = Token("", "¶", False, False)


class Message:
    """The tokens of a message, and the line of them in which the frames are searched."""

    def __init__(self, text: str) -> None:
        self.tokens = _without_quotations(_tokens(text))
        self.line = " " + "".join(token.low + " " for token in self.tokens)
        self.vocabulary = frozenset(token.low for token in self.tokens)
        self.place_at: dict[int, int] = {}
        offset = 1
        for place, token in enumerate(self.tokens):
            self.place_at[offset] = place
            offset += len(token.low) + 1

    def low(self, place: int) -> str:
        """The token at `place`, the end of a sentence beyond both ends."""
        return self.tokens[place].low if 0 <= place < len(self.tokens) else "¶"

    def ends(self, place: int) -> bool:
        """Whether a mark or the end of the message stands at `place`."""
        return place >= len(self.tokens) or not (self.tokens[place].is_word or self.low(place) == "#")

    def before(self, place: int) -> list[str]:
        """What the sentence says before `place`, at most 30 tokens."""
        start = place
        while start > max(0, place - 30) and self.low(start - 1) not in SENTENCE_MARKS:
            start -= 1
        return [token.low for token in self.tokens[start:place]]

    def after(self, place: int) -> list[str]:
        """What the sentence says after `place`, with the mark that ends it, at most 40 tokens."""
        end = place + 1
        while end < place + 40 and self.low(end) not in SENTENCE_MARKS:
            end += 1
        return [token.low for token in self.tokens[place + 1 : end + 1]]


@lru_cache(maxsize=20_000)
def forms_of(word: str) -> tuple[Form, ...]:
    """How the dictionary reads a lower-case word, the likeliest first."""
    return tuple(Form(frozenset(parse.tag.grammemes), str(parse.normal_form)) for parse in morph().parse(word))


def forms(token: Token) -> tuple[Form, ...]:
    """How the dictionary reads a token, with `ё` as the user wrote it."""
    return forms_of(token.text.lower() or token.low)


def known(token: Token) -> bool:
    """Whether the dictionary lists the word instead of guessing by its ending."""
    return bool(morph().word_is_known(token.text.lower()))


def is_person(word: str) -> bool:
    """Whether the word is most likely an animate noun in the nominative: somebody who speaks or acts."""
    return {"NOUN", "anim", "nomn"} <= forms_of(word)[0].tags


def has(token: Token, *tags: str) -> bool:
    """Whether the dictionary has the word, in the singular, in a form with all of `tags`."""
    return token.is_word and any({"sing", *tags} <= form.tags for form in forms(token))


def is_a_name(token: Token) -> bool:
    """Whether the word can be a first name or a surname in some form."""
    return any(not form.tags.isdisjoint({"Name", "Surn"}) for form in forms(token))


def possible(token: Token) -> bool:
    """Whether the word may be a name at all."""
    fits = token.is_word and 1 < len(token.low) <= LONGEST_NAME and not lists.INSULT.match(token.low)
    return fits and (token.low not in lists.NO_NAMES or (token.low == "ли" and token.capital))


def first_name(token: Token, *cases: str) -> str | None:
    """The nominative of a listed first name that stands in one of `cases`."""
    if not possible(token):
        return None
    if token.low.isascii():
        listed = token.low in lists.LATIN_NAMES or (
            len(token.low) > 3 and token.low not in lists.LATIN_WORDS and _is_russian(token.low)
        )
        return cased(token.text) if listed else None
    if "nomn" in cases and token.low in lists.MORE_NAMES | lists.RATHER_WORDS:
        return cased(token.text)
    for case in cases:
        name = word_in(token, case, "Name")
        if name and (known(token) or fold(name) in lists.MORE_NAMES or "-" in name):
            return name
    return None


def word_in(token: Token, case: str, tag: str) -> str | None:
    """The nominative of the word, where it has a form in `case` with `tag`; spelled with `е` for `ё` where the user does so."""
    word = token.text.lower()
    for form in forms(token) if token.is_word else ():
        if {"sing", case, tag} <= form.tags:
            if tag == "Patr" and case != "nomn":  # the dictionary form of "Палычем" is "Павлович", of "Петровной" "Петрович"
                return cased(re.sub("[её]м$", "", re.sub("о[йю]$", "а", word)))
            own = "".join("е" if a == "ё" and word[i : i + 1] == "е" else a for i, a in enumerate(form.normal))
            return cased(token.text if case == "nomn" else own)
    return None


@lru_cache(maxsize=5_000)
def _is_russian(word: str) -> bool:
    """Whether a word in Latin letters is a Russian first name: "sasha"."""
    for latin, letter in lists.TRANSLIT:
        word = word.replace(latin, letter)
    return bool(morph().word_is_known(word)) and any({"Name", "nomn", "sing"} <= form.tags for form in forms_of(word))


def cased(word: str) -> str:
    """A name with its capital letters: "анна-мария" -> "Анна-Мария"."""
    return re.sub(r"[^\W_]+", lambda part: part[0].capitalize(), word)


def _tokens(text: str) -> list[Token]:
    # Accents, zero-width characters and soft hyphens inside words.
    text = re.sub("[\u0300-\u0305\u0307-\u036f\u200b-\u200f\u2060\ufe0f\ufeff\u00ad]", "", unicodedata.normalize("NFC", text))
    tokens = []
    for match in TOKEN.finditer(text.replace("\r", "\n").replace("’", "'")):
        part, low = match[0], fold(match[0])
        if match.lastgroup == "word" and all(letter.isalpha() or letter in "-'`" for letter in part):
            tokens.append(Token(part, low, True, part[0].isupper() and part != part.upper()))
        elif match.lastgroup == "mark":
            mark = "?" if "?" in part else "…" if part.startswith("..") else MARKS.get(part[0], "*")
            tokens.append(Token(part, mark, False, False))
        else:
            tokens.append(Token(part, "#", False, False))
    return tokens


def _without_quotations(tokens: list[Token]) -> list[Token]:
    """Leave out what is quoted: other people's words. One quoted word stays, as in: меня зовут «Лиса»."""
    quotes = [place for place, token in enumerate(tokens) if token.low == '"']
    kept: list[Token] = []
    done = 0
    for start, end in zip(quotes[::2], quotes[1::2], strict=False):
        inside = tokens[start + 1 : end]
        kept += tokens[done:start] + (inside if len(inside) < 2 else [Token("", "#", False, False)])
        done = end + 1
    return kept + [token for token in tokens[done:] if token.low != '"']
