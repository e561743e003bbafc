"""Which tokens a reply may hold: no control token, and no script that nobody in the chat uses."""

import re
import sys
import unicodedata
from codecs import getincrementaldecoder
from collections.abc import Collection
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

OWN_SCRIPTS = frozenset({"CYRILLIC", "LATIN"})
"""The scripts of every chat. Of Latin only what is common, see `Vocabulary.common`."""

_AT_ONCE = 4_096
"""So many tokens are written out at a time: all of them take a tenth of a gigabyte."""
_COMMON_LATIN = 20_000
"""Tokenizers number their tokens by how common they are. Words of Latin letters with higher numbers are spelled from pieces."""

# First words of the names of letters, marks and numbers that all scripts share; signs and emoji are shared by their category.
_SHARED = {"COMBINING", "VARIATION", "MICRO", "FEMININE", "MASCULINE", "DIGIT", "SUPERSCRIPT", "SUBSCRIPT", "VULGAR", "ROMAN",
           "CIRCLED", "DINGBAT", "KEYCAP"}  # fmt: skip
# What signs of all scripts are called as well: the new moon, the new sheqel.
_OF_SIGNS = {"NEW", "SCRIPT", "TURNED", "DOUBLE-STRUCK", "MODIFIER", "INFORMATION"}
_CJK = {"CJK", "IDEOGRAPHIC", "KANGXI", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO", "FULLWIDTH", "HALFWIDTH",
        "YI", "TANGUT"}  # fmt: skip
# Their punctuation, enclosed forms and hexagrams, which Unicode counts among the common signs: 。「」（，㈱ ䷀ 🈚.
_CJK_SIGNS = ((0x2E80, 0x303F), (0x3200, 0x33FF), (0x4DC0, 0x4DFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x1F200, 0x1F2FF))


class _Scripts(dict[str, str | None]):
    """The script of each letter; found once, since all tokens of a model are looked at."""

    def __missing__(self, char: str) -> str | None:
        script = self[char] = _find_script(char)
        return script


def _find_script(char: str) -> str | None:
    code, category = ord(char), unicodedata.category(char)
    script = unicodedata.name(char, "UNKNOWN").split(maxsplit=1)[0]
    if script in _CJK or any(first <= code <= last for first, last in _CJK_SIGNS):
        return "CJK"
    if char == "\ufffd" or category in ("Cn", "Co", "Cs") or (category == "Cc" and char not in "\t\n\r"):
        return "UNKNOWN"
    if category[0] not in "LMN":
        return script if script in _with_own_signs() else None
    return None if script in _SHARED else script


@cache
def _with_own_signs() -> frozenset[str]:
    """First words of the names of letters: a sign that has such a name belongs to that script, as the Arabic comma does."""
    letters = (char for char in map(chr, range(0x250, 0xFB50)) if unicodedata.category(char)[0] == "L")
    return frozenset(unicodedata.name(char, "").split(" ")[0] for char in letters) - _OF_SIGNS


_SCRIPTS = _Scripts()


def scripts_of(text: str) -> frozenset[str]:
    """The scripts that `text` is written in, as Unicode names them, "CJK" for all of East Asia's; signs and digits have none."""
    return frozenset(filter(None, map(_SCRIPTS.__getitem__, text)))


def scripts_to_answer(said: str) -> frozenset[str] | None:
    """The scripts for the answer to what a person says, as for `Vocabulary.allowed`.

    None where it is Russian, which a few Latin words in it do not change: what is common suffices, see `Vocabulary.common`.
    """
    found = [script for script in map(_SCRIPTS.__getitem__, said) if script not in (None, "UNKNOWN")]
    scripts = frozenset(filter(None, found))
    is_russian = scripts <= {"LATIN", "CYRILLIC"} and found.count("LATIN") <= found.count("CYRILLIC")
    return None if is_russian else scripts | OWN_SCRIPTS


