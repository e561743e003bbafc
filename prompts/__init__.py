"""Text files: personas and templates, loaded and rendered strictly: what is missing is an error, never an empty string."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

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


class Situation(BaseModel):
    """What people write when they are in it, and lines that answer any of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    like: _Lines
    lines: _Lines
    when: Literal["asks", "tells", "small talk"] | None = None
    """Whether an answer or a deed is wanted, something is told, or nothing but "спасибо" is said; None: one of the first two."""


class Persona(BaseModel):
    """Who Grisha is: a Markdown file with the character as its text and the ready-made lines in its YAML front matter.

    A line may hold the placeholder that `PLACEHOLDERS` has for its field, and no other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: _Line
    text: _Line
    gender: Literal["masculine", "feminine"] | None = None
    """In which the persona speaks of itself; None leaves what the model says as it is."""
    introductions: _Lines
    introductions_named: _Lines
    greetings: _Lines
    greetings_before_answer: _Lines
    greetings_asked_back: tuple[_Line, ...] = ()
    """For "меня зовут Оля, а тебя?"; without them the model answers, after one of `greetings_before_answer`."""
    renamed: _Lines
    same_name: _Lines
    name_forgotten: _Lines
    name_known: _Lines
    name_unknown: _Lines
    fallbacks: _Lines
    too_long: _Lines
    failures: _Lines
    media: _Lines
    too_fast: _Lines
    in_line: _Lines
    not_allowed: _Lines
    added_to_group: _Lines
    examples: tuple[ExampleExchange, ...] = ()
    situations: tuple[Situation, ...] = ()
    """Lines for when the model has nothing to say; `fallbacks` are for what is in none of them. Of two that are equally likely the
    later one is taken, so the lines that do the least harm where they do not fit come last."""


PLACEHOLDERS = {
    "introductions_named": "name",
    "greetings": "name",
    "greetings_before_answer": "name",
    "greetings_asked_back": "name",
    "renamed": "name",
    "same_name": "name",
    "name_known": "name",
    "too_fast": "seconds",
    "in_line": "ahead",
    "not_allowed": "id",
    "added_to_group": "username",
}
"""What the lines of a field may hold: `{name}` of the person, `{seconds}` to wait, how many people are `{ahead}` in the queue, the
person's Telegram `{id}`, the bot's `{username}` without @."""


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
        for field, lines in persona:
            for line in lines if isinstance(lines, tuple) else ():
                if isinstance(line, str):
                    fill(line, **{PLACEHOLDERS[field]: "0"} if field in PLACEHOLDERS else {})
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


def fill(line: str, **values: str | None) -> str:
    """A persona's line with `values` in place of the placeholders that are called as they are.

    Raises:
        ValueError: the line holds a placeholder that has no value.
    """
    given = {f"{{{name}}}": value for name, value in values.items() if value}

    def value_of(placeholder: re.Match[str]) -> str:
        if placeholder[0] not in given:
            raise ValueError(f"в строке «{line}» лишняя подстановка: здесь бывает {', '.join(given) or 'только текст'}")
        return given[placeholder[0]]

    return re.sub(r"\{\w*\}?", value_of, line)


def persona_prompt(persona: Persona) -> str:
    """The beginning of the system message, the same in all chats: who speaks, and how."""
    return _rendered("persona.jinja", persona=persona)


def system_prompt(
    persona: Persona, now: datetime, name: str | None, examples: Sequence[Mapping[str, Any]], *, is_post: bool = False
) -> str:
    """The system message: persona, date and time, the person's name when it is known, similar dialogues.

    Args:
        persona: who speaks.
        now: local time.
        name: the person's, or None.
        examples: mappings with `question` and `reply`, the nearest first; the nearest is shown last, next to the question.
        is_post: whether it is a channel's post that is answered.
    """
    context = _rendered("context.jinja", persona=persona, now=spoken_time(now), name=name, examples=examples[::-1], is_post=is_post)
    return persona_prompt(persona) + context


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


def _shown(example: Mapping[str, Any] | ExampleExchange, bot: str) -> str:
    """The two lines of an exchange with the bot called so."""
    question, reply = dict(example)["question"], dict(example)["reply"]
    return f"{_said_by(question, 'Собеседник', bot)}\n{_said_by(reply, bot, 'Собеседник')}\n"


def _rendered(file: str, **values: Any) -> str:
    return _template(file).render(values)


@lru_cache(maxsize=8)
def _template(file: str) -> Template:
    environment = Environment(undefined=StrictUndefined, autoescape=False, keep_trailing_newline=False)
    environment.filters["shown"] = _shown
    return environment.from_string(files("prompts").joinpath(file).read_text(encoding="utf-8"))
