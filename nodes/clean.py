"""Node clean: a model's raw reply becomes one that is fit to send, or is found unusable."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from language.cleaning import clean_reply
from language.words import lemma, normalise, words
from nodes.personas import Personas
from nodes.speakers import own_words, speakers
from nodes.turn import answer, question, replies

_LONG = 4
"""Words from which a reply is one of its own kind, and should not come again in nearly the same words."""
_RECENT = 3
"""Replies that are not said again in the same words, however short."""


@dataclass(frozen=True)
class Clean:
    """Takes artefacts, echoes, repeats and foreign script out of the model's reply."""

    personas: Personas

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Clean the draft; when something usable is left it becomes the reply."""
        persona = self.personas.of(runtime.context)
        draft, name = state["draft"], state.get("name")
        names = set(speakers(state["messages"], persona.name).values())
        own = own_words(draft, {*names, name} if names and name else names, persona.name)
        cleaned = clean_reply(own, question=question(state), bot_name=persona.name, person_name=name)
        changes = [*([] if own == draft else ["speaker"]), *cleaned.changes]
        if verdict := unusable(cleaned.text, question(state), replies(state["messages"])):
            return {"changes": [*changes, verdict]}
        return {**answer(state, persona, cleaned.text), "origin": "model", "changes": changes}


def unusable(reply: str, asked: str, before: Sequence[str]) -> str:
    """Why a cleaned reply is not fit to be sent; empty when it is.

    Args:
        reply: the reply, cleaned.
        asked: what the person said.
        before: Grisha's earlier replies, oldest first.
    """
    said = normalise(reply).split()
    if not reply:
        return "nothing_left"
    # A small model copies a line of its own once it is in its prompt.
    earlier = [normalise(text).split() for text in before]
    if (said and said in earlier[-_RECENT:]) or (len(said) >= _LONG and any(_alike(said, one) for one in earlier)):
        return "repeats_itself"
    if is_echo(reply, asked):
        return "echo"
    return ""


def is_echo(reply: str, asked: str) -> bool:
    """Whether a reply of several words only gives the person's own words back: "я выиграл!" - "Да, я выиграл."."""
    said = {lemma(word) for word in words(reply)} - {"да", "нет", "не", "ну", "и", "а", "что"}
    return len(said) > 1 and said <= {lemma(word) for word in words(asked)}


def _alike(one: list[str], other: list[str]) -> bool:
    """Whether two replies share four words of five."""
    return 5 * len(set(one) & set(other)) >= 4 * len(set(one) | set(other))
