"""Fit the weights by which two questions count as one.

    python -m training.same_question

Of the groups in rewordings.jsonl those with four `near` change as little as can be of the question: the first three rewordings keep
close to it, the fourth is told freely and counts less. The other groups are of all kinds: their first rewording is close, the
second is free, and what is further away is left out. Writes language/questions/weights.py in two minutes, and prints what the
weights recognise in groups that they were not fitted on.

The groups tell, too, which words stand in the place of each other: language/questions/reworded.txt. What a group has added to that
is not counted where its own pairs are weighed: else the list would look surer than it is.

The distances are those of the encoder as its package has it: ours has learned these very groups and would look surer than it is.
They are counted in the encoder's own measure, so that the weights serve other encoders, too.
"""

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from language.questions.reworded import exchanged
from language.questions.same import Difference, compare, weighed
from language.words import frame, lemma
from models.embeddings import load_encoder, readable
from stores.dialogues import load_dataset
from stores.retriever import BACKGROUND, calibrate, searchable
from stores.vectors import LEAN, Vectors

Table = NDArray[np.float64]
_Group = dict[str, Any]

_PROJECT = Path(__file__).parents[1]
_GROUPS = Path(__file__).parent / "rewordings.jsonl"
_WEIGHTS = _PROJECT / "language" / "questions" / "weights.py"
_REWORDED = _WEIGHTS.with_name("reworded.txt")
_LEAST_CHANGED = 4
_FREE = 0.3
_FOLDS = 5
_STEPS = 12
_MOST_LEFT = 2
"""Of so many words on each side it can be told which stands for which."""
_DOUBT = 0.5
"""What is added to the times that two words were exchanged: once is not yet sure."""
_BLOCK = 8
"""Groups that stand together are often about one subject: they are fitted on, or measured on, together."""


class _Pair(NamedTuple):
    one: str
    other: str
    same: bool
    weight: float
    group: int


def train() -> None:
    """Fit and write the weights, and print how well they do."""
    groups = [json.loads(line) for line in _GROUPS.open(encoding="utf-8")]
    replaced = _Replaced(groups)
    replaced.write()
    pairs = _pairs(groups)
    names, table, ruled_out = _table(pairs, replaced)
    same, weights, numbers = (np.array([pair[column] for pair in pairs]) for column in (2, 3, 4))
    folds = numbers // _BLOCK % _FOLDS
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


class _Replaced:
    """How often words were put in place of each other in the groups, where that changed the meaning and where it did not."""

    def __init__(self, groups: Sequence[_Group]) -> None:
        self._by_group = [tuple(_exchanges(group["q"], group[kind]) for kind in ("same", "near")) for group in groups]
        self._all = tuple(Counter[frozenset[str]]() for _ in ("same", "near"))
        for counts in self._by_group:
            for total, counted in zip(self._all, counts, strict=True):
                total.update(counted)

    def sure(self, pair: frozenset[str], group: int | None = None) -> float:
        """How surely the two mean the same, from 0 to 1, by what all groups but one say."""
        less = self._by_group[group] if group is not None else (Counter(), Counter())
        same, other = (total[pair] - counted[pair] for total, counted in zip(self._all, less, strict=True))
        return max(0.0, (same - other) / (same + other + _DOUBT))

    def write(self) -> None:
        """Write what language.questions.reworded reads."""
        lines: dict[str, list[str]] = {}
        for pair in self._all[0]:
            if len(pair) > 1 and (sure := f"{self.sure(pair):.1f}") != "0.0":
                lines.setdefault(sure, []).append("/".join(sorted(pair)))
        _REWORDED.write_text("".join(f"{sure} {' '.join(sorted(lines[sure]))}\n" for sure in sorted(lines)), encoding="utf-8")


def _exchanges(question: str, others: Sequence[str]) -> Counter[frozenset[str]]:
    found: Counter[frozenset[str]] = Counter()
    for other in others:
        mine, theirs = (text.split() for text in compare(question, other).texts["left"])
        if 0 < len(mine) <= _MOST_LEFT and 0 < len(theirs) <= _MOST_LEFT:
            for one in mine:
                for instead in theirs:
                    found[frozenset((lemma(one), lemma(instead)))] += 1 / (len(mine) * len(theirs))  # type: ignore[assignment]
    return found


def _pairs(groups: Sequence[_Group]) -> list[_Pair]:
    pairs = []
    for number, group in enumerate(groups):
        question, near = group["q"], group["near"]
        if len(near) == _LEAST_CHANGED:
            order, verb, noun, free = group["same"]
            close = [(question, order), (question, verb), (question, noun), (order, verb), (verb, noun)]
            other = [*((question, text) for text in near), *zip((order, verb, noun), near, strict=False)]
        else:
            told, free, *_ = group["same"]
            close, other = [(question, told)], [(question, text) for text in near]
        pairs += [_Pair(*pair, True, 1, number) for pair in close]
        pairs += [_Pair(question, free, True, _FREE, number)]
        pairs += [_Pair(*pair, False, 1, number) for pair in other]
    return pairs


def _table(pairs: Sequence[_Pair], replaced: _Replaced) -> tuple[list[str], Table, NDArray[np.bool_]]:
    """The names of the features, their values, and which pairs something rules out anyway."""
    found = [_without_own(compare(pair.one, pair.other), partial(replaced.sure, group=pair.group)) for pair in pairs]
    questions = [exchange.question for exchange in searchable(load_dataset(_PROJECT / "data" / "dialogues.jsonl").exchanges)]
    texts = list(dict.fromkeys([*questions, *BACKGROUND, *(text for one in found for both in one.texts.values() for text in both)]))
    vectors = dict(zip(texts, _vectors(texts), strict=True))
    measure = calibrate(np.stack([vectors[text] for text in questions]), np.stack([vectors[text] for text in BACKGROUND]))

    def distance(texts: tuple[str, str]) -> float:
        return (1 - float(vectors[texts[0]] @ vectors[texts[1]])) / (1 - measure.unrelated) if all(texts) else 0.0

    rows = [weighed(one, {name: distance(both) for name, both in one.texts.items()}) for one in found]
    return list(rows[0]), np.array([list(row.values()) for row in rows]), np.array([bool(one.against) for one in found])


def _without_own(difference: Difference, sure: Callable[[frozenset[str]], float]) -> Difference:
    """`difference` as it would be if the list of words for each other did not have what the group of the two has added."""
    mine, theirs = (text.split() for text in difference.texts["left"])
    return replace(difference, features={**difference.features, "reworded": exchanged(mine, theirs, sure)})


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
