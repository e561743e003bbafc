"""The files of the data folder: who may open them, the checkpointer and the store, and what is said when they cannot be used."""

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import aiosqlite
from filelock import FileLock, Timeout
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.store.sqlite.aio import AsyncSqliteStore

from errors import StorageError, reason

CHECKPOINTS = "checkpoints.sqlite"
STORE = "store.sqlite"
VECTORS = "vectors.sqlite"


@dataclass(frozen=True)
class Persistence:
    """What survives a restart: the chats' messages, and profiles with patterns."""

    checkpointer: "LatestCheckpointSaver"
    store: AsyncSqliteStore

    async def scrub(self) -> None:
        """Write both files anew and empty their logs, so that nothing deleted is left in them. 100 MB take about a second."""
        for database in (self.checkpointer, self.store):
            async with database.lock:
                # Overwriting what is deleted is not enough: SQLite leaves copies behind when it moves rows within a page.
                await database.conn.execute_fetchall("VACUUM")
                await database.conn.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")


class LatestCheckpointSaver(AsyncSqliteSaver):
    """Keeps only the latest checkpoint of each chat: 5,000 turns would otherwise leave 60 MB.

    Builds nothing but messages and plain values from what it reads, whatever somebody wrote into the file.
    """

    def __init__(self, conn: aiosqlite.Connection) -> None:
        super().__init__(conn, serde=JsonPlusSerializer(allowed_msgpack_modules=None))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save a checkpoint, and remove the older ones of its thread."""
        saved = await super().aput(config, checkpoint, metadata, new_versions)
        key = saved["configurable"]
        older = (key["thread_id"], key["checkpoint_ns"], key["checkpoint_id"])
        async with self.lock:
            await self.conn.execute("BEGIN")
            try:
                for table in ("checkpoints", "writes"):
                    await self.conn.execute(
                        f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_ns = ? AND checkpoint_id < ?", older
                    )
                await self.conn.commit()
            except BaseException:  # left open, the transaction would swallow every later turn until a kill loses them
                await self.conn.rollback()
                raise
        return saved

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The latest checkpoint of a thread.

        Raises:
            StorageError: what is kept of the thread cannot be read.
        """
        try:
            return await super().aget_tuple(config)
        except sqlite3.Error:
            raise
        except Exception as error:  # whatever the decoder stumbled over: the bytes are not what was written
            raise StorageError(
                f"Память этого чата в {CHECKPOINTS} повреждена и не читается ({type(error).__name__}). "
                "Команда /reset начнёт чат заново; остальные чаты целы."
            ) from error


@asynccontextmanager
async def open_persistence(folder: Path) -> AsyncIterator[Persistence]:
    """Open the checkpointer and the store in `folder`, each a file with a connection of its own.

    Raises:
        StorageError: a file is damaged or cannot be written. Damaged files are left as they are.
    """
    async with AsyncExitStack() as stack:
        checkpoints = await stack.enter_async_context(_connection(folder / CHECKPOINTS))
        store_connection = await stack.enter_async_context(_connection(folder / STORE))
        checkpointer = LatestCheckpointSaver(checkpoints)
        store = await stack.enter_async_context(AsyncSqliteStore(store_connection))
        with storage_errors(folder):
            await checkpointer.setup()
            await store.setup()
        yield Persistence(checkpointer, store)


@asynccontextmanager
async def _connection(file: Path) -> AsyncIterator[aiosqlite.Connection]:
    """A connection to a sound database in WAL mode; what is deleted is overwritten, so that erasing a person erases them."""
    with storage_errors(file.parent):
        connection = await aiosqlite.connect(file, isolation_level=None)
    try:
        with storage_errors(file.parent):
            try:
                await connection.execute("PRAGMA journal_mode=WAL")
                # In WAL mode this loses nothing when the process is killed; a power cut may cost the last turns, never the file.
                await connection.execute("PRAGMA synchronous=NORMAL")
                await connection.execute("PRAGMA secure_delete=ON")
                async with connection.execute("PRAGMA quick_check(1)") as found:
                    verdict = await found.fetchone()
            except sqlite3.OperationalError:  # read-only, full or locked: the file itself may be sound
                raise
            except sqlite3.DatabaseError as error:
                raise damaged(file) from error
            if verdict is None or verdict[0] != "ok":
                raise damaged(file)
        yield connection
    finally:
        await connection.close()


def damaged(file: Path) -> StorageError:
    """What is said of a database that is no sound one."""
    return StorageError(
        f"Файл {file} повреждён, я его не трогаю. Верните его из копии или уберите в сторону "
        f"(mv {file} {file}.bad), и Гриша начнёт его заново."
    )


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what SQLite and the system say of a full, read-only or missing folder into one line that can be acted on.

    Raises:
        StorageError: in place of `sqlite3.Error` and `OSError`.
    """
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        reason = _reason(error)
        raise StorageError(
            f"Не могу писать в папку данных {folder}: {reason}. "
            "Освободите место или дайте права на запись, либо выберите другую папку в GRISHA_DATA_DIR."
        ) from error


def _reason(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return reason(error)
    text = str(error)
    known = {
        "database or disk is full": "на диске нет места",
        "attempt to write a readonly database": "файлы открыты только для чтения",
        "unable to open database file": "файл нельзя открыть или создать",
        "disk I/O error": "ошибка ввода-вывода, возможно, на диске нет места",
        "database is locked": "файл занят другой программой",
    }
    return known.get(text, text)


@contextmanager
def only_process(folder: Path) -> Iterator[None]:
    """Make the data folder and hold it for this process alone; the system lets go of it even when the process is killed.

    Raises:
        StorageError: another process holds the folder, or it cannot be written.
    """
    lock = FileLock(folder / "grisha.lock")
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise StorageError(
                f"Папка данных {folder} занята: с ней уже работает другой Гриша. "
                "Закройте его или задайте этому другую папку в GRISHA_DATA_DIR."
            ) from error
    try:
        yield
    finally:
        lock.release()
