"""Markdown turned into Telegram's HTML where its meaning is clear.

The parser finds fenced code and the marks inside a line. All else is left as it stands, line by line: dialogues begin with dashes,
numbers keep their form, and nobody's smiley is a mark.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline

from bot.text import MESSAGE_LIMIT, encodable, utf16_length

# A heading, a quotation, a list item; "> 18" and "* 5" are sums as likely as marks.
_LINE = re.compile(
    r"(?:(?P<heading>#{1,6} +)(?=.*[^\W_])|(?P<quote>> )(?=[^\s\d>=])|(?P<indent>[ \t]*)\* +(?=[^\W\d_]|[«\"`\[(]|\*+\w))?(?P<rest>.*)"
)
_FENCE = re.compile(r"`+ *(?P<language>[\w+#.-]{0,32})\s*")
_LINK = re.compile(r"(?:https?://|tg://|mailto:)[^\s<>\"]+")
_MARKS = frozenset("*_~`[")
# Marks count at the edges of words, around text that holds a letter or a digit, so "2*3*4", "__init__", "^_^" and "*.*" stay.
_CLEAR = re.compile(
    r"""(?<![^\W_]) (?<![\^<>=@;./-]) (?!__|\*_\*|_[^_]*_[^\W_]) [*_~]++ (?=\S) (?=[^*_~]*[^\W_])  # opens
    | (?<=\S) (?!__) [*_~]++ (?![^\W_])  # closes
    | (?<![^\W_]) `+ (?=\s*[^\s`])
    | (?<!!) \[ (?=[^\[\]]*[^\W_])""",
    re.X,
)
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
        if token.type != "fence" or not token.map:
            continue
        fence = _FENCE.fullmatch(token.markup + token.info)
        if not fence:  # "~~~ Chapter ~~~" is an ornament, and takes all that follows for code
            return None
        if token.content.strip():
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


def _unclear(state: StateInline, silent: bool) -> bool:
    """Take marks whose meaning is not clear for text, before the parser's own rules see them."""
    if state.src[state.pos] not in _MARKS or _CLEAR.match(state.src, state.pos):
        return False
    length = state.scanDelims(state.pos, True).length
    if not silent:
        state.pending += state.src[state.pos : state.pos + length]
    state.pos += length
    return True


class _Markup(MarkdownIt):
    """The marks inside one line."""

    def __init__(self) -> None:
        super().__init__("zero")
        self.enable(["escape", "backticks", "strikethrough", "emphasis", "link"])
        # The second would put escapes into the text around them.
        self.disable(["normalize", "text_join"])
        self.inline.ruler.before("backticks", "unclear", _unclear)

    def validateLink(self, url: str) -> bool:
        return _LINK.fullmatch(url) is not None

    def normalizeLink(self, url: str) -> str:
        return url  # Telegram takes Cyrillic as it is


_MARKUP = _Markup()
_FENCES = MarkdownIt("zero").enable("fence").disable(["normalize", "inline"])
