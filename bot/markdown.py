"""Markdown turned into Telegram's HTML where its meaning is clear.

The parser finds fenced code and the marks inside a line. All else is left as it stands, line by line: dialogues begin with dashes,
numbers keep their form, and nobody's smiley is a mark.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, backtick, emphasis, link, strikethrough

from bot.text import MESSAGE_LIMIT, encodable, utf16_length

# A heading, a quotation, a list item; "> 18" and "* 5" are sums as likely as marks.
_LINE = re.compile(
    r"""(?: (?P<heading>\#{1,6}[ ]+) (?=.*[^\W_])
    | (?P<quote>>[ ]) (?=[^\s\d>=])
    | (?P<indent>[ \t]*) \*[ ]+ (?=[^\W\d_]|[«"`\[(]|\*+\w)
    )? (?P<rest>.*)""",
    re.X,
)
_FENCE = re.compile(r"`+ *(?P<language>[A-Za-z0-9+#.-]?[A-Za-z0-9_+#.-]{0,31})\s*")
_LINK = re.compile(r"(?:https?://|tg://|mailto:)[^\s<>\"]+")
# Marks count at the edges of words, around text that holds a letter or a digit, so "2*3*4", "__init__", "^_^" and "*.*" stay.
_OPENING = re.compile(
    r"""(?<![^\W_]) (?<![\^<>=@;./-]) (?!__|_[^_]*_[^\W_])
    [*_~]++ (?=\.\.|[^\s.,:;!?)\]}»”]) (?=[^*_~]*[^\W_])""",
    re.X,
)
_CLOSING = re.compile(r"(?!__) [*_~]++ (?![^\W_])", re.X)
_CODE = re.compile(r"(?<![^\W_]) (?<!`) `+ (?=\s*[^\s`])", re.X)
_LABEL = re.compile(r"(?<!!) \[ (?=[^\[\]]*[^\W_])", re.X)
_TAGS = {"em": "i", "strong": "b", "s": "s", "a": "a"}


def to_html(text: str) -> str | None:
    """Telegram's HTML for a text with Markdown whose meaning is clear; None for any other, which is to be sent as plain text.

    Bold, italic, strike-through, code, links, headings, quotations and lists are converted; all else, HTML too, is shown as it is.
    A text longer than one message is plain. Never raises.
    """
    text = encodable(text)
    if utf16_length(text) > MESSAGE_LIMIT:
        return None
    lines = re.split(r"\r\n?|\n", text)
    source = "\n".join(lines)
    pieces: list[str] = []
    done = 0
    for token in _FENCES.parse(source):
        fence = _FENCE.fullmatch(token.markup + token.info)
        if not fence:  # "~~~ Chapter ~~~" is an ornament, and takes all that follows for code
            return None
        if token.content.strip():
            assert token.map is not None, "a block knows its lines"
            start, end = token.map
            attribute = f' class="language-{fence["language"]}"' if fence["language"] else ""
            code = escape(token.content.removesuffix("\n"), quote=False)
            pieces += [*_blocks(lines[done:start]), f"<pre><code{attribute}>{code}</code></pre>"]
            done = end
    html = "\n".join([*pieces, *_blocks(lines[done:])])
    return html if html != escape(source, quote=False) else None


def _blocks(lines: list[str]) -> Iterator[str]:
    matches = (match for line in lines if (match := _LINE.fullmatch(line)))
    for quoted, group in groupby(matches, key=lambda match: bool(match["quote"])):
        html = "\n".join(map(_line, group))
        yield f"<blockquote>{html}</blockquote>" if quoted else html


def _line(match: re.Match[str]) -> str:
    html = _inline(match["rest"])
    if match["heading"]:
        return f"<b>{html}</b>"
    return html if match["indent"] is None else f"{match['indent']}• {html}"


def _inline(line: str) -> str:
    html = ""
    for token in _MARKUP.parseInline(line)[0].children or []:
        match token.type:
            case "text":
                html += escape(token.content, quote=False)
            case "text_special":  # a backslash and what it escapes: "¯\_(ツ)_/¯" is more frequent than an escape that is meant
                html += escape(token.markup, quote=False)
            case "code_inline":
                html += f"<code>{escape(token.content, quote=False)}</code>"
            case "link_open":
                html += f'<a href="{escape(str(token.attrs["href"]))}">'
            case _:
                html += f"<{'/' if token.nesting < 0 else ''}{_TAGS[token.tag]}>"
    return html


def _where(clear: re.Pattern[str], rule: RuleFuncInlineType) -> RuleFuncInlineType:
    """The parser's rule, for clear marks only."""
    return lambda state, silent: clear.match(state.src, state.pos) is not None and rule(state, silent)


def _at_edges(rule: RuleFuncInlineType) -> RuleFuncInlineType:
    """The parser's rule for marks in pairs; those that are not clear find no partner, and stay text."""

    def clear_pairs(state: StateInline, silent: bool) -> bool:
        opens = _OPENING.match(state.src, state.pos) is not None
        closes = _CLOSING.match(state.src, state.pos) is not None
        count = len(state.delimiters)
        found = rule(state, silent)
        for delimiter in state.delimiters[count:]:
            delimiter.open = delimiter.open and opens
            delimiter.close = delimiter.close and closes
        return found

    return clear_pairs


def _one_line(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    state.line = start + 1
    return True


class _Markup(MarkdownIt):
    """The marks inside one line."""

    def __init__(self) -> None:
        super().__init__("zero")
        self.enable(["escape", "backticks", "strikethrough", "emphasis", "link"])
        self.disable(["normalize", "text_join"])  # they would change control characters and lose backslashes
        self.inline.ruler.at("backticks", _where(_CODE, backtick))
        self.inline.ruler.at("strikethrough", _at_edges(strikethrough.tokenize))
        self.inline.ruler.at("emphasis", _at_edges(emphasis.tokenize))
        self.inline.ruler.at("link", _where(_LABEL, link))

    def validateLink(self, url: str) -> bool:
        return _LINK.fullmatch(url) is not None

    def normalizeLink(self, url: str) -> str:
        return url  # Telegram takes Cyrillic as it is


_MARKUP = _Markup()
_FENCES = MarkdownIt("zero").enable("fence")
# The parser's paragraphs would take an indented fence, as lists have it, for their own text.
_FENCES.block.ruler.at("paragraph", _one_line)
