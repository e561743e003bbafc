"""Where a turn goes next: pure functions of the state, which tell why; `graph.build` has the node that each reason leads to."""

from typing import Literal

from graph.state import State

ATTEMPTS = 2
"""How often the model may be asked in one turn."""


def after_extract_name(state: State) -> Literal["name or start", "talk"]:
    """What the persona's lines can say is greeted, everything else is looked up."""
    return "talk" if state["intent"] == "talk" else "name or start"


def after_greet(state: State) -> Literal["asks more", "said"]:
    """An introduction that also asks what no line of the persona answers is answered by the model as well."""
    return "said" if state.get("reply") else "asks more"


def after_retrieve(state: State) -> Literal["known question", "new question"]:
    """A known reply needs no model."""
    return "known question" if state.get("known") else "new question"


def after_clean(state: State) -> Literal["usable", "once more", "given up"]:
    """A usable reply is learned from; else the model is asked once more, unless that is of no use."""
    if state.get("reply"):
        return "usable"
    return "given up" if state.get("failure") or state.get("attempts", 0) >= ATTEMPTS else "once more"
