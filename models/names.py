"""What a model may be called, and why one could not be loaded."""

from pathlib import Path

from errors import ModelError


def folder_or_hub_id(setting: str, name: str) -> str:
    """The folder that `name` is a path to, with `~` expanded; else `name`, which is a hub id.

    Raises:
        ModelError: it is a path, and no model lies there.
    """
    if not name.startswith((".", "/", "~")) and "\\" not in name:
        return name
    folder = Path(name).expanduser()
    if not (folder / "config.json").is_file():
        raise ModelError(f"{setting}={name}: в папке {folder} нет модели (не найден config.json). Проверьте путь.")
    return str(folder)


def first_line(error: BaseException) -> str:
    """The first line of an error's own words, without its full stop; its type when it has no words."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
