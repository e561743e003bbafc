"""Node fallback: what is said when the model has nothing usable to say."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import Example, State
from language.asking import wants_something
from language.judging.copies import Shown, misplaced_copy
from language.words import carries_content
from nodes.personas import Personas
from nodes.turn import answer, not_just_said, pick, question
from prompts import Persona
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
                lines = await self._lines(persona, asked)
        return {**answer(state, persona, pick(lines, state, self.personas.chance)), "origin": "fallback", "examples": []}

    async def _lines(self, persona: Persona, asked: str) -> tuple[str, ...]:
        """The lines for the situation that the person is in, or for any."""
        kind = "asks" if wants_something(asked) else "tells"
        small_talk = [one for one in persona.situations if one.when == "small talk"]
        others = [one for one in persona.situations if one.when in (None, kind)]
        # "До свидания" is small talk, though the search takes it for a subject; whoever goes to a bar takes no leave.
        closely = carries_content(asked)
        rivals = [*small_talk, *others] if closely else small_talk
        found = await self.situations.find(asked, [one.like for one in rivals], closely=closely)
        if found is not None and found < len(small_talk):
            return rivals[found].lines
        found = await self.situations.find(asked, [one.like for one in others])
        if found is not None:
            return others[found].lines
        return persona.fallbacks


def _fits(example: Example, asked: str) -> bool:
    """Whether the reply of an example may answer what is asked. What the model may not copy is no answer here either."""
    return not misplaced_copy(example["reply"], asked, [Shown(example["question"], example["reply"], example["score"])])
