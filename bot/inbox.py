"""What has come in and is not answered yet, and what is on its way out: nothing here is lost when the process is killed.

An update is received (committed before Telegram is told that it arrived), its reply is put into the outbox in the same
transaction that ties the updates of the turn together, each part is marked as it is delivered, and the whole is finished: of an
update only its number stays, so that one that comes again is known.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal, TypeGuard

from bot.database import Database

_REMEMBERED = 3 * 24 * 3600
"""Seconds for which the number of a finished update is kept: Telegram keeps an update for a day."""
_REPLIES = 40
"""How many of the bot's messages a lane knows: the chat's memory holds 20 messages, and a long one is sent in parts."""
_TIDYING = 3600
"""Seconds between two looks for numbers that need not be remembered any longer."""
_FORGET_REPLIES = """
DELETE FROM replies WHERE lane = ?
AND message_id NOT IN (SELECT message_id FROM replies WHERE lane = ? ORDER BY message_id DESC LIMIT ?)
"""
_RECEIVE = """
INSERT INTO updates (update_id, received, state, raw, mark) VALUES (?, ?, 'waiting', ?, ?)
ON CONFLICT (update_id) DO UPDATE SET
    received = excluded.received, state = 'waiting', raw = excluded.raw, mark = excluded.mark, turn = NULL, starts = 0
WHERE state = 'done' AND mark <> excluded.mark
"""
"""A known number means the same update again, unless another Bot API server, which counts anew, has given it to another one."""


@dataclass(frozen=True)
class Received:
    """An update that waits."""

    update_id: int
    raw: dict[str, Any]
    received: float
    """Unix time."""
    turn: int | None = None
    """The turn whose reply is in the outbox already."""
    starts: int = 0
    """How often work on it has begun: more than once when the process was killed in between."""
    live_message: int | None = None
    """The message of a group that grew while the reply was written."""


@dataclass(frozen=True)
class Send:
    """One call that puts something in front of people."""

    chat_id: int
    text: str = ""
    kind: Literal["text", "edit", "delete", "document"] = "text"
    """A `document` has `text` as its content."""
    thread_id: int | None = None
    reply_to: int | None = None
    message_id: int | None = None
    """What is edited or deleted."""
    markup: bool = False
    """Whether Markdown in the text may become Telegram's formatting."""
    question: str = ""
    """The id in the memory of the question that the reply answers, in its first part; empty for what cannot be answered anew."""
    answers: tuple[int, ...] = ()
    """The ids of the messages that the reply answers, in its first part; empty for what cannot be answered anew."""
    buttons: tuple[tuple[str, str], ...] = ()
    """One row of buttons: what they say, and what pressing them sends."""
    file_name: str = ""


@dataclass(frozen=True)
class Part:
    """One row of the outbox."""

    number: int
    send: Send
    message_id: int | None = None
    """Set when it has been delivered."""


@dataclass(frozen=True)
class LastAnswer:
    """The last exchange of a lane, by the ids of its messages."""

    question: str
    """The question's id in the memory."""
    questions: tuple[int, ...]
    answers: tuple[int, ...]


@dataclass(frozen=True)
class Load:
    """How much is in the inbox."""

    waiting: int
    quarantined: int
    last_reason: str
    """Why the last one was quarantined."""


