"""The characters of a raw output made those that were meant: control characters out, wrongly decoded ones put right."""

import re
from contextlib import suppress
from itertools import product

from language.words import fold, morph

_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffd"
    "\ue000-\uf8ff\ud800-\udfff\U000f0000-\U0010ffff]"
)
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
_LONE_JOINER = re.compile(f"(?<![\ufe0f{_EMOJI}])\u200d|\u200d(?![\u3030\u3297\u3299{_EMOJI}])")
# UTF-8 read as a one-byte encoding: "â€”" for a dash, "РџСЂРё" for "При".
_MISREAD = (
    (re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u0178\u017d\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+"), "cp1252"),
    (
        re.compile("(?:[РС][\u0080-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122А-Пр-я]){3,}"),
        "cp1251",
    ),
)
_BYTES = re.compile("(?:<0x[0-9A-Fa-f]{2}>)+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})(?![0-9a-fA-F])")
_ESCAPED_QUOTE = re.compile(r"\\\"(?=[А-ЯЁа-яё])|(?<=[А-ЯЁа-яё.!?…])\\\"")
_ESCAPED_MARK = re.compile(r"(?<=[а-яё])\\([.!?,()-])")
_MIXED_WORD = re.compile(r"(?<![\w-])(?=[а-яё]*[a-z])(?=[a-z]*[а-яё])[а-яёa-z]{4,}(?![\w-])", re.IGNORECASE)
_AS_RUSSIAN = str.maketrans("aAbBcCeEdfghHiIkKlmMnoOpPrstTuvxXyYz", "аАвВсСеЕдфгнНиИкКлмМноОрРрстТувхХуУз")
_PIECE_SPACE = re.compile(
    "(?<=[\\w.,!?…:;»)—–-])\u2581+(?=\\S)|\u2581+(?=[А-ЯЁа-яё«—-])|(?<=[.!?…»])\u2581+\\Z|\u0120(?=[\\w«—–(-])"
)
"""The space of a tokenizer, left in the words."""
_STRAY_LETTER = re.compile(r"(?<![\w/.@-])[DFGIJLNQRSUVWYZdfghijlnqrstuvwz]([а-яё]{4,})\b")
"""A Latin letter that looks like no Russian one, stuck to a word."""
_FULL_WIDTH = re.compile("([，。！？：；])(?<=[А-ЯЁа-яё\\d»].)\\s*(?=[А-ЯЁа-яё\\d«]|\\Z)")
_PLAIN = dict(zip("，。！？：；", ",.!?:;", strict=True))
_LOST = "\ufffd"
_BROKEN = re.compile(r"(?:,? (?:и|или|а также))?(?P<space> ?)(?P<start>[а-яё]*)(?P<lost>\ufffd+)(?P<end>[а-яё]+)", re.IGNORECASE)
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяё"


def plain_characters(raw: str) -> str:
    """`raw` with line breaks of one kind, no control and private characters, and no joiners but those in emoji.

    Nothing is left of a text of which much was lost before it came.
    """
    if 3 * raw.count(_LOST) > sum(map(str.isalnum, raw)):
        return ""
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    text = _BYTES.sub(lambda match: bytes.fromhex(re.sub(r"<0x|>", "", match[0])).decode(errors="ignore"), text)
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text
    text = _ESCAPED_MARK.sub(r"\1", _ESCAPED_QUOTE.sub('"', text))
    before = ""
    while text != before:  # what was misread twice is read again twice
        before = text
        for misread, encoding in _MISREAD:
            text = misread.sub(lambda match, encoding=encoding: _read_again(match[0], encoding), text)  # type: ignore[misc]
    text = _FULL_WIDTH.sub(lambda mark: _PLAIN[mark[1]] + (" " if mark.end() < len(mark.string) else ""), text)
    text = _BROKEN.sub(_with_lost_letters, text) if _LOST in text else text
    text = _MIXED_WORD.sub(_in_one_script, text.replace("\u060c", ","))
    text = _STRAY_LETTER.sub(_without_stray_letter, _PIECE_SPACE.sub(" ", text))
    return _LONE_JOINER.sub("", _CONTROL.sub("", text))


def _read_again(text: str, encoding: str) -> str:
    with suppress(UnicodeError):
        return text.encode(encoding).decode().replace("\xa0", " ")
    return text


def _in_one_script(mixed: re.Match[str]) -> str:
    """A word with letters of two scripts in Russian ones, where that makes a word: "сдеlай"."""
    word = mixed[0].translate(_AS_RUSSIAN)
    return word if morph().word_is_known(word.lower()) else mixed[0]


def _without_stray_letter(stuck: re.Match[str]) -> str:
    if not morph().word_is_known(stuck[1]):
        return stuck[0]
    return stuck[1].capitalize() if stuck[0][0].isupper() else stuck[1]


def _with_lost_letters(broken: re.Match[str]) -> str:
    """A word with the letter or two that were lost in it, where one word of the dictionary alone has them; else nothing of it."""
    start, end = broken["start"], broken["end"]
    for count in {(len(broken["lost"]) + 1) // 2, len(broken["lost"])}:  # two bytes a letter, or one
        tried = map("".join, product(_LETTERS, repeat=count)) if count <= 2 else iter(())
        found = [letters for letters in tried if _is_common(f"{start}{letters}{end}")]
        if len({*map(fold, found)}) == 1:
            whole = str(morph().parse(f"{start}{found[0]}{end}".lower())[0].word)  # with ё where it has one
            return broken[0].replace(broken["lost"], whole[len(start) : len(whole) - len(end)])
    return ""


def _is_common(word: str) -> bool:
    """Whether the dictionary has a word that is no proper name, or is written like one."""
    forms = morph().parse(word.lower()) if morph().word_is_known(word.lower()) else []
    return any(word[:1].isupper() or not {"Name", "Surn", "Patr", "Geox", "Orgn"} & form.tag.grammemes for form in forms)
