"""Plain dense search: the nearest questions by cosine, however far."""

from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from stores.vectors import Vectors


class Dense:
    """Searches questions of one dataset; more can be added, as learned patterns are."""

    def __init__(self, encoder: Embeddings, questions: Sequence[str], owners: Sequence[int]) -> None:
        """`owners`: the dialogue that each question belongs to."""
        self._encoder = encoder
        self._vectors = embed(encoder, questions)
        self._owners = list(owners)

    def add(self, questions: Sequence[str], owner: int) -> None:
        """Let `questions` be found, too; all of them belong to `owner`."""
        self._vectors = np.vstack([self._vectors, embed(self._encoder, questions)])
        self._owners += [owner] * len(questions)

    def find(self, text: str) -> list[tuple[int, float]]:
        """The owners of the two nearest questions, with the cosine, the nearest first."""
        cosines = self._vectors @ embed(self._encoder, [text])[0]
        return [(self._owners[at], float(cosines[at])) for at in np.argsort(-cosines)[:2]]


def embed(encoder: Embeddings, texts: Sequence[str]) -> Vectors:
    """The vectors of `texts`, which the encoder gives a length of 1."""
    return np.asarray(encoder.embed_documents(list(texts)), dtype=np.float32)


def threshold(cosines: Sequence[float], most: float) -> float:
    """The lowest cosine that at most the share `most` of `cosines` reach."""
    falling = sorted(cosines, reverse=True)
    return float(np.nextafter(falling[int(most * len(falling))], 2))
