"""Hashtags and links: a tail of them is cut off, a reply of nothing else is refused."""

import re

from language.words import either, stems

_HASHTAG = re.compile(r"(?<![\w#&/])#(?![0-9a-f]{3}(?:[0-9a-f]{3})?\b)\d{0,4}[^\W\d]\w+")
_TAIL = re.compile(
    rf"(?<![\s,;])[\s,;]*+{_HASHTAG.pattern}(?:[\s,;.]*+{_HASHTAG.pattern})+[\s,;.]*\Z|(?<=[.!?…)])\s+{_HASHTAG.pattern}\s*\Z"
)
_WANTS_HASHTAGS = either(stems("хештег хэштег хештэг хэштэг тег$ тегов теги$ hashtag пост$ поста$ подпис инстаграм"), "#")
_WANTS_ONLY_HASHTAGS = either(stems("хештег хэштег хештэг хэштэг тег$ тегов теги$ hashtag"), "#")


def without_hashtags(text: str, question: str) -> str:
    """A tail of hashtags out of the text, unless the question is about them."""
    return text if _WANTS_HASHTAGS.search(question) or "#" not in text else _TAIL.sub("", text)


def is_hashtags(text: str, question: str) -> bool:
    """Whether half of a text and more are hashtags that nobody asked for."""
    tags = _HASHTAG.findall(text)
    tags += re.findall(r"(?<!\S)@\w+", text) if tags else []
    return (
        bool(tags)
        and (len(tags) > 1 or tags[0] == text.strip())
        and 2 * len(tags) >= len(text.split())
        and not _WANTS_ONLY_HASHTAGS.search(question)
    )


_LINK = re.compile(r"(?:https?://|www\.)[^\s<>]+")
_LINKS_TAIL = re.compile(rf"(?:\n+[^\n.!?:]{{1,30}}:)?(?:(?:\s|^)(?:[-*•\d.)]{{1,3}}\s+)?{_LINK.pattern}[,;]?){{3,}}\s*\Z")
_WANTS_LINKS = either(stems("ссыл линк сайт url источник адрес ресурс"))
_ASKS_WHERE = either(
    stems("статью скачать исходник репозитор"),
    r"\bгде\b.*\b(?:купить|заказать|оплатить|почитать|послушать|посмотреть|глянуть|найти)\b",
)
"""One link may answer this."""


def without_links(text: str, question: str) -> str:
    """A tail of three and more links out of the text, unless the question is about them."""
    tail = None if "/" not in text or _WANTS_LINKS.search(question) else _LINKS_TAIL.search(text)
    return text[: tail.start()] if tail and re.search(r"[.!?…)»][*_]*\s*\Z", text[: tail.start()]) else text


def is_links(text: str, question: str) -> bool:
    """Whether a text is a list of links that nobody asked for, with hardly a word between them."""
    links = _LINK.findall(text)
    said = re.findall(r"[^\W\d_]+", _LINK.sub(" ", text))
    is_list = (len(links) > 1 or (bool(links) and not said)) and len(said) <= 2 * len(links)
    if len(links) == 1 and _ASKS_WHERE.search(question) and "example." not in text:
        return False
    return is_list and (_WANTS_LINKS.search(question) is None or len({*links}) < len(links) or "example.com" in text)
