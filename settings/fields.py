"""What a field of the settings is: its help in two languages, its variable, its option, its default as it is shown."""

from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

SHIPPED_DATASET = Path(__file__).resolve().parent.parent / "data" / "dialogues.jsonl"


def described(english: str, russian: str, **limits: Any) -> Any:
    """A field with its line of help in both languages, and pydantic's limits."""
    return Field(description=english, json_schema_extra={"russian": russian}, **limits)


Text = Annotated[str, Field(min_length=1)]
"""A text that is not empty."""


def variable(kind: type[BaseSettings], name: str) -> str:
    """The environment variable of a field."""
    return (kind.model_config.get("env_prefix") or "") + name.upper()


def option(name: str) -> str:
    """The option of a field on the command line."""
    return "--" + name.removeprefix("telegram_").replace("_", "-")


def is_secret(field: FieldInfo) -> bool:
    """Whether the field's value may be shown to nobody."""
    return SecretStr in (field.annotation, *get_args(field.annotation))


def default_text(field: FieldInfo) -> str:
    """A field's default as tables and help show it."""
    default = field.default
    if isinstance(default, bool):
        return str(default).lower()
    if default == SHIPPED_DATASET:
        return "data/dialogues.jsonl"
    if isinstance(default, frozenset):
        return ", ".join(map(str, default))
    # Where a user's folders are depends on the machine: the help tells. A secret has no default, or one made at each start.
    return "" if default is None or isinstance(default, Path) or is_secret(field) else str(default)
