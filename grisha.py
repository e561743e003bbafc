"""What a host (the terminal, the bot, a program of yours) is handed: Grisha, opened."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage

from explanation import Explanation
from graph.chat import ChatGraph
from graph.context import Context
from models.machine import Device
from prompts import Persona
from stores.pattern import Pattern, pattern_id
from stores.patterns import Patterns, PatternStatistics
from stores.persistence import Persistence
from stores.provenance import AS_IT_IS, Vote, provenance, rate, without_votes_of
from stores.users import count_people, forget_name, get_profile, set_learning

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
    """What Grisha knows of one person: their name, how many patterns were learned from them, and whether more may be."""

    name: str | None
    patterns: int
    may_learn: bool = True


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
        """Forget the messages of the chat, and what it has learned for itself alone."""
        async with self.graph.turn(context.thread_id):
            await self.patterns.forget_chat(self.persistence.store, context.chat_id)
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
                await self.patterns.forget(self.persistence.store, [learned], context.chat_id)
            await self.graph.remember(context, messages[:at])

    async def answered(self, context: Context, message_id: str) -> tuple[HumanMessage, AIMessage] | None:
        """The person's message with this id and Grisha's reply to it, when the chat remembers both."""
        async with self.graph.turn(context.thread_id):
            messages = await self.history(context)
        at = _position(messages, message_id)
        return None if at is None else _exchange(messages, at)

    async def rate(self, context: Context, message_id: str, vote: Vote) -> None:
        """Count what the person of `context` thinks of the reply to the message with this id, in place of what they thought before.

        Nothing happens when the chat does not remember it.

        Args:
            context: who votes, and the chat.
            message_id: of the message that was replied to.
            vote: 1 for a good reply, -1 for a bad one, 0 takes an earlier vote back.
        """
        async with self.graph.turn(context.thread_id):
            messages = await self.history(context)
            if (at := _position(messages, message_id)) is None or not (exchange := _exchange(messages, at)):
                return
            _, reply = exchange
            rated = await rate(self.patterns, self.persistence.store, context.chat_id, reply, context.user_id, vote)
            if rated is not reply:
                await self.graph.remember(context, [*messages[: at + 1], rated, *messages[at + 2 :]])

    async def explain(self, context: Context, message_id: str | None = None) -> Explanation | None:
        """Why Grisha replied so to the message with this id, or to the last one; None when the chat does not remember it."""
        async with self.graph.turn(context.thread_id):
            reply = _reply(await self.history(context), message_id)
        if reply is None:
            return None
        if (known := provenance(reply)) is None:
            return Explanation(reply.text, "greeting")
        store = self.persistence.store
        served = await self.patterns.find(store, known["patterns"], context.chat_id)
        learned = next(iter(await self.patterns.find(store, [known["learned"]], context.chat_id)), None)
        return Explanation(reply.text, known["origin"], tuple(known["dialogues"]), tuple(served), learned, known["note"])

    async def unlearn(
        self, context: Context, message_id: str | None = None, *, of_anybody: bool = False
    ) -> Literal["forgotten", "nothing", "not theirs"]:
        """Forget what was learned from a reply, and the pattern that it was itself; which reply is said as for `explain`.

        Args:
            context: who asks for it, and the chat.
            message_id: of the message that was replied to.
            of_anybody: also what was learned from others than the person.
        """
        why = await self.explain(context, message_id)
        known = [*([why.learned] if why.learned else []), *(why.patterns if why.origin in AS_IT_IS else ())] if why else []
        theirs = [pattern.id for pattern in known if of_anybody or pattern.user_id == context.user_id]
        if not theirs:
            return "not theirs" if known else "nothing"
        await self.patterns.forget(self.persistence.store, theirs, context.chat_id)
        return "forgotten"

    async def set_learning(self, user_id: str, learn: bool) -> None:
        """Keep whether a person lets Grisha learn from them. What was learned before stays."""
        await set_learning(self.persistence.store, user_id, learn)

    async def forget_me(self, user_id: str, own: Iterable[Context], shared: Iterable[Context]) -> None:
        """Erase a person: no file of the data folder holds their words afterwards. That they have opted out of learning is kept.

        Args:
            user_id: the person, as "speaker_id" has them in shared chats. Their name and what was learned from them go.
            own: chats of theirs alone, which are forgotten as a whole.
            shared: chats with others, which forget their messages and the replies that directly follow, and their votes on others.
        """
        for context in own:
            await self.reset(context)
        for context in shared:
            async with self.graph.turn(context.thread_id):
                messages = await self.history(context)
                if (kept := _without(messages, user_id)) != messages:
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
        profile = await get_profile(store, user_id)
        patterns = len(await self.patterns.of_person(store, user_id))
        return Acquaintance(profile["name"] or None, patterns, profile["learn"]) if profile else Acquaintance(None, patterns)

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


def _reply(messages: list[AnyMessage], message_id: str | None) -> AIMessage | None:
    """The reply to the message with this id; the last one without an id."""
    if message_id is None:
        return next((message for message in reversed(messages) if isinstance(message, AIMessage)), None)
    at = _position(messages, message_id)
    exchange = None if at is None else _exchange(messages, at)
    return exchange[1] if exchange else None


def _is_of(message: AnyMessage, user_id: str) -> bool:
    return isinstance(message, HumanMessage) and message.additional_kwargs.get("speaker_id") == user_id


def _without(messages: list[AnyMessage], user_id: str) -> list[AnyMessage]:
    """`messages` without the person's, the replies to them, and the person's votes on others.

    A reply that comes first has lost its question, and may be one to the person.
    """
    kept = []
    is_theirs = True
    for message in messages:
        is_theirs = _is_of(message, user_id) if isinstance(message, HumanMessage) else is_theirs
        if not is_theirs:
            kept.append(without_votes_of(message, user_id) if isinstance(message, AIMessage) else message)
    return kept


def _exported(chat_id: str, messages: list[AnyMessage]) -> dict[str, Any]:
    roles = {"human": "user", "ai": "assistant"}
    said = [{"role": roles.get(message.type, message.type), "text": message.text} for message in messages]
    return {"chat_id": chat_id, "messages": said}


def _learned(pattern: Pattern) -> dict[str, Any]:
    return {field: getattr(pattern, field) for field in ("question", "reply", "created", "refreshed", "uses", "score", "scope")}
