"""Every option, its default and a line of help. Read once, in app.py."""

import difflib
import os
from pathlib import Path
from typing import Any, TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError
from pydantic_settings import BaseSettings

from errors import SettingsError
from settings.app import PREFIX, Settings
from settings.fields import SHIPPED_DATASET, default_text, is_secret, option, variable
from settings.telegram import TelegramSettings

__all__ = [
    "PREFIX",
    "SHIPPED_DATASET",
    "Settings",
    "TelegramSettings",
    "default_text",
    "is_secret",
    "load_settings",
    "load_telegram_settings",
    "option",
    "variable",
]

ENV_FILE = ".env"
_AnySettings = TypeVar("_AnySettings", bound=BaseSettings)


def load_settings(overrides: dict[str, str] | None = None, env_file: Path | None = Path(ENV_FILE)) -> Settings:
    """The settings from the command line (`overrides`, by field name), the environment and `.env`, the first that names one.

    Raises:
        SettingsError: a value is wrong, or a variable with Grisha's prefix is not a setting.
    """
    return _load(Settings, overrides or {}, env_file)


def load_telegram_settings(overrides: dict[str, str] | None = None, env_file: Path | None = Path(ENV_FILE)) -> TelegramSettings:
    """The settings of the bot, read as `load_settings` does.

    Raises:
        SettingsError: the token is missing, a value is wrong, or a variable looks like a misspelt setting.
    """
    return _load(TelegramSettings, overrides or {}, env_file)


def _load(kind: type[_AnySettings], given: dict[str, str], env_file: Path | None) -> _AnySettings:
    try:
        _check_names(kind, env_file)
        return kind(_env_file=env_file, **given)  # type: ignore[arg-type]  # texts, as pydantic reads them
    except ValidationError as error:
        raise SettingsError(" ".join(_explain(kind, problem, given) for problem in error.errors())) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"Не могу прочитать файл {env_file}: {error}.") from error


def _check_names(kind: type[BaseSettings], env_file: Path | None) -> None:
    """A misspelt name would silently leave its default in force."""
    lines = dotenv_values(env_file) if env_file is not None and env_file.is_file() else {}
    known = [variable(each, name) for each in (Settings, TelegramSettings) for name in each.model_fields]
    beginnings = (PREFIX,) if kind is Settings else ("TELEGRAM_", "ADMIN_", "ALLOWED_")
    for name in (*os.environ, *lines):
        if name.upper() in known or not name.upper().startswith(beginnings):
            continue
        # Other programs have names with Telegram's beginnings too, so that only a likely slip is refused there. A slip in the
        # list of whom to answer is looked for closer: it would leave the bot open to everybody.
        is_close_look = kind is Settings or "ALLOWED" in name.upper()
        near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.6 if is_close_look else 0.85)
        if near or kind is Settings:
            hint = f"Может быть, {near[0]}?" if near else "Все настройки: python app.py --help."
            raise SettingsError(f"{name}: такой настройки нет. {hint}")


def _explain(kind: type[BaseSettings], problem: Any, given: dict[str, str]) -> str:
    """One pydantic error in Russian: the setting, its value unless it is secret, what is expected, where to mend it."""
    field, limits = str(problem["loc"][0]), problem.get("ctx", {})
    if problem["type"] == "missing":  # the token alone is required
        name = variable(kind, field)
        return f"{name} не задан: возьмите токен у @BotFather и запишите строкой {name}=… в {ENV_FILE} или задайте в окружении."
    expected = {
        "float_parsing": "нужно число",
        "int_parsing": "нужно целое число",
        "int_from_float": "нужно целое число",
        "finite_number": "нужно конечное число",
        "bool_parsing": "нужно true или false",
        "string_too_short": "не может быть пустой",
        "too_short": "не может быть пустой",
        "greater_than_equal": f"нужно не меньше {limits.get('ge')}",
        "greater_than": f"нужно больше {limits.get('gt')}",
        "less_than_equal": f"нужно не больше {limits.get('le')}",
        "literal_error": "бывает " + str(limits.get("expected", "")).replace(" or ", " или "),
        "value_error": str(limits.get("error", "")),
    }.get(problem["type"], "неверное значение")
    name = option(field) if field in given else variable(kind, field)
    value = "" if is_secret(kind.model_fields[field]) else f"={problem['input']}"
    where = "в команде" if field in given else f"в окружении или в {ENV_FILE}"
    return f"{name}{value}: {expected}. Исправьте {where}."
