"""Text files: personas and templates, loaded and rendered strictly: what is missing is an error, never an empty string."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import yaml
from jinja2 import Environment, StrictUndefined, Template
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from errors import PersonaError, reason

_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Lines = Annotated[tuple[_Line, ...], Field(min_length=1)]
_WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]  # the system's locale may not be Russian


class ExampleExchange(BaseModel):
    """An exchange that shows how the persona talks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: _Line
    reply: _Line


class Persona(BaseModel):
    """Who Grisha is: a Markdown file with the character as its text and the ready-made lines in its YAML front matter.

    In lines, `{name}` stands for the person's name; those that have no name to give must do without.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Line
    text: _Line
    introductions: _Lines
    introductions_named: _Lines
    greetings: _Lines
    greetings_before_answer: _Lines
    renamed: _Lines
    same_name: _Lines
    name_forgotten: _Lines
    name_known: _Lines
    name_unknown: _Lines
    fallbacks: _Lines
    too_long: _Lines
    failures: _Lines
    examples: tuple[ExampleExchange, ...] = ()


def load_persona(name: str) -> Persona:
    """The shipped persona called `name`, or the one in the file `name` (a path ending in .md).

    Raises:
        PersonaError: there is no such file, or it is not a complete persona.
    """
    shipped = files("prompts").joinpath("personas", f"{name}.md")
    source = Path(name).expanduser() if name.endswith(".md") else shipped
    try:
        raw = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        known = ", ".join(sorted(file.name.removesuffix(".md") for file in files("prompts").joinpath("personas").iterdir()))
        raise PersonaError(
            f"Не могу прочитать персону GRISHA_PERSONA={name}: {_reason(error)}. "
            f"Есть готовые: {known}; своя задаётся путём к файлу .md."
        ) from error
    opening, front, text = [*raw.split("---", 2), "", ""][:3]
    try:
        if opening.strip():
            raise ValueError("файл должен начинаться со строки ---")
        fields = yaml.safe_load(front)
        if not isinstance(fields, dict):
            raise ValueError("между строками --- нужны поля вида «name: Гриша»")
        persona = Persona(text=text, **fields)
        for _, lines in persona:
            for line in lines if isinstance(lines, tuple) else ():
                if isinstance(line, str):
                    fill(line, "Имя")
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise PersonaError(f"Файл персоны {source} с ошибкой: {_reason(error)}.") from error
    return persona


def _reason(error: Exception) -> str:
    """One line of what is wrong, in Russian where the cause is ours to name."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        what = {"missing": "его нет", "extra_forbidden": "такого поля не бывает"}.get(first["type"], "неверное значение")
        return f"поле {field}: {what}"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"это не YAML, строка {error.problem_mark.line + 1}"
    if isinstance(error, OSError):
        return reason(error)
    return " ".join(str(error).split())


def fill(line: str, name: str | None) -> str:
    """A persona's line with the person's name in it.

    Raises:
        ValueError: the line holds a placeholder other than `{name}`, or holds it and there is no name.
    """
    filled = line.replace("{name}", name) if name else line
    if "{" in filled.replace(name or "", ""):
        raise ValueError(f"в строке «{line}» лишняя подстановка: бывает только {{name}}")
    return filled


def system_prompt(persona: Persona, now: datetime, name: str | None, examples: Sequence[Mapping[str, Any]]) -> str:
    """The system message: persona, date and time, the person's name when it is known, similar dialogues.

    Args:
        persona: who speaks.
        now: local time.
        name: the person's, or None.
        examples: mappings with `question` and `reply`, the nearest first; the nearest is shown last, next to the question.
    """
    return _template("system.jinja").render(persona=persona, now=spoken_time(now), name=name, examples=examples[::-1])


def spoken_time(moment: datetime) -> str:
    """ "понедельник, 23 ноября 2026 года, 14:05"."""
    day = f"{_WEEKDAYS[moment.weekday()]}, {moment.day} {_MONTHS[moment.month - 1]} {moment.year} года"
    return f"{day}, {moment:%H:%M}"


def _said_by(text: str, speaker: str, other: str) -> str:
    """ "speaker: text" as one line, in which nobody else can seem to speak."""
    line = " ".join(text.split())
    for role in (speaker, other):
        line = re.sub(rf"({re.escape(role)})\s*:[\s:]*", r"\1 ", line)
    return f"{speaker}: {line}"


@lru_cache(maxsize=8)
def _template(file: str) -> Template:
    environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)
    environment.filters["said_by"] = _said_by
    return environment.from_string(files("prompts").joinpath(file).read_text(encoding="utf-8"))
