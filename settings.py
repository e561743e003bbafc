"""Every option of Grisha, its default and a line of help. Read once, in app.py."""

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from platformdirs import user_cache_path, user_data_path
from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from errors import SettingsError

PREFIX = "GRISHA_"
ENV_FILE = ".env"
SHIPPED_DATASET = Path(__file__).resolve().parent / "data" / "dialogues.jsonl"


def _option(english: str, russian: str, **limits: Any) -> Any:
    return Field(description=english, json_schema_extra={"russian": russian}, **limits)


_Text = Annotated[str, Field(min_length=1)]


class Settings(BaseSettings):
    """Each field is an environment variable or a line of `.env`, called GRISHA_ and its name, and an option of the command line."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True, protected_namespaces=()
    )

    data_dir: Annotated[
        Path,
        _option(
            "Folder where everything that Grisha keeps lies: chats, names, learned patterns, vectors. "
            "Empty: the user's data folder, `~/.local/share/grisha` on Linux.",
            "Папка, где лежит всё, что Гриша хранит: чаты, имена, выученное, векторы. "
            "Пусто: папка данных пользователя, на Linux `~/.local/share/grisha`.",
        ),
    ] = user_data_path("grisha")
    cache_dir: Annotated[
        Path,
        _option(
            "Folder for what can be made again: the converted embedded model. "
            "Empty: the user's cache folder, `~/.cache/grisha` on Linux.",
            "Папка для того, что можно сделать заново: подготовленная встроенная модель. "
            "Пусто: папка кеша пользователя, на Linux `~/.cache/grisha`.",
        ),
    ] = user_cache_path("grisha")
    dataset: Annotated[
        Path,
        _option(
            "Dialogue dataset: a JSON Lines file, an Alpaca-style JSON file, or a folder of them.",
            "Набор диалогов: файл JSON Lines, файл JSON в стиле Alpaca или папка с ними.",
        ),
    ] = SHIPPED_DATASET
    model: Annotated[
        _Text,
        _option(
            "Chat model: `embedded`, a hub id or a local folder; `auto` is Qwen/Qwen2-1.5B-Instruct with CUDA, else `embedded`.",
            "Модель для разговора: `embedded`, имя с хаба или папка; `auto` — с CUDA Qwen/Qwen2-1.5B-Instruct, иначе `embedded`.",
        ),
    ] = "auto"
    embeddings: Annotated[
        _Text,
        _option(
            "Embedding model: `embedded`, or a sentence-transformers model (hub id or local folder).",
            "Модель эмбеддингов: `embedded` или модель sentence-transformers (имя с хаба или папка).",
        ),
    ] = "embedded"
    persona: Annotated[
        _Text,
        _option("Persona: the name of a shipped one, or a path to a .md file.", "Персона: имя готовой или путь к файлу .md."),
    ] = "grisha"
    device: Annotated[
        Literal["auto", "cpu", "cuda"],
        _option("What the chat model runs on.", "На чём работает модель для разговора."),
    ] = "auto"
    temperature: Annotated[
        float | None,
        _option(
            "Sampling temperature; 0 takes the likeliest word. Empty: 0.7, or 0.2 for the embedded model.",
            "Температура; 0 — самое вероятное слово. Пусто: 0.7, для встроенной модели 0.2.",
            ge=0,
            le=2,
        ),
    ] = None
    top_p: Annotated[
        float,
        _option(
            "Nucleus sampling: the share of probability to draw from.", "Доля вероятности, из которой выбирается слово.", gt=0, le=1
        ),
    ] = 0.9
    repetition_penalty: Annotated[
        float,
        _option("Penalty for words that were said already; 1 is none.", "Штраф за повторение слов; 1 — без штрафа.", ge=1, le=2),
    ] = 1.1
    max_new_tokens: Annotated[int, _option("Longest reply, in tokens.", "Самый длинный ответ, в токенах.", ge=8, le=4096)] = 100
    prompt_tokens: Annotated[
        int,
        _option(
            "Longest prompt, in tokens: persona, examples and as much of the chat as fits.",
            "Самый длинный запрос к модели, в токенах: персона, примеры и сколько поместится из чата.",
            ge=512,
            le=131072,
        ),
    ] = 2048
    seed: Annotated[
        int | None,
        _option("Seed of the sampling, to repeat a run.", "Зерно случайности, чтобы повторить разговор.", ge=0, le=2**32 - 1),
    ] = None
    examples: Annotated[
        int, _option("Most similar dialogues shown to the model.", "Сколько похожих диалогов показывать модели.", ge=0, le=20)
    ] = 4
    relevance: Annotated[
        float | None,
        _option(
            "Cosine from which a dialogue is similar. Empty: measured on the dataset.",
            "Косинус, с которого диалог считается похожим. Пусто: измеряется по набору.",
            ge=0,
            le=1,
        ),
    ] = None
    recall: Annotated[
        Literal["auto", "on", "off"],
        _option(
            "Answer nearly the same question with its known reply, without the model; `auto`: with the embedded model.",
            "Отвечать на почти тот же вопрос известным ответом, без модели; `auto` — со встроенной моделью.",
        ),
    ] = "auto"
    learn: Annotated[bool, _option("Learn from good exchanges.", "Учиться на удачных ответах.")] = True
    max_patterns: Annotated[
        int,
        _option(
            "Most learned patterns; the least used leave first.",
            "Сколько выученного хранить; первыми уходят самые ненужные.",
            ge=10,
            le=100_000,
        ),
    ] = 2000
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        _option(
            "What goes to standard error; DEBUG includes message texts.",
            "Что писать в журнал; DEBUG — вместе с текстами сообщений.",
        ),
    ] = "WARNING"


def load_settings(overrides: dict[str, str] | None = None, env_file: Path | None = Path(ENV_FILE)) -> Settings:
    """The settings from the command line (`overrides`, by field name), the environment and `.env`, the first that names one.

    Raises:
        SettingsError: a value is wrong, or a variable with Grisha's prefix is not a setting.
    """
    given = overrides or {}
    try:
        _check_names(env_file)
        return Settings(_env_file=env_file, **given)  # type: ignore[call-arg,arg-type]  # pydantic-settings' own keyword; texts, as pydantic reads them
    except ValidationError as error:
        raise SettingsError(" ".join(_explain(problem, given) for problem in error.errors())) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Не могу прочитать файл {env_file}: {error}.") from error


def _check_names(env_file: Path | None) -> None:
    """A misspelt name would silently leave its default in force."""
    lines = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in (*os.environ, *lines):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f"Может быть, {near[0]}?" if near else "Все настройки: python app.py --help."
            raise SettingsError(f"{name}: такой настройки нет. {hint}")


def _explain(problem: Any, given: dict[str, str]) -> str:
    """One pydantic error in Russian: the setting, its value, what is expected, where to mend it."""
    field, limits = str(problem["loc"][0]), problem.get("ctx", {})
    expected = {
        "float_parsing": "нужно число",
        "int_parsing": "нужно целое число",
        "int_from_float": "нужно целое число",
        "finite_number": "нужно конечное число",
        "bool_parsing": "нужно true или false",
        "string_too_short": "не может быть пустой",
        "greater_than_equal": f"нужно не меньше {limits.get('ge')}",
        "greater_than": f"нужно больше {limits.get('gt')}",
        "less_than_equal": f"нужно не больше {limits.get('le')}",
        "literal_error": "бывает " + str(limits.get("expected", "")).replace(" or ", " или "),
    }.get(problem["type"], "неверное значение")
    option = "--" + field.replace("_", "-")
    name = option if field in given else PREFIX + field.upper()
    where = "в команде" if field in given else f"в окружении или в {ENV_FILE}"
    return f"{name}={problem['input']}: {expected}. Исправьте {where}."


def default_text(field: FieldInfo) -> str:
    """A field's default as tables and help show it."""
    default = field.default
    if isinstance(default, bool):
        return str(default).lower()
    if default == SHIPPED_DATASET:
        return "data/dialogues.jsonl"
    # Where a user's folders are depends on the machine: the help tells.
    return "" if default is None or isinstance(default, Path) else str(default)
