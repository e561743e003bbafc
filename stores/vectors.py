"""Texts to vectors, each computed once: a cache on the disk, keyed by model and text, in front of an embedding model."""

import asyncio
import hashlib
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from language.words import frame

logger = logging.getLogger(__name__)

Vectors = NDArray[np.float32]
_BATCH = 256
_RECENT = 64
LEAN = 0.2
"""How far a text's vector leans towards its frame: an encoder puts texts about one thing together, whatever they ask of it."""


class Embedder:
    """An embedding model with a cache. A vector is that of the text, leaning towards that of its `frame`.

    The cache holds nothing that cannot be computed again: a damaged file is dropped, and a batch is kept as soon as it is computed,
    so that an interrupted first start goes on where it was.
    """

    def __init__(self, embeddings: Embeddings, model_name: str, file: Path) -> None:
        self._embeddings = embeddings
        self._model_name = model_name
        self._file = file
        self._lock = threading.Lock()
        self._cache = self._open()
        # A turn asks for the vector of its question twice: to search by it, and to learn it.
        self._recent: dict[str, Vectors] = {}

    def embed(self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda done, total: None) -> Vectors:
        """Vectors of `texts` in order, each of length 1: len(texts) x dimensions; blocks.

        Args:
            texts: any number of texts; equal ones are computed once.
            progress: told (done, total) of the texts that had to be computed, at least once when there are any.
        """
        keys = [self._key(text) for text in texts]
        known = self._cached(keys)
        missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
        for start in range(0, len(missing), _BATCH):
            progress(start, len(missing))
            batch = missing[start : start + _BATCH]
            computed = self._computed([text for _, text in batch])
            fresh = {key: vector.astype(np.float16) for (key, _), vector in zip(batch, computed, strict=True)}
            self._keep(fresh)
            known |= fresh
        if missing:
            progress(len(missing), len(missing))
        if not texts:
            return np.empty((0, 0), dtype=np.float32)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    async def query(self, text: str) -> Vectors:
        """The vector of a question, of length 1: 1 x dimensions. Never written to the disk by this."""
        if (recent := self._recent.get(text)) is None:
            recent = self._recent[text] = await asyncio.to_thread(self._computed, [text])
            if len(self._recent) > _RECENT:
                del self._recent[next(iter(self._recent))]
        return recent

    async def keep(self, text: str, vector: Vectors) -> None:
        """Cache the vector of a text that was computed by `query`, so that the next start need not."""
        await asyncio.to_thread(self._keep, {self._key(text): vector[0].astype(np.float16)})

    async def forget(self, texts: Sequence[str]) -> None:
        """Remove the vectors of `texts`, from the disk and from memory."""
        self._recent.clear()
        await asyncio.to_thread(self._forget, [self._key(text) for text in texts])

    def close(self) -> None:
        """Close the cache file."""
        with self._lock:
            self._cache.close()

    def _computed(self, texts: list[str]) -> Vectors:
        frames = {number: part for number, text in enumerate(texts) if (part := frame(text)) != text}
        vectors = _unit(self._embeddings.embed_documents([*texts, *frames.values()]))
        vectors[list(frames)] += LEAN * vectors[len(texts) :]
        return _unit(vectors[: len(texts)])

    def _key(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._model_name}\0{LEAN}\0{text}".encode(errors="replace")).digest()[:16]

    def _open(self) -> sqlite3.Connection:
        for attempt in (1, 2):
            cache = sqlite3.connect(self._file, check_same_thread=False, isolation_level=None)
            try:
                cache.execute("PRAGMA journal_mode=WAL")
                cache.execute("PRAGMA synchronous=NORMAL")
                cache.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
                if cache.execute("PRAGMA quick_check(1)").fetchone() == ("ok",):
                    return cache
                reason = "quick_check failed"
            except sqlite3.OperationalError:  # read-only, full or locked: not the cache's fault
                cache.close()
                raise
            except sqlite3.DatabaseError as error:
                reason = str(error)
            cache.close()
            if attempt == 1:
                logger.warning("the vector cache %s is damaged (%s); it is computed again", self._file, reason)
                for suffix in ("", "-wal", "-shm"):
                    self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        raise sqlite3.DatabaseError(f"cannot make a sound cache file: {reason}")

    def _cached(self, keys: Sequence[bytes]) -> dict[bytes, NDArray[np.float16]]:
        found: dict[bytes, NDArray[np.float16]] = {}
        distinct = list(dict.fromkeys(keys))
        with self._lock:
            for start in range(0, len(distinct), 500):
                part = distinct[start : start + 500]
                marks = ",".join("?" * len(part))
                rows = self._cache.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part)
                found |= {key: np.frombuffer(blob[4:], dtype=np.float16) for key, blob in rows if blob == _sealed(blob[4:])}
        return found

    def _keep(self, vectors: dict[bytes, NDArray[np.float16]]) -> None:
        rows = [(key, _sealed(vector.tobytes())) for key, vector in vectors.items()]
        with self._lock, self._cache:
            self._cache.execute("BEGIN")
            self._cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def _forget(self, keys: Sequence[bytes]) -> None:
        with self._lock:
            # Overwrites what is deleted, and empties the log, so that the files keep no trace of it.
            self._cache.execute("PRAGMA secure_delete=ON")
            self._cache.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])
            self._cache.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _sealed(vector: bytes) -> bytes:
    """`vector` behind its checksum, so that a damaged one is noticed: SQLite does not look inside."""
    return zlib.crc32(vector).to_bytes(4, "little") + vector


def _unit(vectors: Sequence[Sequence[float]] | Vectors) -> Vectors:
    """`vectors` scaled to length 1, so that their inner product is the cosine; a zero vector stays zero."""
    matrix = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: Vectors = matrix / np.maximum(lengths, 1e-12)
    return scaled
