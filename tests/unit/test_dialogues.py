"""Datasets of dialogues: every form that is read, and what is said of one that cannot be."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from errors import DatasetError
from stores.dialogues import Dataset, Exchange, load_dataset
from stores.retriever import searchable


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
