"""What Grisha's retriever is measured beside: the article's prototype, and plain dense search."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from stores.dialogues import Exchange
from stores.vectors import Vectors

_WORD = re.compile(r"[^\W\d_]{3,}")


class Prototype:
    """The article's: an inverted index over the ten most frequent words of each dialogue; most shared words first."""

    def __init__(self, dialogues: list[list[Exchange]]) -> None:
        self._index: defaultdict[str, set[int]] = defaultdict(set)
        for number, exchanges in enumerate(dialogues):
            said = " ".join(exchange.question for exchange in exchanges).lower()
            for word, _ in Counter(_WORD.findall(said)).most_common(10):
                self._index[word].add(number)

    def find(self, text: str) -> list[int]:
        """The dialogues that share a word with `text`."""
        shared = Counter(
            number for word in sorted(set(_WORD.findall(text.lower()))) for number in sorted(self._index.get(word, ()))
        )
        return [number for number, _ in shared.most_common()]


class Dense:
    """The nearest questions by cosine, however far; `cosines` keeps the cosines of each text that was asked."""

    def __init__(self, encoder: Embeddings, vectors: Vectors, dialogue_of: Sequence[int], k: int) -> None:
        self._encoder, self._vectors, self._dialogue_of, self._k = encoder, vectors, dialogue_of, k
        self.cosines: dict[str, list[float]] = {}

    def find(self, text: str) -> list[int]:
        """The dialogues of the `k` nearest questions."""
        cosines = self._vectors @ np.asarray(self._encoder.embed_query(text), dtype=np.float32)
        best = np.argsort(-cosines)[: self._k]
        self.cosines[text] = cosines[best].tolist()
        return [self._dialogue_of[at] for at in best]

    def above(self, threshold: float, text: str, found: list[int]) -> list[int]:
        """Of what was found for `text`, what is at least so near."""
        return [one for one, cosine in zip(found, self.cosines[text], strict=True) if cosine >= threshold]

    def threshold(self, texts: Sequence[str], passed: int) -> float:
        """The lowest cosine from which no more than `passed` of `texts`, which have been asked, find something."""
        return sorted((self.cosines[text][0] for text in texts), reverse=True)[passed] + 1e-6
