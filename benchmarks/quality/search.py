"""Grisha's search, opened as the app opens it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from app import _open_search
from benchmarks.common import plain_settings
from models.machine import find_device
from stores.dialogues import load_dataset
from stores.patterns import Patterns
from stores.retriever import Retriever


class Search(NamedTuple):
    """What searches a dataset and what was learned beside it."""

    retriever: Retriever
    patterns: Patterns


@contextmanager
def open_search(dataset: Path, folder: Path) -> Iterator[Search]:
    """The search over one dataset with the default settings, calibrated on that dataset alone; its vectors are kept in `folder`."""
    settings = plain_settings(folder, dataset=dataset, device="cpu")
    retriever, patterns, embedder = _open_search(settings, load_dataset(dataset), find_device("cpu"), lambda done, total: None)
    try:
        yield Search(retriever, patterns)
    finally:
        embedder.close()
