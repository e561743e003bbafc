"""Fit the weights by which two questions count as one.

    python -m training.same_question

Five writers who knew nothing of the rules judged pairs of questions: question_pairs.jsonl. Those are few, so groups of
rewordings are added, question_groups.jsonl: `q`, the `same` in other words, the first close to it and the others told freely, which
count less, and the `near` that only look alike. And since a new question meets the nearest of all that were learned, not one made
to look like it, the nearest questions of other groups are added as different ones: without them the weights learn that people who
ask the same write unlike each other, and merge what has nothing in common.

The distances are those of the trained encoder, so it must not have learned from these files. They are counted in its own measure,
so that the weights serve other encoders, too. Writes language/questions/weights.py in two minutes, and prints what the weights
recognise of each writer's pairs, fitted without that writer.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from language.questions.same import compare, weighed
from models.embeddings import EmbeddedEmbeddings
from stores.dialogues import load_dataset
from stores.retriever import BACKGROUND, calibrate, searchable
from stores.vectors import Embedder

Table = NDArray[np.float64]

_PROJECT = Path(__file__).parents[1]
_WEIGHTS = _PROJECT / "language" / "questions" / "weights.py"
_JUDGED, _FREE = 10.0, 0.3
"""What a pair that a writer judged, and one of a free rewording, count; all others count 1."""
_NEAREST = 2
_PULL = 10.0
"""How strongly weights are pulled towards zero, each counted in the deviation of its feature."""
_STEPS = 20


class _Pair(NamedTuple):
    one: str
    other: str
    same: bool
    weight: float
    writer: int = 0


def train() -> None:
    """Fit and write the weights, and print how well they do."""
    with TemporaryDirectory() as folder:
        embedder = Embedder(EmbeddedEmbeddings(), "training", Path(folder) / "vectors.sqlite")
        try:
            groups = _read("question_groups.jsonl")
            pairs = [*_judged(), *_of_groups(groups), *_nearest(groups, embedder)]
            names, table, open_to_doubt = _table(pairs, embedder)
        finally:
            embedder.close()
    same, weights, writers = (np.array([pair[column] for pair in pairs]) for column in (2, 3, 4))
    for writer in sorted(set(writers) - {0}):
        part = open_to_doubt & (writers != writer)
        sure = _logistic(table, _fit(table[part], same[part], weights[part])) * open_to_doubt
        both = [np.sort(sure[(writers == writer) & (same == kind)])[::-1] for kind in (True, False)]
        for least in (0.4, 0.5, 0.6, *(both[1][int(share * len(both[1]))] + 1e-9 for share in (0.02, 0.05))):
            found, merged = (100 * (one >= least).mean() for one in both)
            print(f"writer {writer}, from {least:.2f} on: {found:.1f} % recognised, {merged:.1f} % of the different ones merged")
    _write(names, _fit(table[open_to_doubt], same[open_to_doubt], weights[open_to_doubt]))


def _read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()]


def _judged() -> Iterator[_Pair]:
    for pair in _read("question_pairs.jsonl"):
        yield _Pair(pair["one"], pair["other"], pair["same"], _JUDGED, pair["writer"])


def _of_groups(groups: Sequence[dict[str, Any]]) -> Iterator[_Pair]:
    for group in groups:
        question, (close, *free) = group["q"], group["same"]
        yield _Pair(question, close, True, 1)
        yield from (_Pair(question, text, True, _FREE) for text in free)
        yield from (_Pair(text, near, False, 1) for text in (question, close) for near in group["near"])


def _nearest(groups: Sequence[dict[str, Any]], embedder: Embedder) -> Iterator[_Pair]:
    """Of each group's question and its freest rewording, the nearest texts of other groups."""
    texts = [text for group in groups for text in (group["q"], group["same"][-1])]
    vectors = embedder.embed(texts)
    own = np.arange(len(texts)) // 2
    found = set()
    for place, vector in enumerate(vectors):
        cosines = np.where(own == own[place], -1, vectors @ vector)
        found |= {(min(place, int(other)), max(place, int(other))) for other in np.argsort(-cosines, kind="stable")[:_NEAREST]}
    yield from (_Pair(texts[one], texts[other], False, 1) for one, other in sorted(found))


def _table(pairs: Sequence[_Pair], embedder: Embedder) -> tuple[list[str], Table, NDArray[np.bool_]]:
    """The names of the features, their values, and which pairs nothing rules out."""
    found = [compare(pair.one, pair.other) for pair in pairs]
    questions = [exchange.question for exchange in searchable(load_dataset(_PROJECT / "data" / "dialogues.jsonl").exchanges)]
    unrelated = calibrate(embedder.embed(questions), embedder.embed(BACKGROUND)).unrelated
    texts = list(dict.fromkeys(text for one in found if not one.against for both in one.texts.values() for text in both))
    vectors = dict(zip(texts, embedder.embed(texts), strict=True))

    def distance(one: str, other: str) -> float:
        return (1 - float(vectors[one] @ vectors[other])) / (1 - unrelated) if one and other else 0.0

    rows = [weighed(one, {} if one.against else {name: distance(*both) for name, both in one.texts.items()}) for one in found]
    return list(rows[0]), np.array([list(row.values()) for row in rows]), np.array([not one.against for one in found])


def _fit(table: Table, same: NDArray[np.bool_], weights: Table) -> Table:
    """The weights of a logistic regression, the bias last: Newton's method, with a pull towards zero."""
    rows, pull = _with_bias(table), _PULL * np.diag(np.append(table.var(axis=0), 0))
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        sure = _logistic(table, found)
        slope = rows.T @ (weights * (same - sure)) - pull @ found
        found += np.linalg.solve((rows.T * (weights * sure * (1 - sure))) @ rows + pull, slope)
    return found


def _logistic(table: Table, found: Table) -> Table:
    sure: Table = 1 / (1 + np.exp(-_with_bias(table) @ found))
    return sure


def _with_bias(table: Table) -> Table:
    return np.hstack([table, np.ones((len(table), 1))])


def _write(names: Sequence[str], found: Table) -> None:
    # Two decimals: another machine rounds the last digits of a vector otherwise, and shall write the same.
    lines = [f'    "{name}": {weight:.2f},' for name, weight in zip(names, found[:-1], strict=True)]
    text = _WEIGHTS.read_text(encoding="utf-8").split("BIAS")[0]
    _WEIGHTS.write_text("\n".join([f"{text}BIAS = {found[-1]:.2f}", "WEIGHTS = {", *lines, "}", ""]), encoding="utf-8")


if __name__ == "__main__":
    train()
