"""Where the files of a named model are: a folder or a file of the owner's, or the hub's copy in its cache."""

from collections.abc import Callable, Sequence
from pathlib import Path

import httpx
from huggingface_hub import hf_hub_download, is_offline_mode, snapshot_download
from huggingface_hub.errors import EntryNotFoundError, HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

from errors import HubUnreachable, ModelError, reason

GGUF = ".gguf"
_PATTERNS = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"]
"""What a model needs of its repository; others hold the same weights again for other libraries."""


def local_folder(setting: str, name: str, marks: Sequence[str] = ("config.json", "modules.json")) -> str:
    """The folder with the files of the model called `name`, a path or a hub id; blocks while they are downloaded.

    Without a network the copy of an earlier download serves.

    Args:
        setting: the one that names the model, for error messages.
        name: a path or a hub id.
        marks: files of which a folder must have one; modules.json is what sentence-transformers begins with.

    Raises:
        ModelError: there is no such model, or it cannot be downloaded; HubUnreachable where only the network is to blame.
    """
    if is_path(name):
        folder = Path(name).expanduser()
        if not any((folder / file).is_file() for file in marks):
            raise ModelError(f"{setting}={name}: в папке {folder} нет модели (не найден {marks[0]}). Проверьте путь.")
        return str(folder)
    return _downloaded(setting, name, lambda: snapshot_download(name, allow_patterns=_PATTERNS))


def local_file(setting: str, name: str) -> Path:
    """The GGUF file called `name`: a path, or "user/repository/file.gguf" on the hub; blocks while it is downloaded.

    Raises:
        ModelError: there is no such file, or it cannot be downloaded; HubUnreachable where only the network is to blame.
    """
    path = Path(name).expanduser()
    owner, *inside = name.split("/")
    if path.is_file():
        return path
    if is_path(name) or len(inside) < 2:
        raise ModelError(f"{setting}={name}: такого файла нет. Проверьте путь.")
    repository, file = f"{owner}/{inside[0]}", "/".join(inside[1:])
    return Path(_downloaded(setting, name, lambda: hf_hub_download(repository, file)))


def is_path(name: str) -> bool:
    """Whether `name` is a path on this machine, as far as it shows: a hub id looks like "user/model"."""
    return name.startswith((".", "/", "~")) or "\\" in name


def _downloaded(setting: str, name: str, download: Callable[[], str]) -> str:
    try:
        return download()
    except HFValidationError as error:
        raise ModelError(f"{setting}={name}: это не имя модели на хабе и не путь к папке. Проверьте его.") from error
    except LocalEntryNotFoundError as error:
        # Whoever has switched the network off has said what they want; a network that fails may come back by itself.
        kind = ModelError if is_offline_mode() else HubUnreachable
        other = "" if setting == "GRISHA_ADAPTER" else f", или поставьте {setting}=embedded"
        raise kind(f"{setting}={name}: хаб недоступен, а скачанной копии нет. Проверьте сеть{other}.") from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"{setting}={name}: на хабе нет такой модели, или она закрыта. Проверьте имя.") from error
    except EntryNotFoundError as error:
        raise ModelError(f"{setting}={name}: на хабе нет такого файла. Проверьте имя.") from error
    except httpx.HTTPError as error:  # cut off halfway; what has come stays, and the next start goes on from there
        raise HubUnreachable(f"{setting}={name}: хаб не отвечает ({first_line(error)}). Проверьте сеть.") from error
    except OSError as error:
        raise ModelError(f"{setting}={name}: не могу скачать: {reason(error)}. Проверьте сеть и место на диске.") from error


def first_line(error: BaseException) -> str:
    """The first line of an error's own words, without its full stop; its type when it has no words."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
