"""Where a turn goes next: pure functions of the state, whose return types are the edges of the drawn graph."""

from typing import Literal

from graph.state import State

ATTEMPTS = 2
"""How often the model may be asked in one turn."""


def after_extract_name(state: State) -> Literal["greet", "retrieve"]:
    """What the persona's lines can say goes to greet, everything else is looked up."""
    return "retrieve" if state["intent"] == "talk" else "greet"


def after_greet(state: State) -> Literal["retrieve", "__end__"]:
    """An introduction that also asks something is answered as well."""
    return "retrieve" if state["intent"] == "introduce_and_ask" else "__end__"


def after_retrieve(state: State) -> Literal["recall", "generate"]:
    """A known reply needs no model."""
    return "recall" if state.get("known") else "generate"


def after_clean(state: State) -> Literal["learn", "generate", "fallback"]:
    """A usable reply is learned from; else the model is asked once more, unless that is of no use."""
    if state.get("reply"):
        return "learn"
    return "fallback" if state.get("failure") or state["attempts"] >= ATTEMPTS else "generate"
