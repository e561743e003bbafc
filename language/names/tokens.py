"""The tokens of a message in which names are looked for: folded, without quotations, with misspelt frames mended."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from language.words import fold, morph, word_set

TOKEN = re.compile(
    r"""(?P<other>https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]{2,64}|[@\#/]\w+
    |[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60}){0,3}\.(?:ru|com|org|net|io|me|su)\b\S*)
    |(?P<word>\w+(?:[-'`]\w+)*)|(?P<mark>\.+|[!?]+|\n|[-–—]+|[^\w\s])""",
    re.VERBOSE | re.IGNORECASE,
)
SENTENCE_MARKS = frozenset(".!?…¶")
MARKS = {mark: mark for mark in ".!…,-:;)"} | {"\n": "¶", "–": "-", "—": "-", "(": ")"} | dict.fromkeys('«»“”„"', '"')
_INVISIBLE = re.compile("[\u0300-\u0305\u0307-\u036f\u200b-\u200f\u2060\ufe0f\ufeff\u00ad]")  # accents, soft hyphens and the like
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_RUN_TOGETHER = re.compile(
    r"\b(?:(м[еия]н[яеи])(?=з[оа]в)|([зЗ][оа]вут|[яЯ]|[эЭ]то|меня)(?=[А-ЯЁ][а-яё]{2})|(з[оа]вут)(?=[а-яё]{3}))"
)
_DOTTED = re.compile(r"\b(меня)[._*~/]+(зовут)[._*~/]+(?=\w)", re.IGNORECASE)

# Chat spellings of the small words that stand in frames.
_SPELLINGS = {
    spelling: word
    for word, spellings in {
        "вообще": "ваще вобще вапще воще",
        "вообще-то": "вообщето вобщето вобще-то ваще-то вапще-то ващето",
        "короче": "короч кароч кароче крч корочи вобщем вообщем",
        "точнее": "тоесть тобишь точней вернее верней",
        "тебя": "тя тибя тибе",
        "я": "йа",
        "это": "эт ето ета eto",
        "просто": "просо прост",
        "можно": "мона можн можна",
        "извини": "сорри сори сорян пардон извиняюсь",
        "нет": "неа не-а нетушки ноуп",
    }.items()
    for spelling in spellings.split()
}
_VERBS = ("зовут", "зови", "зовите", "называй", "называйте", "обращайся", "обращайтесь", "звать", "кличут", "величают")
_SPELLINGS |= {f"{word}-то": word for word in (*_VERBS, "я", "меня", "тебя", "тебе", "имя")}
_SAME = word_set("звати звуть завуць завуть зва")  # "зовут" in the neighbours' languages


class Token(NamedTuple):
    """A word or a mark of a message."""

    text: str
    low: str  # lower case with `ё` as `е`, mended; of a mark its plain form; "#" for links, handles and whatever has digits
    is_word: bool
    capital: bool  # a capital letter in front, and not the whole word shouted


NOTHING = Token("", "¶", False, False)


class Message:
    """The tokens of a message, and the line of them in which the frames are searched."""

    def __init__(self, text: str) -> None:
        self.tokens = _mended(_without_quotations(_tokens(text)))
        self.line = " " + "".join(token.low + " " for token in self.tokens)
        self.vocabulary = frozenset(token.low for token in self.tokens)
        self.place_at: dict[int, int] = {}
        offset = 1
        for place, token in enumerate(self.tokens):
            self.place_at[offset] = place
            offset += len(token.low) + 1

    def at(self, place: int) -> Token:
        """The token at `place`, `NOTHING` beyond both ends."""
        return self.tokens[place] if 0 <= place < len(self.tokens) else NOTHING

    def low(self, place: int) -> str:
        """The token at `place` in lower case, the end of a sentence beyond both ends."""
        return self.at(place).low

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

    def words(self, start: int, end: int) -> set[str]:
        """The words from `start` to before `end`."""
        return {token.low for token in self.tokens[max(0, start) : end] if token.is_word}


def distance(a: str, b: str) -> int:
    """How many letters are wrong, missing, too many or swapped between two words; 3 stands for all that is more than 2."""
    if abs(len(a) - len(b)) > 2:
        return 3
    last: list[int] = []
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        before, last, row = last, row, [i]
        for j, right in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (left != right))
            if i > 1 and j > 1 and left == b[j - 2] and a[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return min(row[-1], 3)


def _sound(word: str) -> str:
    """A word as it sounds, roughly: unstressed vowels as one, no doubled letters, no soft signs."""
    return re.sub(r"(.)\1+", r"\1", re.sub("[ьъ]", "", word).translate(str.maketrans("оеэыяё", "аииииа")))


_VERB_SOUNDS = {_sound(verb): verb for verb in _VERBS}


@lru_cache(maxsize=20_000)
def _as_verb(word: str) -> str:
    """The verb of a frame that a misspelt word stands for, or the word itself."""
    if word in _SAME:
        return "зовут"
    if not 4 <= len(word) <= 12 or word.isascii() or morph().word_is_known(word):
        return word
    sound = _sound(word)
    close = (verb for key, verb in _VERB_SOUNDS.items() if len(key) > 4 and distance(sound, key) < 2)
    return _VERB_SOUNDS.get(sound) or next(close, word)


@lru_cache(maxsize=20_000)
def _is_me(word: str) -> bool:
    """Whether a word beside such a verb is a misspelt "меня"."""
    sound = _sound(word)
    return sound == "мини" or word in ("мну", "мня", "мя") or (distance(sound, "мини") < 2 and not morph().word_is_known(word))


def _mended(tokens: list[Token]) -> list[Token]:
    """Right the frames' own words: "миня завут" is "меня зовут". What may be a name is left alone."""
    tokens = [token._replace(low=_SPELLINGS.get(token.low, token.low)) if token.is_word else token for token in tokens]
    lows = {token.low for token in tokens}
    if lows.isdisjoint(_VERBS):
        tokens = [token._replace(low=_as_verb(token.low)) if token.is_word else token for token in tokens]
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else NOTHING
        if token.low == "меня" and following.low == "зову":
            tokens[place + 1] = following._replace(low="зовут")
        elif token.low in _VERBS and "меня" not in lows:
            for near in (*range(max(0, place - 3), place), *range(place + 1, min(len(tokens), place + 2))):
                if tokens[near].is_word and _is_me(tokens[near].low):
                    tokens[near] = tokens[near]._replace(low="меня")
                    break
        elif _sound(token.low) == "маи" and _sound(following.low) == "ими":
            tokens[place], tokens[place + 1] = token._replace(low="мое"), following._replace(low="имя")
    return tokens


def _tokens(text: str) -> list[Token]:
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    text = _DOTTED.sub(r"\1 \2 ", text)
    text = _RUN_TOGETHER.sub(r"\g<0> ", _RUN_TOGETHER.sub(r"\g<0> ", _DRAWN_OUT.sub(r"\1", text)))  # "менязовутегор"
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
