"""Fit the weights by which an exchange looks private or abusive.

    python -m training.harm

exchanges.jsonl has exchanges of several writers, each with its label: "harmless", "private", "abusive" or "poor". The shipped
dialogues are harmless ones, too. Writes language/learning/harm.npz in a few minutes, and prints what is recognised of the exchanges
of each writer by weights that were fitted on all the others.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from language.learning.harm import ABUSIVE, PRIVATE, Odds
from language.learning.traits import SIZE, traits
from stores.dialogues import load_dataset
from training.logistic import Table, fit

_PROJECT = Path(__file__).parents[1]
_EXCHANGES = Path(__file__).parent / "exchanges.jsonl"
_WEIGHTS = _PROJECT / "language" / "learning" / "harm.npz"
_FROM = Odds(PRIVATE, ABUSIVE)
_SHIPPED = "dialogues"
_PULL = 0.1
"""How much the weights are pulled towards zero."""
_STEPS = 8
_COMMON = 4
"""The weight of a trait that every exchange has is divided by this: it decides how much the pull spares rare ones."""
_LEVELS = 127
"""Steps of a weight on either side of zero."""


class _Exchange(NamedTuple):
    writer: str
    question: str
    reply: str
    label: str


def train() -> None:
    """Fit and write the weights, and print how well they do."""
    exchanges = _exchanges()
    table, rarity = _table(exchanges)
    likeness = (table @ table.T).astype(np.float64) + 1  # 1 is what the bias adds
    writers, labels = (np.array([exchange[column] for exchange in exchanges]) for column in (0, 3))
    for writer in sorted({*writers.tolist()} - {_SHIPPED}):
        own, others = np.flatnonzero(writers == writer), np.flatnonzero(writers != writer)
        for kind, least in zip(Odds._fields, _FROM, strict=True):
            looks = (
                likeness[np.ix_(own, others)]
                @ fit(likeness[np.ix_(others, others)], labels[others] == kind, pull=_PULL, steps=_STEPS)
                >= least
            )
            for label in sorted({kind, "harmless"} & {*labels[own].tolist()}):
                print(f"{writer}: {100 * looks[labels[own] == label].mean():.1f} % of the {label} exchanges look {kind}")
    parts = np.stack([fit(likeness, labels == kind, pull=_PULL, steps=_STEPS) for kind in Odds._fields])
    _write(parts @ table * rarity, parts.sum(axis=1))


def _exchanges() -> list[_Exchange]:
    made = [_Exchange(**json.loads(line)) for line in _EXCHANGES.open(encoding="utf-8")]
    shipped = load_dataset(_PROJECT / "data" / "dialogues.jsonl").exchanges
    return [*made, *(_Exchange(_SHIPPED, one.question, one.reply, "harmless") for one in shipped if one.opening)]


def _table(exchanges: Sequence[_Exchange]) -> tuple[NDArray[np.float32], Table]:
    """The traits of each exchange, and by how much they are multiplied: a rare one says more, one that is there once nothing."""
    table = np.zeros((len(exchanges), SIZE), np.float32)
    for row, exchange in zip(table, exchanges, strict=True):
        found = traits(exchange.question, exchange.reply)
        row[list(found)] = list(found.values())
    counts = (table > 0).sum(axis=0)
    rarity = np.where(counts > 1, (np.log((1 + len(exchanges)) / (1 + counts)) + 1) / _COMMON, 0)
    table *= rarity.astype(np.float32)
    return table, rarity


def _write(weights: Table, bias: Table) -> None:
    """Write the weights as whole numbers of steps, which a quarter of the bytes holds."""
    steps = np.abs(weights).max(axis=1) / _LEVELS
    levels = np.round(weights / steps[:, None]).astype(np.int8)
    np.savez_compressed(_WEIGHTS, weights=levels, steps=np.round(steps, 6), bias=np.round(bias, 3))


if __name__ == "__main__":
    train()
