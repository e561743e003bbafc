"""Fit the weights by which a name that stands in a message is taken for the user's.

    python -m training.names

names.jsonl has messages, and the name that each gives its writer, if any; `by` tells who wrote it. Writes
language/names/weights.json in a minute, and prints what is found in the messages of each of those who wrote freely (`J` and
`work` are what the rules were made on), with weights fitted on those of all others.

Those who write cases go for what is special. So that the weights do not take an ordinary message for something special, the
questions of the shipped dialogues are added, each beside an introduction or somebody else's name.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

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
_MADE_FOR_WEIGHTS = ("M", "plain")
_WAYS = (
    "меня зовут {name}, {question}",
    "Привет! Меня зовут {name}. {Question}",
    "привет, я {name}, {question}",
    "Я {name}. {Question}",
    "{question} кстати, меня зовут {name}",
    "зови меня {name}, {question}",
    "Здравствуйте, моё имя {name}. {Question}",
    "{name} зовут меня, {question}",
    "{name} меня зовут. {Question}",
    "{name} я, {question}",
    "это {name}, {question}",
    "Зовут {name}. {Question}",
    "Привет, на связи {name}. {Question}",
    "{question} Можно просто {name}.",
)
_WAYS_OF_OTHERS = (
    "сестру зовут {name}, {question}",
    "Мою собаку зовут {name}. {Question}",
    "{name} сегодня спрашивает: {question}",
    "у меня подруга {name}, {question}",
    "Привет! {name} дома? {Question}",
    "{Question} {name} говорит, что ты знаешь.",
    "это {name} мне сказал, {question}",
    "тебя зовут {name}? {Question}",
)
_NAMES = ("Оля", "Саша", "Пётр", "Лёха", "Гульнара", "Дмитрий", "катя", "вася", "Руслан", "Женя", "Анна", "Арсен", "Соня")
_LEAST = 3
"""In so many places a feature must be found to get a weight."""
_PULL = 2.0
"""How much the weights are pulled towards zero."""
_ENOUGH = 1e-3
"""The regression is fitted until its gradient has shrunk to so much of what it was."""
_SMALLEST = 0.05

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


def _plain() -> Iterator[dict[str, str | None]]:
    questions = dict.fromkeys(exchange.question for exchange in load_dataset(_DIALOGUES).exchanges)
    ways = _WAYS + _WAYS_OF_OTHERS
    for number, question in enumerate(questions):
        way, name = ways[number % len(ways)], _NAMES[number % len(_NAMES)]
        lower, upper = (case(question[0]) + question[1:] for case in (str.lower, str.upper))
        text = way.format(name=name, question=lower, Question=upper)
        yield {"text": text, "name": name if way in _WAYS else None, "by": "plain"}


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
    """The weight of each feature that is found often enough: a logistic regression."""
    counts = Counter(feature for row in rows for feature in row.features)
    names = [ALWAYS, *sorted(feature for feature, count in counts.items() if count >= _LEAST)]
    columns = {feature: column for column, feature in enumerate(names)}
    found = [[0, *sorted(columns[feature] for feature in row.features if feature in columns)] for row in rows]
    ends = np.cumsum([0, *map(len, found)])
    table = csr_matrix((np.ones(ends[-1]), np.concatenate(found), ends), shape=(len(rows), len(names)))
    regression = LogisticRegression(C=1 / _PULL, solver="liblinear", fit_intercept=False, tol=_ENOUGH, random_state=0)
    regression.fit(table, [row.is_right for row in rows])
    return dict(zip(names, map(float, regression.coef_[0]), strict=True))


if __name__ == "__main__":
    train()
