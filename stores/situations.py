"""In which situation somebody is who writes something: by how near it is to what people write in each."""

import asyncio
from collections.abc import Sequence

import numpy as np

from stores.vectors import Embedder

_NEAREST = 3
"""Examples of a situation that count."""
_NEAR = 0.45
"""The mean cosine to them from which somebody may be in it."""
_EQUAL = 0.02
"""Situations that differ by less are equally likely."""


class Situations:
    """Tells situations apart, with the encoder that the search uses."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    async def find(self, text: str, situations: Sequence[Sequence[str]]) -> int | None:
        """The number of the situation that `text` is of, the later one of those that are equally likely; None when it is of none.

        Args:
            text: what somebody writes.
            situations: of each, examples of what people write; the ones where a mistake does less harm come later.
        """
        if not situations:
            return None
        query = (await self._embedder.query(text))[0]
        near = []
        for examples in situations:
            vectors = await asyncio.to_thread(self._embedder.embed, examples)  # from the second time on they are in its cache
            near.append(float(np.sort(vectors @ query)[-_NEAREST:].mean()))
        best = max(near)
        return max(at for at, one in enumerate(near) if one > best - _EQUAL) if best >= _NEAR else None
