"""What goes wrong on request: faults of single calls or at random, calls held back, limits on how often a bot may write."""

import asyncio
import math
import random
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from botapi.records import ApiError, Params

# Nothing is done: the connection is closed, or an error is answered.
REFUSALS = ("drop_before", "429", "500", "502", "401", "403", "404", "409", "entities")
# The call is carried out, and the client is not told properly.
LOSSES = ("drop_after", "bad_json", "no_result", "slow")


class Faults:
    """The faults to come. `retry_after` (s) is what a "429" asks for, `slow` (s) how late a "slow" answer is."""

    def __init__(self) -> None:
        self.retry_after = 1
        self.slow = 6.0
        self._planned: list[tuple[str, str]] = []
        self._random: tuple[float, tuple[str, ...], random.Random] = (0.0, (), random.Random(0))

    def add(self, kind: str, method: str = "*", times: int = 1) -> None:
        """The next `times` calls of the method ("*": of any) that the kind suits meet this fault."""
        assert kind in REFUSALS + LOSSES, f"no such fault: {kind}"
        self._planned += [(kind, method)] * times

    def random(self, rate: float, kinds: Sequence[str], seed: int) -> None:
        """Any call meets one of the kinds with this probability."""
        assert set(kinds) <= {*REFUSALS, *LOSSES}, f"no such fault among {kinds}"
        self._random = (rate, tuple(kinds), random.Random(seed))

    def clear(self) -> None:
        """No more faults."""
        self._planned.clear()
        self._random = (0.0, (), random.Random(0))

    @property
    def left(self) -> int:
        """How many planned faults have not happened yet."""
        return len(self._planned)

    def draw(self, method: str, params: Params) -> str | None:
        """The fault that this call meets."""
        for planned in self._planned:
            if planned[1] in ("*", method) and _suits(planned[0], method, params):
                self._planned.remove(planned)
                return planned[0]
        rate, kinds, generator = self._random
        suitable = [kind for kind in kinds if _suits(kind, method, params)]
        return generator.choice(suitable) if suitable and generator.random() < rate else None

    def refusal(self, kind: str) -> ApiError:
        """The error that a fault of this kind answers with."""
        if kind == "429":
            return ApiError(429, f"Too Many Requests: retry after {self.retry_after}", {"retry_after": self.retry_after})
        code, description = {
            "401": (401, "Unauthorized"),
            "403": (403, "Forbidden: bot was blocked by the user"),
            "404": (404, "Not Found"),
            "409": (409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
            "500": (500, "Internal Server Error: sent by the test"),
            "502": (502, "Bad Gateway"),
            "entities": (400, "Bad Request: can't parse entities: sent by the test"),
        }[kind]
        return ApiError(code, description)


def _suits(kind: str, method: str, params: Params) -> bool:
    if kind == "409":
        return method == "getUpdates"
    if kind == "entities":
        return any(params.text(name) for name in ("parse_mode", "entities", "caption_entities"))
    if kind == "403":
        return bool(params.text("chat_id"))
    return True


@dataclass(eq=False)
class Hold:
    """Calls of one method made to wait; `waiting` is how many do now."""

    method: str
    waiting: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def release(self) -> None:
        """Let them go."""
        self.released.set()


class Holds:
    """The calls that are held back."""

    def __init__(self) -> None:
        self._holds: list[Hold] = []

    @contextmanager
    def hold(self, method: str) -> Iterator[Hold]:
        """Until the block ends or the hold is released, calls of the method wait before anything is done."""
        hold = Hold(method)
        self._holds.append(hold)
        try:
            yield hold
        finally:
            self._holds.remove(hold)
            hold.release()

    def of(self, method: str) -> list[Hold]:
        """The holds that a call of the method has to wait for."""
        return [hold for hold in self._holds if hold.method in ("*", method) and not hold.released.is_set()]

    def release(self) -> None:
        """Let everything go."""
        for hold in self._holds:
            hold.release()


@dataclass(frozen=True)
class Limit:
    """Flood control: at most `count` messages in `seconds`, in each chat of a kind ("private", "group") or over all ("all")."""

    kind: str
    count: int
    seconds: float


class Limits:
    """Keeps the times of the messages, and refuses what is beyond a limit."""

    def __init__(self) -> None:
        self._times: dict[tuple[Limit, int], deque[float]] = defaultdict(deque)

    def check(self, limits: Sequence[Limit], chat_id: int) -> None:
        """Counts a message to the chat; raises ApiError 429 with retry_after when it is one too many."""
        now = time.monotonic()
        mine = [limit for limit in limits if limit.kind in ("all", "private" if chat_id > 0 else "group")]
        windows = [(limit, self._times[limit, 0 if limit.kind == "all" else chat_id]) for limit in mine]
        for limit, times in windows:
            while times and times[0] <= now - limit.seconds:
                times.popleft()
            if len(times) >= limit.count:
                wait = max(1, math.ceil(times[0] + limit.seconds - now))
                raise ApiError(429, f"Too Many Requests: retry after {wait}", {"retry_after": wait})
        for _, times in windows:
            times.append(now)
