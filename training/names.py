"""Fit the weights by which a name that stands in a message is taken for the user's.

    python -m training.names

names.jsonl has messages, and the name that each gives its writer, if any; `by` tells who wrote it. Writes
language/names/weights.json in half a minute, and prints what the weights alone find in the messages of each of those who wrote
freely (`J` and `work` are what the rules were made on), fitted on those of all others.
"""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from language.names.candidates import Surroundings, candidates
from language.names.likelihood import ALWAYS
from language.names.spots import framed
from language.names.tokens import Message
from language.words import fold
from training.logistic import Table, fit

_MESSAGES = Path(__file__).parent / "names.jsonl"
_WEIGHTS = Path(__file__).parents[1] / "language" / "names" / "weights.json"
_MADE_FOR_RULES = ("J", "work")
_LEAST = 2
"""In so many places a feature must be found to get a weight."""
_PULL = 2.0
_STEPS = 12
_SMALLEST = 0.02

Weights = dict[str, float]


class _Row(NamedTuple):
    text: str
    by: str
    features: frozenset[str]
    is_name: bool


def train() -> None:
    """Fit and write the weights, and print how well they do."""
    rows = _rows()
    for by in sorted({row.by for row in rows} - {*_MADE_FOR_RULES}):
        found = _fit([row for row in rows if row.by != by])
        sure = {row: found[ALWAYS] + sum(found.get(feature, 0.0) for feature in row.features) for row in rows if row.by == by}
        of_user, others = ([value > 0 for row, value in sure.items() if row.is_name is kind] for kind in (True, False))
        print(f"{by}: {np.mean(of_user):.1%} of the users' names, {np.mean(others):.1%} of the other names")
    weights = {feature: round(weight, 2) for feature, weight in sorted(_fit(rows).items()) if abs(weight) >= _SMALLEST}
    _WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _rows() -> list[_Row]:
    rows = []
    for line in _MESSAGES.open(encoding="utf-8"):
        case = json.loads(line)
        message = Message(case["text"])
        among = candidates(message, framed(message))
        around = Surroundings(message, among)
        rows += [
            _Row(case["text"], case["by"], frozenset(around.features(one)), fold(one.name) == fold(case["name"] or ""))
            for one in among
        ]
    return rows


def _fit(rows: Sequence[_Row]) -> Weights:
    """The weight of each feature that is found often enough."""
    counts = Counter(feature for row in rows for feature in row.features)
    features = sorted(feature for feature, count in counts.items() if count >= _LEAST)
    columns = {feature: column for column, feature in enumerate(features)}
    table: Table = np.zeros((len(rows), len(features) + 1))
    table[:, -1] = 1
    for number, row in enumerate(rows):
        table[number, [columns[feature] for feature in row.features if feature in columns]] = 1
    names = np.array([row.is_name for row in rows])
    shares = fit(table @ table.T, names, pull=_PULL, steps=_STEPS)
    return dict(zip([*features, ALWAYS], map(float, table.T @ shares), strict=True))


if __name__ == "__main__":
    train()
