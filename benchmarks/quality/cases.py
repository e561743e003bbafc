"""The cases of the sets, and what the systems made of them."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from rich.console import Console
from rich.progress import track

SETS = Path(__file__).with_name("sets")
SPLITS = ("work", "final")

_Thing = TypeVar("_Thing")

Case = dict[str, Any]
"""A line of a set. Each has a `kind`, and a `split`: "work" may be looked at, "final" is for the last figure alone."""


class Outcome(NamedTuple):
    """What one system made of one case: it counts towards the share that a row of the table shows, or does not."""

    row: str
    system: str
    split: str
    counts: bool
    told: str
    """The case and what came of it, for developers."""
    group: str = ""
    """The part of the set that the case belongs to."""


def load(name: str) -> list[Case]:
    """All cases of the set `name`, those of the split "work" first."""
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def shown(things: Iterable[_Thing], what: str) -> Iterable[_Thing]:
    """`things`, with the progress through them on stderr, when that is a terminal."""
    console = Console(stderr=True)
    return track(things, what, console=console, transient=True, disable=not console.is_terminal)


def share(outcomes: Iterable[Outcome]) -> float | None:
    """The share of them that count, in percent; None when there are none."""
    counted = [outcome.counts for outcome in outcomes]
    return 100 * sum(counted) / len(counted) if counted else None
