"""Node learn: a good exchange that may be shared becomes a pattern. Runs after the reply has gone out."""

import logging
from dataclasses import dataclass
from typing import Any

from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore

from graph.context import Context
from graph.state import State
from language.privacy import find_personal_data
from language.words import carries_content, normalise, words
from nodes.personas import Personas
from nodes.speakers import display_names
from nodes.turn import question
from stores.patterns import Patterns, new_pattern

logger = logging.getLogger(__name__)

_SHORTEST_QUESTION = 2
"""Words of a question that can be understood on its own."""
_SHORTEST_REPLY = 4
"""Words of a reply that is worth repeating."""
_LONGEST = 600
"""Characters: what is longer is a text, not a turn of a conversation."""
_ADMISSIONS = (
    "не знаю", "не понял", "не понимаю", "не уверен", "не могу ответить", "не могу помочь", "затрудняюсь", "без понятия",
    "понятия не имею", "не помню", "не умею", "языковая модель", "искусственный интеллект", "я всего лишь", "как ии",
)  # fmt: skip
"""Words of a reply that answered nothing, as `normalise` gives them."""


@dataclass(frozen=True)
class Learn:
    """Counts the patterns that served, and keeps a good exchange as a new one."""

    patterns: Patterns
    personas: Personas
    enabled: bool

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Learn of the turn. Whatever goes wrong is logged and costs only the learning: the reply has been given."""
        if runtime.store is None:
            return {"learned": "nothing: no store"}
        try:
            used = [example["key"] for example in state.get("examples", []) if example["source"] == "pattern"]
            await self.patterns.mark_used(runtime.store, used)
            return {"learned": await self._learn(state, runtime.store, runtime.context)}
        except Exception as error:  # a full disk, most likely; to raise here would cost the chat a turn that went well
            logger.exception("nothing was learned")
            return {"learned": f"nothing: {type(error).__name__}"}

    async def _learn(self, state: State, store: BaseStore, context: Context) -> str:
        asked, reply = question(state), state["reply"]
        if not self.enabled:
            return "nothing: learning is off"
        if reason := unfit(asked, reply, state, context):
            return f"nothing: {reason}"
        source = self.personas.of(context).name
        made = new_pattern(asked, reply, chat_id=context.chat_id, user_id=context.user_id, source=source)
        kept = await self.patterns.learn(store, made)
        return f"{'new' if kept.id == made.id else 'refreshed'}: {kept.id}"


def unfit(asked: str, reply: str, state: State, context: Context) -> str:
    """Why the exchange must not become a pattern; empty when it may."""
    if context.chat_kind == "comments":
        return "a channel's post is no question"
    if state.get("origin") != "model" or state.get("greeting"):
        return "not an answer of the model alone"
    if len(words(asked)) < _SHORTEST_QUESTION or not carries_content(asked):
        return "the question cannot stand alone"
    if len(words(reply)) < _SHORTEST_REPLY:
        return "the reply is too short"
    if max(len(asked), len(reply)) > _LONGEST:
        return "too long"
    said = normalise(reply)
    if any(f" {words} " in f" {said} " for words in _ADMISSIONS):
        return "the reply admits that it answers nothing"
    names = [name for name in (state.get("name"), *display_names(state["messages"]).values()) if name]
    if private := find_personal_data(f"{asked}\n{reply}", known_names=names):
        return "personal data: " + ", ".join(private)
    return ""
