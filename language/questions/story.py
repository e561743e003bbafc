"""A message that tells at length how things are before it asks: what of it is the question."""

import re

_FEWEST = 4
"""Words that go before a question, or behind it, and are a story of their own."""
_SENTENCE = re.compile(r"(?<=[.!?;\n])\s+")
_WORD = re.compile(r"[^\W_]+")
_ASKS = (
    r"(?:как(?:ой|ая|ое|ие|ую|им|их|ого|ому)?|где|куда|откуда|когда|почему|отчего|зачем|сколько|чем|кто|кого|кому|стоит ли|можно ли"
    r"|надо ли|нужно ли|что(?= (?:мне |нам |ему |ей |можно |лучше |бы |еще |тут |теперь )*(?:[а-яё]+(?:ть|ти|чь)(?:ся)?"
    r"|посовет\w+)\b))"
)
_QUESTION = re.compile(rf"\b(?:(?:в|во|на|с|со|из|к|о|об|от|до|для|по|за|у) )?{_ASKS}\b(?!-)", re.IGNORECASE)
_REQUEST = re.compile(
    r"\b(?:напиши|дай|подскажи|посоветуй|помоги|расскажи|объясни|скажи|поделись|назови|научи)(?:те)?\b", re.IGNORECASE
)


def question_of(text: str) -> tuple[str, str]:
    """The part of `text` that asks, and all that it tells besides; the second is empty when it tells no story."""
    sentences = _SENTENCE.split(text)
    asking = [number for number, sentence in enumerate(sentences) if _QUESTION.search(sentence) or _REQUEST.search(sentence)]
    if not asking:
        return text, ""
    sentence = sentences[asking[-1]]
    asks = _QUESTION if _QUESTION.search(sentence) else _REQUEST
    places = [found.start() for found in asks.finditer(sentence)]
    start = max((place for place in places if len(_WORD.findall(sentence[:place])) >= _FEWEST), default=0)
    story = " ".join([*sentences[: asking[-1]], sentence[:start], *sentences[asking[-1] + 1 :]]).strip()
    return (sentence[start:], story) if len(_WORD.findall(story)) >= _FEWEST else (text, "")
