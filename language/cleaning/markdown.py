"""Markdown where a chat needs none: headings, quotations, pictures, small tables, and emphasis all over a text."""

import re

from language.words import carries_content, either, lemma, stems, words

_WANTS_MARKS = either(
    stems(
        "markdown маркдаун разметк оформ формат жирн курсив заголов таблиц табличк сравни цитат процитир код$ кода$ коде$ скрипт"
        " питон python команд readme"
    )
)
_MARK = re.compile(r"[#>*_|\[\\]")
_HEADING = re.compile(r"^\#{1,6}[ ]+(?=\S)(?P<said>[^\n]*?)[ ]*\#*$", re.MULTILINE)
_CHAPTERS = 3
"""Headings from which a text is built on them."""
_QUOTE = re.compile(r"^>[ ]?(?=[А-ЯЁа-яё«])", re.MULTILINE)
_PICTURE = re.compile(r"\s*!\[[^\]\n]*\]\([^()\n]*\)")
_STRONG = re.compile(r"(?<![\w*])(\*{2,3}|__(?![a-z]+__))(?=\S)(?:(_)(?=\S))?([^*\n]+?)(?(2)_)(?<=\S)\1(?![\w*])")
_LIGHT = re.compile(r"(?<![\w*\\])\*(?=[^\W_])([^*\n]+?)(?<=[\w.!?…,:»)])\*(?![\w*])")
_WHOLE = re.compile(r"\A(\*{1,3}|_{1,3})(?=\S)([^*_\n]+[.!?…])\1\Z")
_TITLE = re.compile(r"\A\#{1,6}[ ]+(?:(?<=\#\#[ ])[А-ЯЁ][^\n.!?]{1,60}|(?:ответ|решение|answer))\n+(?=[^\s#])", re.IGNORECASE)
_TABLE = re.compile(r"(?:^[ ]*\|.*\n)[ ]*\|[ :|-]+\|[ ]*\n((?:[ ]*\|.*(?:\n|\Z))+)", re.MULTILINE)
_BOX = re.compile(r"(?P<sign>\$?)\\boxed\{(?P<said>(?:[^{}]|\{[^{}]*\})*)\}(?P=sign)")


def without_markdown(text: str, question: str) -> str:
    """The marks of structure out of a text, unless `question` is about them; headings and quotations keep their words."""
    if _MARK.search(text) is None:
        return text
    text = _BOX.sub(lambda box: box["said"].replace("\\%", "%"), text)
    if _WANTS_MARKS.search(question):
        return text
    text = _WHOLE.sub(r"\2", text)
    text = _PICTURE.sub("", text)
    headings = len(_HEADING.findall(text))
    text = text if headings > 1 else _without_asked_heading(_TITLE.sub("", text), question)
    text = _TABLE.sub(lambda table: "\n".join(map(_in_words, table[1].strip().split("\n"))) + "\n", text)
    text = _HEADING.sub(r"\g<said>", text) if headings < _CHAPTERS and "##" in text else text
    return _QUOTE.sub("", text)


_FIRST_LINE = re.compile(r"\A\#{1,6}[ ]+(?P<said>[^\n]{3,100})\n+(?=\S)")


def _without_asked_heading(text: str, question: str) -> str:
    """The text without a heading in the words of `question`."""
    heading = _FIRST_LINE.match(text)
    said = {lemma(word) for word in words(heading["said"]) if carries_content(word)} if heading else set()
    return text[heading.end() :] if heading and said and said <= {lemma(word) for word in words(question)} else text


def _in_words(row: str) -> str:
    return " — ".join(filter(None, (cell.strip() for cell in row.strip().strip("|").split("|"))))


def without_emphasis(text: str, question: str, *, is_mended: bool) -> str:
    """Bold and italics out of a text: one such word is somebody's stress, several are a model's habit.

    A text that is mended in other places has nothing to lose by it.
    """
    strong = len(_STRONG.findall(text))
    if not strong or _WANTS_MARKS.search(question) or not (is_mended or strong + len(_LIGHT.findall(text)) > 1):
        return text
    text = text if len(_HEADING.findall(text)) > 1 else re.sub(r"\A\#[ ]+[^\n.!?]{1,60}\n+(?=\S)", "", text)
    return _LIGHT.sub(r"\1", _STRONG.sub(r"\3", text))
