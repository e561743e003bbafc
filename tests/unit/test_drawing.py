"""Drawing the next tokens of several replies from their scores."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
import torch

from models.drawing import TOP_K, Drawing, draw


def _drawing(**changes: Any) -> Drawing:
    values: dict[str, Any] = {"temperature": 1.0, "top_p": 1.0, "repetition_penalty": 1.0, "random": np.random.default_rng(0)}
    return Drawing(prompt=[1], **values | changes)


def _drawn(scores: list[float], times: int = 1, drawn: list[int] | None = None, **changes: Any) -> list[int | Exception]:
    drawing = _drawing(**changes)
    return [draw(torch.tensor([scores]), [drawing], [np.array(drawn or [], np.int64)])[0] for _ in range(times)]


def test_tokens_come_as_often_as_their_scores_say() -> None:
    shares = np.array([0.5, 0.3, 0.15, 0.05])
    counts = Counter(_drawn(np.log(shares).tolist(), 4000))
    assert [counts[token] / 4000 for token in range(4)] == pytest.approx(shares.tolist(), abs=0.03)


def test_the_temperature_sharpens_and_flattens() -> None:
    scores = np.log([0.5, 0.3, 0.2])
    for temperature in (0.5, 2.0):
        expected = np.exp(scores / temperature) / np.exp(scores / temperature).sum()
        counts = Counter(_drawn(scores.tolist(), 4000, temperature=temperature))
        assert [counts[token] / 4000 for token in range(3)] == pytest.approx(expected.tolist(), abs=0.03)


@pytest.mark.parametrize(("top_p", "possible"), [(0.0, {0}), (0.5, {0}), (0.51, {0, 1}), (0.8, {0, 1}), (0.9, {0, 1, 2})])
def test_top_p_leaves_the_fewest_that_reach_it(top_p: float, possible: set[int]) -> None:
    assert set(_drawn(np.log([0.5, 0.31, 0.14, 0.05]).tolist(), 400, top_p=top_p)) == possible


def test_only_the_likeliest_are_ever_drawn() -> None:
    assert set(_drawn([0.01] * TOP_K + [0.0] * 30, 2000)) <= set(range(TOP_K))


@pytest.mark.parametrize("score", [2.0, -2.0])
def test_the_repetition_penalty_counts_once_and_for_either_sign(score: float) -> None:
    punished = score / 1.5 if score > 0 else score * 1.5
    for other, expected in ((punished - 0.01, 0), (punished + 0.01, 1)):
        assert _drawn([score, other, -9.0], drawn=[0, 0, 2], temperature=0, repetition_penalty=1.5) == [expected]


def test_each_row_is_drawn_in_its_own_way() -> None:
    scores = [1.0, 0.9, 0.0]
    ways = [
        {"temperature": 0},
        {"temperature": 0, "repetition_penalty": 2.0},
        {"temperature": 5.0, "random": np.random.default_rng(4)},
    ]
    held = [[0], [0], [1]]
    rows = draw(torch.tensor([scores] * 3), [_drawing(**way) for way in ways], [np.array(ids) for ids in held])
    ways[2]["random"] = np.random.default_rng(4)
    assert rows == [_drawn(scores, drawn=ids, **way)[0] for ids, way in zip(held, ways, strict=True)]
    assert rows[:2] == [0, 1]


@pytest.mark.parametrize("temperature", [0, 1.0])
def test_a_row_without_scores_is_an_error_of_its_own(temperature: float) -> None:
    scores = torch.tensor([[0.0, 1.0], [-torch.inf, -torch.inf], [torch.nan, torch.nan], [-torch.inf, 0.0]])
    drawings = [_drawing(temperature=temperature, top_p=0.5) for _ in scores]
    first, second, third, last = draw(scores, drawings, [np.array([], np.int64)] * 4)
    assert isinstance(second, ValueError)
    assert isinstance(third, ValueError)
    assert (first, last) == (1, 1)


def test_a_drawing_knows_how_likely_its_reply_is_whatever_the_temperature() -> None:
    for temperature in (0.0, 0.1):
        drawing = _drawing(temperature=temperature)
        for _ in range(2):
            draw(torch.tensor([np.log([0.8, 0.15, 0.05]).tolist()]), [drawing], [np.array([], np.int64)])
        assert drawing.logprob == pytest.approx(2 * np.log(0.8), abs=1e-5)
