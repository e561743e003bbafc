"""What a host (the terminal, the bot, a program of yours) is handed: Grisha, opened."""

from collections.abc import Callable
from dataclasses import dataclass

from langchain_core.messages import AnyMessage

from graph.chat import ChatGraph
from graph.context import Context
from models.chat import Device
from prompts import Persona
from stores.patterns import Patterns, PatternStatistics
from stores.persistence import Persistence
from stores.users import count_people, forget_name

Notify = Callable[[str], None]
"""Told a line in Russian that is worth showing while things load."""
Progress = Callable[[int, int], None]
"""Told (done, total) of a long computation, from any thread."""


@dataclass(frozen=True)
class Knowledge:
    """How much Grisha knows, over all chats."""

    dialogues: int
    people: int
    patterns: PatternStatistics


@dataclass(frozen=True)
class Grisha:
    """The opened app: the compiled graph, and what a host needs beside it."""

    graph: ChatGraph
    persona: Persona
    dialogues: int
    """How many the dataset holds."""
    device: Device
    model_name: str
    persistence: Persistence
    patterns: Patterns

    async def reset(self, context: Context) -> None:
        """Forget the messages of the chat."""
        await self.persistence.checkpointer.adelete_thread(context.thread_id)

    async def forget_me(self, context: Context) -> None:
        """Erase the person: the chat, the name, and what was learned from them, vectors included."""
        await self.reset(context)
        await forget_name(self.persistence.store, context.user_id)
        await self.patterns.forget_person(self.persistence.store, context.user_id)

    async def history(self, context: Context) -> list[AnyMessage]:
        """The messages of the chat that are remembered."""
        state = await self.graph.aget_state({"configurable": {"thread_id": context.thread_id}})
        return list(state.values.get("messages", []))

    async def knowledge(self) -> Knowledge:
        """Figures of the whole bot."""
        people = await count_people(self.persistence.store)
        return Knowledge(self.dialogues, people, await self.patterns.statistics(self.persistence.store))
