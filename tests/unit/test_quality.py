"""The evaluation of quality: its sets, and what Grisha reaches on the part that may be looked at."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from benchmarks.quality.cases import SPLITS, Case, Outcome, load, share
from benchmarks.quality.dense import threshold
from benchmarks.quality.tables import ROWS
from benchmarks.quality.texts import measure_cleaning, measure_exchanges, measure_names
from language.words import normalise

REWORDINGS = Path(__file__).resolve().parents[2] / "training" / "rewordings.jsonl"
IDENTITY: dict[str, Callable[[Case], object]] = {
    "names": lambda case: case["text"],
    "retrieval": lambda case: (case["dataset"], case["query"]),
    "cleaning": lambda case: (case["question"], case["raw"]),
    "exchanges": lambda case: (case["question"], case["reply"]),
    "duplicates": lambda case: frozenset((case["one"], case["other"])),
}


@pytest.mark.parametrize("name", IDENTITY)
def test_a_set_has_two_large_splits_that_share_no_case(name: str) -> None:
    work, final = ({IDENTITY[name](case) for case in load(name) if case["split"] == split} for split in SPLITS)
    assert min(len(work), len(final)) >= 200
    assert not work & final


def test_the_encoder_was_trained_on_no_case() -> None:
    lines = REWORDINGS.read_text(encoding="utf-8").splitlines()
    trained = {
        normalise(text) for line in lines for group in [json.loads(line)] for text in (group["q"], *group["same"], *group["near"])
    }
    assert len(lines) > 4_000
    assert trained.isdisjoint(normalise(case["query"]) for case in load("retrieval"))
    assert trained.isdisjoint(normalise(case[side]) for case in load("duplicates") for side in ("one", "other"))


@pytest.mark.parametrize("measure", [measure_names, measure_cleaning, measure_exchanges])
def test_what_is_told_from_texts_stays_within_its_targets(measure: Callable[[], Iterable[Outcome]]) -> None:
    ours = [outcome for outcome in measure() if (outcome.system, outcome.split) == ("Grisha", "work")]
    for key in {outcome.row for outcome in ours}:
        row, figure = ROWS[key], share(outcome for outcome in ours if outcome.row == key)
        assert figure is not None
        if row.target is not None:
            assert figure >= row.target if row.is_good else figure <= row.target, f"{row.name}: {figure:.1f} %"


def test_a_threshold_lets_no_more_through_than_it_may() -> None:
    cosines = [0.1, 0.5, 0.2, 0.4, 0.3]
    assert [cosine for cosine in cosines if cosine >= threshold(cosines, 0.4)] == [0.5, 0.4]
    assert [cosine for cosine in cosines if cosine >= threshold(cosines, 0.39)] == [0.5]
