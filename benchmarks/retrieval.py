"""Does the right dialogue come, and nothing where nothing fits? Grisha's retriever beside the article's and plain dense search.

    python -m benchmarks.retrieval

On retrieval_queries.jsonl over the shipped dataset, with the embedded encoder. The split `work` was at hand while Grisha was
made, `final` was not. `same` and `near` queries have one relevant dialogue; `unrelated` and `empty-ish` ones should find
nothing. A recall (a known reply given as it is) is right only for a `same` query and from its dialogue.
"""

import asyncio
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.baselines import Dense, Prototype
from benchmarks.common import plain_settings, show
from models.embeddings import get_embeddings
from settings import SHIPPED_DATASET
from stores.dialogues import Exchange, load_dataset
from stores.patterns import Patterns
from stores.retriever import BACKGROUND, Retriever, calibrate, searchable
from stores.vectors import Embedder

QUERIES = Path(__file__).with_name("retrieval_queries.jsonl")
LABELLED = 523
"""Dialogues at the head of the dataset that the queries were written against; a later one may well answer what none of them did."""
COLUMNS = ("retriever", "same: in first 2", "near: in first 2", "unrelated: found", "empty-ish: found", "p50 ms")


@dataclass(frozen=True)
class Query:
    """A line of the file; `expected`: the relevant dialogue's number, None where nothing answers."""

    text: str
    kind: str
    split: str
    expected: int | None


@dataclass(frozen=True)
class Answer:
    """What a retriever gave: dialogues by number, the nearest first, and those whose replies it would give as they are."""

    query: Query
    found: list[int]
    known: list[int]
    ms: float


def ask_all(queries: list[Query], find: Callable[[str], list[int]]) -> list[Answer]:
    """Every query once, timed."""
    answers = []
    for query in queries:
        start = time.perf_counter()
        found = find(query.text)
        answers.append(Answer(query, found, [], (time.perf_counter() - start) * 1000))
    return answers


def share(hits: list[bool]) -> str:
    """As "31/35 89%"."""
    return f"{sum(hits)}/{len(hits)} {100 * sum(hits) / len(hits):.0f}%" if hits else "0/0"


def row(name: str, answers: list[Answer]) -> list[str]:
    """The figures of one retriever on one split."""

    def of(kind: str) -> list[bool]:
        asked = [answer for answer in answers if answer.query.kind == kind]
        return [bool(one.found) if one.query.expected is None else one.query.expected in one.found[:2] for one in asked]

    shares = (share(of(kind)) for kind in ("same", "near", "unrelated", "empty-ish"))
    return [name, *shares, f"{statistics.median(answer.ms for answer in answers):.2f}"]


def tell_recalls(answers: list[Answer]) -> None:
    """Print how many known replies Grisha gives, and how many of them answer what was asked."""
    given = [answer for answer in answers if answer.known]
    right = [answer.query.kind == "same" and answer.known[0] == answer.query.expected for answer in given]
    wrong = Counter(answer.query.kind for answer, good in zip(given, right, strict=True) if not good)
    same = sum(answer.query.kind == "same" for answer in answers)
    kinds = ", ".join(f"{kind} {wrong[kind]}" for kind in ("same", "near", "unrelated", "empty-ish"))
    print(
        f"Recalls of Grisha: {len(given)}, right {share(right)} ({sum(right)} of {same} same); wrong by kind of query: {kinds}.\n"
    )


def measure(folder: Path) -> None:
    """Build the retrievers over the shipped dataset and print a table a split."""
    k = plain_settings(folder).examples
    exchanges = load_dataset(SHIPPED_DATASET).exchanges
    dialogues: list[list[Exchange]] = []
    for exchange in exchanges:
        dialogues += [[]] if exchange.opening else []
        dialogues[-1].append(exchange)
    dialogues = dialogues[:LABELLED]
    exchanges = [exchange for dialogue in dialogues for exchange in dialogue]
    number_of = {(one.question, one.reply): number for number, said in enumerate(dialogues) for one in said}
    by_question = {question: number for (question, _), number in number_of.items()}
    lines = map(json.loads, QUERIES.read_text(encoding="utf-8").splitlines())
    queries = [Query(line["query"], line["kind"], line["split"], by_question.get(line["expected"])) for line in lines]

    encoder = get_embeddings("embedded", "cpu")
    embedder = Embedder(encoder, "embedded", folder / "vectors.sqlite")
    used = searchable(exchanges)
    vectors = embedder.embed([exchange.question for exchange in used])
    thresholds = calibrate(np.vstack([vectors, embedder.embed(BACKGROUND)]))
    retriever = Retriever(used, vectors, Patterns(embedder, 0, 1.0), embedder, k, thresholds)
    every = embedder.embed([exchange.question for exchange in exchanges])
    dense = Dense(encoder, every, [number_of[one.question, one.reply] for one in exchanges], k)
    known: dict[str, list[int]] = {}

    with asyncio.Runner() as runner:

        def grisha(text: str) -> list[int]:
            found = runner.run(retriever.find(text, None))
            known[text] = [number_of[one["question"], one["reply"]] for one in found.known]
            return [number_of[one["question"], one["reply"]] for one in found.examples]

        ours = [replace(answer, known=known[answer.query.text]) for answer in ask_all(queries, grisha)]
        prototype, plain = ask_all(queries, Prototype(dialogues).find), ask_all(queries, dense.find)
    embedder.close()

    print(
        f"{len(dialogues)} dialogues. Thresholds: relevance {thresholds.relevance:.3f}, "
        f"recall {thresholds.recall:.3f}, same meaning {thresholds.same_meaning:.3f}.\n"
    )
    for split in ("work", "final"):
        of_ours, of_prototype, of_plain = (
            [one for one in answers if one.query.split == split] for answers in (ours, prototype, plain)
        )
        passed = sum(bool(answer.found) for answer in of_ours if answer.query.expected is None)
        threshold = dense.threshold([one.query.text for one in of_plain if one.query.expected is None], passed)
        cut = [replace(one, found=dense.above(threshold, one.query.text, one.found)) for one in of_plain]
        rows = [row("Grisha", of_ours), row("article's prototype", of_prototype), row("dense", of_plain)]
        show(f"Split {split}", COLUMNS, [*rows, row(f"dense from {threshold:.3f}", cut)])
        tell_recalls(of_ours)


def main() -> None:
    """Measure in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))


if __name__ == "__main__":
    main()
