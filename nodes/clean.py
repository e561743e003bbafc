"""Node clean: a model's raw reply becomes one that is fit to send, or is found unusable."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from language.cleaning import clean_reply
from language.words import lemma, normalise, words
from nodes.personas import Personas
from nodes.turn import answer, last_reply, question


@dataclass(frozen=True)
class Clean:
    """Takes artefacts, echoes, repeats and foreign script out of the model's reply."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Clean the draft; when something usable is left it becomes the reply."""
        persona = self.personas.of(runtime.context)
        cleaned = clean_reply(state["draft"], question=question(state), bot_name=persona.name, person_name=state.get("name"))
        changes = list(cleaned.changes)
        said = normalise(cleaned.text)
        if said and said == normalise(last_reply(state["messages"])):
            return {"changes": [*changes, "same_as_last_reply"]}
        if not cleaned.text:
            return {"changes": [*changes, "nothing_left"]}
        if is_echo(cleaned.text, question(state)):
            return {"changes": [*changes, "echo"]}
        return {**answer(state, persona, cleaned.text), "origin": "model", "changes": changes}


def is_echo(reply: str, asked: str) -> bool:
    """Whether a reply of several words only gives the person's own words back: "я выиграл!" - "Да, я выиграл."."""
    said = {lemma(word) for word in words(reply)} - {"да", "нет", "не", "ну", "и", "а", "что"}
    return len(said) > 1 and said <= {lemma(word) for word in words(asked)}
