"""What a turn keeps so that it can be stopped before any step, changed, and gone on with, as developers do in LangGraph Studio."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from langgraph.channels import LastValue, UntrackedValue
from langgraph.channels.base import BaseChannel
from langgraph.constants import START
from langgraph.types import MISSING


class UntilEnd(LastValue[Any]):
    """A value that the checkpoints of the turn under way hold; the one that ends the turn is without it, and no larger for it."""

    __slots__ = ("is_over",)

    def __init__(self, typ: Any, key: str = "") -> None:
        super().__init__(typ, key)
        self.is_over = False

    def finish(self) -> bool:
        """Called after the last step: the value can still be read, for what the run returns."""
        changed = not self.is_over and self.is_available()
        self.is_over = True
        return changed
