"""Node recall: a known reply to nearly the same question."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.personas import Personas
from nodes.turn import answer


@dataclass(frozen=True)
class Recall:
    """Answers nearly the same question with its known reply, without asking the model."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Say the known reply."""
        known = state.get("known")
        assert known is not None, "the router leads here only with a known exchange"
        return {**answer(state, self.personas.of(runtime.context), known["reply"]), "origin": "known", "examples": [known]}