class Inbox:
    """The tables of updates, replies on their way, and last answers."""

    def __init__(self, database: Database) -> None:
        """Keep everything in `database`."""
        self._run = database.run
        self._next_tidying = 0.0

    async def receive(self, updates: Sequence[dict[str, Any]]) -> list[Received]:
        """Commit updates as Telegram sent them. Returns those that were not known, by number."""
        now = time.time()

        def insert(db: sqlite3.Connection) -> list[Received]:
            new = []
            for raw in sorted(updates, key=lambda raw: raw["update_id"]):
                row = (raw["update_id"], now, json.dumps(raw, ensure_ascii=True), _mark(raw))
                if db.execute(_RECEIVE, row).rowcount:
                    new.append(Received(raw["update_id"], raw, now))
            if now > self._next_tidying:
                self._next_tidying = now + _TIDYING
                db.execute("DELETE FROM updates WHERE state = 'done' AND received < ?", (now - _REMEMBERED,))
            return new

        return await self._run(insert) if updates else []

    async def waiting(self) -> list[Received]:
        """What an earlier process left, by number."""

        def select(db: sqlite3.Connection) -> list[Received]:
            columns = "update_id, raw, received, turn, starts, live_message"
            rows = db.execute(f"SELECT {columns} FROM updates WHERE state = 'waiting' ORDER BY update_id")
            return [
                Received(update_id, json.loads(raw), received, turn, starts, live_message)
                for update_id, raw, received, turn, starts, live_message in rows
            ]

        return await self._run(select)

    async def begin(self, update_ids: Iterable[int]) -> None:
        """Count that work on the updates begins."""
        ids = [(update_id,) for update_id in update_ids]
        await self._run(lambda db: db.executemany("UPDATE updates SET starts = starts + 1 WHERE update_id = ?", ids))

    async def grow(self, update_id: int, message_id: int) -> None:
        """Remember the message that grows while the reply to the update is written."""
        row = (message_id, update_id)
        await self._run(lambda db: db.execute("UPDATE updates SET live_message = ? WHERE update_id = ?", row))

    async def reply(self, update_ids: Sequence[int], sends: Sequence[Send]) -> int:
        """Put the reply to the updates of one turn into the outbox. Returns the turn's number."""
        turn = update_ids[0]

        def insert(db: sqlite3.Connection) -> int:
            rows = [(turn, part, json.dumps(asdict(send))) for part, send in enumerate(sends)]
            db.executemany("INSERT INTO outbox (turn, part, send) VALUES (?, ?, ?)", rows)
            db.executemany("UPDATE updates SET turn = ? WHERE update_id = ?", [(turn, update_id) for update_id in update_ids])
            return turn

        return await self._run(insert)

    async def parts(self, turn: int) -> list[Part]:
        """The turn's rows of the outbox, in order."""

        def select(db: sqlite3.Connection) -> list[Part]:
            rows = db.execute("SELECT part, send, message_id FROM outbox WHERE turn = ? ORDER BY part", (turn,))
            return [Part(part, _send(text), message_id) for part, text, message_id in rows]

        return await self._run(select)

    async def delivered(self, turn: int, part: int, message_id: int) -> None:
        """Mark a part as delivered."""
        row = (message_id, turn, part)
        await self._run(lambda db: db.execute("UPDATE outbox SET message_id = ? WHERE turn = ? AND part = ?", row))

    async def finish(self, update_ids: Sequence[int], lane: str = "", answer: LastAnswer | None = None, chat_id: int = 0) -> None:
        """Let go of updates whose reply is delivered, or that need none; `answer`, given in `chat_id`, is the lane's last now."""

        def let_go(db: sqlite3.Connection) -> None:
            _clear(db, update_ids, "done", None)
            if answer:
                row = (lane, answer.question, json.dumps(answer.questions), json.dumps(answer.answers))
                db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)", row)
                rows = [(chat_id, message_id, lane, answer.question) for message_id in answer.answers]
                db.executemany("INSERT OR REPLACE INTO replies VALUES (?, ?, ?, ?)", rows)
                db.execute(_FORGET_REPLIES, (lane, lane, _REPLIES))

        await self._run(let_go)

    async def quarantine(self, updates: dict[int, dict[str, Any]], reason: str) -> None:
        """Put updates that cannot be served aside, with the reason; they are kept as they came."""

        def put_aside(db: sqlite3.Connection) -> None:
            _clear(db, list(updates), "quarantined", reason)
            for update_id, raw in updates.items():
                db.execute("UPDATE updates SET raw = ? WHERE update_id = ?", (json.dumps(raw), update_id))

        await self._run(put_aside)

    async def last_answer(self, lane: str) -> LastAnswer | None:
        """The last exchange of a lane."""

        def select(db: sqlite3.Connection) -> LastAnswer | None:
            row = db.execute("SELECT question, questions, answers FROM answers WHERE lane = ?", (lane,)).fetchone()
            return LastAnswer(row[0], tuple(json.loads(row[1])), tuple(json.loads(row[2]))) if row else None

        return await self._run(select)

    async def answered_by(self, chat_id: int, message_id: int) -> tuple[str, str] | None:
        """The lane, and the id in the memory, of the question that a message of the bot's answers; None for any other message."""

        def select(db: sqlite3.Connection) -> tuple[str, str] | None:
            rows = db.execute("SELECT lane, question FROM replies WHERE chat = ? AND message_id = ?", (chat_id, message_id))
            found: tuple[str, str] | None = rows.fetchone()
            return found

        return await self._run(select)

    async def last_comment(self, channel: int) -> tuple[float, str | None]:
        """When (Unix time) a post of the channel was commented on last, and the id of its album."""

        def select(db: sqlite3.Connection) -> tuple[float, str | None]:
            row = db.execute("SELECT commented, album FROM comments WHERE channel = ?", (channel,)).fetchone()
            return (row[0], row[1]) if row else (0.0, None)

        return await self._run(select)

    async def commented(self, channel: int, album: str | None) -> None:
        """A post of the channel is commented on now."""
        row = (channel, time.time(), album)
        await self._run(lambda db: db.execute("INSERT OR REPLACE INTO comments VALUES (?, ?, ?)", row))

    async def load(self) -> Load:
        """How much waits."""

        def count(db: sqlite3.Connection) -> Load:
            counts = dict(db.execute("SELECT state, count(*) FROM updates WHERE state <> 'done' GROUP BY state").fetchall())
            last = db.execute("SELECT reason FROM updates WHERE state = 'quarantined' ORDER BY update_id DESC LIMIT 1").fetchone()
            return Load(counts.get("waiting", 0), counts.get("quarantined", 0), last[0] if last else "")

        return await self._run(count)


def is_update(raw: object) -> TypeGuard[dict[str, Any]]:
    """Whether it bears the number by which an update is known; all else about it may be wrong."""
    return isinstance(raw, dict) and type(number := raw.get("update_id")) is int and 0 <= number < 2**63


def _mark(raw: dict[str, Any]) -> str:
    """What tells an update from another of the same number: its kind, and the ids and dates of what it is about."""
    kind, content = next(((key, value) for key, value in raw.items() if key != "update_id"), ("", {}))
    if not isinstance(content, dict):
        return json.dumps(kind)
    chat = content.get("chat")
    about = [content.get(name) for name in ("id", "message_id", "date", "edit_date")]
    return json.dumps([kind, chat.get("id") if isinstance(chat, dict) else None, *about])


def _send(text: str) -> Send:
    fields = json.loads(text)
    buttons = tuple((label, data) for label, data in fields["buttons"])
    return Send(**{**fields, "buttons": buttons, "answers": tuple(fields["answers"])})


def _clear(db: sqlite3.Connection, update_ids: Sequence[int], state: str, reason: str | None) -> None:
    """End the work on updates: their texts leave the file, and so do the parts of their reply."""
    rows = [(state, reason, update_id) for update_id in update_ids]
    db.executemany("UPDATE updates SET state = ?, reason = ?, raw = NULL, live_message = NULL WHERE update_id = ?", rows)
    db.executemany("DELETE FROM outbox WHERE turn = ?", [(update_id,) for update_id in update_ids])
