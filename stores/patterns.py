"""What was learned: exchanges that worked. All chats share some, and each chat has some for itself alone."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from langgraph.store.base import BaseStore

from language.questions.same import asks_same, compare
from stores.namespaces import CHATS_PATTERNS, PATTERNS, chat_patterns
from stores.pattern import Pattern
from stores.pattern_set import PatternSet, every_pattern
from stores.vectors import Embedder, Vectors

_OF_ONE_CHAT = 50
"""How many patterns a chat may have for itself."""
_OPEN_CHATS = 256
"""How many chats' own patterns are in memory; of the others each is read again when it speaks."""


@dataclass(frozen=True)
class PatternStatistics:
    """Of the patterns that all chats share.

    `uses`: of all of them together. `most_used`: up to five that served at least once, the most used first.
    """

    patterns: int
    uses: int
    most_used: tuple[Pattern, ...]


class Patterns:
    """The learned patterns of one store, mirrored in memory for search.

    What holds personal data lies in a namespace and an index of its chat's own: a search of another chat does not look there, so
    that no filter can be forgotten. A call without a chat's id sees what is shared and nothing else.

    The store is handed in with each call, since LangGraph Studio brings its own, and mirrored at the first. One process writes at a
    time.
    """

    def __init__(self, embedder: Embedder, capacity: int, unrelated: float) -> None:
        """Share at most `capacity` patterns; `unrelated` is the cosine of two questions that have nothing to do with each other."""
        self._embedder = embedder
        self._unrelated = unrelated
        self._capacity = capacity
        self._shared: WeakKeyDictionary[BaseStore, PatternSet] = WeakKeyDictionary()
        self._chats: WeakKeyDictionary[BaseStore, OrderedDict[str, PatternSet]] = WeakKeyDictionary()
        # Also held to open a set: none is opened from a store that is being written, and none closed that is being changed.
        self._changing = asyncio.Lock()

    async def search(self, store: BaseStore, query: Vectors, k: int, chat_id: str = "") -> list[tuple[Pattern, float]]:
        """The patterns whose questions are nearest to `query`, with the cosine: up to `k` shared ones and `k` of the chat's own."""
        return [hit for one in await self._visible(store, chat_id) for hit in await one.search(query, k)]

    async def learn(self, store: BaseStore, pattern: Pattern) -> Pattern:
        """Keep `pattern` where its scope says; one there whose question has the same meaning is refreshed instead.

        Args:
            store: where patterns are kept.
            pattern: made by `new_pattern`.

        Returns:
            What is kept now: `pattern`, or the refreshed older one.
        """
        vector = await self._embedder.query(pattern.question)
        async with self._changing:
            place = await self._open_shared(store) if pattern.scope == "shared" else await self._open_chat(store, pattern.chat_id)
            return await place.learn(store, pattern, vector, self.have_same_meaning)

    async def have_same_meaning(self, question: str, other: str) -> bool:
        """Whether two questions ask the same."""
        difference = compare(question, other)
        distances: dict[str, float] = {}
        for name, texts in difference.texts.items():  # the encoder is dear: it is asked as long as the answer may be yes
            if not asks_same(difference, distances):
                return False
            distances[name] = await self._distance(*texts)
        return asks_same(difference, distances)

    async def _distance(self, one: str, other: str) -> float:
        """How far two texts are from each other: 0 for equal ones, about 1 for any two, whatever cosine the encoder gives these."""
        if not (one and other) or one == other:
            return 0.0
        cosine = await self._embedder.query(one) @ (await self._embedder.query(other)).T
        return (1 - float(cosine[0, 0])) / max(0.02, 1 - self._unrelated)

    async def mark_used(self, store: BaseStore, ids: Iterable[str], chat_id: str = "") -> None:
        """Count one more use of each of the patterns `ids`; those that are gone are passed over."""
        ids = set(ids)
        if not ids:
            return
        async with self._change(store, chat_id) as sets:
            for one in sets:
                used = [pattern for key, pattern in one.patterns.items() if key in ids]
                await one.save(store, [replace(pattern, uses=pattern.uses + 1) for pattern in used])

    async def rate(self, store: BaseStore, changes: Mapping[str, int], chat_id: str = "") -> None:
        """Change the scores of patterns, given by id; those that fall below zero go, and those that are gone are passed over."""
        async with self._change(store, chat_id) as sets:
            for one in sets:
                rated = [
                    replace(pattern, score=pattern.score + changes[key])
                    for key, pattern in one.patterns.items()
                    if changes.get(key)
                ]
                await one.save(store, [pattern for pattern in rated if pattern.score >= 0])
                await one.remove(store, [pattern.id for pattern in rated if pattern.score < 0])

    async def find(self, store: BaseStore, ids: Iterable[str], chat_id: str = "") -> list[Pattern]:
        """The patterns `ids`, as far as they are still there."""
        visible = await self._visible(store, chat_id)
        return [one.patterns[key] for key in ids for one in visible if key in one.patterns]

    async def of_person(self, store: BaseStore, user_id: str) -> list[Pattern]:
        """What was learned from a person, in any chat, the oldest first."""
        [shared] = await self._visible(store, "")
        theirs = [pattern for pattern in shared.patterns.values() if pattern.user_id == user_id]
        theirs += await every_pattern(store, CHATS_PATTERNS, user_id)
        return sorted(theirs, key=lambda pattern: pattern.created)

    async def forget(self, store: BaseStore, ids: Iterable[str], chat_id: str = "") -> int:
        """Remove the patterns `ids`, vectors included; those that are gone are passed over. Returns how many were there."""
        ids = set(ids)
        async with self._change(store, chat_id) as sets:
            return sum([await one.remove(store, ids) for one in sets])

    async def forget_chat(self, store: BaseStore, chat_id: str) -> None:
        """Remove what a chat has learned for itself alone, vectors included."""
        async with self._changing:
            own = await self._open_chat(store, chat_id)
            await own.remove(store, list(own.patterns))

    async def forget_person(self, store: BaseStore, user_id: str) -> int:
        """Remove what was learned from a person, in any chat, vectors included. Returns how many patterns that was."""
        theirs = await self.of_person(store, user_id)
        chats = {pattern.chat_id for pattern in theirs}
        return sum([await self.forget(store, [one.id for one in theirs if one.chat_id == chat], chat) for chat in chats])

    async def statistics(self, store: BaseStore) -> PatternStatistics:
        """How many patterns are shared and how they are used."""
        [shared] = await self._visible(store, "")
        used = sorted((pattern for pattern in shared.patterns.values() if pattern.uses), key=lambda pattern: -pattern.uses)
        return PatternStatistics(len(shared.patterns), sum(pattern.uses for pattern in used), tuple(used[:5]))

    async def load(self, store: BaseStore) -> None:
        """Fill the mirror of what is shared now, so that the first message does not wait for it."""
        await self._visible(store, "")

    async def _visible(self, store: BaseStore, chat_id: str) -> list[PatternSet]:
        """What the chat may see: what is shared, and what is its own."""
        is_open = store in self._shared and (not chat_id or chat_id in self._chats.get(store, ()))
        if is_open:  # opens nothing, so that a search need not wait for one who writes
            return await self._open(store, chat_id)
        async with self._changing:
            return await self._open(store, chat_id)

    @asynccontextmanager
    async def _change(self, store: BaseStore, chat_id: str) -> AsyncIterator[list[PatternSet]]:
        """What the chat may see, for this task alone to change."""
        async with self._changing:
            yield await self._open(store, chat_id)

    async def _open(self, store: BaseStore, chat_id: str) -> list[PatternSet]:
        """As `_visible`, for whoever holds the lock."""
        return [await self._open_shared(store), *([await self._open_chat(store, chat_id)] if chat_id else [])]

    async def _open_shared(self, store: BaseStore) -> PatternSet:
        if (shared := self._shared.get(store)) is None:
            shared = PatternSet(PATTERNS, self._capacity, self._embedder)
            await shared.load(store)
            self._shared[store] = shared
        return shared

    async def _open_chat(self, store: BaseStore, chat_id: str) -> PatternSet:
        chats = self._chats.setdefault(store, OrderedDict())
        if (own := chats.get(chat_id)) is None:
            own = PatternSet(chat_patterns(chat_id), _OF_ONE_CHAT, self._embedder)
            await own.load(store)
            chats[chat_id] = own
        chats.move_to_end(chat_id)
        if len(chats) > _OPEN_CHATS:
            chats.popitem(last=False)
        return own
