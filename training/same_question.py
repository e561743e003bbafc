"""Fit the weights by which two questions count as one.

    python -m training.same_question

Of the groups in rewordings.jsonl those with four `near` change as little as can be of the question: the first three rewordings keep
close to it, the fourth is told freely and counts less. The other groups are of all kinds: their first rewording is close, the
second is free, and what is further away is left out. Writes language/questions/weights.py in a minute, and prints what the weights
recognise in groups that they were not fitted on.

The distances are those of the encoder as its package has it: ours has learned these very groups and would look surer than it is.
They are counted in the encoder's own measure, so that the weights serve other encoders, too.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from language.questions.same import compare, weighed
from language.words import frame
from models.embeddings import load_encoder, readable
from stores.dialogues import load_dataset
from stores.retriever import BACKGROUND, calibrate, searchable
from stores.vectors import LEAN, Vectors

Table = NDArray[np.float64]

_PROJECT = Path(__file__).parents[1]
_GROUPS = Path(__file__).parent / "rewordings.jsonl"
_WEIGHTS = _PROJECT / "language" / "questions" / "weights.py"
_LEAST_CHANGED = 4
_FREE = 0.3
_FOLDS = 5
_STEPS = 12
_BLOCK = 8
"""Groups that stand together are often about one subject: they are fitted on, or measured on, together."""


class _Pair(NamedTuple):
    one: str
    other: str
    same: bool
    weight: float
    fold: int


def train() -> None:
    """Fit and write the weights, and print how well they do."""
    pairs = _pairs()
    names, table, ruled_out = _table(pairs)
    same, weights, folds = (np.array([pair[column] for pair in pairs]) for column in (2, 3, 4))
    open_to_doubt = ~ruled_out
    sure = np.zeros(len(pairs))
    for fold in range(_FOLDS):
        part = open_to_doubt & (folds != fold)
        sure[folds == fold] = _logistic(table[folds == fold], _fit(table[part], same[part], weights[part]))
    sure[ruled_out] = 0
    for least in np.arange(0.3, 0.9, 0.1):
        close, different = sure[same & (weights == 1)] >= least, sure[~same] >= least
        print(
            f"from {least:.1f} on: {100 * close.mean():.1f} % of the close rewordings, {100 * different.mean():.1f} % of the others"
        )
    _write(names, _fit(table[open_to_doubt], same[open_to_doubt], weights[open_to_doubt]))


def _pairs() -> list[_Pair]:
    pairs = []
    for number, line in enumerate(_GROUPS.open(encoding="utf-8")):
        group = json.loads(line)
        question, near = group["q"], group["near"]
        if len(near) == _LEAST_CHANGED:
            order, verb, noun, free = group["same"]
            close = [(question, order), (question, verb), (question, noun), (order, verb), (verb, noun)]
            other = [*((question, text) for text in near), *zip((order, verb, noun), near, strict=False)]
        else:
            told, free, *_ = group["same"]
            close, other = [(question, told)], [(question, text) for text in near]
        fold = number // _BLOCK % _FOLDS
        pairs += [_Pair(*pair, True, 1, fold) for pair in close]
        pairs += [_Pair(question, free, True, _FREE, fold)]
        pairs += [_Pair(*pair, False, 1, fold) for pair in other]
    return pairs


def _table(pairs: Sequence[_Pair]) -> tuple[list[str], Table, NDArray[np.bool_]]:
    """The names of the features, their values, and which pairs something rules out anyway."""
    found = [compare(pair.one, pair.other) for pair in pairs]
    questions = [exchange.question for exchange in searchable(load_dataset(_PROJECT / "data" / "dialogues.jsonl").exchanges)]
    texts = list(dict.fromkeys([*questions, *BACKGROUND, *(text for one in found for both in one.texts.values() for text in both)]))
    vectors = dict(zip(texts, _vectors(texts), strict=True))
    measure = calibrate(np.stack([vectors[text] for text in questions]), np.stack([vectors[text] for text in BACKGROUND]))

    def distance(texts: tuple[str, str]) -> float:
        return (1 - float(vectors[texts[0]] @ vectors[texts[1]])) / (1 - measure.unrelated) if all(texts) else 0.0

    rows = [weighed(one, {name: distance(both) for name, both in one.texts.items()}) for one in found]
    return list(rows[0]), np.array([list(row.values()) for row in rows]), np.array([bool(one.against) for one in found])


def _vectors(texts: Sequence[str]) -> Vectors:
    encoder = load_encoder()
    whole, frames = (encoder.encode([readable(text) for text in part]) for part in (texts, [frame(text) for text in texts]))
    leaning = whole + LEAN * frames * np.array([frame(text) != text for text in texts])[:, None]
    unit: Vectors = leaning / np.linalg.norm(leaning, axis=1, keepdims=True)
    return unit


def _fit(table: Table, same: NDArray[np.bool_], weights: Table) -> Table:
    """The weights of a logistic regression, the bias last: Newton's method, with a little pull towards zero."""
    rows, pull = _with_bias(table), np.eye(table.shape[1] + 1)
    pull[-1, -1] = 0
    found = np.zeros(len(pull))
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
    lines = [f'    "{name}": {weight:.3f},' for name, weight in zip(names, found[:-1], strict=True)]
    text = _WEIGHTS.read_text(encoding="utf-8").split("BIAS")[0]
    _WEIGHTS.write_text("\n".join([f"{text}BIAS = {found[-1]:.3f}", "WEIGHTS = {", *lines, "}", ""]), encoding="utf-8")


if __name__ == "__main__":
    train()
