"""Marks around the words of a reply: HTML, Markdown that is never closed, and ragged beginnings and ends."""

import re

LIST_ITEM = re.compile(r"[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t]+")
"""The marker of an item of a list, at the start of its line."""

_TAG = re.compile(
    r"</?(?:br|div|p|span|b|i|u|s|em|strong|h[1-6]|ul|ol|li|a|html|body|table|tbody|tr|td|th|img|hr|code|pre|font|center|"
    r"blockquote|script|style|sub|sup|strike|del|ins|small|big|section|article)(?:\s+[\w-]+\s*=[^<>\n]*|\s*/)?>",
    re.IGNORECASE,
)
_MENTION = re.compile(r"\b(?:тег\w*|tag|элемент\w*)\s\Z", re.IGNORECASE)
_LINE_BREAK = re.compile(r"<br|</p|</li|</div")


def without_html(text: str) -> str:
    """Tags out of the text, or as the line breaks that they mean; those that are spoken of and generics such as List<a> stay."""
    return _TAG.sub(_replace_tag, text)


def _replace_tag(match: re.Match[str]) -> str:
    text, tag = match.string, match[0].lower()
    before, after = text[max(0, match.start() - 12) : match.start()], text[match.end() : match.end() + 1]
    if _MENTION.search(before):
        return match[0]
    if re.fullmatch(r"<[abipus]>", tag) and (before[-1:].isalnum() or not after.strip()) and f"</{tag[1:]}" not in text.lower():
        return match[0]
    return "\n" if _LINE_BREAK.match(tag) and before[-1:] not in ("", "\n") and after not in ("", "\n") else ""


_OPEN_FENCE = re.compile(r"```(?=[\w+-]*\n\s*\S)")
_LONE_BACKTICK = re.compile(r"`{2,}[ \t]*|(?<![^\W_])`|`(?![^\W_])")
_BOLD = re.compile(r"(?<![\w*])\*\*(?!\*)|(?<!\*)\*\*(?![\w*])")
_EMPTY_LINE = re.compile(r"\s*(?:(?:[-*•+]|\d{1,3}[.)]|#{1,6}|\*\*|>)\s*)?")


def close_markdown(text: str) -> str:
    """A block of code that is never closed is closed; other lone marks of code and bold go, and empty items at the end.

    Code that is closed must have been taken out of the text.
    """
    if _OPEN_FENCE.search(text):
        return re.sub(r"\s*`{0,2}\Z", "", text) + "\n```"
    text = "\n\n".join(map(_without_lone_bold, _LONE_BACKTICK.sub("", text).split("\n\n")))
    lines = text.rstrip().split("\n")
    while len(lines) > 1 and _EMPTY_LINE.fullmatch(lines[-1]):
        lines.pop()
    last = lines[-1].rstrip()
    lines[-1] = re.sub(r"[ \t](?:[-–—*#•]|\*\*)\Z", "", last) if last.strip("-–—*#• ") else last
    return "\n".join(lines)


def _without_lone_bold(paragraph: str) -> str:
    marks = list(_BOLD.finditer(paragraph))
    return paragraph[: marks[-1].start()] + paragraph[marks[-1].end() :] if len(marks) % 2 else paragraph


_CLOSING = {"«": "»", "“": "”", "„": "“", '"': '"'}


def without_wrapping(text: str) -> str:
    """Stray marks before the text out, the dash of a list of one item, and quotation marks around the whole of it."""
    marks = r"[,;:.!?]" if "\n" in text else r"[,;:.!?|>]|\*{2,3}"
    text = re.sub(rf"\A(?:(?:{marks})(?=\s)\s*)+", "", text.lstrip())
    if re.match(r"[-*•][ ]", text) and not re.search(r"\n[ \t]*(?:[-*•]|\d+[.)])[ ]", text):
        text = text[1:].lstrip()
    opening, inner, closing = text[:1], text[1:-1], text[-1:]
    if inner and _CLOSING.get(opening) == closing and opening not in inner and closing not in inner:
        is_title = opening != '"' and len(inner.split()) <= 4 and inner[-1] not in ".!?…"
        if not is_title:
            return inner.strip()
    if text.count('"') == 1 and len(text) > 1 and (opening == '"' or re.search(r"[.!?…]\"\Z", text)):
        return text.strip('"').strip()
    return text


_FINISHED = re.compile(  # a mark that ends a sentence, an emoji, a smiley
    r"(?:(?<![.!?…])[.!?…]++[»\")\]*]*+|[\u2190-\u2bff\ufe0f\U0001f000-\U0001ffff]|[:;]-?[)(D]|(?<!\))\)\)++)(?=\s)"
)
_CUT_OFF = re.compile(  # a mark or a small word after which more must come
    r"(?:[,;:–—(«-]|(?<!\w)(?<!\d )(?:и|а|но|или|либо|чтобы|если|хотя|потому что|так как|в|во|на|с|со|к|ко|у|о|об|от|из|по|под"
    r"|для|без|при|про|через|между|котор\w+|ни|что(?<=, что)|как(?<=, как)|the|and|or|of|to|with))\Z"
)
_LEFT_OPEN = re.compile(r"(?:\s|\A)[(«\"][^()«»\"]*\Z")


def without_unfinished_end(text: str) -> str:
    """The tail after the last finished sentence out of the text where it is plainly cut off."""
    head, newline, line = text.rstrip().rpartition("\n")
    finished = max((match.end() for match in _FINISHED.finditer(line)), default=0)
    tail = line[finished:]
    is_all = not finished and not head.strip()
    is_item = LIST_ITEM.match(line) is not None and head.rstrip()[-1:] in ",;"
    if is_all or is_item or re.search(r"[.!?…][»\")]*\Z", tail) or not (_CUT_OFF.search(tail) or _LEFT_OPEN.search(tail)):
        return text
    return (head + newline + line[:finished]).rstrip()
