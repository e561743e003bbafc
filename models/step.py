"""One token more of every chat: the pass through a model that generating consists of, and what makes it fast on a graphics card.

There a step of 28 layers is a thousand small jobs, and handing them out takes longer than doing them. So the step is compiled to
fewer jobs, behind the first replies, which do without, and then recorded as CUDA graphs, each of which hands out all jobs at once.
"""

import logging
import threading
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

from models.rows import Given

logger = logging.getLogger(__name__)

Replay = Callable[[], None]
Record = Callable[[Callable[[], torch.Tensor]], tuple[Replay, torch.Tensor]]
"""Given what computes a tensor from others that stay where they are: what computes it anew, in its place, and the tensor."""

Backend = str | Callable[..., Any]
"""Of torch.compile: a name, or what makes a callable of a graph."""

ALIKE = 0.15
"""So far from what they should be, as a share of how large they are, may numbers be that 16 bits have rounded in another order."""


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
        """The columns before this step."""
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
    """Reads one token of each row; whoever calls it gets the plain way until a faster one has been made ready and checked."""

    def __init__(self, decoder: Any, kinds: Collection[str | None]) -> None:
        """Plain, until `speed_up`.

        Args:
            decoder: a causal language model of transformers without its last layer.
            kinds: the kinds of attention in it, in the order of the masks, by the names under which these are given; None where
                there is but one, without a name.
        """
        self._decoder, self._kinds = decoder, list(kinds)
        self._compute: Callable[..., torch.Tensor] = self._plainly
        self._record: Record | None = None
        self._recorded: dict[tuple[int, int], _Recorded] = {}
        self._place: object = None

    def __call__(self, given: Given, place: object) -> torch.Tensor:
        """Rows x width of what the tokens leave. `place`: another one tells that keys and values are elsewhere now, see `Rows`."""
        if self._record is None:
            return self._compute(*given)
        if place is not self._place:
            self.forget()
            self._place = place
        shape = given.masks[0].shape[0], given.masks[0].shape[-1]
        if shape not in self._recorded:
            try:
                self._recorded[shape] = self._recording(given)
            except Exception as error:  # torch raises this and that where a model does what cannot be recorded
                if isinstance(error, torch.OutOfMemoryError):
                    raise
                logger.info("the model's steps cannot be recorded, which makes them slower: %s", error)
                self._record = None
                self.forget()
                return self._compute(*given)
        recorded = self._recorded[shape]
        recorded.given.tokens.copy_(given.tokens)
        recorded.given.positions.copy_(given.positions)
        for kept, mask in zip(recorded.given.masks, given.masks, strict=True):
            kept.copy_(mask)
        recorded.replay()
        return recorded.hidden

    def forget(self) -> None:
        """Let go of what is recorded, and of its memory; it is recorded again where it is wanted."""
        self._recorded.clear()

    def _recording(self, given: Given) -> _Recorded:
        assert self._record is not None
        own = given._replace(
            tokens=given.tokens.clone(), positions=given.positions.clone(), masks=[mask.clone() for mask in given.masks]
        )
        wanted = self._compute(*own).clone()  # what has to be made ready at the first time is made ready now
        replay, hidden = self._record(lambda: self._compute(*own))
        replay()
        if not is_alike(hidden, wanted):
            raise ValueError("what is recorded does not give the same")
        return _Recorded(own, replay, hidden)

    def _plainly(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        masks: list[torch.Tensor],
        keys: list[torch.Tensor],
        values: list[torch.Tensor],
    ) -> torch.Tensor:
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

    def speed_up(self, example: Given, *, backend: Backend, record: Record | None) -> threading.Thread:
        """Compile the step in a thread of its own, and use what comes of it once it gives the same as the plain way.

        Takes a minute, in which steps are computed plainly. Where it cannot be compiled, they go on so.

        Args:
            example: what a step of two rows is given; its keys and values are left alone.
            backend: of torch.compile.
            record: how steps are recorded then; None leaves it.
        """
        thread = threading.Thread(target=self._speed_up, args=(example, backend, record), name="compile-model", daemon=True)
        thread.start()
        return thread

    @torch.inference_mode()
    def _speed_up(self, example: Given, backend: Backend, record: Record | None) -> None:
        try:
            compiled = torch.compile(self._plainly, backend=backend, dynamic=True, fullgraph=True)
            for rows in (2, 1):  # to torch one row is another thing than any other number of them
                part = _rows_of(example, rows)
                if not is_alike(compiled(*part), self._plainly(*part)):
                    raise ValueError("what is compiled does not give the same")
        except Exception as error:  # no compiler, a model of a strange kind: there is much that can be missing
            logger.info("the model is not compiled, which makes it slower: %s", error)
        else:
            # Run as it is: a shape that it does not know must not be compiled while a chat waits.
            self._compute = torch._dynamo.run(self._plainly)
            logger.info("the model is compiled")
        self._record = record


def _rows_of(given: Given, rows: int) -> Given:
    """The first rows, in a memory of their own that is wider than they are, as in `Rows`."""

    def wider(part: torch.Tensor) -> torch.Tensor:
        columns = part.shape[2]
        new = part.new_zeros(rows + 1, part.shape[1], columns + 1, part.shape[3])
        new[:rows, :, :columns] = part[:rows]
        return new[:rows, :, :columns]

    return Given(
        given.tokens[:rows].clone(),
        given.positions[:rows].clone(),
        [mask[:rows].clone() for mask in given.masks],
        [wider(part) for part in given.keys],
        [wider(part) for part in given.values],
    )


def is_alike(found: torch.Tensor, wanted: torch.Tensor) -> bool:
    """Whether only rounding tells them apart; a nan is like nothing."""
    return bool((found - wanted).float().norm() / wanted.float().norm() < ALIKE)


def recorder() -> Record:
    """Records CUDA graphs, which share the memory that they need while they run: they are to be replayed in one thread."""
    pool = torch.cuda.graph_pool_handle()

    def record(compute: Callable[[], torch.Tensor]) -> tuple[Replay, torch.Tensor]:
        graph = torch.cuda.CUDAGraph()
        # "thread_local": other threads may do meanwhile what would be forbidden to this one.
        with torch.cuda.graph(graph, pool=pool, capture_error_mode="thread_local"):
            hidden = compute()
        return graph.replay, hidden

    return record
