"""The rows of the table and what is wanted of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from benchmarks.common import show
from benchmarks.quality.cases import Outcome, share

_COLUMNS = {
    "prototype": ("prototype", "final"),
    "dense": ("dense", "final"),
    "dense, cut": ("dense, cut", "final"),
    "Grisha, work": ("Grisha", "work"),
    "Grisha, final": ("Grisha", "final"),
}
"""The columns with figures: a system and the split that it is measured on."""


@dataclass(frozen=True)
class Row:
    """What a row shows: the share of the outcomes that count, which should be at least, or at most, `target` percent."""

    name: str
    target: float | None
    is_good: bool
    """Whether to count is good; else the cases that count are the failures."""
    before: str = ""
    """The row whose figure is the target."""


ROWS = {
    "names": Row("names: F1", 96, True),
    "false_names": Row("names: false ones where nobody is introduced", 2, False),
    "hit": Row("retrieval: relevant dialogue in first two", 65, True),
    "found": Row("retrieval: found though nothing answers", 8, False),
    "hit_after": Row("... relevant after 120 patterns", None, True, "hit"),
    "found_after": Row("... found after 120 patterns", None, False, "found"),
    "cleaned": Row("cleaning: raw mended or refused right", 97, True),
    "untouched": Row("cleaning: legitimate untouched", 100, True),
    "private_shared": Row("private: would be shared", 0, False),
    "abusive_learned": Row("abusive: learned", 0, False),
    "poor_learned": Row("poor reply: learned", None, False),
    "harmless_learned": Row("harmless: learned", 93, True),
    "recognised": Row("duplicates: reworded recognised", 90, True),
    "merged": Row("duplicates: different merged", 2, False),
}


def show_figures(outcomes: Sequence[Outcome]) -> None:
    """Print the table of all rows that something was measured for."""
    lines = []
    for key, row in ROWS.items():
        of_row = [outcome for outcome in outcomes if outcome.row == key]
        if of_row:
            of_before = [outcome for outcome in outcomes if outcome.row == row.before]
            target = _share(of_before, "Grisha", "final") if row.before else row.target
            lines.append([row.name, *_figures(of_row), _target(row, target, _share(of_row, "Grisha", "final"))])
    show("Shares in percent", ("", *_COLUMNS, "target"), lines)


def show_groups(outcomes: Sequence[Outcome]) -> None:
    """Print the figures of each part of a set, with the number of its cases in a split."""
    lines = []
    for group in dict.fromkeys(outcome.group for outcome in outcomes if outcome.group):
        of_group = [outcome for outcome in outcomes if outcome.group == group]
        for row in dict.fromkeys(outcome.row for outcome in of_group):
            of_row = [outcome for outcome in of_group if outcome.row == row]
            cases = sum((outcome.system, outcome.split) == ("Grisha", "final") for outcome in of_row)
            lines.append([group, row.replace("_", " "), *_figures(of_row), cases])
    show("Retrieval by dataset and kind of query", ("", "figure", *_COLUMNS, "cases"), lines)


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    """What Grisha got wrong on the split that may be looked at, each case once for each row."""
    wrong = [
        f"{ROWS[outcome.row].name}: {outcome.told}"
        for outcome in outcomes
        if (outcome.system, outcome.split) == ("Grisha", "work") and outcome.counts != ROWS[outcome.row].is_good
    ]
    return list(dict.fromkeys(wrong))


def _share(outcomes: Iterable[Outcome], system: str, split: str) -> float | None:
    return share(outcome for outcome in outcomes if (outcome.system, outcome.split) == (system, split))


def _figures(outcomes: Sequence[Outcome]) -> list[str]:
    shares = (_share(outcomes, system, split) for system, split in _COLUMNS.values())
    return ["" if figure is None else f"{figure:.1f}" for figure in shares]


def _target(row: Row, target: float | None, figure: float | None) -> str:
    if target is None or figure is None:
        return ""
    is_met = figure >= target if row.is_good else figure <= target
    return f"{'≥' if row.is_good else '≤'} {target:.3g} {'met' if is_met else 'MISSED'}"