class Vocabulary:
    """The tokens of a tokenizer by what may be written with them.

    A character may be put together from several tokens, which hold some of its bytes each. One that begins a character may be drawn
    where the character can become an allowed one; after it only those that carry it on to such a one.
    """

    def __init__(self, tokenizer: Any, size: int, ends: Collection[int]) -> None:
        """Look at each token once; takes most of a second for 262,144 of them.

        Args:
            tokenizer: a fast tokenizer of transformers.
            size: how many scores the model gives; some may belong to no token.
            ends: the tokens that end a reply: the only control tokens that may be drawn.
        """
        bytes_of = _bytes_of_signs if "ByteLevel" in str(tokenizer.backend_tokenizer.decoder) else _bytes_of
        control = {*tokenizer.all_special_ids, *(id for id, added in tokenizer.added_tokens_decoder.items() if is_control(added))}
        kinds: dict[frozenset[str], int] = {frozenset(): 0}
        self.size = size
        self._kind = np.full(size, -1, np.int32)  # -1: a part of a character, or nothing to be drawn
        self._parts: dict[int, bytes] = {}
        count = min(len(tokenizer), size)
        for first in range(0, count, _AT_ONCE):
            tokens = range(first, min(first + _AT_ONCE, count))
            for token, text in zip(tokens, tokenizer.convert_ids_to_tokens(list(tokens)), strict=True):
                if text is None or token in control:
                    continue
                written = bytes_of(text)
                try:
                    self._kind[token] = kinds.setdefault(scripts_of(written.decode()), len(kinds))
                except UnicodeDecodeError:
                    self._parts[token] = written
        self._kind[list(ends)] = 0
        self._kinds = list(kinds)
        is_latin = self._kind == kinds.get(frozenset({"LATIN"}), -2)
        is_common = self.allowed(OWN_SCRIPTS) & ~(is_latin & (np.arange(size) >= _COMMON_LATIN))
        is_common[list(self._parts)] = True
        self.common: NDArray[np.int64] = np.flatnonzero(is_common)
        """The tokens of a chat in Russian, in the order of their numbers: Cyrillic, common Latin, signs, emoji, the ends."""

    def allowed(self, scripts: frozenset[str], begun: bytes = b"") -> NDArray[np.bool_]:
        """For each token whether it may be drawn in a chat that uses `scripts`.

        Args:
            scripts: as `scripts_of` names them.
            begun: the bytes of a character that the reply ends with the beginning of.
        """
        fitting = [] if begun else [number for number, kind in enumerate(self._kinds) if kind <= scripts]
        is_allowed = np.isin(self._kind, fitting)
        is_allowed[[token for token, part in self._parts.items() if _fits(begun + part, scripts)]] = True
        return is_allowed

    def begun_by(self, token: int, begun: bytes) -> bytes:
        """The beginning of a character that a reply ends with after `token`, when before it that was `begun`."""
        return _rest(begun + self._parts[token]) or b"" if token in self._parts else b""


def _fits(written: bytes, scripts: frozenset[str]) -> bool:
    """Whether `written` is in `scripts`, or can become it if it ends within a character."""
    rest = _rest(written)
    if rest is None:
        return False
    whole = written[: len(written) - len(rest)].decode()
    return scripts_of(whole) <= scripts and (not rest or _can_become(rest, scripts))


def _rest(written: bytes) -> bytes | None:
    """The beginning of a character that `written` ends with; None where it is no UTF-8."""
    decoder = getincrementaldecoder("utf-8")()
    try:
        decoder.decode(written)
    except UnicodeDecodeError:
        return None
    return decoder.getstate()[0]


def is_control(added: Any) -> bool:
    """Whether a token that was added to a tokenizer stands for no text: `<end_of_turn>` or `<think>`, not a run of line breaks."""
    return bool(added.special) or re.fullmatch(r"<\W*\w.*>|\[/?\w+\]", added.content) is not None


def _bytes_of(token: str) -> bytes:
    """What a token of SentencePiece's kind stands for, in UTF-8."""
    if token.startswith("<0x") and len(token) == 6:
        return bytes.fromhex(token[3:5])
    return token.encode(errors="replace")  # its sign for a space is as good as one


def _bytes_of_signs(token: str) -> bytes:
    """What a token of a byte-level tokenizer stands for; one that was added is written as it is."""
    return b"".join([_BYTES.get(char) or char.encode() for char in token])


@lru_cache(maxsize=512)
def _can_become(rest: bytes, scripts: frozenset[str]) -> bool:
    """Whether some character of `scripts`, a sign or an emoji begins with `rest`."""
    length = 2 if rest[0] < 0xE0 else 3 if rest[0] < 0xF0 else 4
    last = min(_code(rest.ljust(length, b"\xbf")), sys.maxunicode)
    chars = map(chr, range(_code(rest.ljust(length, b"\x80")), last + 1))
    # Most of a million code points are no characters: those go first, and quickly.
    return any((script := _SCRIPTS[char]) is None or script in scripts for char in filter(str.isprintable, chars))


def _code(sequence: bytes) -> int:
    """The code point of a sequence in UTF-8 as its bits say; Python's decoder refuses those that nobody may write."""
    code = sequence[0] & (0xFF >> (len(sequence) + 1))
    for byte in sequence[1:]:
        code = code << 6 | byte & 0x3F
    return code


def _byte_alphabet() -> dict[str, bytes]:
    """The characters by which byte-level tokenizers write bytes: printable ones as themselves, the others from U+0100 on.

    As in https://github.com/openai/gpt-2/blob/master/src/encoder.py.
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): bytes([byte]) for byte in plain} | {chr(256 + at): bytes([byte]) for at, byte in enumerate(others)}


_BYTES = _byte_alphabet()
