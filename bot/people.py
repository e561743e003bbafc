"""Who has talked with the bot and where, who is let in, and how often one person may ask."""

import json
import sqlite3
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from bot.database import Database
from bot.origin import Place, Speaker
from settings import TelegramSettings

_MINUTE = 60.0


@dataclass(frozen=True)
class Acquaintance:
    """A person as the owner sees them."""

    id: int
    name: str
    username: str | None
    first_seen: float
    """Unix time."""
    last_seen: float
    """Unix time."""
    messages: int
    """How many turns they have had."""
    blocked: bool


class People:
    """The people of the bot: the list for the owner, rights and limits."""

    def __init__(self, database: Database, settings: TelegramSettings, blocked: set[int]) -> None:
        """Start with the ids that are blocked; see `open_people`."""
        self._run = database.run
        self._scrub = database.scrub
        self._admins = settings.admin_user_ids
        self._allowed = settings.allowed_telegram_user_ids
        self._blocked = blocked
        self._limit = settings.telegram_rate_limit
        self._turns: dict[int, deque[float]] = {}
        self._warned: set[int] = set()

    def is_admin(self, speaker: Speaker) -> bool:
        """Whether it is the owner."""
        return speaker.id in self._admins

    def is_blocked(self, speaker: Speaker) -> bool:
        """Whether the owner has shut the person out."""
        return speaker.id in self._blocked and not self.is_admin(speaker)

    def is_allowed(self, speaker: Speaker, place: Place) -> bool:
        """Whether the person, or everybody in the chat, is served."""
        return self.is_admin(speaker) or bool(self._allowed & {"*", speaker.id, place.chat_id})

    def take_turn(self, speaker: Speaker, now: float) -> float:
        """Count a turn of the person.

        Args:
            speaker: the person.
            now: when they wrote (Unix time), so that what has waited while the bot was away is no flood.

        Returns:
            0, or the seconds until the next turn when there were too many within a minute.
        """
        if not self._limit or self.is_admin(speaker):
            return 0.0
        self._turns = {person: turns for person, turns in self._turns.items() if turns[-1] > now - _MINUTE}
        turns = self._turns.setdefault(speaker.id, deque(maxlen=self._limit))
        if len(turns) == self._limit and turns[0] > now - _MINUTE:
            return turns[0] + _MINUTE - now
        turns.append(now)
        self._warned.discard(speaker.id)
        return 0.0

    def warn_once(self, speaker: Speaker) -> bool:
        """Whether the person has not been told yet, since their last turn, that they ask too often."""
        first = speaker.id not in self._warned
        self._warned.add(speaker.id)
        return first

    async def met(self, speaker: Speaker, place: Place) -> None:
        """A turn with the person: note who and where."""
        now = time.time()

        def note(db: sqlite3.Connection) -> None:
            db.execute(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (user_id) DO UPDATE SET "
                "name = excluded.name, username = excluded.username, last_seen = excluded.last_seen, messages = messages + 1",
                (speaker.id, speaker.name, speaker.username, now, now),
            )
            db.execute("INSERT OR IGNORE INTO presence VALUES (?, ?, ?)", (speaker.id, place.memory, place.private))

        await self._run(note)

    async def everybody(self) -> list[Acquaintance]:
        """All people, those who wrote last first."""

        def select(db: sqlite3.Connection) -> list[Acquaintance]:
            rows = db.execute(
                "SELECT user_id, name, username, first_seen, last_seen, messages FROM people ORDER BY last_seen DESC, user_id"
            )
            return [
                Acquaintance(user_id, name, username, first, last, messages, user_id in self._blocked)
                for user_id, name, username, first, last, messages in rows
            ]

        return await self._run(select)

    async def memories(self, speaker: Speaker) -> tuple[list[str], list[str]]:
        """The person's private conversations, and the shared ones that they have talked in, as ids in the memory."""

        def select(db: sqlite3.Connection) -> tuple[list[str], list[str]]:
            rows = db.execute("SELECT memory, private FROM presence WHERE user_id = ?", (speaker.id,)).fetchall()
            return [memory for memory, private in rows if private], [memory for memory, private in rows if not private]

        return await self._run(select)

    async def forget(self, speaker: Speaker) -> None:
        """Erase the person, with what they sent that was put aside. That they are blocked is the owner's note, and stays."""

        def erase(db: sqlite3.Connection) -> None:
            own = "SELECT memory FROM presence WHERE user_id = ? AND private"
            for table in ("answers", "replies"):
                db.execute(f"DELETE FROM {table} WHERE lane IN ({own})", (speaker.id,))
            for table in ("people", "presence"):
                db.execute(f"DELETE FROM {table} WHERE user_id = ?", (speaker.id,))
            for update_id, raw in db.execute("SELECT update_id, raw FROM updates WHERE state = 'quarantined'").fetchall():
                if _is_from(json.loads(raw), speaker.id):
                    db.execute("UPDATE updates SET state = 'done', raw = NULL, reason = NULL WHERE update_id = ?", (update_id,))

        await self._run(erase)
        await self._scrub()

    async def block(self, user_id: int) -> None:
        """Shut a person out."""
        await self._run(lambda db: db.execute("INSERT OR IGNORE INTO blocked VALUES (?)", (user_id,)))
        self._blocked.add(user_id)

    async def unblock(self, user_id: int) -> None:
        """Let a person in again."""
        await self._run(lambda db: db.execute("DELETE FROM blocked WHERE user_id = ?", (user_id,)))
        self._blocked.discard(user_id)


def _is_from(update: Any, user_id: int) -> bool:
    """Whether a person has sent the update, which may be of any shape."""
    parts = update.values() if isinstance(update, dict) else []
    senders = [part.get("from") for part in parts if isinstance(part, dict)]
    return any(isinstance(sender, dict) and sender.get("id") == user_id for sender in senders)


async def open_people(database: Database, settings: TelegramSettings) -> People:
    """The people as an earlier process left them."""
    rows = await database.run(lambda db: db.execute("SELECT user_id FROM blocked").fetchall())
    return People(database, settings, {user_id for (user_id,) in rows})
