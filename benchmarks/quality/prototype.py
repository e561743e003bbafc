"""The article's prototype, as far as it is measured: what Grisha's understanding stands beside."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_NAMES = [
    re.compile(frame + r"\s+([а-яёa-z]+)", re.IGNORECASE)
    for frame in (r"меня зовут", r"мо[её] имя", r"зови меня", r"называй меня", r"\bэто", r"\bя\s*[-—]?")
]
_WORD = re.compile(r"[^\W\d_]{3,}")
_ROLE = re.compile(r"^\s*(?:assistant|ассистент|бот|гриша)\s*:\s*", re.IGNORECASE)
_END = re.compile(r"<\|im_end\|>|<\|im_start\|>|<\|endoftext\|>|\n\s*(?:user|пользователь|собеседник)\s*:", re.IGNORECASE)
_BAD = ("не знаю", "не понимаю", "извини", "ошибка")


def find_name(text: str) -> str | None:
    """The word after the first frame that fits, whatever it is: IGNORECASE makes every word a name."""
    found = (match for frame in _NAMES if (match := frame.search(text)))
    match = next(found, None)
    return match[1].capitalize() if match else None


def clean(raw: str) -> str:
    """The reply up to the first control token or turn of the person, without a role, with single spaces."""
    return re.sub(r"\s+", " ", _ROLE.sub("", _END.split(raw)[0])).strip()


def is_good(question: str, reply: str) -> bool:
    """Whether the exchange is learned, and so shared with everybody: by length and a few words of regret."""
    return 10 <= len(reply) <= 500 and reply != question and not any(word in reply.lower() for word in _BAD)


class Index:
    """An inverted index over the ten most frequent words of three letters and more of each text; most shared words first."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._index: defaultdict[str, set[int]] = defaultdict(set)
        for number, text in enumerate(texts):
            for word, _ in Counter(_WORD.findall(text.lower())).most_common(10):
                self._index[word].add(number)

    def find(self, text: str) -> list[int]:
        """The numbers of the texts that share a word with `text`."""
        words = sorted(set(_WORD.findall(text.lower())))
        return [number for number, _ in Counter(n for word in words for n in sorted(self._index.get(word, ()))).most_common()]
