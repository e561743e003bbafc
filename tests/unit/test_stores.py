"""Datasets, the vector cache, the index, and the search in the dataset and in what was learned."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from langgraph.store.memory import InMemoryStore

from errors import DatasetError
from language.words import frame
from models.embeddings import EmbeddedEmbeddings
from stores.dialogues import Dataset, Exchange, load_dataset
from stores.index import VectorIndex
from stores.pattern import Pattern, new_pattern
from stores.patterns import Patterns
from stores.retriever import BACKGROUND, Found, Retriever, Thresholds, calibrate, searchable
from stores.vectors import Embedder

# Datasets


def dialogue(*texts: str, **fields: Any) -> str:
    roles = ["user", "assistant"] * len(texts)
    messages = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)]
    return json.dumps({"messages": messages} | fields, ensure_ascii=False)


def alpaca(question: str, reply: str, extra: str | None = None) -> str:
    record = {"instruction": question, "output": reply} | ({} if extra is None else {"input": extra})
    return json.dumps(record, ensure_ascii=False)


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes lines into a file of the test's folder, as they are."""

    def written(*lines: str, name: str = "data.jsonl", end: str = "\n", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes("".join(line + end for line in lines).encode(encoding))
        return file

    return written


def pairs(dataset: Dataset) -> list[tuple[str, str]]:
    return [(exchange.question, exchange.reply) for exchange in dataset.exchanges]


def test_dialogues_of_the_article(write: Write) -> None:
    dataset = load_dataset(write(dialogue("привет", "И тебе!"), dialogue(" как дела ", "Идут.", "а ещё?", "Сидят.\n")))
    assert dataset == Dataset(
        2,
        [
            Exchange("привет", "И тебе!", opening=True),
            Exchange("как дела", "Идут.", opening=True),
            Exchange("а ещё?", "Сидят.", opening=False),
        ],
        [],
    )


def test_system_messages_are_passed_over(write: Write) -> None:
    messages = [
        {"role": "system", "content": "Ты Гриша."},
        {"role": "user", "content": "привет"},
        {"role": "system", "content": ""},
        {"role": "assistant", "content": "И тебе!"},
    ]
    assert pairs(load_dataset(write(json.dumps({"messages": messages})))) == [("привет", "И тебе!")]


def test_alpaca_lines(write: Write) -> None:
    dataset = load_dataset(write(alpaca("сложи", "5", "2 и 3"), alpaca("кто ты?", "Гриша.", ""), alpaca("где ты?", "Тут.")))
    assert pairs(dataset) == [("сложи\n2 и 3", "5"), ("кто ты?", "Гриша."), ("где ты?", "Тут.")]
    assert all(exchange.opening for exchange in dataset.exchanges)


@pytest.mark.parametrize("indent", [None, 2])
def test_alpaca_json(tmp_path: Path, indent: int | None) -> None:
    file = tmp_path / "alpaca.json"
    records = [json.loads(alpaca("кто ты?", "Гриша.")), {"instruction": "пусто"}, json.loads(dialogue("а", "б"))]
    file.write_text(json.dumps(records, ensure_ascii=False, indent=indent), encoding="utf-8")
    dataset = load_dataset(file)
    assert pairs(dataset) == [("кто ты?", "Гриша."), ("а", "б")]
    assert [(broken.file, broken.line) for broken in dataset.broken] == [(file, 2)]


def test_one_record_in_a_json_file(write: Write) -> None:
    assert pairs(load_dataset(write(alpaca("кто ты?", "Гриша."), name="one.json"))) == [("кто ты?", "Гриша.")]


def test_a_folder_with_folders(write: Write, tmp_path: Path) -> None:
    write(dialogue("первый", "1"), name="set/b.jsonl")
    write(alpaca("второй", "2"), name="set/deep/er/c.json")
    write(dialogue("третий", "3"), "{", name="set/a.jsonl")
    write("not a dataset", name="set/readme.md")
    dataset = load_dataset(tmp_path / "set")
    assert sorted(pairs(dataset)) == [("второй", "2"), ("первый", "1"), ("третий", "3")]
    assert [(broken.file.name, broken.line) for broken in dataset.broken] == [("a.jsonl", 2)]
    assert load_dataset(tmp_path / "set") == dataset, "in the same order every time"


@pytest.mark.parametrize("name", ["data.jsonl", "data.json"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files_written_on_windows(write: Write, name: str, end: str, encoding: str) -> None:
    dataset = load_dataset(write(dialogue("привет", "И тебе!"), "", name=name, end=end, encoding=encoding))
    assert dataset.broken == []
    assert pairs(dataset) == [("привет", "И тебе!")]


def test_a_last_line_without_an_end(write: Write) -> None:
    assert pairs(load_dataset(write(dialogue("а", "б"), end=""))) == [("а", "б")]


def test_line_separators_inside_a_text_end_no_line(write: Write) -> None:
    assert pairs(load_dataset(write(dialogue("а\u2028б\x85в", "г")))) == [("а\u2028б\x85в", "г")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "не JSON"),
        ("just text", "не JSON"),
        (dialogue("а", "б") + dialogue("в", "г"), "не JSON"),
        ("[" * 100_000, "глубоко"),
        pytest.param('{"id": ' + "1" * 5_000 + "}", "JSON"),
        ("17", "messages или instruction"),
        ("[]", "messages или instruction"),
        ('{"text": "привет"}', "messages или instruction"),
        ('{"messages": "привет"}', "списком"),
        ('{"messages": ["привет"]}', "списком"),
        ('{"messages": null}', "списком"),
        ('{"messages": []}', "чередоваться"),
        (dialogue("а"), "чередоваться"),
        (dialogue("а", "б", "в"), "чередоваться"),
        ('{"messages": [{"role": "assistant", "content": "а"}, {"role": "user", "content": "б"}]}', "чередоваться"),
        ('{"messages": [{"role": "user", "content": "а"}, {"role": "user", "content": "б"}]}', "чередоваться"),
        ('{"messages": [{"content": "а"}, {"content": "б"}]}', "чередоваться"),
        (dialogue("а", " \n"), "content"),
        (dialogue("", "б"), "content"),
        ('{"messages": [{"role": "user", "content": 5}, {"role": "assistant", "content": "б"}]}', "content"),
        ('{"messages": [{"role": "user"}, {"role": "assistant", "content": "б"}]}', "content"),
        ('{"instruction": "а"}', "output"),
        ('{"instruction": "", "output": "б"}', "instruction"),
        ('{"instruction": "а", "input": 5, "output": "б"}', "input"),
        ('{"messages": [{"role": "user", "content": "\\ud83d"}, {"role": "assistant", "content": "б"}]}', "суррогат"),
    ],
)
def test_a_broken_line_is_skipped_and_reported(write: Write, line: str, reason: str) -> None:
    file = write(dialogue("первый", "1"), "", line, dialogue("второй", "2"))
    dataset = load_dataset(file)
    assert pairs(dataset) == [("первый", "1"), ("второй", "2")]
    [broken] = dataset.broken
    assert (broken.file, broken.line) == (file, 3)
    assert reason in broken.reason
    assert str(broken) == f"{file}:3: {broken.reason}"
    assert "\n" not in str(broken)


def test_a_dialogue_broken_at_its_end_brings_no_half_of_it(write: Write) -> None:
    dataset = load_dataset(write(dialogue("а", "б", "в", ""), dialogue("г", "д")))
    assert (dataset.dialogues, pairs(dataset), len(dataset.broken)) == (1, [("г", "д")], 1)


def test_a_line_in_another_encoding_is_reported(write: Write, tmp_path: Path) -> None:
    file = tmp_path / "data.jsonl"
    file.write_bytes(dialogue("привет", "а").encode("cp1251") + b"\n" + dialogue("б", "в").encode() + b"\n")
    dataset = load_dataset(file)
    assert pairs(dataset) == [("б", "в")]
    assert [(broken.line, broken.reason) for broken in dataset.broken] == [(1, "это не текст в кодировке UTF-8")]


def _missing(folder: Path) -> Path:
    return folder / "nothing.jsonl"


def _empty(folder: Path) -> Path:
    (folder / "empty.jsonl").touch()
    return folder / "empty.jsonl"


def _empty_json(folder: Path) -> Path:
    (folder / "empty.json").touch()
    return folder / "empty.json"


def _empty_list(folder: Path) -> Path:
    (folder / "list.json").write_text("[]")
    return folder / "list.json"


def _empty_folder(folder: Path) -> Path:
    (folder / "set").mkdir()
    return folder / "set"


def _binary(folder: Path) -> Path:
    (folder / "picture.png").write_bytes(bytes(range(256)) * 50)
    return folder / "picture.png"


def _binary_json(folder: Path) -> Path:
    (folder / "picture.json").write_bytes(bytes(range(255, -1, -1)) * 50)
    return folder / "picture.json"


def _all_broken(folder: Path) -> Path:
    (folder / "broken.jsonl").write_text('{"text": "привет"}\n' * 10)
    return folder / "broken.jsonl"


@pytest.mark.parametrize("made", [_missing, _empty, _empty_json, _empty_list, _empty_folder, _binary, _binary_json, _all_broken])
def test_a_set_without_any_dialogue(tmp_path: Path, made: Callable[[Path], Path]) -> None:
    path = made(tmp_path)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    assert "GRISHA_DATASET" in str(caught.value)


def test_the_set_that_comes_with_grisha_is_sound() -> None:
    dataset = load_dataset(Path(__file__).parents[2] / "data" / "dialogues.jsonl")
    assert dataset.broken == []
    assert dataset.dialogues >= 500
    assert len(searchable(dataset.exchanges)) > 0.9 * len(dataset.exchanges)


# Vectors and their cache


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
    assert counting.computed == ["тайна"]
    await embedder.keep("загадка", await embedder.query("загадка"))
    assert np.allclose(embedder.embed(["загадка"]), right(["загадка"]), atol=2e-3)
    assert counting.computed == ["тайна"]
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


def unit(*rows: Sequence[float]) -> np.ndarray[Any, Any]:
    vectors = np.array(rows, dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_the_nearest_comes_first() -> None:
    index = VectorIndex()
    index.add([10, 20, 30], unit([1, 0], [0, 1], [1, 1]))
    hits = index.search(unit([1, 0.1]), 3)
    assert [key for key, _ in hits] == [10, 30, 20]
    assert [cosine for _, cosine in hits] == pytest.approx([0.995, 0.774, 0.0995], abs=2e-3)
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


def _cloud(usual: float, count: int = 300) -> np.ndarray[Any, Any]:
    """Unrelated texts, as an encoder sees them that gives any two of them a cosine of about `usual`."""
    noise = unit(*np.random.default_rng(1).normal(size=(count, 64)))
    rows = np.hstack([np.full((count, 1), usual**0.5), noise * (1 - usual) ** 0.5])
    return unit(*rows)


@pytest.mark.parametrize("usual", [0.1, 0.5, 0.8])
def test_thresholds_follow_the_encoder(usual: float) -> None:
    vectors = _cloud(usual)
    cosines = (vectors @ vectors.T)[np.triu_indices(300, k=1)]
    found = calibrate(vectors)
    assert cosines.max() < found.relevance < found.recall < found.same_meaning < 1, "unrelated texts stay below all of them"
    assert found.relevance < 0.98
    assert found.relevance > usual


def test_thresholds_stay_within_reach_for_questions_that_are_all_alike() -> None:
    found = calibrate(unit(*[[1, 0]] * 30, *[[0, 1]] * 30))
    assert max(found.relevance, found.same_meaning) < 1, "the same question is still found"


def test_a_large_set_is_measured_on_a_part_of_it() -> None:
    small, large = calibrate(_cloud(0.3)), calibrate(np.tile(_cloud(0.3, 1_500), (14, 1)))
    assert large.same_meaning == pytest.approx(small.same_meaning, abs=0.1)


def test_the_more_questions_the_nearer_a_relevant_one_has_to_be() -> None:
    few, some, many, very_many = (calibrate(np.tile(_cloud(0.3), (times, 1))) for times in (1, 3, 30, 300))
    assert few.relevance < some.relevance < many.relevance
    assert very_many.relevance == very_many.same_meaning, "what means the same is always relevant"
    assert calibrate(_cloud(0.3, 10)).relevance > 0.3, "with hardly anything to measure"


# The search, with the embedded encoder

EXCHANGES = [
    Exchange("как приготовить яичницу", "Разбей два яйца и не отходи.", opening=True),
    Exchange("почему коты мурлычут", "Они так думают вслух.", opening=True),
    Exchange("не заводится машина зимой", "Проверь аккумулятор: мороз он не любит.", opening=True),
    Exchange("как завязать галстук", "Петля, оборот, снова петля.", opening=True),
    Exchange("чем лечить простуду", "Чаем, сном и ленью.", opening=True),
    Exchange("чем покрасить забор", "Фасадной краской в два слоя.", opening=True),
]


@pytest.fixture(scope="session")
def encoder() -> EmbeddedEmbeddings:
    return EmbeddedEmbeddings()


@pytest.fixture
def search(encoder: EmbeddedEmbeddings, file: Path) -> Any:
    """The retriever over EXCHANGES, put together as the program does it."""
    embedder = Embedder(encoder, "embedded", file)
    vectors = embedder.embed([exchange.question for exchange in EXCHANGES])
    thresholds = calibrate(np.vstack([vectors, embedder.embed(BACKGROUND)]))
    patterns = Patterns(embedder, 100, thresholds.same_meaning)
    yield Retriever(EXCHANGES, vectors, patterns, embedder, 3, thresholds), patterns
    embedder.close()


@pytest.mark.parametrize(
    ("asked", "question"),
    [
        ("как приготовить яичницу", "как приготовить яичницу"),
        ("Как приготовить яичницу?", "как приготовить яичницу"),
        pytest.param("КАК ПРИГОТОВИТЬ ЯИЧНИЦУ?!", "как приготовить яичницу"),
        # Not a word in common:
        ("how do I cook fried eggs", "как приготовить яичницу"),
        ("отчего кошка урчит", "почему коты мурлычут"),
        ("why do cats purr", "почему коты мурлычут"),
        ("автомобиль не запускается на морозе", "не заводится машина зимой"),
    ],
)
async def test_a_dialogue_is_found_by_its_meaning(search: Any, asked: str, question: str) -> None:
    found = await search[0].find(asked, None)
    assert [example["question"] for example in found.examples] == [question]
    assert [example["question"] for example in found.known] == [question]
    assert found.examples[0]["source"] == "dataset"
    assert found.examples[0]["score"] <= 1.001


@pytest.mark.parametrize(
    "asked",
    [
        "столица монголии",
        "сколько стоит нефть",
        "цена биткоина",
        "ок",
        "Ок!",
        "привет",
        "ага, привет",
        "ну да",
        "ахахах",
        "🌸",
        "",
        "5",
    ],
)
async def test_nothing_is_found_for_another_subject_or_for_none(search: Any, asked: str) -> None:
    assert await search[0].find(asked, InMemoryStore()) == Found([], [])


async def test_what_was_learned_is_found_by_its_meaning(search: Any) -> None:
    retriever, patterns = search
    store = InMemoryStore()
    made = made_of("как посадить яблоню", "Копай глубже, чем думаешь.")
    await patterns.learn(store, made)
    [example] = (await retriever.find("how to plant an apple tree", store)).examples
    assert (example["source"], example["key"], example["reply"]) == ("pattern", made.id, "Копай глубже, чем думаешь.")
    assert (await retriever.find("how to plant an apple tree", None)).examples == []
    again = await patterns.learn(store, made_of("как правильно посадить яблоню", "Никак."))
    assert again.id == made.id, "the same meaning is learned once"
    await patterns.learn(store, made_of("как постирать свитер", "Руками."))
    assert (await patterns.statistics(store)).patterns == 2


async def test_a_small_set_with_several_wordings_of_one_question_still_finds(encoder: EmbeddedEmbeddings, file: Path) -> None:
    questions = [
        *("как приготовить яичницу", "как пожарить яйца", "как сделать яичницу"),
        *("не заводится машина", "машина не заводится зимой", "автомобиль не заводится"),
        *("чем лечить простуду", "как вылечить простуду", "что делать при простуде"),
    ]
    embedder = Embedder(encoder, "embedded", file)
    vectors = embedder.embed(questions)
    thresholds = calibrate(np.vstack([vectors, embedder.embed(BACKGROUND)]))
    patterns = Patterns(embedder, 100, thresholds.same_meaning)
    exchanges = [Exchange(question, f"ответ {number}", opening=True) for number, question in enumerate(questions)]
    retriever = Retriever(exchanges, vectors, patterns, embedder, 3, thresholds)
    found = await retriever.find("how do I cook fried eggs", None)
    embedder.close()
    assert found.examples


# The ranking, with meanings made to measure


class Measured(Embeddings):
    """A text that ends in a number between 0 and 1 has that cosine to texts without one, which are all the same."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        cosine = float(text.split()[-1]) if text[-1].isdigit() else 1.0
        own = np.random.default_rng(list(text.encode())).normal(size=255)
        own *= np.sqrt(1 - cosine**2) / np.linalg.norm(own)
        return [cosine, *own.tolist()]


THRESHOLDS = Thresholds(relevance=0.5, recall=0.9, same_meaning=0.95)
ASKED = "сколько весит слон"


def made_of(question: str, reply: str = "Много.", *, uses: int = 0) -> Pattern:
    return replace(new_pattern(question, reply, chat_id="c", user_id="u", source="grisha"), uses=uses)


class Ranking:
    """A retriever and patterns over exchanges whose questions say how near they are to ASKED."""

    def __init__(self, file: Path, *exchanges: Exchange, k: int = 3, capacity: int = 100) -> None:
        self.embedder = Embedder(Measured(), "m", file)
        self.patterns = Patterns(self.embedder, capacity, THRESHOLDS.same_meaning)
        vectors = self.embedder.embed([exchange.question for exchange in exchanges])
        self.retriever = Retriever(exchanges, vectors, self.patterns, self.embedder, k, THRESHOLDS)
        self.store = InMemoryStore()

    async def find(self) -> Found:
        return await self.retriever.find(ASKED, self.store)


Rank = Callable[..., Ranking]


@pytest.fixture
def rank(file: Path) -> Any:
    opened: list[Ranking] = []

    def ranking(*exchanges: Exchange, **changes: Any) -> Ranking:
        opened.append(Ranking(file, *exchanges, **changes))
        return opened[-1]

    yield ranking
    for one in opened:
        one.embedder.close()


def said(question: str, reply: str = "Тонн пять.", *, opening: bool = True) -> Exchange:
    return Exchange(question, reply, opening)


def questions(found: Found) -> list[str]:
    return [example["question"] for example in found.examples]


async def test_the_best_come_first_and_no_more_than_k(rank: Rank) -> None:
    ranking = rank(said("а 0.7", "1"), said("б 0.9", "2"), said("в 0.49", "3"), said("г 0.8", "4"), said("д 0.6", "5"), k=3)
    found = await ranking.find()
    assert questions(found) == ["б 0.9", "г 0.8", "а 0.7"]
    assert [example["score"] for example in found.examples] == pytest.approx([0.9, 0.8, 0.7], abs=0.01)


async def test_only_a_near_reply_that_stands_alone_is_given_as_it_is(rank: Rank) -> None:
    ranking = rank(said("а 0.89", "1"), said("б 0.91", "2"), said("в 0.99", "3", opening=False), said("г 0.97", "4"), k=9)
    await ranking.patterns.learn(ranking.store, made_of("д 0.94", "5"))
    found = await ranking.find()
    assert [example["question"] for example in found.known] == ["г 0.97", "б 0.91"], "what was learned must be nearer"
    assert "в 0.99" in questions(found), "as an example it serves"
    await ranking.patterns.learn(ranking.store, made_of("е 0.98", "6"))
    assert [example["question"] for example in (await ranking.find()).known] == ["е 0.98", "г 0.97", "б 0.91"]


@pytest.mark.parametrize("asked", ["ок", "привет", "ага, привет"])
async def test_small_talk_finds_nothing_however_near(rank: Rank, asked: str) -> None:
    ranking = rank(said("а 0.99"))
    assert len((await ranking.find()).examples) == 1
    assert await ranking.retriever.find(asked, ranking.store) == Found([], [])


async def test_one_reply_is_shown_once(rank: Rank) -> None:
    ranking = rank(said("а 0.7", "то же"), said("б 0.9", "то же"), said("в 0.6", "другое"))
    assert questions(await ranking.find()) == ["б 0.9", "в 0.6"]


async def test_use_never_makes_a_pattern_relevant(rank: Rank) -> None:
    ranking = rank()
    await ranking.patterns.learn(ranking.store, made_of("а 0.48", uses=1_000_000))
    assert await ranking.find() == Found([], [])
    await ranking.patterns.learn(ranking.store, made_of("б 0.52", "Иначе."))
    assert questions(await ranking.find()) == ["б 0.52"]


async def test_use_never_makes_a_pattern_an_answer(rank: Rank) -> None:
    ranking = rank()
    await ranking.patterns.learn(ranking.store, made_of("а 0.94", uses=1_000_000))
    found = await ranking.find()
    assert (questions(found), found.known) == (["а 0.94"], [])


async def test_a_much_used_pattern_stays_below_a_clearly_nearer_dialogue(rank: Rank) -> None:
    ranking = rank(said("а 0.75"))
    await ranking.patterns.learn(ranking.store, made_of("б 0.70", "Иначе.", uses=1_000_000))
    assert questions(await ranking.find()) == ["а 0.75", "б 0.70"]


async def test_use_tips_the_scales_between_equals(rank: Rank) -> None:
    ranking = rank(said("а 0.70"))
    await ranking.patterns.learn(ranking.store, made_of("б 0.70", "Иначе."))
    await ranking.patterns.learn(ranking.store, made_of("в 0.70", "Ещё иначе.", uses=10))
    assert questions(await ranking.find())[0] == "в 0.70"


async def test_learning_a_known_reply_takes_nothing_from_the_dataset(rank: Rank) -> None:
    ranking = rank(said("а 0.96", "Тонн пять."))
    assert len((await ranking.find()).known) == 1
    await ranking.patterns.learn(ranking.store, made_of("б 0.94", "Тонн пять.", uses=1_000_000))
    assert [example["reply"] for example in (await ranking.find()).known] == ["Тонн пять."]
