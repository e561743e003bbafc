"""One token more of every chat: the pass through a model that generating consists of.

On a graphics card a step of 28 layers is a thousand small jobs, and handing them out takes longer than doing them. So there it is
recorded as a CUDA graph, which hands out all of them at once.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, NamedTuple
from weakref import WeakSet

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

from models.compiling import Compute, is_alike
from models.machine import is_out_of_memory
from models.rows import Given

logger = logging.getLogger(__name__)

_MOST_RECORDED = 32
"""Each takes memory of the card, and a chat that grows wants another one every few hundred tokens."""

Replay = Callable[[], None]
Record = Callable[[Callable[[], torch.Tensor]], tuple[Replay, torch.Tensor]]
"""Given what computes a tensor from others that stay where they are: what computes it anew, in its place, and the tensor."""


class _Layer(CacheLayerMixin):  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    """The keys and values of one layer: takes those of one token of each row, and hands out all."""

    is_sliding = False

    def __init__(self, keys: torch.Tensor, values: torch.Tensor, numbers: torch.Tensor, positions: torch.Tensor) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.keys, self.values = keys, values
        self._numbers, self._positions = numbers, positions

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Nothing: all is there."""

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Put rows x heads x 1 x size where each row is; rows x heads x columns x size come back."""
        assert self.keys is not None
        assert self.values is not None
        self.keys[self._numbers, :, self._positions] = key_states[:, :, 0]
        self.values[self._numbers, :, self._positions] = value_states[:, :, 0]
        return self.keys, self.values

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """The columns that are looked at, and where they begin."""
        assert self.keys is not None
        return self.keys.shape[2], 0

    def get_seq_length(self) -> int:
        """One less than the columns: rows differ, and transformers asks for one number. Positions and masks are given to it."""
        assert self.keys is not None
        return self.keys.shape[2] - 1

    def get_max_length(self) -> int:
        """-1: there is none."""
        return -1


class _Recorded(NamedTuple):
    """A step whose jobs are known."""

    given: Given
    """What it reads; to be filled anew each time."""
    replay: Replay
    hidden: torch.Tensor


class Step:
    """Reads one token of each row."""

    def __init__(self, decoder: Any, kinds: Collection[str | None], record: Record | None) -> None:
        """Nothing is computed yet.

        Args:
            decoder: a causal language model of transformers without its last layer.
            kinds: the kinds of attention in it, in the order of the masks, by the names under which these are given; None where
                there is but one, without a name.
            record: how steps are recorded; None where they are not.
        """
        self._decoder, self._kinds, self._record = decoder, list(kinds), record
        self._compute: Compute = self.plain
        self._recorded: OrderedDict[tuple[int, int], _Recorded] = OrderedDict()

    def __call__(self, given: Given, *, may_record: bool) -> torch.Tensor:
        """Rows x width of what the tokens leave. `may_record`: unless it is set, what is not recorded yet is computed plainly."""
        if self._record is None:
            return self._compute(*given)
        shape = given.masks[0].shape[0], given.masks[0].shape[-1]
        if shape not in self._recorded:
            if not may_record:
                return self._compute(*given)
            try:
                self._recorded[shape] = self._recording(given, self._record)
            except Exception as error:  # torch raises this and that where a model does what cannot be recorded
                if is_out_of_memory(error):
                    raise
                logger.info("the model's steps cannot be recorded, which makes them slower: %s", error)
                self._record = None
                self.forget()
                return self._compute(*given)
        self._recorded.move_to_end(shape)
        if len(self._recorded) > _MOST_RECORDED:
            self._recorded.popitem(last=False)
        recorded = self._recorded[shape]
        recorded.given.tokens.copy_(given.tokens)
        recorded.given.positions.copy_(given.positions)
        for kept, mask in zip(recorded.given.masks, given.masks, strict=True):
            kept.copy_(mask)
        recorded.replay()
        return recorded.hidden

    def use(self, compute: Compute) -> None:
        """From now on compute a step in this way, which takes and gives the same as `plain`."""
        self._compute = compute
        self.forget()

    def forget(self) -> None:
        """Let go of what is recorded, and of its memory; it is recorded again where it is wanted."""
        self._recorded.clear()

    def _recording(self, given: Given, record: Record) -> _Recorded:
        own = given._replace(
            tokens=given.tokens.clone(), positions=given.positions.clone(), masks=[mask.clone() for mask in given.masks]
        )
        wanted = self._compute(*own).clone()  # what has to be made ready at the first time is made ready now
        replay, hidden = record(lambda: self._compute(*own))
        replay()
        if not is_alike(hidden, wanted):
            raise ValueError("what is recorded does not give the same")
        return _Recorded(own, replay, hidden)

    def plain(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        masks: list[torch.Tensor],
        keys: list[torch.Tensor],
        values: list[torch.Tensor],
    ) -> torch.Tensor:
        """A step of what is in `Given`, as transformers computes it; rows x width."""
        numbers = torch.arange(tokens.shape[0], device=tokens.device)
        cache = Cache(layers=[_Layer(*pair, numbers, positions) for pair in zip(keys, values, strict=True)])
        hidden: torch.Tensor = self._decoder(
            input_ids=tokens,
            position_ids=positions[:, None],
            attention_mask=masks[0] if None in self._kinds else dict(zip(self._kinds, masks, strict=True)),
            past_key_values=cache,
            use_cache=True,
        ).last_hidden_state
        return hidden[:, -1]


def recorder() -> Record:
    """Records CUDA graphs, which share the memory that they need while they run: they are to be replayed in one thread."""
    graphs: WeakSet[torch.cuda.CUDAGraph] = WeakSet()
    # What shares memory has to be recorded on the same one.
    stream = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    def record(compute: Callable[[], torch.Tensor]) -> tuple[Replay, torch.Tensor]:
        # The memory of graphs that are all gone cannot be joined while a tensor in it is still there.
        pool = next((graph.pool() for graph in graphs), None) or torch.cuda.graph_pool_handle()
        graph = torch.cuda.CUDAGraph()
        try:
            # The outer one gives the thread its stream back when the inner one fails to. "thread_local": other threads may do
            # meanwhile what would be forbidden to this one.
            with (
                torch.cuda.stream(stream),
                torch.cuda.graph(graph, pool=pool, stream=stream, capture_error_mode="thread_local"),
            ):
                hidden = compute()
        except Exception:
            # Where torch has not ended it, the allocator believes for good that something is being recorded.
            with suppress(RuntimeError):
                torch._C._cuda_endAllocateToPool(stream.device_index, pool)
                torch._C._cuda_releasePool(stream.device_index, pool)
            raise
        graphs.add(graph)
        return graph.replay, hidden

    return record
