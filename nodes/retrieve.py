"""Node retrieve: similar dialogues, or nothing when nothing fits; before that, what the message says of the last reply."""

import logging
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import State
from language.learning.feedback import judges, wants_another
from language.words import carries_content, lemma, words
from nodes.turn import not_just_said, question
from stores.patterns import Patterns
from stores.provenance import BAD, NEUTRAL, Vote, provenance, rate
from stores.retriever import Retriever

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Retrieve:
    """Finds similar dialogues by meaning, and a known reply when nearly the same has been asked before."""

    retriever: Retriever
    patterns: Patterns
    recall: bool

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Search the dataset and the learned patterns for what the person said."""
        context = runtime.context
        # First of all, so that what has just been rejected is not found again.
        rated = await self._heed(state, runtime)
        found = await self.retriever.find(question(state), runtime.store, context.chat_id, context.user_id)
        # A channel's post is no question that a known reply would answer.
        may_recall = self.recall and context.chat_kind != "comments"
        known = not_just_said(found.known, state["messages"]) if may_recall else None
        return {"examples": found.examples, "known": known, **rated}

    async def _heed(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Count what the message says of the last reply, if it says anything, as a vote of the person's on it."""
        store, context = runtime.store, runtime.context
        match state["messages"][-3:]:
            case [HumanMessage() as before, AIMessage() as reply, HumanMessage() as now] if store is not None:
                known = provenance(reply)
            case _:
                return {}
        if known is None or context.chat_kind == "comments":
            return {}
        try:
            vote: Vote = judges(now.text)
            # To ask anew says less than a judgement that the person has given already.
            if vote == NEUTRAL and context.user_id not in known["votes"] and await self._asks_anew(before, now):
                vote = BAD
            if vote == NEUTRAL:
                return {}
            return {"messages": [await rate(self.patterns, store, context.chat_id, reply, context.user_id, vote)]}
        except Exception:  # a full disk, most likely: the person still gets an answer
            logger.exception("a judgement was not counted")
            return {}

    async def _asks_anew(self, before: HumanMessage, now: HumanMessage) -> bool:
        """Whether the person asks for another reply to what they said before."""
        if before.additional_kwargs.get("speaker_id") != now.additional_kwargs.get("speaker_id"):
            return False
        if wants_another(now.text):
            return True
        # The encoder takes a blue whale for an elephant; who asks anew names the matter again, and nothing else.
        matter = _matter(now.text)
        return bool(matter) and matter <= _matter(before.text) and await self.patterns.have_same_meaning(before.text, now.text)


def _matter(text: str) -> set[str]:
    """The words that say what a text is about, in dictionary form."""
    return {lemma(word) for word in words(text) if carries_content(word)}
