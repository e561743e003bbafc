"""A dataset of any size, with its vectors in the cache where Grisha looks for them."""

import itertools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from benchmarks.common import questions, replies
from models.embeddings import EMBEDDED, get_embeddings, vectors_name
from settings import SHIPPED_DATASET
from stores.dialogues import load_dataset
from stores.persistence import VECTORS
from stores.retriever import searchable
from stores.vectors import Embedder

TIMED = 2_000
"""Texts over which the real encoder's time is taken."""


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
    known = [exchange.question for exchange in searchable(shipped.exchanges) if exchange.opening]
    made = list(itertools.islice(questions(1), max(0, count - shipped.dialogues)))
    file, answers = folder / "dialogues.jsonl", replies(2)
    with file.open("w", encoding="utf-8") as lines:
        lines.write(SHIPPED_DATASET.read_text(encoding="utf-8"))
        for text in made:
            said = [{"role": "user", "content": text}, {"role": "assistant", "content": next(answers)}]
            lines.write(json.dumps({"messages": said}, ensure_ascii=False) + "\n")
    (folder / "data").mkdir()
    cache = folder / "data" / VECTORS
    name = vectors_name(EMBEDDED)
    real = Embedder(get_embeddings(EMBEDDED, "cpu"), name, cache)
    sample = real.embed([exchange.question for exchange in shipped.exchanges])
    start = time.perf_counter()
    real.embed(list(itertools.islice(questions(5), TIMED)))
    each = (time.perf_counter() - start) / TIMED
    print(f"Embedding a dialogue: {each * 1000:.2f} ms over {TIMED}; all {count} would take {each * count / 60:.1f} min once.")
    real.close()
    drawn = Embedder(DrawnEmbeddings(sample, seed=3), name, cache)
    drawn.embed(made)
    drawn.close()
    return file, known
