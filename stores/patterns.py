"""What was learned: exchanges that worked, kept in the store and in a FAISS index, and shared by all chats."""

import asyncio
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5
from weakref import WeakKeyDictionary

from langgraph.store.base import BaseStore, PutOp

from stores.index import VectorIndex
from stores.namespaces import PATTERNS
from stores.vectors import Embedder, Vectors

_PAGE = 1_000


@dataclass(frozen=True)
class Pattern:
    """A question and the reply that worked, with where it came from and how it has served since."""

    id: str
    question: str
    reply: str
    chat_id: str
    user_id: str
    source: str
    """The persona that answered."""
    created: str
    """ISO 8601, UTC."""
    refreshed: str
    """When the same was last learned again: ISO 8601, UTC."""
    confirmations: int = 1
    """How often the same exchange was found good."""
    uses: int = 0
    """How often it served as an example or as the reply itself."""

    @property
    def bonus(self) -> float:
        """What it adds to a cosine when ranked: so little that use decides between equals and never outweighs meaning."""
        return min(0.04, 0.01 + 0.01 * math.log1p(self.uses))

    @property
    def worth(self) -> tuple[int, str]:
        """What decides who leaves first when the set is full: the least used, then the longest not refreshed."""
        return self.uses + self.confirmations, self.refreshed


@dataclass(frozen=True)
class PatternStatistics:
    """`uses`: of all patterns together. `most_used`: up to five that served at least once, the most used first."""

    patterns: int
    uses: int
    most_used: tuple[Pattern, ...]


