"""The datasets that are searched: two that an owner could bring, and the one that is shipped."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from benchmarks.quality.cases import SETS
from settings import SHIPPED_DATASET
from stores.dialogues import Exchange, load_dataset

_LABELLED = 523
"""Dialogues at the head of the shipped dataset that its queries were written against: a later one may well answer what none did."""


@dataclass(frozen=True)
class Dialogues:
    """A dataset: a file for Grisha to open, and its dialogues, which go by their numbers."""

    file: Path
    dialogues: list[list[Exchange]]

    @cached_property
    def owned(self) -> list[tuple[int, Exchange]]:
        """All exchanges, each with the number of its dialogue."""
        return [(number, exchange) for number, dialogue in enumerate(self.dialogues) for exchange in dialogue]

    @cached_property
    def by_question(self) -> dict[str, int]:
        """The number of the dialogue that a question stands in."""
        return {exchange.question: number for number, exchange in self.owned}

    @cached_property
    def by_exchange(self) -> dict[tuple[str, str], int]:
        """The number of the dialogue that a question and its reply stand in."""
        return {(exchange.question, exchange.reply): number for number, exchange in self.owned}


def open_dataset(name: str, folder: Path) -> Dialogues:
    """The dataset `name` of the queries; that which is shipped is cut to what its queries know, in a file in `folder`."""
    file = SETS / f"dataset_{name}.jsonl"
    if name == "shipped":
        file = folder / "shipped.jsonl"
        lines = SHIPPED_DATASET.read_text(encoding="utf-8").splitlines(keepends=True)
        file.write_text("".join(lines[:_LABELLED]), encoding="utf-8")
    dialogues: list[list[Exchange]] = []
    for exchange in load_dataset(file).exchanges:
        dialogues += [[]] if exchange.opening else []
        dialogues[-1].append(exchange)
    return Dialogues(file, dialogues)
