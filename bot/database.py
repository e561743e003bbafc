"""The bot's own file: one connection in a thread of its own, one transaction a call."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from stores.persistence import damaged, storage_errors

INBOX = "inbox.sqlite"

_T = TypeVar("_T")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS updates (
    update_id INTEGER PRIMARY KEY,
    received REAL NOT NULL,              -- Unix time
    state TEXT NOT NULL,                 -- waiting, done (only the number is left), quarantined
    raw TEXT,                            -- the update as Telegram sent it
    mark TEXT NOT NULL,                  -- what it is about, by ids and dates
    turn INTEGER,                        -- set when its reply is in the outbox: the first update of the turn
    starts INTEGER NOT NULL DEFAULT 0,   -- how often work on it has begun
    live_message INTEGER,                -- the message of a group that grows while the reply is written
    reason TEXT                          -- why it was quarantined
);
CREATE INDEX IF NOT EXISTS unfinished ON updates (state) WHERE state <> 'done';
CREATE TABLE IF NOT EXISTS outbox (
    turn INTEGER NOT NULL,
    part INTEGER NOT NULL,
    send TEXT NOT NULL,                  -- bot.inbox.Send as JSON
    message_id INTEGER,                  -- set when it has been delivered
    PRIMARY KEY (turn, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS answers (     -- the last exchange of each lane, so that an edited question can edit the answer
    lane TEXT PRIMARY KEY,
    question TEXT NOT NULL,              -- its id in the memory
    questions TEXT NOT NULL,             -- message ids as JSON
    answers TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS replies (     -- the bot's latest messages, so that a reaction finds what it is about
    chat INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    lane TEXT NOT NULL,
    question TEXT NOT NULL,              -- the id in the memory of what it answers
    PRIMARY KEY (chat, message_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies_of_lane ON replies (lane);
CREATE TABLE IF NOT EXISTS comments (    -- when a channel's post was commented on last, and the last album
    channel INTEGER PRIMARY KEY,
    commented REAL NOT NULL,
    album TEXT
);
CREATE TABLE IF NOT EXISTS people (
    user_id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    username TEXT,
    first_seen REAL NOT NULL,
    last_seen REAL NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS presence (    -- in which chats a person has talked with the bot
    user_id INTEGER NOT NULL,
    memory TEXT NOT NULL,
    private INTEGER NOT NULL,
    PRIMARY KEY (user_id, memory)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blocked (user_id INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS moved (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE);  -- groups that became supergroups
"""


class Database:
    """Runs pieces of work, one after another, each as one transaction."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        """Use `connection`, which was opened in `thread`, the only one that may touch it."""
        self._connection = connection
        self._thread = thread

    async def run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        """The result of `work`, committed.

        Raises:
            sqlite3.Error: nothing of `work` was kept.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._transact, work)

    async def scrub(self) -> None:
        """Write the file anew and empty its log, so that nothing deleted is left in them.

        Raises:
            sqlite3.Error: something deleted may be left.
        """
        await asyncio.get_running_loop().run_in_executor(self._thread, self._scrub)

    def _scrub(self) -> None:
        self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _transact(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        return result


@asynccontextmanager
async def open_database(folder: Path) -> AsyncIterator[Database]:
    """The bot's file in `folder`, made when it is not there.

    Raises:
        StorageError: it is damaged, or the folder cannot be written.
    """
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(1, thread_name_prefix="inbox") as thread:
        connection = await loop.run_in_executor(thread, _open, folder / INBOX)
        try:
            yield Database(connection, thread)
        finally:
            await loop.run_in_executor(thread, connection.close)


def _open(file: Path) -> sqlite3.Connection:
    with storage_errors(file.parent):
        connection = sqlite3.connect(file, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            # Telegram forgets an update once it is told that it arrived: the commit before must survive a power cut.
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA secure_delete=ON")
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()
            connection.executescript(_SCHEMA)
        except sqlite3.OperationalError:  # read-only, full or locked: the file itself may be sound
            connection.close()
            raise
        except sqlite3.DatabaseError as error:
            connection.close()
            raise damaged(file) from error
        if verdict[0] != "ok":
            connection.close()
            raise damaged(file)
        return connection
