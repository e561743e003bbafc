"""Node fallback: what is said when the model has nothing usable to say."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import Example, State
from language.asking import wants_something
from language.judging.copies import Shown, misplaced_copy
from nodes.personas import Personas
from nodes.turn import answer, not_just_said, pick, question
from stores.situations import Situations


@dataclass(frozen=True)
class Fallback:
    """Says the reply of the most similar dialogue, else a line of the persona; nothing is learned of such a turn."""

    personas: Personas
    situations: Situations

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Choose the line."""
        persona = self.personas.of(runtime.context)
        failure = state.get("failure", "")
        examples = [] if failure == "too_long" else state.get("examples", [])
        asked = question(state)
        fitting = (one for one in examples if one["standalone"] and _fits(one, asked))
        if example := not_just_said(fitting, state["messages"]):
            return {**answer(state, persona, example["reply"]), "origin": "example", "examples": [example]}
        match failure:
            case "too_long":
                lines = persona.too_long
            case "model":
                lines = persona.failures
            case _:
                possible = [one for one in persona.situations if one.asks in (None, wants_something(asked))]
                found = await self.situations.find(asked, [one.like for one in possible])
                lines = persona.fallbacks if found is None else possible[found].lines
        return {**answer(state, persona, pick(lines, state, self.personas.chance)), "origin": "fallback", "examples": []}


def _fits(example: Example, asked: str) -> bool:
    """Whether the reply of an example may answer what is asked. What the model may not copy is no answer here either."""
    return not misplaced_copy(example["reply"], asked, [Shown(example["question"], example["reply"], example["score"])])
