"""What the benchmarks share: a model that answers at once, varied Russian texts, percentiles and tables."""

import asyncio
import os
import random
import re
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr
from rich.console import Console
from rich.table import Table

from graph.chat import ChatGraph
from graph.context import Context
from settings import SHIPPED_DATASET, Settings

MODES: list[Any] = ["messages", "updates"]
"""What `ChatGraph.reply` streams for a host."""

_OPENERS = (
    "почему",
    "как быть, если",
    "расскажи, зачем",
    "что делать:",
    "сколько стоит",
    "где найти",
    "опять",
    "посоветуй",
    "боюсь, что",
)
_ANSWERS = ("Похоже,", "Попробуй так:", "Сначала", "Смешно, но", "Я бы взял", "Завтра", "Тут важно, что")


@cache
def _vocabulary() -> list[str]:
    """The words of four letters and more of the shipped dataset, about 6,000."""
    said = SHIPPED_DATASET.read_text(encoding="utf-8").lower()
    return sorted(set(re.findall(r"[а-яё]{4,}", said)))


def questions(seed: int) -> Iterator[str]:
    """Different questions without end, always the same for a seed. They make no sense, but no two of them mean the same."""
    dice, said = random.Random(seed), set()
    while True:
        text = " ".join([dice.choice(_OPENERS), *dice.sample(_vocabulary(), dice.randint(4, 7))])
        if text not in said:
            said.add(text)
            yield text


def replies(seed: int) -> Iterator[str]:
    """Replies of two sentences, made likewise."""
    dice = random.Random(seed)
    while True:
        halves = (" ".join([dice.choice(_ANSWERS), *dice.sample(_vocabulary(), dice.randint(4, 8))]) for _ in "12")
        yield ". ".join(halves) + "."


class InstantChat(BaseChatModel):
    """Answers at once, each time differently, streamed in words as a real model streams tokens."""

    _replies: Iterator[str] = PrivateAttr(default_factory=lambda: replies(7))

    @property
    def _llm_type(self) -> str:
        return "instant"

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """A word is a token."""
        return sum(len(message.text.split()) for message in messages)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(next(self._replies)))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for at, word in enumerate(next(self._replies).split(" ")):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word if at == 0 else f" {word}"))
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
            await asyncio.sleep(0)


class Turn(NamedTuple):
    """What the nodes of a turn returned, in one dict; ms until the host had the final reply, and until the turn's end."""

    said: dict[str, Any]
    reply_ms: float
    ms: float


async def take_turn(graph: ChatGraph, text: str, context: Context, **options: Any) -> Turn:
    """One turn as a host runs it (`ChatGraph.reply`), to its end."""
    said: dict[str, Any] = {}
    start, reply_ms = time.perf_counter(), 0.0
    async for mode, part in graph.astream({"messages": [HumanMessage(text)]}, context=context, stream_mode=MODES, **options):
        if mode == "updates":
            for update in part.values():
                said |= update or {}
                if "reply" in said and not reply_ms:
                    reply_ms = (time.perf_counter() - start) * 1000
    return Turn(said, reply_ms, (time.perf_counter() - start) * 1000)


def plain_settings(folder: Path, **changes: Any) -> Settings:
    """The default settings, whatever the environment says, on data in `folder`; recall as it is with the embedded model."""
    for name in [name for name in os.environ if name.startswith("GRISHA_")]:
        del os.environ[name]
    return Settings(_env_file=None, **{"data_dir": folder, "recall": "on", **changes})  # type: ignore[call-arg]  # pydantic-settings' own


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` percent of `values` do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def show(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table; all columns but the first to the right."""
    table = Table(title=title, title_justify="left")
    for number, name in enumerate(columns):
        table.add_column(name, justify="right" if number else "left")
    for row in rows:
        table.add_row(*map(str, row))
    Console(width=132).print(table)
