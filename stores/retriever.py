"""Similar dialogues for a question: the dataset and the learned patterns in one ranking, or nothing when nothing fits."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from langgraph.store.base import BaseStore

from graph.state import Example
from language.questions.same import compare
from language.words import carries_content, words
from stores.dialogues import Exchange
from stores.index import VectorIndex
from stores.pattern import Pattern
from stores.patterns import Patterns
from stores.vectors import Embedder, Vectors

_SAMPLE = 2_000
"""About how many questions of a dataset its thresholds are measured on."""

_FEWEST = 100
"""A dataset counts as at least so many questions: patterns are learned beside it."""

_FURTHEST = 6.0
"""How many deviations above the usual a cosine is that always means something."""

BACKGROUND = (
    "как сварить борщ", "посоветуй хороший фильм на вечер", "мне сегодня грустно", "почему небо синее", "не могу уснуть",
    "какой язык программирования учить первым", "поссорились с другом", "расскажи анекдот", "куда поехать в отпуск",
    "сломался телефон", "что подарить на день рождения", "боюсь экзамена", "в чём смысл жизни", "у меня новая работа",
    "как приучить кота к лотку", "какую книгу почитать", "болит спина после тренировки", "надоела зима", "кто ты такой",
    "как накопить деньги", "хочу научиться рисовать", "соседи шумят по ночам", "сколько звёзд в галактике", "пойдём гулять",
)  # fmt: skip
"""Questions that have nothing to do with each other: what cosine an encoder gives to such."""


@dataclass(frozen=True)
class Found:
    """`examples`: relevant, the best first, at most k. `known`: those whose reply answers the person as it is, the best first."""

    examples: list[Example]
    known: list[Example]


@dataclass(frozen=True)
class Thresholds:
    """Cosines of two questions."""

    relevance: float
    """From here the one's reply is a helpful example for the other."""
    company: float
    """From here it is one where another dialogue is relevant already: what is asked about is in the dataset, then."""
    recall: float
    """From here a reply of the dataset, written with care, serves the other better than what a small model would say."""
    unrelated: float
    """What two questions usually have that have nothing to do with each other."""


class Retriever:
    """Searches the questions of the dataset and of the learned patterns by meaning."""

    def __init__(
        self,
        exchanges: Sequence[Exchange],
        vectors: Vectors,
        patterns: Patterns,
        embedder: Embedder,
        k: int,
        thresholds: Thresholds,
    ) -> None:
        self._exchanges = exchanges
        self._index = VectorIndex()
        self._index.add(range(len(exchanges)), vectors)
        self._patterns = patterns
        self._embedder = embedder
        self._k = k
        self._thresholds = thresholds

    @property
    def thresholds(self) -> Thresholds:
        """What cosines say of two questions, with this encoder and dataset."""
        return self._thresholds

    async def find(self, text: str, store: BaseStore | None, chat_id: str = "", user_id: str = "") -> Found:
        """What fits `text`. The score is the cosine, plus for a pattern a small bonus that grows with its use.

        Args:
            text: the person's message; one that carries nothing ("ок", "ага, привет") finds nothing.
            store: where the patterns are; None searches the dataset alone.
            chat_id: the chat, whose own patterns are searched too; empty: only what all chats share.
            user_id: the person. What others told about themselves in the chat is shown to the model, but answers nobody else.
        """
        if not carries_content(text):
            return Found([], [])
        query = await self._embedder.query(text)
        hits = self._relevant(text, await self._hits(query, store, chat_id, user_id))
        hits.sort(key=lambda hit: -hit.example["score"])
        known = [hit.example for hit in hits if await self._answers(text, hit)]
        return Found(_mixed(_distinct([hit.example for hit in hits]))[: self._k], _distinct(known))

    def _relevant(self, text: str, hits: "Sequence[_Hit]") -> "list[_Hit]":
        """The hits that fit."""
        limits = self._thresholds
        has_one = any(hit.origin == "dataset" and hit.cosine >= limits.relevance for hit in hits)
        needed = {"dataset": limits.company if has_one else limits.relevance, "shared": limits.recall, "chat": limits.relevance}
        near = [hit for hit in hits if hit.cosine >= needed[hit.origin]]
        return [hit for hit in near if hit.origin != "shared" or not compare(text, hit.example["question"]).against]

    async def _answers(self, text: str, hit: "_Hit") -> bool:
        """Whether the reply of a hit may be given as it is; what a model has written only to the very same question."""
        if not hit.example["standalone"] or hit.cosine < self._thresholds.recall:
            return False
        return hit.origin == "dataset" or await self._patterns.have_same_meaning(text, hit.example["question"])

    async def _hits(self, query: Vectors, store: BaseStore | None, chat_id: str, user_id: str) -> "list[_Hit]":
        """The nearest of the dataset and of the patterns; more than k, since several may bring the same reply."""
        hits = []
        for number, cosine in await asyncio.to_thread(self._index.search, query, 2 * self._k):
            exchange = self._exchanges[number]
            hits.append(_Hit(cosine, _example(exchange, "dataset", "", cosine, exchange.opening), "dataset"))
        if store is not None:
            for pattern, cosine in await self._patterns.search(store, query, 2 * self._k, chat_id):
                standalone = pattern.scope == "shared" or pattern.user_id == user_id
                example = _example(pattern, "pattern", pattern.id, cosine + pattern.bonus, standalone)
                hits.append(_Hit(cosine, example, pattern.scope))
        return hits


