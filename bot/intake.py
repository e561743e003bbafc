"""The door: what comes in is committed, understood, and put into its lane."""

import logging
import sqlite3
from collections.abc import Sequence
from typing import Any

from telegram import Bot, Update

from bot.chats import Chats
from bot.inbox import Inbox, Received
from bot.lanes import Item, Lanes
from bot.origin import chat_of, message_of

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ["message", "edited_message", "message_reaction", "callback_query", "my_chat_member"]
"""What Telegram is asked for."""


class Intake:
    """Takes updates in, from Telegram and from what an earlier process has left."""

    def __init__(self, bot: Bot, inbox: Inbox, chats: Chats, lanes: Lanes, capacity: int) -> None:
        """Be open as long as fewer than `capacity` updates wait."""
        self._bot = bot
        self._inbox = inbox
        self._chats = chats
        self._lanes = lanes
        self._capacity = capacity

    @property
    def is_full(self) -> bool:
        """Whether Telegram is to keep what comes next, until some of what waits is answered."""
        return self._lanes.waiting >= self._capacity

    async def room(self) -> None:
        """Wait until it is not full."""
        await self._lanes.fewer_than(self._capacity)

    async def replay(self) -> int:
        """Queue what an earlier process has left. Returns how many updates that is."""
        left = await self._inbox.waiting()
        for received in left:
            await self._queue(received)
        return len(left)

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Commit updates and queue those that are new.

        Raises:
            sqlite3.Error: nothing was committed, and Telegram must not be told that they arrived.
        """
        for received in await self._inbox.receive(updates):
            await self._queue(received)

    async def _queue(self, received: Received) -> None:
        """Put an update into its lane, or let go of one that has none; those that came with it must not suffer from it."""
        try:
            item = await self._item(received)
            if item is None:
                await self._inbox.finish([received.update_id])
            else:
                self._lanes.put(item)
        except (sqlite3.OperationalError, OSError) as error:
            logger.error("update %d waits for the next start: %s", received.update_id, error)
        except Exception as error:  # whatever the library stumbles over: the update is not what the Bot API promises
            logger.error("update %d cannot be read and is put aside: %s", received.update_id, type(error).__name__)
            try:
                await self._inbox.quarantine({received.update_id: received.raw}, f"unreadable: {type(error).__name__}: {error}")
            except (sqlite3.Error, OSError) as full:
                logger.error("update %d could not be put aside before the next start: %s", received.update_id, full)

    async def _item(self, received: Received) -> Item | None:
        """The update as it stands in a lane; None when there is nothing to serve."""
        update = Update.de_json(received.raw, self._bot)
        chat, message = chat_of(update), message_of(update)
        if message and (message.migrate_to_chat_id or message.migrate_from_chat_id):
            await self._chats.move(message.migrate_from_chat_id or message.chat_id, message.migrate_to_chat_id or message.chat_id)
            return None
        return Item(received.update_id, update, received, self._chats.place(chat, message)) if chat else None
