"""Spaces and signs: those that are missing, those too many, and the heaps of them that a model leaves at an end."""

import re

_ADDED_SPACE = re.compile(
    r"(?<=[а-яёА-ЯЁ»)]) +(?=(?:[,?!]|\.(?!\.))(?:\s|\Z))|(?<=[а-яё]) +(?=,[а-яё])|(?<=[а-яёА-ЯЁ»)]) +(?=\.{3} ?[А-ЯЁ])"
)
_LOST_SPACE = re.compile(r"(?<=[а-яё][,?!])(?=[а-яёА-ЯЁ]{2})|(?<=[а-яё],)(?=[аиоуявкс] )")
_LONE_MARK = re.compile(r"(?<=[а-яё»)][.!?…]) +[.,;:](?: ?[.,;:])*(?=\s|\Z)")
_LOST_SPACE_AFTER_STOP = re.compile(r"\b([а-яё]{4,}\.)(?=[А-ЯЁ][а-яё])")
_WIDE_SPACE = re.compile(r"(?<=[а-яёА-ЯЁ,.!?»)]) {2,}(?=[а-яёА-ЯЁ«(—–])")
_MIXED = re.compile(r"(?<=[.!?…])(?=[.!?…]*[,;:])[.,;:!?…]{2,}\Z|\n{3,}\d{1,2}\Z")
_HEAP = re.compile(
    r"(?<=[.!?…)»])\s+(?:(?:[|/\\;:~@$%&+=\[\]{}<>#*^_-]{2,}|([A-Za-z])\1{4,}|\d{5,}|[|/\\;~@$%&+=\[\]{}])(?:\s+|\Z))+\Z"
)
_LINE_BREAK = re.compile(r"(?<=[.!?…:;»)\n])[ ]?(?:\\r)?\\n(?=\\|\s|\Z|[А-ЯЁа-яё\d«—-])[ ]?")
_END_OF_DATA = re.compile(r"(?<=[.!?…])[\"']?\s*[}\]]+,?\Z")
_SIGNS = re.compile(r"(?<!\S)(?:[|/\\;~@$%&+=\[\]{}<>]{2,}|#{2,}|([A-Za-z])\1{4,})(?!\S)")
_FACE = re.compile(r"[\^>=xXoO;:-]_+[\^<=xXoO;-]|[:;=][\\/\[\]|]+\Z|\\o/")


def with_plain_spaces(text: str) -> str:
    """Spaces where writing has them: none before a mark, one after it, no wide ones within a line of prose."""
    text = _LINE_BREAK.sub("\n", text) if "\\n" in text else text
    text = _LONE_MARK.sub("", text)
    text = _LOST_SPACE.sub(" ", _ADDED_SPACE.sub("", text))
    text = _LOST_SPACE_AFTER_STOP.sub(r"\1 ", text)
    return text if "\n" in text else _WIDE_SPACE.sub(" ", text)


def without_heap(text: str) -> str:
    """The end of a JSON object, and signs and stuck letters heaped up after the last sentence out of the text; smileys stay."""
    text = text if "{" in text or "[" in text else _END_OF_DATA.sub("", text)
    text = _MIXED.sub("", text)
    heap = _HEAP.search(text)
    is_waste = heap is not None and _SIGNS.search(heap[0]) is not None and not _FACE.search(heap[0])
    return text[: heap.start()] if heap and is_waste else text
