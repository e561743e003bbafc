"""Node retrieve: similar dialogues, or nothing when nothing fits."""

from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from nodes.turn import not_just_said, question
from stores.retriever import Retriever


@dataclass(frozen=True)
class Retrieve:
    """Finds similar dialogues by meaning, and a known reply when nearly the same has been asked before."""

    retriever: Retriever
    recall: bool

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Search the dataset and the learned patterns for what the person said."""
        found = await self.retriever.find(question(state), runtime.store)
        # A channel's post is no question that a known reply would answer.
        may_recall = self.recall and runtime.context.chat_kind != "comments"
        known = not_just_said(found.known, state["messages"]) if may_recall else None
        return {"examples": found.examples, "known": known}
