"""The keys and values of the attention of all chats that are generated together."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch

KeysValues = list[tuple[torch.Tensor, torch.Tensor]]
"""Of one chat: for each layer the keys and the values, 1 x heads x tokens x size."""


class Given(NamedTuple):
    """What a step through a model is given: one token more of every row."""

    tokens: torch.Tensor
    """Rows x 1."""
    positions: torch.Tensor
    """Of the rows: the column of each one's token."""
    masks: list[torch.Tensor]
    """One for each kind of attention, rows x 1 x 1 x columns: 0 where a row may look, the least number there is elsewhere."""
    keys: list[torch.Tensor]
    """For each layer rows x heads x columns x size, a part of what `Rows` keeps: the step writes into it."""
    values: list[torch.Tensor]


class Rows:
    """The chats that are generated together, a row each. Token n of a chat is in column n; what a row has not reached is masked."""

    def __init__(self, windows: Sequence[int | None], *, columns_step: int, is_fixed: bool, on_move: Callable[[], None]) -> None:
        """None yet.

        Args:
            windows: for each kind of attention in the model how many tokens it looks back; None is all.
            columns_step: columns are handed out in such steps: shapes that change seldom are cheaper.
            is_fixed: hand out few numbers of rows, the powers of two, and keep the room when no chat is left, so that what knows
                its address stays of use.
            on_move: called before keys and values get another place in the memory.
        """
        self.count = 0
        self._windows, self._columns_step, self._is_fixed, self._on_move = windows, columns_step, is_fixed, on_move
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []

    def add(self, of_chat: KeysValues) -> None:
        """Append a row with what the chat's prompt has left."""
        tokens = of_chat[0][0].shape[2]
        self._make_room(self.count + 1, tokens, of_chat)
        for layer, (keys, values) in enumerate(of_chat):
            self._keys[layer][self.count, :, :tokens], self._values[layer][self.count, :, :tokens] = keys[0], values[0]
        self.count += 1

    def remove(self, row: int) -> None:
        """Drop a row; the last one takes its place."""
        self.count -= 1
        for kept in (self._keys, self._values):
            for layer in kept:
                if row != self.count:
                    layer[row] = layer[self.count]
            if not self.count and not self._is_fixed:  # the room of a busy hour is given back
                kept.clear()

    def given(self, tokens: Sequence[int], lengths: Sequence[int]) -> Given:
        """What is given to a step that reads one of `tokens` in each row; the rows have so many already. Free rows may follow."""
        rows = 1 << (self.count - 1).bit_length() if self._is_fixed else self.count
        columns = -(-(max(lengths) + 1) // self._columns_step) * self._columns_step
        self._make_room(rows, columns, list(zip(self._keys, self._values, strict=True)))
        like, free = self._keys[0], [0] * (rows - self.count)
        positions = torch.tensor([*lengths, *free], device=like.device)
        numbers = torch.arange(columns, device=like.device)
        masks = []
        for window in self._windows:
            hidden = numbers > positions[:, None]
            if window is not None:
                hidden |= numbers <= positions[:, None] - window
            mask = torch.zeros(hidden.shape, dtype=like.dtype, device=like.device)
            masks.append(mask.masked_fill_(hidden, torch.finfo(like.dtype).min)[:, None, None])
        keys, values = ([layer[:rows, :, :columns] for layer in kept] for kept in (self._keys, self._values))
        return Given(torch.tensor([*tokens, *free], device=like.device)[:, None], positions, masks, keys, values)

    def _make_room(self, rows: int, columns: int, like: KeysValues) -> None:
        """Have at least so many rows and columns, each as wide as in `like`; what is there stays."""
        for kept, parts in ((self._keys, [keys for keys, _ in like]), (self._values, [values for _, values in like])):
            for layer, part in enumerate(parts):  # one after another, since old and new are in the memory together
                if layer == len(kept):
                    kept.append(part.new_zeros(0, part.shape[1], 0, part.shape[3]))
                had_rows, _, had_columns, _ = kept[layer].shape
                if had_rows >= rows and had_columns >= columns:
                    continue
                self._on_move()
                # Twice the rows and some columns more: it is copied seldom. Zeros: what is masked is still multiplied.
                step = self._columns_step
                wide = had_columns if columns <= had_columns else -(-columns * 5 // (4 * step)) * step
                high = had_rows if rows <= had_rows else max(rows, 2 * had_rows)
                new = part.new_zeros(high, part.shape[1], wide, part.shape[3])
                new[:had_rows, :, :had_columns] = kept[layer]
                kept[layer] = new
