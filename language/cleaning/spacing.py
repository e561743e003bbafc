"""Spaces and signs: those that are missing, those too many, and the heaps of them that a model leaves at an end."""

import re

from language.words import either, stems

_ADDED_SPACE = re.compile(
    r"(?<=[а-яёА-ЯЁ»)%]) +(?=(?:,|[?!]{1,3}|\.(?!\.))(?:\s|\Z|[а-яёА-ЯЁ«\U0001f300-\U0001faff])|[:;](?![РрСс]\b)(?:\s|[а-яёА-ЯЁ«]))"
    r"|(?<=[a-zA-Z\d]) +(?=[,.](?:\s[а-яёА-ЯЁ]|\Z))"
    r"|(?<=[а-яёА-ЯЁ»)]) +(?=\.{3} ?[А-ЯЁ])"
)
_LOST_SPACE = re.compile(
    r"[,?!:;](?<=[а-яё].)(?=[а-яёА-ЯЁ]{2})|,(?<=[а-яё].)(?=[аиоуявкс] )|»(?<=[А-ЯЁа-яё].)(?=[А-ЯЁа-яё]{2})|»[.!?](?=[А-ЯЁ][а-яё ])"
)
_LOST_SPACE_BEFORE_QUOTE = re.compile(r"«(?<=[а-яё:,].)(?=[А-ЯЁа-яё])")
_LONE_MARK = re.compile(r"(?<=[а-яё»)][.!?…]) +(?:[.,;:]|(?<=[.…] )[!?])(?: ?[.,;:!?])*(?=\s|\Z)")
_LOST_SPACE_AFTER_STOP = re.compile(r"\b([а-яё]{3,}\.)(?=[А-ЯЁ][а-яё ])")
_LOST_SPACE_AFTER_NAME = re.compile(r"(?<=[а-яё]{3}\.)(?=[А-ЯЁ][а-яё ])")  # where other spaces are lost too: "Яндекс.Такси"
_GLUED = re.compile(r"(?<![^\s.!?…])(?P<said>[А-ЯЁ][^.!?…\n]{8,200}[.!?…]+)(?=(?P=said))")
"""A sentence that is said again, without a space before it."""
_WIDE_SPACE_IN_LIST = re.compile(r"(?:(?<=^[-*•])|(?<=^\d\.)|(?<=[.:!?,]\*\*)|(?<=[а-яё][.:!?,])) {2,}(?=\S)", re.MULTILINE)
_SPACE_AT_END = re.compile(r"(?<=[а-яё.!?…:;,»)])[ \t]+(?=\n)|(?<=\n\n)[ \t]+(?=[А-ЯЁ][^\n]*[.!?…]\s*(?:\n|\Z))")
_LOST_QUOTES = re.compile(r"«[ ]([^«»\n]+?)[ ]»")
_LINES_APART = re.compile(r"\n(?:[ \t]*\n){2,}")
_WIDE_SPACE = re.compile(r"(?<=[\wа-яёА-ЯЁ,.!?»)]) {2,}(?=[\w«(—–])")
_MIXED = re.compile(r"(?<=[.!?…])(?=[.!?…]*[,;:])[.,;:!?…]{2,}\Z")
_HEAP = re.compile(
    r"(?<=[.!?…)»])\s+(?:(?:[|/\\;:~@$%&+=\[\]{}<>#*^_-]{2,}|([A-Za-z])\1{4,}|\d{5,}|[|/\\;~@$%&+=\[\]{}])(?:\s+|\Z))+\Z"
)
_STRAY_END = re.compile(r"(?<=[а-яё][.!?…])(?:[,;:\\]|\s+[<\[({])\Z")
_LINE_BREAK = re.compile(r"(?<=[.!?…:;»)\n])[ ]?(?:\\r)?\\n(?=\\|\s|\Z|[А-ЯЁа-яё\d«—-])[ ]?")
_END_OF_DATA = re.compile(r"(?<=[.!?…])[\"']?\s*[}\]]+,?\Z")
_SIGNS = re.compile(r"(?<!\S)(?:[|/\\;~@$%&+=\[\]{}<>]{2,}|#{2,}|([A-Za-z])\1{4,})(?!\S)")
_DOTS = re.compile(r"(?<=[а-яёА-ЯЁ\d»)])[ ]?\.\.(?=\s+[А-ЯЁ]|\s*\Z)")
_STRANGE_MARKS = re.compile(r"[ ]?([!?])\.(?=\s|\Z)")
_MARKS_AGAIN = re.compile(r"(?<=[а-яё][!?])([!?]*)(?: [!?]+)+(?=\s|\Z)")
_BARS = re.compile(r"(?<=[.!?…»)])[ ]*\|\|+(?=[ ][А-ЯЁ])")
_ABOUT_MARKS = either(stems("пробел запят пунктуац препинан"), r"(?<!\S)[,;:](?!\S)")
_FACE = re.compile(r"[\^>=xXoO;:-]_+[\^<=xXoO;-]|[:;=][\\/\[\]|]+\Z|\\o/")


def with_one_blank_line(text: str) -> str:
    """Blank lines in a row as one, without the spaces at the ends of lines."""
    return _SPACE_AT_END.sub("", _LINES_APART.sub("\n\n", text)) if "\n" in text else text


def with_plain_spaces(text: str, question: str) -> str:
    """Spaces where writing has them: none before a mark, one after it, no wide ones within a line of prose.

    A text about marks keeps them as they are, and so does the entry of a bibliography: "Основы : учебник / И. И. Иванов".
    """
    if _ABOUT_MARKS.search(question) or (" : " in text and " / " in text):
        return text
    text = _LINE_BREAK.sub("\n", text) if "\\n" in text else text
    text = _BARS.sub("", _STRANGE_MARKS.sub(r"\1", _MARKS_AGAIN.sub(r"\1", _DOTS.sub(".", _LONE_MARK.sub("", text)))))
    spaced = _LOST_SPACE_BEFORE_QUOTE.sub(" «", _LOST_SPACE.sub(r"\g<0> ", _ADDED_SPACE.sub("", text)))
    text = _LOST_SPACE_AFTER_NAME.sub(" ", spaced) if spaced != text else text
    text = _GLUED.sub(r"\g<said> ", text)
    text = _LOST_SPACE_AFTER_STOP.sub(r"\1 ", text)
    text = _LOST_QUOTES.sub(r"«\1»", text) if "« " in text else text
    return (_WIDE_SPACE_IN_LIST if "\n" in text else _WIDE_SPACE).sub(" ", text)


def without_heap(text: str) -> str:
    """The end of a JSON object, and signs and stuck letters heaped up after the last sentence out of the text; smileys stay."""
    text = text if "{" in text or "[" in text else _END_OF_DATA.sub("", text)
    text = _MIXED.sub("", text)
    text = _STRAY_END.sub("", text)
    heap = _HEAP.search(text)
    is_waste = heap is not None and _SIGNS.search(heap[0]) is not None and not _FACE.search(heap[0])
    return text[: heap.start()] if heap and is_waste else text
