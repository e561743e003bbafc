"""Reading dialogue datasets: the article's JSON Lines, Alpaca-style JSON and JSON Lines, and folders of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import DatasetError, reason

_SUFFIXES = (".jsonl", ".json")


@dataclass(frozen=True)
class Exchange:
    """One question and its reply. `opening`: the question began its dialogue, so it can be understood without context."""

    question: str
    reply: str
    opening: bool


@dataclass(frozen=True)
class BrokenRecord:
    """What was skipped of a dataset: the file, the line (or the number of the record in a JSON list), and why, in Russian."""

    file: Path
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Dataset:
    """What a dataset holds. `dialogues` counts whole dialogues, each of one exchange or more."""

    dialogues: int
    exchanges: list[Exchange]
    broken: list[BrokenRecord]


def load_dataset(path: Path) -> Dataset:
    """Read a dataset file, or all `.jsonl` and `.json` files of a folder and its subfolders; blocks.

    A record is `{"messages": [{"role": "user", "content": ...}, {"role": "assistant", "content": ...}, ...]}` or
    `{"instruction": ..., "input": ..., "output": ...}`. Records that are neither are skipped and reported in `broken`.

    Raises:
        DatasetError: the path cannot be read, or no record of it is a dialogue.
    """
    exchanges: list[Exchange] = []
    broken: list[BrokenRecord] = []
    dialogues = 0
    try:
        for file in _files(path):
            for line, record in _records(file):
                try:
                    exchanges += _exchanges(record)
                    dialogues += 1
                except ValueError as error:
                    broken.append(BrokenRecord(file, line, str(error)))
    except OSError as error:
        raise DatasetError(f"Не могу прочитать набор диалогов {path}: {reason(error)}. Проверьте путь в GRISHA_DATASET.") from error
    if not dialogues:
        first = f" Первая ошибка: {broken[0]}." if broken else ""
        raise DatasetError(
            f"В наборе {path} нет ни одного диалога.{first} Нужны строки вида "
            '{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}; путь задаёт GRISHA_DATASET.'
        )
    return Dataset(dialogues, exchanges, broken)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in _SUFFIXES and file.is_file())
    return [path]


def _records(file: Path) -> Iterator[tuple[int, Any]]:
    """The records of a file with their line numbers. What is not JSON comes as the ValueError that tells why."""
    if file.suffix == ".json":
        record = _parsed(file.read_bytes())
        if isinstance(record, list):
            yield from enumerate(record, start=1)
        else:
            yield 1, record
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number, _parsed(line)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return ValueError("это не текст в кодировке UTF-8")
    except json.JSONDecodeError as error:
        return ValueError(f"это не JSON: ошибка в строке {error.lineno}, знак {error.colno}")
    except ValueError:
        return ValueError("это не JSON, который можно прочитать: слишком длинное число")
    except RecursionError:
        return ValueError("скобки вложены слишком глубоко")


def _exchanges(record: Any) -> list[Exchange]:
    """The exchanges of one record.

    Raises:
        ValueError: the record is not a dialogue; the message says why.
    """
    if isinstance(record, ValueError):
        raise record
    if not isinstance(record, dict):
        raise ValueError("ожидается объект с полем messages или instruction")
    if "messages" in record:
        return _from_messages(record["messages"])
    if "instruction" in record:
        return _from_instruction(record)
    raise ValueError("нет поля messages или instruction")


def _from_messages(messages: Any) -> list[Exchange]:
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise ValueError("messages должно быть списком объектов с полями role и content")
    turns = [message for message in messages if message.get("role") != "system"]
    if not turns or len(turns) % 2:
        raise ValueError("в диалоге должны чередоваться user и assistant, последним идёт assistant")
    exchanges = []
    for at in range(0, len(turns), 2):
        question, reply = turns[at : at + 2]
        if question.get("role") != "user" or reply.get("role") != "assistant":
            raise ValueError("в диалоге должны чередоваться user и assistant, последним идёт assistant")
        exchanges.append(
            Exchange(_text(question.get("content"), "content"), _text(reply.get("content"), "content"), opening=at == 0)
        )
    return exchanges


def _from_instruction(record: dict[str, Any]) -> list[Exchange]:
    question = _text(record["instruction"], "instruction")
    if (extra := record.get("input")) not in (None, ""):
        question += "\n" + _text(extra, "input")
    return [Exchange(question, _text(record.get("output"), "output"), opening=True)]


def _text(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"поле {field} должно быть непустой строкой")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"в поле {field} половина символа (одиночный суррогат)")
    return value.strip()
