"""An embedding model whose cosines are made to measure."""

import numpy as np
from langchain_core.embeddings import Embeddings

_SHARED = np.random.default_rng(0).normal(size=256)
_SHARED /= np.linalg.norm(_SHARED)


class Measured(Embeddings):
    """A text that ends in a number between 0 and 1 has that cosine to texts without one, which are all the same.

    Each "!" at the end takes a hundredth off, so that texts can differ in nothing else.
    """

    def __init__(self) -> None:
        self.computed: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.computed += texts
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        cosine = float(text.split()[-1]) if text[-1].isdigit() else 1 - (len(text) - len(text.rstrip("!"))) / 100
        own = np.random.default_rng(list(text.encode())).normal(size=256)
        own -= own @ _SHARED * _SHARED
        return (cosine * _SHARED + np.sqrt(1 - cosine**2) / np.linalg.norm(own) * own).tolist()
