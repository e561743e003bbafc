"""Text as Telegram takes it: its length, and how it is split into messages that fit."""

import re
import unicodedata
from bisect import bisect_right

MESSAGE_LIMIT = 4096
"""The longest text of one message, in UTF-16 code units."""

# An opening fence without a closing one runs to the end, as Markdown has it.
_FENCE = re.compile(
    r"^(?P<fence>`{3,8})(?P<language>[A-Za-z0-9_+#.-]{0,32})[ \t\r]*\n"
    r"(?P<body>(?P<lead>\s*+).*?)(?:\n?^(?P<close>(?P=fence))[ \t\r]*$|\Z)",
    re.M | re.S,
)
# Nothing of these is drawn, and Telegram refuses a message made of them alone.
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u2060-\u2064\ufe0f\ufeff]*")
_SPACE = re.compile(r"\s*")
_DEEPEST_INDENTATION = 128
_BLANK_LINES = re.compile(r"(?:[ \t\r]*+\n)*+")
_ABBREVIATIONS = "".join(rf"(?<!\b{word})" for word in ("гг", "вв", "др", "пр", "см", "ул", "им", "рис", "стр", "тыс", "руб"))
# A single letter before the stop is an initial or an abbreviation ("т. е.", "г. Псков"); no sentence begins with a small letter.
_SENTENCE_END = rf"(?<![.!?…])(?:[!?…]|(?<!\b[^\W\d_]){_ABBREVIATIONS}\.)[.!?…]*+[»”\"')\]]*+(?=\s++(?![a-zа-яё]))"
_SEAMS = tuple(re.compile(pattern) for pattern in (r"(?=\n[ \t\r]*+\n)", r"(?=\n)", _SENTENCE_END))
_WORD_END = re.compile(r"(?=[^\S\u00a0\u202f])")
_LONGEST_CLUSTER = 64
"""Code points; a longer "character" is an attack on the reader's screen and may be cut."""


def utf16_length(text: str) -> int:
    """The length of a text in UTF-16 code units, which Telegram counts in."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def split_text(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Split a text into parts of at most `limit` UTF-16 code units; no part is blank, a blank text has no parts.

    It is cut between paragraphs, else lines, else sentences, where that leaves a part at least half full, else between words, else
    between characters. Only whitespace at the cuts and the ends is lost. A fenced code block that is cut is closed in one part and
    opened again in the next. Half surrogates become U+FFFD. Raises ValueError for a limit below 2.
    """
    if limit < 2:
        raise ValueError(f"limit must be at least 2 UTF-16 code units, not {limit}")
    text = encodable(text).strip()
    if utf16_length(text) <= limit:
        return [] if _BLANK.fullmatch(text) else [text]
    fences = [
        match
        for match in _FENCE.finditer(text)
        if not _BLANK.fullmatch(match["body"]) and 4 * utf16_length(_opening(match)) < limit  # a tiny limit has no room for fences
    ]
    if fences and not fences[-1]["close"]:
        text += "\n" + fences[-1]["fence"]
        fences[-1] = _FENCE.match(text, fences[-1].start()) or fences[-1]
    starts = [fence.start() for fence in fences]

    def fence_around(position: int) -> re.Match[str] | None:
        index = bisect_right(starts, position - 1) - 1
        return fences[index] if index >= 0 and position < fences[index].end() else None

    parts: list[str] = []
    start = 0
    opened: re.Match[str] | None = None
    while start < len(text):
        prefix = _opening(opened) if opened else ""
        suffix = ""
        room = limit - utf16_length(prefix)
        end = _fitting(text, start, room)
        cut = _seam(text, start, end)
        fence = fence_around(cut)
        if fence and fence.end() <= end:
            cut, fence = fence.end(), None
        elif fence and fence.start() - start > (end - start) // 2:
            cut, fence = fence.start(), None
        if fence:
            suffix = "\n" + fence["fence"]
            end = _fitting(text, start, room - len(suffix))
            if end > fence.end("lead"):
                cut = min(_seam(text, max(start, fence.end("lead")), end), fence.end("body"))
            else:  # no code fits in
                cut, suffix = fence.start(), ""
        content = text[start:cut].rstrip()
        if not _BLANK.fullmatch(content):
            parts.append(prefix + content + suffix)
        opened, start = _next_start(text, max(cut, fence.end("lead")) if fence else cut, fence)
    return parts


def encodable(text: str) -> str:
    """The text with halves of surrogate pairs joined where they meet and replaced by U+FFFD where they do not."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _opening(fence: re.Match[str]) -> str:
    return f"{fence['fence']}{fence['language']}\n"


def _next_start(text: str, cut: int, fence: re.Match[str] | None) -> tuple[re.Match[str] | None, int]:
    """The fence to open again and where the next part begins; in code, indentation is kept."""
    if fence:
        code = _end_of(_SPACE, text, cut)
        if code < fence.end("body"):
            return fence, max(_end_of(_BLANK_LINES, text, cut), code - _DEEPEST_INDENTATION)
        cut = fence.end()
    return None, _end_of(_SPACE, text, cut)


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _fitting(text: str, start: int, room: int) -> int:
    """The end of the longest piece from `start` on that has at most `room` UTF-16 code units."""
    window = text[start : start + room].encode("utf-16-le")[: room * 2]
    return start + len(window.decode("utf-16-le", "ignore"))


def _seam(text: str, start: int, end: int) -> int:
    """The best place to cut the text after `start` and at most at `end`."""
    if end >= len(text):
        return end
    for seam in _SEAMS:
        if (cut := _last(seam, text, (start + end + 1) // 2, end)) > start:
            return cut
    if (cut := _last(_WORD_END, text, start + 1, end)) > start:
        return cut
    return next((cut for cut in range(end, max(start, end - _LONGEST_CLUSTER), -1) if not _joins(text, start, cut)), end)


def _last(seam: re.Pattern[str], text: str, low: int, high: int) -> int:
    """The last place in [low, high] where the seam ends, -1 without one."""
    # Three more code points let a seam at `high` see what follows it.
    return max((end for match in seam.finditer(text, low, high + 3) if (end := match.end()) <= high), default=-1)


def _joins(text: str, start: int, cut: int) -> bool:
    """Whether the characters around `cut` are drawn as one."""
    before, after = text[cut - 1], text[cut]
    if _is_regional(before) and _is_regional(after):
        # Two letters make a flag: an odd number of them before the cut means that it goes through one.
        flags_start = cut
        while flags_start > start and _is_regional(text[flags_start - 1]):
            flags_start -= 1
        return (cut - flags_start) % 2 == 1
    return (
        "\u200d" in (before, after)
        or unicodedata.category(after).startswith("M")
        or "\U0001f3fb" <= after <= "\U0001f3ff"
        or "\U000e0020" <= after <= "\U000e007f"
    )


def _is_regional(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
