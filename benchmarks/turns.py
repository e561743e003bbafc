"""How long a turn takes without the model: Grisha over 100,000 dialogues, beside the same graph with less and with plain persistence.

    python -m benchmarks.turns [--dialogues 100000] [--rounds 150]

The dataset is the shipped one and generated dialogues up to the number wanted. Embedding those takes minutes, so their vectors are
drawn from a normal distribution with the mean and the covariance of the real ones. Questions are embedded with the real encoder.
"""

import argparse
import asyncio
import itertools
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from app import open_grisha
from benchmarks.common import InstantChat, percentile, plain_settings, questions, replies, show, take_turn
from graph.chat import ChatGraph, compile_chat
from graph.context import Context
from models.embeddings import get_embeddings
from settings import SHIPPED_DATASET
from stores.dialogues import load_dataset
from stores.persistence import VECTORS, open_persistence
from stores.vectors import Embedder

CHATS = 10
TARGET_MS = 25
TIMED = 2_000
RELEVANCE = 0.35
"""Low, so that the model is given examples: questions and drawn vectors are less alike than people's questions are."""
NAMES = ("Иван", "Мария", "Олег", "Анна", "Павел", "Ольга", "Сергей", "Елена", "Никита", "Дарья")


class DrawnEmbeddings(Embeddings):
    """Random vectors that are spread as those of a sample are."""

    def __init__(self, sample: np.ndarray[Any, Any], seed: int) -> None:
        self._dice = np.random.default_rng(seed)
        self._mean = sample.mean(axis=0)
        strengths, directions = np.linalg.eigh(np.cov(sample.T))
        self._spread = directions * np.sqrt(np.maximum(strengths, 0))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector for each text, whatever it says."""
        drawn = self._mean + self._dice.standard_normal((len(texts), len(self._mean))) @ self._spread.T
        return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).tolist()  # type: ignore[no-any-return]

    def embed_query(self, text: str) -> list[float]:
        """The same for one text."""
        return self.embed_documents([text])[0]


def prepare(folder: Path, count: int) -> tuple[Path, list[str]]:
    """Write a dataset of `count` dialogues, and the cache of its vectors. Returns it, and the questions that Grisha knows."""
    shipped = load_dataset(SHIPPED_DATASET)
    known = [exchange.question for exchange in shipped.exchanges if exchange.opening]
    made = list(itertools.islice(questions(1), max(0, count - shipped.dialogues)))
    file, answers = folder / "dialogues.jsonl", replies(2)
    with file.open("w", encoding="utf-8") as lines:
        lines.write(SHIPPED_DATASET.read_text(encoding="utf-8"))
        for text in made:
            said = [{"role": "user", "content": text}, {"role": "assistant", "content": next(answers)}]
            lines.write(json.dumps({"messages": said}, ensure_ascii=False) + "\n")
    (folder / "data").mkdir()
    real = Embedder(get_embeddings("embedded", "cpu"), "embedded", folder / "data" / VECTORS)
    sample = real.embed([exchange.question for exchange in shipped.exchanges])
    start = time.perf_counter()
    real.embed(list(itertools.islice(questions(5), TIMED)))
    each = (time.perf_counter() - start) / TIMED
    print(f"Embedding a dialogue: {each * 1000:.2f} ms over {TIMED}; all {count} would take {each * count / 60:.1f} min once.")
    real.close()
    drawn = Embedder(DrawnEmbeddings(sample, seed=3), "embedded", folder / "data" / VECTORS)
    drawn.embed(made)
    drawn.close()
    return file, known


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
        variants: dict[str, tuple[ChatGraph, dict[str, Any]]] = {
            "Grisha": (grisha.graph, {}),
            "no checkpointer, no store": (compile_chat(builder), {}),  # type: ignore[arg-type]  # it is the builder that Grisha was compiled from
            "plain saver, async": (compile_chat(builder, plain, beside.store), {"durability": "async"}),  # type: ignore[arg-type]
        }
        new = questions(4)
        texts = {
            "recall": itertools.cycle(known),
            "generate": (next(new) for _ in itertools.count()),
            "greet": (f"меня зовут {name}" for name in itertools.cycle(NAMES)),
        }
        origins = {"recall": "known", "generate": "model", "greet": "greeting"}
        times: dict[tuple[str, str], list[float]] = {(route, name): [] for route in texts for name in variants}
        took_route = dict.fromkeys(times, 0)
        learned = 0
        warm_up = CHATS * 10  # until every chat remembers its 20 messages
        for number in range(-warm_up, rounds):
            context = Context(chat_id=f"chat-{number % CHATS}", user_id=f"person-{number % CHATS}")
            for route, source in texts.items():
                if number < 0 and route != "generate":
                    continue
                text = next(source)
                order = list(variants)
                for name in order[number % 3 :] + order[: number % 3]:
                    graph, options = variants[name]
                    begun = time.perf_counter()
                    said = await take_turn(graph, text, context, **options)
                    if number >= 0:
                        times[route, name].append((time.perf_counter() - begun) * 1000)
                        took_route[route, name] += said["origin"] == origins[route]
                        learned += name == "Grisha" and said.get("learned", "").startswith(("new", "refreshed"))
        rows = []
        for route in texts:
            base = percentile(times[route, "no checkpointer, no store"], 50)
            for name in variants:
                middle, slow = (percentile(times[route, name], share) for share in (50, 95))
                verdict = ("met" if middle <= TARGET_MS else "MISSED") if name == "Grisha" else ""
                rows.append(
                    (route, name, f"{middle:.1f}", f"{slow:.1f}", f"{middle / base:.2f}", f"{took_route[route, name]}/{rounds}", verdict)
                )
        columns = ("route", "graph", "p50 ms", "p95 ms", "p50, x none", "took the route", f"p50 <= {TARGET_MS} ms")
        show(f"A turn without the model, {grisha.dialogues} dialogues, {rounds} rounds; Grisha learned {learned}", columns, rows)


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
