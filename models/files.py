"""Where the files of a named model are: a folder of the owner's, or the hub's copy in its cache."""

from pathlib import Path

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError, RepositoryNotFoundError

from errors import ModelError, reason

_PATTERNS = ["*.safetensors", "*.json", "*.jinja", "*.txt", "*.model"]
"""What a model needs of its repository; others hold the same weights again for other libraries."""


def local_folder(setting: str, name: str) -> str:
    """The folder with the files of the model called `name`, a path or a hub id; blocks while they are downloaded.

    Without a network the copy of an earlier download serves.

    Raises:
        ModelError: there is no such model, or it cannot be downloaded.
    """
    if name.startswith((".", "/", "~")) or "\\" in name:
        folder = Path(name).expanduser()
        # modules.json is what sentence-transformers begins with.
        if not any((folder / file).is_file() for file in ("config.json", "modules.json")):
            raise ModelError(f"{setting}={name}: в папке {folder} нет модели (не найден config.json). Проверьте путь.")
        return str(folder)
    try:
        return snapshot_download(name, allow_patterns=_PATTERNS)
    except HFValidationError as error:
        raise ModelError(f"{setting}={name}: это не имя модели на хабе и не путь к папке. Проверьте его.") from error
    except LocalEntryNotFoundError as error:
        raise ModelError(
            f"{setting}={name}: хаб недоступен, а скачанной копии нет. Проверьте сеть, или поставьте {setting}=embedded."
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"{setting}={name}: на хабе нет такой модели, или она закрыта. Проверьте имя.") from error
    except OSError as error:
        raise ModelError(f"{setting}={name}: не могу скачать: {reason(error)}. Проверьте сеть и место на диске.") from error


def first_line(error: BaseException) -> str:
    """The first line of an error's own words, without its full stop; its type when it has no words."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
