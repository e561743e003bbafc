"""Signs said too often: rows of emoji, marks that are doubled."""

import re

from language.words import either, stems

_EMOJI = "[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d\u2640\u2642\U0001f3fb-\U0001f3ff]*"
_EMOJI_RUN = re.compile(rf"((?:{_EMOJI}\s*){{2}}{_EMOJI})(?:\s*{_EMOJI}){{5,}}")
_ONE_EMOJI = re.compile(_EMOJI)
_WANTS_EMOJI = either(stems("эмодзи эмоджи смайл emoji нарисуй сердеч сердц"))


def wants_emoji(question: str) -> bool:
    """Whether a question is about emoji."""
    return _WANTS_EMOJI.search(question) is not None


def without_emoji_rows(text: str, question: str) -> str:
    """Of eight and more emoji in a row the first three, each once, unless the question is about them."""
    return (
        text
        if _EMOJI_RUN.search(text) is None or _WANTS_EMOJI.search(question)
        else _EMOJI_RUN.sub(lambda row: "".join(dict.fromkeys(_ONE_EMOJI.findall(row[1]))), text)
    )


_SHOUTED = re.compile(r"([!?])\1{3,}|([!?]{2})\2{2,}")
_SHOUTS = re.compile(r"[!?]{3}")
_DOTS = re.compile(r"(?<![.\w/])\.{5,}|(?<=\w)\.{5,}")
_FOUR_DOTS = re.compile(r"(?<=\w)\.{4}(?!\.)")
_SMILEYS = re.compile(r"([:;=8]-?[)(DPpРр]+)(?:\s*[:;=8]-?[)(DPpРр]+){3,}")
_DOUBLED_MARK = re.compile(r"(?<=[^\W\d_])[ ]?([,;:])(?:[ ]?\1)+(?=\s)|(?<=[\d»)])([,;:])\2+(?= [а-яё])")
_SPACED_DOTS = re.compile(r"(?<=\w)(\.+)(?: +\.+)+(?=\s|\Z)")
_DOT_BEFORE = re.compile(r"(?<=\w)\.(?=[!?]{1,3}(?:\s|\Z))")


def without_doubled_marks(text: str, question: str) -> str:
    """Marks said once that stand four times in a row, or twice where a comma does; who shouts is shouted at."""
    if _SHOUTS.search(question):
        return _DOUBLED_MARK.sub(lambda match: match[1] or match[2], text)
    plain = _SMILEYS.sub(r"\1", text)
    plain = _SPACED_DOTS.sub(lambda match: "." if match[1] == "." else "...", plain)
    plain = _DOTS.sub("...", _SHOUTED.sub(lambda match: match[1] or match[2], plain))
    plain = _DOT_BEFORE.sub("", _DOUBLED_MARK.sub(lambda match: match[1] or match[2], plain))
    return plain if plain == text else _FOUR_DOTS.sub("...", plain)  # which alone is somebody's habit
