"""Steps as CUDA graphs: on a card of the test, whose memory has the rules of torch's own."""

import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch

from models.rows import Given
from models.step import Replay, Step, recorder

Pool = tuple[int, int]


class Card:
    """What torch keeps of a card: the stream that work goes to, the pools that graphs share, and what is being recorded."""

    def __init__(self) -> None:
        self.stream: object = "default"
        self.recording: list[Pool] = []
        self.graphs: dict[Pool, int] = {}
        """How many each pool has; one without any stays as long as something in it does."""
        self.blocks: dict[Pool, list[weakref.ref[torch.Tensor]]] = {}
        self.fails_to: str | None = None

    def tensor(self) -> torch.Tensor:
        """A new one in the memory of what is being recorded."""
        made = torch.ones(1)
        self.blocks[self.recording[-1]].append(weakref.ref(made))
        return made

    def begin(self, pool: Pool) -> None:
        if self.graphs.get(pool) == 0:
            raise RuntimeError("it->second->use_count > 0 INTERNAL ASSERT FAILED")
        self.graphs[pool] = self.graphs.get(pool, 0) + 1
        self.blocks.setdefault(pool, [])
        self.recording.append(pool)

    def end(self, device: int, pool: Pool) -> None:
        if pool not in self.recording:
            raise RuntimeError("endAllocatePool: not currently recording to mempool_id")
        self.recording.remove(pool)

    def release(self, device: int, pool: Pool) -> None:
        self.graphs[pool] -= 1

    def empty_cache(self) -> None:
        if self.recording:
            raise RuntimeError("captures_underway.empty() INTERNAL ASSERT FAILED")
        for pool in [pool for pool, graphs in self.graphs.items() if graphs == 0]:
            if not any(block() is not None for block in self.blocks[pool]):
                del self.graphs[pool], self.blocks[pool]


class Stream:
    device_index = 0


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> Card:
    card, handles = Card(), iter(range(1, 100))

    class Using:
        def __init__(self, stream: object) -> None:
            self._stream = stream

        def __enter__(self) -> None:
            self._before, card.stream = card.stream, self._stream

        def __exit__(self, *error: object) -> None:
            card.stream = self._before

    class Graph:
        _pool: Pool | None = None

        def capture_begin(self, pool: Pool, **options: Any) -> None:
            assert isinstance(card.stream, Stream), "the default stream cannot be recorded"
            assert options["capture_error_mode"] == "thread_local"
            if card.fails_to == "wait":
                raise RuntimeError("CUDA error: an illegal memory access was encountered")
            card.begin(pool)
            self._begun = pool
            if card.fails_to == "begin":
                raise RuntimeError("CUDA error: operation not permitted")

        def capture_end(self) -> None:
            if card.fails_to == "compute":
                raise RuntimeError("CUDA error: operation failed due to a previous error during capture")
            card.end(0, self._begun)
            self._pool = self._begun
            if card.fails_to == "end":
                raise RuntimeError("CUDA error: out of memory")

        def pool(self) -> Pool:
            assert self._pool is not None
            return self._pool

        def replay(self) -> None:
            pass

        def __del__(self) -> None:
            if self._pool is not None:
                card.release(0, self._pool)

    for name, fake in {
        "Stream": Stream,
        "stream": Using,
        "CUDAGraph": Graph,
        "graph_pool_handle": lambda: (0, next(handles)),
        "synchronize": lambda: None,
        "empty_cache": card.empty_cache,
    }.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    monkeypatch.setattr(torch._C, "_host_emptyCache", lambda: None, raising=False)
    monkeypatch.setattr(torch._C, "_cuda_endAllocateToPool", card.end)
    monkeypatch.setattr(torch._C, "_cuda_releasePool", card.release)
    return card


@pytest.mark.parametrize("trouble", ["wait", "begin", "compute", "end"])
def test_a_recording_that_fails_leaves_the_card_as_it_was(card: Card, trouble: str) -> None:
    record = recorder()

    def compute() -> torch.Tensor:
        if trouble == "compute":
            raise RuntimeError("operation not permitted when stream is capturing")
        return card.tensor()

    card.fails_to = trouble
    with pytest.raises(RuntimeError):
        record(compute)
    assert card.stream == "default", "else what follows is computed beside what it depends on"
    torch.cuda.empty_cache()
    assert not card.graphs, "its memory is free"
    card.fails_to = None
    record(card.tensor)


def test_recordings_share_their_memory_while_there_are_any(card: Card) -> None:
    record = recorder()
    kept = [record(card.tensor) for _ in range(3)]
    assert list(card.graphs.values()) == [3]
    hidden = kept[0][1]
    kept.clear()
    record(card.tensor)  # though what one of them has computed is still in use
    assert hidden == 1


def _given(rows: int, columns: int) -> Given:
    return Given(torch.full((rows, 1), columns), torch.zeros(rows), [torch.zeros(rows, 1, 1, columns)], [], [])


class Kept:
    """Records; knows what of it is still there."""

    def __init__(self) -> None:
        self.recorded: list[weakref.ref[Replay]] = []

    def __call__(self, compute: Callable[[], torch.Tensor]) -> tuple[Replay, torch.Tensor]:
        hidden = compute()

        def replay() -> None:
            hidden.copy_(compute())

        self.recorded.append(weakref.ref(replay))
        return replay, hidden

    def alive(self) -> int:
        return sum(replay() is not None for replay in self.recorded)


def test_no_more_is_kept_recorded_than_is_in_use() -> None:
    kept = Kept()
    step = Step(None, [None], kept)
    step.use(lambda tokens, *others: tokens.float())
    for columns in range(1, 100):
        for shape in ((1, columns), (1, 1)):
            assert step(_given(*shape), may_record=True).tolist() == [[shape[1]]]
    assert len(kept.recorded) == 99, "what is asked for time and again is not recorded again"
    assert kept.alive() <= 40


def test_what_may_not_be_recorded_now_is_computed_and_recorded_later() -> None:
    kept = Kept()
    step = Step(None, [None], kept)
    step.use(lambda tokens, *others: tokens.float())
    step(_given(1, 5), may_record=True)
    for columns in (5, 6):
        assert step(_given(1, columns), may_record=False).tolist() == [[columns]]
    assert len(kept.recorded) == 1
    step(_given(1, 6), may_record=True)
    assert len(kept.recorded) == 2
