"""Node learn: a good exchange becomes a pattern, for all chats or for its own alone. Runs after the reply has gone out."""

import logging
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore

from graph.context import Context
from graph.state import State
from language.judging.copies import repeats_itself
from language.learning.feedback import judges, wants_another
from language.learning.harm import find_private
from language.learning.worth import flaw
from language.personal.privacy import find_personal_data
from language.words import carries_content, lemma, words
from nodes.personas import Personas
from nodes.speakers import display_names
from nodes.turn import question
from stores.pattern import new_pattern
from stores.patterns import Patterns
from stores.provenance import with_provenance
from stores.users import may_learn

logger = logging.getLogger(__name__)

_NOT_KEPT = frozenset({"card", "document", "secret"})
"""Kinds of personal data of which not even a pattern for the chat itself is made: Grisha is asked for none of them a second time,
and each copy of a password or a card's number is one more that can be stolen with the disk."""


@dataclass(frozen=True)
class Learn:
    """Counts the patterns that served, keeps a good exchange as a new one, and notes with the reply where it came from."""

    patterns: Patterns
    personas: Personas
    enabled: bool

    async def __call__(self, state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        """Learn of the turn. Whatever goes wrong is logged and costs only the learning: the reply has been given."""
        if runtime.store is None:
            return {"learned": "nothing: no store"}
        examples, kept = state.get("examples", []), ""
        try:
            used = [example["key"] for example in examples if example["source"] == "pattern"]
            await self.patterns.mark_used(runtime.store, used, runtime.context.chat_id)
            learned, kept = await self._learn(state, runtime.store, runtime.context)
        except Exception as error:  # a full disk, most likely; to raise here would cost the chat a turn that went well
            logger.exception("nothing was learned")
            learned = f"nothing: {type(error).__name__}"
        reply = state["messages"][-1]
        if not isinstance(reply, AIMessage):  # somebody who steps through the turn has taken it out
            return {"learned": learned}
        return {"learned": learned, "messages": [with_provenance(reply, state.get("origin", ""), examples, kept, learned)]}

    async def _learn(self, state: State, store: BaseStore, context: Context) -> tuple[str, str]:
        """What was learned or why nothing was, and the id of a pattern that is new."""
        asked, reply = question(state), state["reply"]
        if not self.enabled:
            return "nothing: learning is off", ""
        if reason := unfit(asked, reply, state, context):
            return f"nothing: {reason}", ""
        names = [name for name in (state.get("name"), *display_names(state["messages"]).values()) if name]
        private = find_private(asked, reply, known_names=names)
        if not _NOT_KEPT.isdisjoint(private):
            return f"nothing: personal data: {', '.join(private)}", ""
        if not await may_learn(store, context.user_id):
            return "nothing: the person has opted out", ""
        if not private and (await self._saw_private(state, store, context) or draws_on_private(state["messages"], names)):
            private = ["said before"]
        made = new_pattern(
            asked,
            reply,
            chat_id=context.chat_id,
            user_id=context.user_id,
            source=self.personas.of(context).name,
            scope="chat" if private else "shared",
        )
        kept = await self.patterns.learn(store, made)
        told = f"{'new' if kept.id == made.id else 'refreshed'}: {kept.id}"
        told += f" (for this chat alone: {', '.join(private)})" if private else ""
        return told, kept.id if kept.id == made.id else ""

    async def _saw_private(self, state: State, store: BaseStore, context: Context) -> bool:
        """Whether the model was shown something that only this chat may see, and could have said it in other words."""
        shown = await self.patterns.find(store, [example["key"] for example in state.get("examples", [])], context.chat_id)
        return any(pattern.scope == "chat" for pattern in shown)


def draws_on_private(messages: Sequence[AnyMessage], names: Collection[str]) -> bool:
    """Whether the reply, the last of `messages`, says a word that the question does not, but an earlier private message does.

    On its own such a reply may look harmless: "Фиалка." is one, unless "мой пароль - фиалка" came before.
    """
    *before, asked, reply = messages
    news = _telling(reply.text) - _telling(asked.text)
    known = frozenset(names)
    return any(news & _telling(message.text) and _is_private(message.text, known) for message in before)


@lru_cache(maxsize=1_000)  # a message is looked at in each turn for as long as it is remembered
def _is_private(text: str, names: frozenset[str]) -> bool:
    return bool(find_personal_data(text, known_names=names))


def _telling(text: str) -> set[str]:
    """The numbers of a text, and those of its words that say something, in dictionary form."""
    return {lemma(word) for word in words(text) if carries_content(word)} | set(re.findall(r"\d+", text))


def unfit(asked: str, reply: str, state: State, context: Context) -> str:
    """Why the exchange must not become a pattern; empty when it may."""
    if context.chat_kind == "comments":
        return "a channel's post is no question"
    if state.get("origin") != "model" or state.get("greeting"):
        return "not an answer of the model alone"
    if judges(asked) or wants_another(asked):
        return "the message is about the reply before it"
    if any(repeats_itself(reply, "", [example["reply"]]) for example in state.get("examples", [])):
        return "the reply is an example's"
    return flaw(asked, reply)
