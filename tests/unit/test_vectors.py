"""Vectors: their cache, their index, and the thresholds measured on them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from language.words import frame
from stores.index import VectorIndex
from stores.retriever import calibrate
from stores.vectors import Embedder


def unit(*rows: Sequence[float]) -> np.ndarray[Any, Any]:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


# The cache


class Counting(Embeddings):
    """Gives each text a vector of its own and keeps what it was asked for."""

    def __init__(self, fail_after: int | None = None) -> None:
        self.computed: list[str] = []
        self.fail_after = fail_after

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.fail_after is not None and len(self.computed) + len(texts) > self.fail_after:
            raise KeyboardInterrupt
        self.computed += texts
        return [self.vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.vector(text)

    @staticmethod
    def vector(text: str) -> list[float]:
        return np.random.default_rng(list(text.encode())).normal(size=32).tolist()  # type: ignore[no-any-return]


def right(texts: Sequence[str]) -> np.ndarray[Any, Any]:
    vectors = np.array([Counting.vector(text) for text in texts])
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


TEXTS = [f"вопрос {number}" for number in range(700)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "vectors.sqlite"


def test_each_text_is_computed_once(file: Path) -> None:
    counting = Counting()
    embedder = Embedder(counting, "m", file)
    texts = ["б", "а", "б", "в", "а"]
    assert np.allclose(embedder.embed(texts), right(texts), atol=2e-3), "in the order of the texts"
    assert sorted(counting.computed) == ["а", "б", "в"]
    assert np.allclose(embedder.embed(["в", "г"]), right(["в", "г"]), atol=2e-3)
    assert sorted(counting.computed) == ["а", "б", "в", "г"]
    embedder.close()

    reopened = Embedder(counting, "m", file)
    assert np.allclose(reopened.embed(texts), right(texts), atol=2e-3)
    assert len(counting.computed) == 4
    reopened.close()


def test_vectors_have_length_one_and_the_first_answer_is_the_later_one(file: Path) -> None:
    embedder = Embedder(Counting(), "m", file)
    first = embedder.embed(TEXTS[:300])
    assert first.dtype == np.float32
    assert np.allclose(np.linalg.norm(first, axis=1), 1, atol=2e-3)
    assert np.array_equal(first, embedder.embed(TEXTS[:300]))
    assert len(embedder.embed([])) == 0
    embedder.close()


def test_another_model_has_vectors_of_its_own(file: Path) -> None:
    for model in ("one", "two"):
        counting = Counting()
        embedder = Embedder(counting, model, file)
        embedder.embed(["а"])
        embedder.close()
        assert counting.computed == ["а"]


def test_progress_is_told_of_what_has_to_be_computed(file: Path) -> None:
    embedder = Embedder(Counting(), "m", file)
    told: list[tuple[int, int]] = []
    embedder.embed(TEXTS, lambda done, total: told.append((done, total)))
    assert told[0] == (0, 700)
    assert told[-1] == (700, 700)
    assert told == sorted(told)
    assert len(told) > 2
    told.clear()
    embedder.embed(TEXTS, lambda done, total: told.append((done, total)))
    assert told == []
    embedder.close()


def test_an_interrupted_start_goes_on_where_it_was(file: Path) -> None:
    interrupted = Counting(fail_after=600)
    embedder = Embedder(interrupted, "m", file)
    with pytest.raises(KeyboardInterrupt):
        embedder.embed(TEXTS)
    assert interrupted.computed
    # Not closed: the process was killed.
    later = Counting()
    again = Embedder(later, "m", file)
    assert np.allclose(again.embed(TEXTS), right(TEXTS), atol=2e-3)
    assert sorted(later.computed + interrupted.computed) == sorted(TEXTS), "nothing twice"
    again.close()
    embedder.close()


async def test_a_question_is_not_cached_until_it_is_kept(file: Path) -> None:
    counting = Counting()
    embedder = Embedder(counting, "m", file)
    vector = await embedder.query("тайна")
    assert np.allclose(vector, right(["тайна"]), atol=1e-5)
    embedder.embed(["тайна"])
    assert counting.computed == ["тайна"] * 2
    await embedder.keep("загадка", await embedder.query("загадка"))
    assert np.allclose(embedder.embed(["загадка"]), right(["загадка"]), atol=2e-3)
    assert counting.computed == ["тайна", "тайна", "загадка"]
    embedder.close()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("сколько калорий в пельменях", "сколько в"),
        ("Как варить пельмени, чтобы не слиплись?", "Как варить чтобы не слиплись"),
        ("надоело спать", "надоело спать"),
        ("столица казахстана", "столица казахстана"),
        ("how do I cook eggs", "how do I cook eggs"),
        ("почему windows 11 тормозит", "почему тормозит"),
        ("", ""),
    ],
)
def test_a_frame_is_a_text_without_its_topic(text: str, left: str) -> None:
    assert frame(text) == left


async def test_a_vector_leans_towards_its_frame_in_a_batch_and_alone(file: Path) -> None:
    text, other = "сколько калорий в пельменях", "вопрос"
    embedder = Embedder(Counting(), "m", file)
    whole, part = right([text, "сколько в"])
    expected = unit(whole + 0.2 * part)
    assert np.allclose(await embedder.query(text), expected, atol=1e-5)
    assert np.allclose(embedder.embed([other, text, other]), [*right([other]), *expected, *right([other])], atol=2e-3)
    embedder.close()


def _content(file: Path) -> bytes:
    """All that lies on the disk of a cache: the file and what SQLite keeps beside it."""
    return b"".join(part.read_bytes() for part in file.parent.glob(f"{file.name}*"))


async def test_a_forgotten_text_leaves_the_cache(file: Path) -> None:
    counting = Counting()
    embedder = Embedder(counting, "m", file)
    vector = embedder.embed(["тайна", "а"])[0].astype(np.float16).tobytes()
    await embedder.forget(["тайна", "незнакомая"])
    embedder.close()
    assert vector not in _content(file), "nor is there a trace of it in the file"
    embedder = Embedder(counting, "m", file)
    embedder.embed(["а"])
    assert sorted(counting.computed) == ["а", "тайна"]
    embedder.embed(["тайна"])
    assert sorted(counting.computed) == ["а", "тайна", "тайна"]
    embedder.close()


def _garbage(file: Path) -> None:
    file.write_bytes(b"\x00garbage\xff" * 1_000)


def _half(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _no_bytes(file: Path) -> None:
    file.write_bytes(b"")


def _a_page_of_zeros(file: Path) -> None:
    raw = file.read_bytes()
    file.write_bytes(raw[:4096] + bytes(4096) + raw[8192:])


def _another_text(file: Path) -> None:
    file.write_text("привет")


def _bytes_of_a_vector(file: Path) -> None:
    raw, vector = file.read_bytes(), right(TEXTS[:1])[0].astype(np.float16).tobytes()
    at = raw.index(vector[:16])
    file.write_bytes(raw[:at] + bytes(32) + raw[at + 32 :])


@pytest.mark.parametrize(
    "damage",
    [
        _garbage,
        _half,
        _no_bytes,
        _a_page_of_zeros,
        _another_text,
        pytest.param(_bytes_of_a_vector),
    ],
)
def test_a_damaged_cache_is_computed_again(file: Path, damage: Callable[[Path], None]) -> None:
    embedder = Embedder(Counting(), "m", file)
    embedder.embed(TEXTS)
    embedder.close()
    damage(file)
    counting = Counting()
    embedder = Embedder(counting, "m", file)
    assert np.allclose(embedder.embed(TEXTS), right(TEXTS), atol=2e-3)
    embedder.close()
    assert counting.computed
    counting.computed.clear()
    embedder = Embedder(counting, "m", file)
    embedder.embed(TEXTS)
    embedder.close()
    assert counting.computed == [], "the new cache is a sound one"


# The index


def test_the_nearest_comes_first() -> None:
    index = VectorIndex()
    index.add([10, 20, 30], unit([1, 0], [0, 1], [1, 1]))
    hits = index.search(unit([1, 0.1]), 3)
    assert [key for key, _ in hits] == [10, 30, 20]
    assert [cosine for _, cosine in hits] == pytest.approx([0.995, 0.774, 0.0995], abs=6e-3)
    assert [key for key, _ in index.search(unit([0.1, 1]), 2)] == [20, 30]
    assert len(index) == 3


def test_an_empty_index_finds_nothing() -> None:
    index = VectorIndex()
    assert index.search(unit([1, 0]), 3) == []
    assert len(index) == 0
    index.remove([1])
    index.add([], np.empty((0, 0), dtype=np.float32))
    assert index.search(unit([1, 0]), 3) == []
    index.add([1], unit([1, 0]))
    index.remove([1])
    assert index.search(unit([1, 0]), 3) == []
    assert len(index) == 0


def test_fewer_than_k_come_back_as_they_are() -> None:
    index = VectorIndex()
    index.add([1, 2], unit([1, 0], [0, 1]))
    assert [key for key, _ in index.search(unit([1, 0]), 10)] == [1, 2]
    index.add([3], unit([1, 0.1]))
    assert [key for key, _ in index.search(unit([1, 0]), 10)] == [1, 3, 2]


def test_removed_vectors_are_not_found() -> None:
    index = VectorIndex()
    index.add([1, 2, 3], unit([1, 0], [1, 0.1], [0, 1]))
    index.remove([1, 99])
    assert [key for key, _ in index.search(unit([1, 0]), 3)] == [2, 3]
    assert len(index) == 2


# Thresholds


def _cloud(usual: float, count: int = 300, seed: int = 1) -> np.ndarray[Any, Any]:
    """Unrelated texts, as an encoder sees them that gives any two of them a cosine of about `usual`."""
    noise = unit(*np.random.default_rng(seed).normal(size=(count, 64)))
    rows = np.hstack([np.full((count, 1), usual**0.5), noise * (1 - usual) ** 0.5])
    return unit(*rows)


def _background(usual: float) -> np.ndarray[Any, Any]:
    return _cloud(usual, 24, seed=2)


@pytest.mark.parametrize("usual", [0.1, 0.5, 0.8])
def test_thresholds_follow_the_encoder(usual: float) -> None:
    vectors = _cloud(usual)
    cosines = (vectors @ vectors.T)[np.triu_indices(300, k=1)]
    found = calibrate(vectors, _background(usual))
    assert np.quantile(cosines, 0.9999) < found.relevance < found.recall < 1, "unrelated texts stay below"
    assert usual < found.company < found.relevance < 0.98


def test_thresholds_stay_within_reach_for_questions_that_are_all_alike() -> None:
    found = calibrate(unit(*[[1, 0]] * 30, *[[0, 1]] * 30), unit(*[[1, 0]] * 12, *[[0, 1]] * 12))
    assert max(found.relevance, found.recall) < 1, "the same question is still found"


def test_where_questions_lie_further_apart_more_is_asked_for() -> None:
    alike = calibrate(_cloud(0.3), _background(0.3))
    wide = unit(*np.random.default_rng(3).normal(size=(300, 8)))
    assert calibrate(wide, _background(0.3)).relevance > alike.relevance


def test_a_large_set_is_measured_on_a_part_of_it() -> None:
    background = _background(0.3)
    small, large = calibrate(_cloud(0.3), background), calibrate(np.tile(_cloud(0.3, 1_500), (14, 1)), background)
    assert large.unrelated == pytest.approx(small.unrelated, abs=0.1)


def test_the_more_questions_the_nearer_a_relevant_one_has_to_be() -> None:
    few, some, many, very_many = (calibrate(np.tile(_cloud(0.3), (times, 1)), _background(0.3)) for times in (1, 3, 30, 300))
    assert few.relevance < some.relevance < many.relevance
    assert very_many.relevance <= very_many.recall < 1
    assert calibrate(_cloud(0.3, 10), _background(0.3)).relevance > 0.3, "with hardly anything to measure"
