"""One lane a conversation: what is said there is served in its order, one turn at a time, and delays no other conversation."""

import asyncio
import bisect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import Update

from bot.inbox import Part, Received
from bot.origin import Place


@dataclass(frozen=True, order=True)
class Item:
    """An update in its lane; items sort by the number of the update."""

    update_id: int
    update: Update = field(compare=False)
    received: Received = field(compare=False)
    place: Place = field(compare=False)


class Lane:
    """The updates of one conversation that wait, the first one being served."""

    def __init__(self, key: str) -> None:
        """An empty lane."""
        self.key = key
        self.items: list[Item] = []
        self.serving: list[Item] = []
        """The first items, as many as make up the turn that is being served."""
        self.turn: int | None = None
        """Set once the reply of that turn is in the outbox."""
        self.parts: list[Part] = []
        """That reply, with what of it is delivered, once it is known."""
        self.live: int | None = None
        """The message of a group that grows while the reply of that turn is written."""
        self.begun: set[int] = set()
        """The updates of that turn on which this process has begun to work."""
        self.arrived = asyncio.Event()
        """Set whenever an item is added."""
        self.task: asyncio.Task[None] | None = None

    @property
    def is_resumed(self) -> bool:
        """Whether work on the turn has begun before, here or in an earlier process: the memory may hold what came of it."""
        return bool(self.begun or self.serving[0].received.starts)

    def add(self, item: Item) -> None:
        """Put an update into its place: Telegram's own order, whichever request came through first."""
        # What is being served is begun already: nothing goes before it.
        bisect.insort(self.items, item, lo=min(max(1, len(self.serving)), len(self.items)))
        self.arrived.set()

    def begin(self) -> None:
        """Turn to the first item, and to those whose reply went into the outbox together with its own."""
        first = self.items[0]
        self.turn, self.parts = first.received.turn, []
        self.live, self.begun = first.received.live_message, set()
        together = [item for item in self.items if item.received.turn == self.turn]
        self.serving = [first] if self.turn is None else together

    def done(self) -> None:
        """Let go of what was being served."""
        served = {item.update_id for item in self.serving}
        self.items = [item for item in self.items if item.update_id not in served]
        self.serving = []


class Lanes:
    """All lanes that hold something."""

    def __init__(self, serve: Callable[[Lane], Awaitable[None]]) -> None:
        """`serve` takes care of what a lane is `serving`; it must not raise."""
        self._serve = serve
        self._lanes: dict[str, Lane] = {}
        self._stopping = False
        self._served = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many updates wait or are being served; of one lane no more than `_SHARE`, or a flood would close the door for all."""
        return sum(min(len(lane.items), _SHARE) for lane in self._lanes.values())

    async def fewer_than(self, capacity: int) -> None:
        """Wait until fewer updates than `capacity` wait."""
        while self.waiting >= capacity:
            self._served.clear()
            await self._served.wait()

    def put(self, item: Item) -> None:
        """Queue an update in the lane of its conversation."""
        lane = self._lanes.setdefault(item.place.memory, Lane(item.place.memory))
        lane.add(item)
        if lane.task is None and not self._stopping:
            lane.task = asyncio.create_task(self._run(lane), name=f"lane {lane.key}")

    async def _run(self, lane: Lane) -> None:
        while lane.items and not self._stopping:
            lane.begin()
            await self._serve(lane)
            lane.done()
            self._served.set()
        if not lane.items:
            del self._lanes[lane.key]

    async def stop(self, deadline: float) -> int:
        """Begin nothing new, and wait up to `deadline` seconds for what is under way. Returns how many had to be cut off."""
        self._stopping = True
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        if not tasks:
            return 0
        _, late = await asyncio.wait(tasks, timeout=deadline)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)


_SHARE = 50