class _Hit(NamedTuple):
    cosine: float
    example: Example
    origin: Literal["dataset", "shared", "chat"]
    """A pattern that all chats share must be nearer: what a small model once told others helps less than the dataset."""


def _example(source: Exchange | Pattern, kind: Literal["dataset", "pattern"], key: str, score: float, standalone: bool) -> Example:
    return Example(question=source.question, reply=source.reply, source=kind, key=key, score=score, standalone=standalone)


def _mixed(examples: list[Example]) -> list[Example]:
    """`examples` with a dialogue of the dataset, if there is one, as one of the first two."""
    at = next((at for at, example in enumerate(examples) if example["source"] == "dataset"), 0)
    return examples if at < 2 else [examples[0], examples[at], *examples[1:at], *examples[at + 1 :]]


def _distinct(examples: list[Example]) -> list[Example]:
    """The first of those that bring the same reply."""
    return list({example["reply"]: example for example in reversed(examples)}.values())[::-1]


def searchable(exchanges: Sequence[Exchange]) -> list[Exchange]:
    """The exchanges whose questions say something to search by: in the middle of a dialogue a word or two do not."""
    return [
        exchange
        for exchange in exchanges
        if carries_content(exchange.question) and (exchange.opening or len(words(exchange.question)) > 2)
    ]


def calibrate(questions: Vectors, background: Vectors) -> Thresholds:
    """The thresholds for an encoder and a dataset, from how near unrelated texts are to each other; blocks.

    Encoders differ in what cosine they give to unrelated texts (0.27 +- 0.10 for the embedded one, 0.8 for others): the background
    tells that. In a dataset of one subject they lie further apart than in one of many: it has a say in the deviation. And the more
    questions there are, the nearer one of them comes by chance; the largest of n draws grows as sqrt(2 ln n). So relevance asks for
    more in a larger dataset. The distances let at most one query in twelve pass that nothing answers, on parts of 70 to 674
    questions of three datasets; what they give is measured by benchmarks/quality/retrieval.py.

    Args:
        questions: of the dataset, n x dimensions, each of length 1.
        background: the vectors of `BACKGROUND`.
    """
    usual, spread = _usual(background)
    if len(questions) >= len(background):
        spread = (spread + _usual(questions[:: max(1, len(questions) // _SAMPLE)])[1]) / 2
    relevance = min(_FURTHEST, 1.95 + 0.75 * math.sqrt(2 * math.log(max(len(questions), _FEWEST))))
    recall = min(_FURTHEST, max(relevance + 0.25, 4.9))
    near, company, known = (min(0.98, usual + distance * spread) for distance in (relevance, relevance - 0.6, recall))
    return Thresholds(near, company, known, unrelated=usual)


def _usual(vectors: Vectors) -> tuple[float, float]:
    """The median of the cosines between `vectors`, and how far they usually are from it."""
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), k=1)]
    usual = float(np.median(cosines))
    # The median deviation, as a standard deviation: a few wordings of one question in a small set do not move it.
    return usual, 1.4826 * float(np.median(np.abs(cosines - usual)))
