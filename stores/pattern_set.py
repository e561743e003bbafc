"""The patterns of one namespace of a store, mirrored in memory for search."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, replace

from langgraph.store.base import BaseStore, PutOp

from stores.index import VectorIndex
from stores.pattern import Pattern
from stores.vectors import Embedder, Vectors

_PAGE = 1_000
_CANDIDATES = 2
"""Of how many patterns, the nearest ones, it is asked whether a new one repeats them."""


class PatternSet:
    """Patterns by id, and the index whose numbers stand for them; never more than its capacity.

    The store is handed in with each call that writes: held here, it could not be let go of. One task changes a set at a time.
    """

    def __init__(self, namespace: tuple[str, ...], capacity: int, embedder: Embedder) -> None:
        """An empty set; see `load`."""
        self.patterns: dict[str, Pattern] = {}
        self._namespace = namespace
        self._capacity = capacity
        self._embedder = embedder
        self._index = VectorIndex()
        self._ids: dict[int, str] = {}
        self._next = 0

    async def load(self, store: BaseStore) -> None:
        """Take over what `store` has."""
        found = await every_pattern(store, self._namespace)
        if found:
            vectors = await asyncio.to_thread(self._embedder.embed, [pattern.question for pattern in found])
            await asyncio.to_thread(self._insert, found, vectors)

    async def search(self, query: Vectors, k: int) -> list[tuple[Pattern, float]]:
        """Up to `k` patterns whose questions are nearest to `query`, with the cosine, nearest first."""
        if not self.patterns:
            return []
        hits = await asyncio.to_thread(self._index.search, query, k)
        return [(self.patterns[self._ids[number]], cosine) for number, cosine in hits if number in self._ids]

    async def learn(
        self, store: BaseStore, pattern: Pattern, vector: Vectors, have_same_meaning: Callable[[str, str], Awaitable[bool]]
    ) -> Pattern:
        """Keep `pattern`, or refresh the one whose question has the same meaning. Returns what is kept now."""
        for old, _ in await self.search(vector, _CANDIDATES):
            if await have_same_meaning(old.question, pattern.question):
                refreshed = replace(old, confirmations=old.confirmations + 1, refreshed=pattern.refreshed)
                await self.save(store, [refreshed])
                return refreshed
        await self._make_room(store)
        await self.save(store, [pattern])
        await self._embedder.keep(pattern.question, vector)
        await asyncio.to_thread(self._insert, [pattern], vector)
        return pattern

    async def save(self, store: BaseStore, patterns: Sequence[Pattern]) -> None:
        """Write patterns that are in the set, changed."""
        if patterns:
            await store.abatch([PutOp(self._namespace, pattern.id, asdict(pattern)) for pattern in patterns])
            self.patterns.update({pattern.id: pattern for pattern in patterns})

    async def remove(self, store: BaseStore, ids: Iterable[str]) -> int:
        """Remove patterns, vectors included; those that are not here are passed over. Returns how many were."""
        gone = {key: self.patterns[key] for key in ids if key in self.patterns}
        if gone:
            await store.abatch([PutOp(self._namespace, key, None) for key in gone])
            numbers = [number for number, key in self._ids.items() if key in gone]
            await asyncio.to_thread(self._index.remove, numbers)
            for number in numbers:
                del self._ids[number]
            for key in gone:
                del self.patterns[key]
            await self._embedder.forget([pattern.question for pattern in gone.values()])
        return len(gone)

    async def _make_room(self, store: BaseStore) -> None:
        """When the set is full, let the least worthy go, down to nine tenths at once, so that this is rarely done."""
        if len(self.patterns) >= self._capacity:
            by_worth = sorted(self.patterns.values(), key=lambda pattern: pattern.worth)
            kept = min(self._capacity - 1, self._capacity * 9 // 10)
            await self.remove(store, [pattern.id for pattern in by_worth[: len(by_worth) - kept]])

    def _insert(self, patterns: Sequence[Pattern], vectors: Vectors) -> None:
        numbers = range(self._next, self._next + len(patterns))
        self._next += len(patterns)
        self._ids.update({number: pattern.id for number, pattern in zip(numbers, patterns, strict=True)})
        self.patterns.update({pattern.id: pattern for pattern in patterns})
        self._index.add(numbers, vectors)


async def every_pattern(store: BaseStore, namespace: tuple[str, ...], user_id: str | None = None) -> list[Pattern]:
    """All patterns of the store whose namespace begins with `namespace`; with `user_id` those that were learned from the person."""
    of_person = None if user_id is None else {"user_id": user_id}
    found: list[Pattern] = []
    while items := await store.asearch(namespace, filter=of_person, limit=_PAGE, offset=len(found)):
        found += [Pattern(**item.value) for item in items]
    return found
