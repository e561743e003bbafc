"""What a host (the terminal, the bot, a program of yours) is handed: Grisha, opened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from graph.chat import ChatGraph
from graph.context import Context
from models.chat import Device
from prompts import Persona
from stores.patterns import Pattern, Patterns, PatternStatistics, pattern_id
from stores.persistence import Persistence
from stores.users import count_people, forget_name, get_name, get_profile

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
class Acquaintance:
    """What Grisha knows of one person: their name, and how many patterns were learned from them."""

    name: str | None
    patterns: int


@dataclass(frozen=True)
class Grisha:
    """The opened app: the compiled graph, and what a host needs beside it.

    What changes the memory of a chat waits for the turn of the chat that is under way, and the next turn waits for it.
    """

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
        async with self.graph.turn(context.thread_id):
            await self.persistence.checkpointer.adelete_thread(context.thread_id)

    async def rewind(self, context: Context, message_id: str) -> None:
        """Forget the person's message with this id and all that came after it in the chat, and the pattern that it became.

        Whatever a turn that failed or was cancelled has left is gone with it. Nothing happens when the chat does not remember it.
        """
        async with self.graph.turn(context.thread_id):
            messages = await self.history(context)
            if (at := _position(messages, message_id)) is None:
                return
            if exchange := _exchange(messages, at):  # the pattern first: were this cut short, it could still be found again
                question, reply = exchange
                learned = pattern_id(question.text, reply.text, context.chat_id)
                await self.patterns.forget(self.persistence.store, [learned])
            await self.graph.remember(context, messages[:at])

    async def answered(self, context: Context, message_id: str) -> tuple[HumanMessage, AIMessage] | None:
        """The person's message with this id and Grisha's reply to it, when the chat remembers both."""
        async with self.graph.turn(context.thread_id):
            messages = await self.history(context)
        at = _position(messages, message_id)
        return None if at is None else _exchange(messages, at)

    async def forget_me(self, user_id: str, own: Iterable[Context], shared: Iterable[Context]) -> None:
        """Erase a person: no file of the data folder holds their words afterwards.

        Args:
            user_id: the person, as "speaker_id" has them in shared chats. Their name and what was learned from them go.
            own: chats of theirs alone, which are forgotten as a whole.
            shared: chats with others, which forget their messages and the replies that directly follow.
        """
        for context in own:
            await self.reset(context)
        for context in shared:
            async with self.graph.turn(context.thread_id):
                messages = await self.history(context)
                if len(kept := _without(messages, user_id)) < len(messages):
                    await self.graph.remember(context, kept)
        await forget_name(self.persistence.store, user_id)
        await self.patterns.forget_person(self.persistence.store, user_id)
        await self.persistence.scrub()

    async def personal_data(self, user_id: str, own: Iterable[Context], shared: Iterable[Context]) -> dict[str, Any]:
        """All that is kept of a person, for JSON; the chats as in `forget_me`, of the shared ones only the person's messages."""
        store = self.persistence.store
        told = {context.chat_id: await self.history(context) for context in own}
        among = {context.chat_id: await self.history(context) for context in shared}
        theirs = {chat_id: [message for message in messages if _is_of(message, user_id)] for chat_id, messages in among.items()}
        return {
            "profile": await get_profile(store, user_id),
            "own_chats": [_exported(chat_id, messages) for chat_id, messages in told.items()],
            "shared_chats": [_exported(chat_id, messages) for chat_id, messages in theirs.items()],
            "patterns": [_learned(pattern) for pattern in await self.patterns.of_person(store, user_id)],
        }

    async def history(self, context: Context) -> list[AnyMessage]:
        """The messages of the chat that are remembered."""
        state = await self.graph.aget_state({"configurable": {"thread_id": context.thread_id}})
        return list(state.values.get("messages", []))

    async def known_of(self, user_id: str) -> Acquaintance:
        """Figures of one person."""
        store = self.persistence.store
        return Acquaintance(await get_name(store, user_id), len(await self.patterns.of_person(store, user_id)))

    async def knowledge(self) -> Knowledge:
        """Figures of the whole bot."""
        people = await count_people(self.persistence.store)
        return Knowledge(self.dialogues, people, await self.patterns.statistics(self.persistence.store))


def _position(messages: list[AnyMessage], message_id: str) -> int | None:
    found = (at for at, message in enumerate(messages) if message.id == message_id and isinstance(message, HumanMessage))
    return next(found, None)


def _exchange(messages: list[AnyMessage], at: int) -> tuple[HumanMessage, AIMessage] | None:
    match messages[at : at + 2]:
        case [HumanMessage() as question, AIMessage() as reply]:
            return question, reply
    return None


def _is_of(message: AnyMessage, user_id: str) -> bool:
    return isinstance(message, HumanMessage) and message.additional_kwargs.get("speaker_id") == user_id


def _without(messages: list[AnyMessage], user_id: str) -> list[AnyMessage]:
    """`messages` without the person's and the replies to them; a reply that comes first has lost its question, and may be one."""
    kept = []
    is_theirs = True
    for message in messages:
        is_theirs = _is_of(message, user_id) if isinstance(message, HumanMessage) else is_theirs
        if not is_theirs:
            kept.append(message)
    return kept


def _exported(chat_id: str, messages: list[AnyMessage]) -> dict[str, Any]:
    roles = {"human": "user", "ai": "assistant"}
    said = [{"role": roles.get(message.type, message.type), "text": message.text} for message in messages]
    return {"chat_id": chat_id, "messages": said}


def _learned(pattern: Pattern) -> dict[str, Any]:
    return {field: getattr(pattern, field) for field in ("question", "reply", "created", "refreshed", "uses")}
