"""Fit the weights by which a name that stands in a message is taken for the user's.

    python -m training.names

names.jsonl has messages, and the name that each gives its writer, if any; `by` tells who wrote it. Writes
language/names/weights.json in a minute, and prints what is found in the messages of each of those who wrote freely (`J` and
`work` are what the rules were made on), with weights fitted on those of all others.

Those who write cases go for what is special. So that the weights do not take an ordinary introduction for something special, the
questions of the shipped dialogues are added, each behind one.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from language.names.candidates import candidates
from language.names.likelihood import ALWAYS, least
from language.names.spots import framed
from language.names.surroundings import Surroundings
from language.names.tokens import Message
from language.words import fold
from stores.dialogues import load_dataset

_MESSAGES = Path(__file__).parent / "names.jsonl"
_DIALOGUES = Path(__file__).parents[1] / "data" / "dialogues.jsonl"
_WEIGHTS = Path(__file__).parents[1] / "language" / "names" / "weights.json"
_MADE_FOR_RULES = ("J", "work")
_THEIR_SHARE = 0.3
"""What a message counts on which the rules were made: there they are right more often than elsewhere."""
_MADE_FOR_WEIGHTS = ("M", "plain")
_WAYS = (
    "меня зовут {name}, {question}",
    "Привет! Меня зовут {name}. {Question}",
    "привет, я {name}, {question}",
    "Я {name}. {Question}",
    "{question} кстати, меня зовут {name}",
    "зови меня {name}, {question}",
    "Здравствуйте, моё имя {name}. {Question}",
)
_NAMES = ("Оля", "Саша", "Пётр", "Лёха", "Гульнара", "Дмитрий", "катя", "вася", "Руслан", "Женя", "Анна", "Арсен", "Соня")
_LEAST = 2
"""In so many places a feature must be found to get a weight."""
_PULL = 2.0
"""How much the weights are pulled towards zero."""
_STEPS, _INNER_STEPS = 25, 200
_LEFT = 0.02
"""A step of the method is solved for until so much of it is left."""
_LEAST_DOUBT = 1e-4
_SMALLEST = 0.02

Vector = NDArray[np.float64]
Weights = dict[str, float]


class _Row(NamedTuple):
    """A candidate for a name."""

    number: int
    """Of the message."""
    by: str
    is_right: bool
    least: float
    """From which likelihood on it is taken for the user's."""
    features: frozenset[str]


def train() -> None:
    """Fit and write the weights, and print how well they do."""
    cases = [*(json.loads(line) for line in _MESSAGES.open(encoding="utf-8")), *_plain()]
    rows = _rows(cases)
    for by in sorted({row.by for row in rows} - {*_MADE_FOR_RULES, *_MADE_FOR_WEIGHTS}):
        weights = _fit([row for row in rows if row.by != by])
        sure = sorted(((_likelihood(weights, row), row) for row in rows if row.by == by), key=lambda one: one[0])
        found = {row.number: row for value, row in sure if value >= row.least}
        own = [case for case in cases if case["by"] == by]
        named = sum(case["name"] is not None for case in own)
        right = sum(row.is_right for row in found.values())
        false = sum(cases[number]["name"] is None for number in found)
        print(f"{by}: F1 {200 * right / (named + len(found)):.1f} %, false names {100 * false / (len(own) - named):.1f} %")
    weights = {feature: round(weight, 2) for feature, weight in sorted(_fit(rows).items()) if abs(weight) >= _SMALLEST}
    _WEIGHTS.write_text(json.dumps(weights, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


def _plain() -> Iterator[dict[str, str]]:
    questions = dict.fromkeys(exchange.question for exchange in load_dataset(_DIALOGUES).exchanges)
    for number, question in enumerate(questions):
        way, name = _WAYS[number % len(_WAYS)], _NAMES[number % len(_NAMES)]
        lower, upper = (case(question[0]) + question[1:] for case in (str.lower, str.upper))
        yield {"text": way.format(name=name, question=lower, Question=upper), "name": name, "by": "plain"}


def _rows(cases: Sequence[dict[str, str | None]]) -> list[_Row]:
    rows = []
    for number, case in enumerate(cases):
        message = Message(case["text"] or "")
        names = framed(message)
        among = candidates(message, names)
        around = Surroundings(message, among, names)
        for one in among:
            is_right = fold(one.name) == fold(case["name"] or "")
            enough = least(message, one, is_meant=around.is_meant(one))
            rows.append(_Row(number, case["by"] or "", is_right, enough, frozenset(around.features(one))))
    return rows


def _likelihood(weights: Weights, row: _Row) -> float:
    return 1 / (1 + math.exp(-weights[ALWAYS] - sum(weights.get(feature, 0.0) for feature in row.features)))


def _fit(rows: Sequence[_Row]) -> Weights:
    """The weight of each feature that is found often enough: a logistic regression by Newton's method."""
    counts = Counter(feature for row in rows for feature in row.features)
    names = [ALWAYS, *sorted(feature for feature, count in counts.items() if count >= _LEAST)]
    columns = {feature: column for column, feature in enumerate(names)}
    found = [np.array([0, *sorted(columns[feature] for feature in row.features if feature in columns)]) for row in rows]
    row_of, column_of = np.repeat(np.arange(len(rows)), [len(one) for one in found]), np.concatenate(found)
    is_right = np.array([row.is_right for row in rows], dtype=np.float64)
    share = np.array([_THEIR_SHARE if row.by in _MADE_FOR_RULES else 1.0 for row in rows])

    def odds(weights: Vector) -> Vector:
        return np.bincount(row_of, weights[column_of], len(rows)).astype(np.float64)

    def back(values: Vector) -> Vector:
        return np.bincount(column_of, values[row_of], len(names)).astype(np.float64)

    weights: Vector = np.zeros(len(names))
    for _ in range(_STEPS):
        sure = 1 / (1 + np.exp(-odds(weights)))
        doubt = np.maximum(sure * (1 - sure), _LEAST_DOUBT) * share
        rest = back(share * (is_right - sure)) - _PULL * weights
        # Conjugate gradients: there are too many features for a table of them.
        scale, step, enough = back(doubt) + _PULL, np.zeros(len(names)), _LEFT * float(np.linalg.norm(rest))
        direction = rest / scale
        length = float(rest @ direction)
        for _ in range(_INNER_STEPS):
            if np.linalg.norm(rest) <= enough:
                break
            image = back(doubt * odds(direction)) + _PULL * direction
            along = length / float(direction @ image)
            step, rest = step + along * direction, rest - along * image
            before, length = length, float(rest @ (rest / scale))
            direction = rest / scale + length / before * direction
        weights = weights + step
    return dict(zip(names, map(float, weights), strict=True))


if __name__ == "__main__":
    train()
