"""Node fallback: what is said when the model has nothing usable to say."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.personas import Personas
from nodes.turn import answer, not_just_said, pick


@dataclass(frozen=True)
class Fallback:
    """Says the reply of the most similar dialogue, else a line of the persona; nothing is learned of such a turn."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Choose the line."""
        persona = self.personas.of(runtime.context)
        failure = state.get("failure", "")
        examples = [] if failure == "too_long" else state.get("examples", [])
        if example := not_just_said((one for one in examples if one["standalone"]), state["messages"]):
            return {**answer(state, persona, example["reply"]), "origin": "example", "examples": [example]}
        lines = {"too_long": persona.too_long, "model": persona.failures}.get(failure, persona.fallbacks)
        return {**answer(state, persona, pick(lines, state, self.personas.chance)), "origin": "fallback", "examples": []}
