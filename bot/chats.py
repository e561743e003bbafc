"""Groups that have become supergroups, and chats that the bot cannot write to any more."""

import sqlite3
import time

from telegram import Chat, Message

from bot.database import Database
from bot.origin import Place, is_private, memory_key, topic_of


class Chats:
    """What is known of chats beside their messages."""

    def __init__(self, database: Database, moved: dict[int, int]) -> None:
        """Start with the moves that are known; see `open_chats`."""
        self._run = database.run
        self._new = moved
        self._old = {new: old for old, new in moved.items()}
        self._gone: dict[int, float] = {}

    def place(self, chat: Chat, message: Message | None = None) -> Place:
        """Where the message was sent, or the chat as a whole."""
        root = chat.id
        while root in self._old:
            root = self._old[root]
        topic = topic_of(message) if message else None
        return Place(self.current(chat.id), memory_key(root, topic), is_private(chat), topic)

    def current(self, chat_id: int) -> int:
        """The id under which the chat is reached now."""
        while chat_id in self._new:
            chat_id = self._new[chat_id]
        return chat_id

    async def move(self, old: int, new: int) -> None:
        """The group `old` has become the supergroup `new`, which is told from both sides: its memory stays the same."""
        if old == new or old in self._new or new in self._old:
            return

        def insert(db: sqlite3.Connection) -> None:
            db.execute("INSERT OR IGNORE INTO moved VALUES (?, ?)", (old, new))

        await self._run(insert)
        self._new[old], self._old[new] = new, old

    def left(self, chat_id: int) -> None:
        """The bot cannot write to the chat any more: it was blocked, or put out."""
        self._gone[self.current(chat_id)] = time.time()

    def returned(self, chat_id: int) -> None:
        """The bot can write to the chat again."""
        self._gone.pop(self.current(chat_id), None)

    def has_left(self, chat_id: int, since: float) -> bool:
        """Whether the chat was left after `since` (Unix time): what was asked before then has nobody to answer to."""
        return self._gone.get(self.current(chat_id), 0.0) >= since


async def open_chats(database: Database) -> Chats:
    """The chats as an earlier process left them."""
    rows = await database.run(lambda db: db.execute("SELECT old, new FROM moved").fetchall())
    return Chats(database, dict(rows))
