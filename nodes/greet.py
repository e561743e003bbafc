"""Node greet: what needs no model, because the persona's own lines say it best."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import HumanMessage, RemoveMessage
from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.personas import Personas
from nodes.turn import answer, pick
from prompts import Persona


@dataclass(frozen=True)
class Greet:
    """Introduces Grisha, greets a person by name, or answers about their name, at once and in the persona's voice."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Say the line that the intent asks for; at /start it stays out of the chat's history."""
        persona = self.personas.of(runtime.context)
        lines = _lines(persona, state)
        line = pick(lines, state, self.personas.chance, state.get("name"))
        if lines is persona.greetings_before_answer:
            return {"greeting": line}
        if state["intent"] == "start":
            return {"reply": line, "origin": "greeting", "messages": _without_command(state)}
        return {**answer(state, persona, line), "origin": "greeting"}


def _lines(persona: Persona, state: State) -> Sequence[str]:
    name, previous = state.get("name"), state.get("previous_name")
    match state["intent"]:
        case "start":
            return persona.introductions_named if name else persona.introductions
        case "forget_name":
            return persona.name_forgotten
        case "ask_name":
            return persona.name_known if name else persona.name_unknown
        case "introduce_and_ask":
            return persona.greetings_before_answer
        case "introduce_and_ask_back":
            return persona.greetings_asked_back or persona.greetings_before_answer
        case _ if previous is None:
            return persona.greetings
        case _:
            return persona.same_name if previous == name else persona.renamed


def _without_command(state: State) -> list[RemoveMessage]:
    """The removal of the message that /start came with, if it came with one."""
    last = state["messages"][-1] if state.get("messages") else None
    return [RemoveMessage(id=last.id)] if isinstance(last, HumanMessage) and last.id else []
