"""In which situation somebody is who writes something: by how near it is to what people write in each."""

import asyncio
from collections.abc import Sequence

import numpy as np

from stores.retriever import Thresholds
from stores.vectors import Embedder

_NEAREST = 3
"""Examples of a situation that count."""
# Cosines, as shares of the way from those of unrelated questions to those of one question in two wordings.
_NEAR = 0.35
"""The mean to the nearest examples from which somebody may be in a situation."""
_EQUAL = 0.04
"""Situations that differ by less are equally likely."""


class Situations:
    """Tells situations apart, with the encoder that the search uses."""

    def __init__(self, embedder: Embedder, thresholds: Thresholds) -> None:
        self._embedder = embedder
        self._unrelated = thresholds.unrelated
        self._way = thresholds.recall - thresholds.unrelated

    async def find(self, text: str, situations: Sequence[Sequence[str]], *, closely: bool = False) -> int | None:
        """The number of the situation that `text` is of, the later one of those that are equally likely; None when it is of none.

        Args:
            text: what somebody writes.
            situations: of each, examples of what people write; the ones where a mistake does less harm come later.
            closely: only where `text` is one of the examples, in other words at most.
        """
        if not situations:
            return None
        query = (await self._embedder.query(text))[0]
        near = []
        for examples in situations:
            vectors = await asyncio.to_thread(self._embedder.embed, examples)  # from the second time on they are in its cache
            near.append(float(np.sort(vectors @ query)[-(1 if closely else _NEAREST) :].mean()))
        best = max(near)
        if best < self._unrelated + (1 if closely else _NEAR) * self._way:
            return None
        return max(at for at, one in enumerate(near) if one > best - _EQUAL * self._way)
