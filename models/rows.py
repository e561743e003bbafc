"""The keys and values of the attention of all chats that are generated together."""

from collections.abc import Sequence
from typing import Any

import torch
from transformers.cache_utils import Cache, CacheLayerMixin

KeysValues = list[tuple[torch.Tensor, torch.Tensor]]
"""Of one chat: for each layer the keys and the values, 1 x heads x tokens x size."""

_STEP = 64
"""Columns are handed out in such steps: shapes that change seldom are cheaper."""


class _RowsLayer(CacheLayerMixin):  # type: ignore[no-untyped-call]  # transformers leaves it untyped
    """One layer of `Rows`: takes the keys and values of one token of each chat, and hands out all."""

    is_sliding = False

    def __init__(self, rows: "Rows") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._rows = rows

    def make_room(self, rows: int, columns: int, keys: torch.Tensor, values: torch.Tensor) -> None:
        """Have at least so many rows and columns, each as wide as in `keys` and `values`; what is there stays."""
        had = (0, 0) if self.keys is None else (self.keys.shape[0], self.keys.shape[2])
        if had[0] >= rows and had[1] >= columns:
            return
        # Twice the rows and some columns more, so that it is copied seldom. Zeros, since what is masked is still multiplied.
        wide = had[1] if columns <= had[1] else -(-columns * 5 // (4 * _STEP)) * _STEP
        high = had[0] if rows <= had[0] else max(rows, 2 * had[0])
        for name, like in (("keys", keys), ("values", values)):
            old, new = getattr(self, name), like.new_zeros(high, like.shape[1], wide, like.shape[3])
            if old is not None:
                new[: had[0], :, : had[1]] = old
            setattr(self, name, new)

    def lazy_initialization(self, key_states: torch.Tensor, value_states: torch.Tensor) -> None:
        """Nothing: `make_room` comes first."""

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **kwargs: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Put rows x heads x 1 x size where each row is; rows x heads x columns x size come back."""
        assert self.keys is not None
        assert self.values is not None
        rows = self._rows
        self.keys[rows.numbers, :, rows.positions] = key_states[:, :, 0]
        self.values[rows.numbers, :, rows.positions] = value_states[:, :, 0]
        return self.keys[: rows.count, :, : rows.columns], self.values[: rows.count, :, : rows.columns]

    def get_mask_sizes(self, query_length: int) -> tuple[int, int]:
        """The columns that are looked at, and where they begin."""
        return self._rows.columns, 0

    def get_seq_length(self) -> int:
        """The columns before this step."""
        return self._rows.columns - 1

    def get_max_length(self) -> int:
        """-1: there is none."""
        return -1


class Rows(Cache):
    """The chats that are generated together, a row each. Token n of a chat is in column n; what a row has not reached is masked."""

    def __init__(self, layers: int, windows: Sequence[int | None]) -> None:
        """None yet.

        Args:
            layers: how many the model has.
            windows: for each kind of attention in the model how many tokens it looks back; None is all.
        """
        self.count = 0
        self.columns = 0
        self.positions = self.numbers = torch.zeros(0, dtype=torch.long)
        self._windows = windows
        super().__init__(layers=[_RowsLayer(self) for _ in range(layers)])
        self.layers: list[Any]

    def add(self, of_chat: KeysValues) -> None:
        """Append a row with what the chat's prompt has left."""
        tokens = of_chat[0][0].shape[2]
        for layer, (keys, values) in zip(self.layers, of_chat, strict=True):
            layer.make_room(self.count + 1, tokens, keys, values)
            layer.keys[self.count, :, :tokens], layer.values[self.count, :, :tokens] = keys[0], values[0]
        self.count += 1

    def remove(self, row: int) -> None:
        """Drop a row; the last one takes its place."""
        self.count -= 1
        for layer in self.layers:
            if not self.count:  # the room of a busy hour is given back
                layer.keys = layer.values = None
            elif row != self.count:
                layer.keys[row], layer.values[row] = layer.keys[self.count], layer.values[self.count]

    def begin_step(self, lengths: Sequence[int]) -> list[torch.Tensor]:
        """Prepare for one token more of every row, which have so many; the masks come back, one for each of the windows.

        A mask is rows x 1 x 1 x columns: 0 where the row may look, the least number there is where it may not.
        """
        self.columns = -(-(max(lengths) + 1) // _STEP) * _STEP
        for layer in self.layers:
            layer.make_room(self.count, self.columns, layer.keys[:1], layer.values[:1])
        keys = self.layers[0].keys
        self.positions = torch.tensor(lengths, device=keys.device)
        self.numbers = torch.arange(self.count, device=keys.device)
        columns = torch.arange(self.columns, device=keys.device)
        masks = []
        for window in self._windows:
            hidden = columns > self.positions[:, None]
            if window is not None:
                hidden |= columns <= self.positions[:, None] - window
            mask = torch.zeros(hidden.shape, dtype=keys.dtype, device=keys.device)
            masks.append(mask.masked_fill_(hidden, torch.finfo(keys.dtype).min)[:, None, None])
        return masks
