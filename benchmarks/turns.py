"""How long a turn takes without the model: Grisha over 100,000 dialogues, beside the same graph with other persistence.

    python -m benchmarks.turns [--dialogues 100000] [--rounds 150]

The dataset is the shipped one and generated dialogues up to the number wanted. Embedding those takes minutes, so their vectors are
drawn from a normal distribution with the mean and the covariance of the real ones. Questions are embedded with the real encoder.
"""

import argparse
import asyncio
import itertools
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from app import open_grisha
from benchmarks.big_dataset import prepare
from benchmarks.common import InstantChat, Turn, percentile, plain_settings, questions, show, take_turn
from benchmarks.quality.search import open_search
from graph.chat import ChatGraph, compile_chat
from graph.context import Context
from stores.persistence import open_persistence
from stores.retriever import Retriever

CHATS = 10
TARGET_MS = 25
SEARCH_MS = 10
COLUMNS = ("route", "graph", "p50 to reply, ms", "p50 turn, ms", "p95 turn", "p50, x none", "took it", f"p50 <= {TARGET_MS}")
RELEVANCE = 0.35
"""Low, so that the model is given examples: questions and drawn vectors are less alike than people's questions are."""
GRISHA, NONE = "Grisha", "no checkpointer, no store"
ORIGINS = {"recall": "known", "generate": "model", "greet": "greeting"}
NAMES = ("Иван", "Мария", "Олег", "Анна", "Павел", "Ольга", "Сергей", "Елена", "Никита", "Дарья")

Variants = dict[str, tuple[ChatGraph, dict[str, Any]]]
"""A compiled graph by name, with the options that its runs are given."""
Turns = dict[tuple[str, str], list[Turn]]
"""The turns by route and graph."""


async def measure(folder: Path, count: int, rounds: int) -> None:
    """Run the variants in turns over the three routes, and print what they took."""
    dataset, known = await asyncio.to_thread(prepare, folder, count)
    settings = plain_settings(folder / "data", dataset=dataset, relevance=RELEVANCE)
    start = time.perf_counter()
    async with (
        open_grisha(settings, model=InstantChat()) as grisha,
        open_persistence(folder) as beside,
        AsyncSqliteSaver.from_conn_string(str(folder / "plain.sqlite")) as plain,
    ):
        print(f"Opening Grisha on {grisha.dialogues} dialogues whose vectors are cached: {time.perf_counter() - start:.1f} s.")
        builder = grisha.graph.builder
        variants: Variants = {
            GRISHA: (grisha.graph, {}),
            NONE: (compile_chat(builder), {}),
            "plain saver, async": (compile_chat(builder, plain, beside.store), {"durability": "async"}),
        }
        texts: dict[str, Iterator[str]] = {
            "recall": itertools.cycle(known),
            "generate": questions(4),
            "greet": (f"меня зовут {name}" for name in itertools.cycle(NAMES)),
        }
        turns = await run_all(variants, texts, rounds)
    with open_search(dataset, folder / "data") as search:
        took = await time_search(search.retriever, rounds)
    rows = []
    for (route, name), taken in turns.items():
        middle, slow = (percentile([turn.ms for turn in taken], share) for share in (50, 95))
        to_reply = percentile([turn.reply_ms for turn in taken], 50)
        ratio = middle / percentile([turn.ms for turn in turns[route, NONE]], 50)
        verdict = ("met" if middle <= TARGET_MS else "MISSED") if name == GRISHA else ""
        figures = f"{to_reply:.1f}", f"{middle:.1f}", f"{slow:.1f}", f"{ratio:.2f}", f"{len(taken)}/{rounds}"
        rows.append((route, name, *figures, verdict))
    show(f"A turn without the model, {count} dialogues, {rounds} rounds", COLUMNS, rows)
    middle, slow = percentile(took, 50), percentile(took, 95)
    verdict = "met" if middle <= SEARCH_MS else "MISSED"
    print(f"Retrieval alone: p50 {middle:.1f} ms, p95 {slow:.1f} ms. Target, p50 at most {SEARCH_MS} ms: {verdict}.")
    learned = Counter(turn.said["learned"].partition(":")[0] for turn in turns["generate", GRISHA])
    examples = sum(len(turn.said["examples"]) for turn in turns["generate", GRISHA]) / len(turns["generate", GRISHA])
    print(f"On the generate route Grisha found {examples:.1f} examples a turn, and learning said {dict(learned)}.")


async def time_search(retriever: Retriever, rounds: int) -> list[float]:
    """The ms that each of `rounds` searches in the dataset takes."""
    took = []
    for text in itertools.islice(questions(6), rounds):
        start = time.perf_counter()
        await retriever.find(text, None)
        took.append((time.perf_counter() - start) * 1000)
    return took


async def run_all(variants: Variants, texts: dict[str, Iterator[str]], rounds: int) -> Turns:
    """Every variant in turns over every route. Returns the turns that took their route."""
    turns: Turns = {(route, name): [] for route in texts for name in variants}
    for number in range(-10 * CHATS, rounds):  # those before 0 fill each chat's memory of 20 messages
        context = Context(chat_id=f"chat-{number % CHATS}", user_id=f"person-{number % CHATS}")
        for route in texts if number >= 0 else ["generate"]:
            text = next(texts[route])
            order = list(variants)
            for name in order[number % 3 :] + order[: number % 3]:
                graph, options = variants[name]
                turn = await take_turn(graph, text, context, **options)
                if number >= 0 and turn.said["origin"] == ORIGINS[route]:
                    turns[route, name].append(turn)
    return turns


def main() -> None:
    """Read the command line and measure in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--dialogues", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=150)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), given.dialogues, given.rounds))


if __name__ == "__main__":
    main()
