"""A turn of a conversation: what belongs to it, the run of the graph while it is shown, and what is sent in the end."""

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from telegram.error import TelegramError

from bot.address import command, is_addressed
from bot.delivery import NO_RESULT, UndeliverableError, reply_parts
from bot.inbox import LastAnswer, Send
from bot.lanes import Item, Lane
from bot.origin import Place, message_of, speaker_of
from bot.preview import Pace, Preview, preview
from bot.questions import Question, question_of, spoken
from bot.services import Services
from prompts import fill

logger = logging.getLogger(__name__)

_AT_ONCE = 64
"""Turns that run at the same time; how many of them the model serves at once is the model's affair."""
_LONGEST_BURST = 20
"""Messages that are taken as one turn at most."""


class Turns:
    """Answers questions with the graph."""

    def __init__(self, services: Services) -> None:
        """Answer for the bot of `services`."""
        self._services = services
        self._limit = asyncio.Semaphore(_AT_ONCE)
        self._line: dict[int, None] = {}
        self._pace = Pace()

    async def talk(self, lane: Lane) -> list[Send]:
        """The reply to the text that is first in the lane, and to what follows it in a burst."""
        first = lane.serving[0]
        question = question_of(first, self._services)
        if saved := await self.saved(lane, question):
            return saved
        if not lane.is_resumed and (refusal := self.refusal(question)) is not None:
            return refusal
        await self._services.people.met(question.speaker, question.place)
        reply = await self._answer(lane, question)
        return self.sends(question, reply, lane.live)

    async def edited(self, lane: Lane) -> list[Send]:
        """The new reply to a question that was edited, in place of the old one; nothing when it was not the last question."""
        first = lane.serving[0]
        last = await self._services.inbox.last_answer(lane.key)
        message = first.update.edited_message
        text = spoken(message, self._services) if message else ""
        if message is None or last is None or not text or message.message_id not in last.questions:
            return []
        question = question_of(first, self._services)
        question.id, question.texts = last.question, dict.fromkeys(last.questions[:1], text)
        answered = await self._services.grisha.answered(question.context, question.id)
        if answered is None and not lane.is_resumed:  # /reset, or pushed out of the memory
            return []
        if answered:
            known = answered[0].additional_kwargs
            question.texts = {int(message_id): said for message_id, said in known["texts"].items()}
            if first.update_id in known["updates"]:  # a process before this one has answered the edit
                return self.edits(question, last, answered[1].text)
            if question.texts.get(message.message_id) == text:
                return []
            question.texts[message.message_id] = text
        if not lane.is_resumed and (refusal := self.refusal(question)) is not None:
            return refusal
        await self._begin(lane)
        # Whoever asks anew was not helped by the answer; the patterns behind it hear of that before it is forgotten.
        await self._services.grisha.rate(question.context, question.id, -1)
        await self._services.grisha.rewind(question.context, question.id)
        return self.edits(question, last, await self._answer(lane, question, edit=True))

    async def saved(self, lane: Lane, question: Question) -> list[Send]:
        """The reply that has been saved in the chat's memory, but not put into the outbox before the process or a disk gave out."""
        if not lane.is_resumed:
            return []
        first = lane.serving[0]
        answered = await self._services.grisha.answered(question.context, question.id)
        if answered is None or first.update_id not in (updates := answered[0].additional_kwargs["updates"]):
            return []
        lane.serving = [item for item in lane.items if item.update_id in updates]
        question.texts = {int(message_id): said for message_id, said in answered[0].additional_kwargs["texts"].items()}
        return self.sends(question, answered[1].text, lane.live)

    async def run(self, question: Question, shown: Preview) -> str:
        """Run the graph, shown as it goes. Returns the reply."""
        reply = ""
        async with self._limit:
            async for reply in self._services.grisha.graph.reply(question.message, question.context):
                shown.show(reply)
        return reply

    async def comment(self, lane: Lane, question: Question) -> list[Send]:
        """The comment on a channel's post; nothing when the model has none: an excuse would be out of place there."""
        services, said = self._services, dict[str, Any]()
        await self._begin(lane)
        async with self._limit, preview(services.bot, self._pace, question.place):
            run = services.grisha.graph.astream({"messages": [question.message]}, context=question.context, stream_mode="updates")
            async for update in run:
                for part in update.values():
                    said |= part or {}
        if said["origin"] != "model":
            await services.grisha.rewind(question.context, question.id)
            return []
        return self.sends(question, said["reply"], None)

    def refusal(self, question: Question) -> list[Send] | None:
        """None when the person may ask; else what they are told, once, when they ask too often."""
        wait = self._services.people.take_turn(question.speaker, question.asked)
        if not wait:
            return None
        if not self._services.people.warn_once(question.speaker):
            return []
        return self.say(question.place, self._services.grisha.persona.too_fast, seconds=str(int(wait) + 1))

    def say(self, place: Place, lines: Sequence[str], reply_to: int | None = None, **values: str) -> list[Send]:
        """One of the persona's lines."""
        return [Send(place.chat_id, fill(random.choice(lines), **values), thread_id=place.topic, reply_to=reply_to)]

    def sends(self, question: Question, reply: str, live: int | None) -> list[Send]:
        """The messages that make up the reply; the first one takes the place of the message that has grown."""
        place, asked = question.place, tuple(question.texts)
        parts = reply_parts(reply, place.chat_id, place.topic, None if place.private else asked[-1])
        parts[0] = replace(parts[0], question=question.id, answers=asked)
        if live is not None:
            parts[0] = replace(parts[0], kind="edit", message_id=live)
        return parts

    def edits(self, question: Question, last: LastAnswer, reply: str) -> list[Send]:
        """The changes that turn the messages of the old reply into the new one."""
        parts = self.sends(question, reply, None)
        for at, message_id in enumerate(last.answers[: len(parts)]):
            parts[at] = replace(parts[at], kind="edit", message_id=message_id)
        chat = question.place.chat_id
        return parts + [Send(chat, kind="delete", message_id=message_id) for message_id in last.answers[len(parts) :]]

    async def _answer(self, lane: Lane, question: Question, *, edit: bool = False) -> str:
        """The reply, begun again as often as the burst grows; in a group a message may grow with it, the lane's `live` one."""
        services, place = self._services, question.place

        async def grow(message_id: int) -> None:
            lane.live = message_id
            await services.inbox.grow(lane.serving[0].update_id, message_id)

        grows = services.settings.telegram_group_streaming and not place.private and not edit
        ticket = lane.serving[-1].update_id
        self._line[ticket] = None
        try:
            async with preview(
                services.bot,
                self._pace,
                place,
                ticket if place.private and not edit else 0,
                grow=grow if grows else None,
                reply_to=next(reversed(question.texts)),
                live=lane.live,
            ) as shown:
                telling = asyncio.create_task(self._tell_line(question, shown, ticket))
                try:
                    return await self._settle(lane, question, shown, edit)
                finally:
                    telling.cancel()
                    await asyncio.gather(telling, return_exceptions=True)
        finally:
            del self._line[ticket]

    async def _settle(self, lane: Lane, question: Question, shown: Preview, edit: bool) -> str:
        """The reply to the whole burst. The work begins with its first message; one that follows begins it anew."""
        while True:
            await self._begin(lane)
            running = asyncio.create_task(self.run(question, shown))
            try:
                more = None if edit else await self._rest_of_burst(lane, running)
                if more is None:
                    return await running
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
            lane.serving.append(more)
            message = message_of(more.update)
            assert message is not None, "a burst is made of messages"
            question.texts[message.message_id] = spoken(message, self._services)
            question.updates.append(more.update_id)
            await self._services.grisha.rewind(question.context, question.id)

    async def _begin(self, lane: Lane) -> None:
        """Count, once in this process, that work on the updates of the turn begins; only then may the memory change."""
        new = [item.update_id for item in lane.serving if item.update_id not in lane.begun]
        if new:
            await self._services.inbox.begin(new)
            lane.begun.update(new)

    async def _rest_of_burst(self, lane: Lane, running: asyncio.Task[str]) -> Item | None:
        """The next message of the burst; None once something else has followed, or nothing has for long enough after the reply."""
        burst = self._services.settings.telegram_burst_seconds
        while True:
            lane.arrived.clear()
            if len(lane.items) > len(lane.serving):  # what is no part of the burst ends it
                return self._follower(lane)
            quiet = lane.serving[-1].received.received + burst - time.time()
            if running.done() and (quiet <= 0 or running.exception() is not None):
                return None
            arrival = asyncio.create_task(lane.arrived.wait())
            awaited = {arrival} if running.done() else {arrival, running}
            try:
                await asyncio.wait(awaited, timeout=quiet if running.done() else None, return_when=asyncio.FIRST_COMPLETED)
            finally:
                arrival.cancel()

    def _follower(self, lane: Lane) -> Item | None:
        """The item after those that are served, when the same person wrote it so soon that it belongs to them."""
        if len(lane.serving) >= _LONGEST_BURST:
            return None
        last, item = lane.serving[-1], lane.items[len(lane.serving)]
        before, message = message_of(last.update), item.update.message
        if message is None or before is None or speaker_of(message) != speaker_of(before) or item.place != last.place:
            return None
        if not spoken(message, self._services) or command(message, self._services.me) or item.received.turn is not None:
            return None
        if not item.place.private and not is_addressed(message, self._services.me):
            return None
        # Telegram dates messages by whole seconds; when they arrive tells more, unless they have waited somewhere.
        gap = max(item.received.received - last.received.received, (message.date - before.date).total_seconds() - 1)
        return item if gap < self._services.settings.telegram_burst_seconds else None

    async def _tell_line(self, question: Question, shown: Preview, ticket: int) -> None:
        """Tell a person who waits, once, how many are before them."""
        await asyncio.sleep(self._services.line_after)
        ahead = list(self._line).index(ticket)
        if not ahead or not shown.is_empty:
            return
        lines = self._services.grisha.persona.in_line
        with suppress(TelegramError, UndeliverableError, *NO_RESULT):  # a courtesy: the reply itself is sure to come
            for send in self.say(question.place, lines, ahead=str(ahead)):
                await self._services.bot.send_message(send.chat_id, send.text, message_thread_id=send.thread_id)