class Patterns:
    """The learned patterns of one store, mirrored in memory for search.

    The store is handed in with each call, since LangGraph Studio brings its own, and mirrored at the first. One process writes at a
    time.
    """

    def __init__(self, embedder: Embedder, capacity: int, same_meaning: float) -> None:
        """Keep at most `capacity` patterns; two questions are the same from the cosine `same_meaning` on."""
        self._embedder = embedder
        self._same_meaning = same_meaning
        self._capacity = capacity
        self._mirrors: WeakKeyDictionary[BaseStore, _Mirror] = WeakKeyDictionary()
        self._changing = asyncio.Lock()

    async def search(self, store: BaseStore, query: Vectors, k: int) -> list[tuple[Pattern, float]]:
        """Up to `k` patterns whose questions are nearest to `query`, with the cosine, nearest first."""
        mirror = await self._mirror(store)
        hits = await asyncio.to_thread(mirror.index.search, query, k)
        return [(mirror.patterns[mirror.ids[number]], cosine) for number, cosine in hits if number in mirror.ids]

    async def learn(self, store: BaseStore, pattern: Pattern) -> Pattern:
        """Keep `pattern` in the store and the index; one whose question has the same meaning is refreshed instead.

        Args:
            store: where patterns are kept.
            pattern: made by `new_pattern`.

        Returns:
            What is kept now: `pattern`, or the refreshed older one.
        """
        vector = await self._embedder.query(pattern.question)
        async with self._changing:
            mirror = await self._mirror(store)
            nearest = await asyncio.to_thread(mirror.index.search, vector, 1)
            if nearest and nearest[0][1] >= self._same_meaning:
                old = mirror.patterns[mirror.ids[nearest[0][0]]]
                pattern = replace(old, confirmations=old.confirmations + 1, refreshed=pattern.refreshed)
                await self._save(store, mirror, [pattern])
                return pattern
            await self._make_room(store, mirror)
            await self._save(store, mirror, [pattern])
            await self._embedder.keep(pattern.question, vector)
            await asyncio.to_thread(mirror.insert, pattern, vector)
            return pattern

    async def mark_used(self, store: BaseStore, ids: Iterable[str]) -> None:
        """Count one more use of each of the patterns `ids`; those that are gone are passed over."""
        async with self._changing:
            mirror = await self._mirror(store)
            used = [mirror.patterns[key] for key in ids if key in mirror.patterns]
            await self._save(store, mirror, [replace(pattern, uses=pattern.uses + 1) for pattern in used])

    async def of_person(self, store: BaseStore, user_id: str) -> list[Pattern]:
        """What was learned from a person, the oldest first."""
        theirs = [pattern for pattern in (await self._mirror(store)).patterns.values() if pattern.user_id == user_id]
        return sorted(theirs, key=lambda pattern: pattern.created)

    async def forget(self, store: BaseStore, ids: Iterable[str]) -> int:
        """Remove the patterns `ids`, vectors included; those that are gone are passed over. Returns how many were there."""
        async with self._changing:
            mirror = await self._mirror(store)
            found = [mirror.patterns[key] for key in set(ids) if key in mirror.patterns]
            await self._remove(store, mirror, found)
        return len(found)

    async def forget_person(self, store: BaseStore, user_id: str) -> int:
        """Remove what was learned from a person, vectors included. Returns how many patterns that was."""
        return await self.forget(store, [pattern.id for pattern in await self.of_person(store, user_id)])

    async def statistics(self, store: BaseStore) -> PatternStatistics:
        """How many patterns there are and how they are used."""
        patterns = (await self._mirror(store)).patterns.values()
        used = sorted((pattern for pattern in patterns if pattern.uses), key=lambda pattern: -pattern.uses)
        return PatternStatistics(len(patterns), sum(pattern.uses for pattern in used), tuple(used[:5]))

    async def load(self, store: BaseStore) -> None:
        """Fill the mirror of `store` now, so that the first message does not wait for it."""
        await self._mirror(store)

    async def _mirror(self, store: BaseStore) -> "_Mirror":
        if (known := self._mirrors.get(store)) is not None:
            return known
        patterns: list[Pattern] = []
        offset = 0
        while items := await store.asearch(PATTERNS, limit=_PAGE, offset=offset):
            patterns += [Pattern(**item.value) for item in items]
            offset += len(items)
        vectors = await asyncio.to_thread(self._embedder.embed, [pattern.question for pattern in patterns])
        # Two first calls at once build the same mirror; the one that was stored first is the one that both use.
        return self._mirrors.setdefault(store, await asyncio.to_thread(_Mirror, patterns, vectors))

    async def _save(self, store: BaseStore, mirror: "_Mirror", patterns: list[Pattern]) -> None:
        if patterns:
            await store.abatch([PutOp(PATTERNS, pattern.id, asdict(pattern)) for pattern in patterns])
            mirror.patterns.update({pattern.id: pattern for pattern in patterns})

    async def _remove(self, store: BaseStore, mirror: "_Mirror", patterns: list[Pattern]) -> None:
        if patterns:
            await store.abatch([PutOp(PATTERNS, pattern.id, None) for pattern in patterns])
            await asyncio.to_thread(mirror.remove, patterns)
            await self._embedder.forget([pattern.question for pattern in patterns])

    async def _make_room(self, store: BaseStore, mirror: "_Mirror") -> None:
        """When the set is full, let the least worthy go, down to nine tenths at once, so that this is rarely done."""
        if len(mirror.patterns) >= self._capacity:
            by_worth = sorted(mirror.patterns.values(), key=lambda pattern: pattern.worth)
            kept = min(self._capacity - 1, self._capacity * 9 // 10)
            await self._remove(store, mirror, by_worth[: len(by_worth) - kept])


class _Mirror:
    """The patterns of one store by id, and the index whose numbers stand for them."""

    def __init__(self, patterns: list[Pattern], vectors: Vectors) -> None:
        self.patterns = {pattern.id: pattern for pattern in patterns}
        self.ids = dict(enumerate(self.patterns))
        self.index = VectorIndex()
        self.index.add(list(self.ids), vectors)
        self._next = len(self.ids)

    def insert(self, pattern: Pattern, vector: Vectors) -> None:
        self.ids[self._next] = pattern.id
        self.index.add([self._next], vector)
        self._next += 1

    def remove(self, patterns: list[Pattern]) -> None:
        gone = {pattern.id for pattern in patterns}
        numbers = [number for number, key in self.ids.items() if key in gone]
        self.index.remove(numbers)
        for number in numbers:
            del self.ids[number]
        for key in gone:
            del self.patterns[key]


def pattern_id(question: str, reply: str, chat_id: str) -> str:
    """The id that follows from an exchange and its chat, so that saving it twice saves one."""
    return str(uuid5(NAMESPACE_URL, f"grisha:pattern\0{chat_id}\0{question}\0{reply}"))


def new_pattern(question: str, reply: str, *, chat_id: str, user_id: str, source: str) -> Pattern:
    """A pattern made now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Pattern(pattern_id(question, reply, chat_id), question, reply, chat_id, user_id, source, created=now, refreshed=now)
