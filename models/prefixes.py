"""What has been computed of prompts, for those that begin the same way: the persona for every chat, its history for each."""

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.rows import KeysValues

_SHARE, _OWN = 0.25, 128
"""A prompt of which another one lacks no more than this share and so many tokens, its end, is not kept beside that one.

The end has the time and the question, and is of no use to the chat's next turn. Where it is of use, so few tokens are soon read.
"""


class Prefixes:
    """Keys and values of the last prompts, as many as fit into so many bytes. The longest common beginning is found."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._kept: OrderedDict[bytes, tuple[NDArray[np.int32], KeysValues]] = OrderedDict()

    def find(self, prompt: Sequence[int]) -> KeysValues:
        """What is known of the beginning of `prompt`, at most of all but its last token; empty when nothing is."""
        wanted = np.array(prompt[:-1], np.int32)
        best, length = None, 0
        for key, (tokens, _) in self._kept.items():
            same = _common(tokens, wanted)
            if same > length:
                best, length = key, same
        if best is None:
            return []
        self._kept.move_to_end(best)
        return [(keys[:, :, :length], values[:, :, :length]) for keys, values in self._kept[best][1]]

    def keep(self, prompt: Sequence[int], computed: KeysValues) -> None:
        """Remember what was computed of `prompt`; little is lost with another that begins the same way, as the turn before does."""
        size = sum(part.nbytes for pair in computed for part in pair)
        if size > self._max_bytes:
            return
        tokens = np.array(prompt, np.int32)
        for key, (known, _) in list(self._kept.items()):
            if len(known) - _common(known, tokens) <= min(_OWN, _SHARE * len(known)):
                self._drop(key)
        self._kept[tokens.tobytes()] = tokens, computed
        self._bytes += size
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        """Forget all: the memory is needed."""
        self._kept.clear()
        self._bytes = 0

    def _drop(self, key: bytes) -> None:
        _, computed = self._kept.pop(key)
        self._bytes -= sum(part.nbytes for pair in computed for part in pair)


def _common(one: NDArray[np.int32], other: NDArray[np.int32]) -> int:
    """How many tokens the two have in common from the beginning on."""
    length = min(len(one), len(other))
    different = np.flatnonzero(one[:length] != other[:length])
    return int(different[0]) if len(different) else length
