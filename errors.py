"""What can go wrong in a way the owner can mend; each message is one line in Russian: what is wrong, where, what to do.

GrishaError
├── SettingsError   a setting has a wrong value or an unknown name
├── PersonaError    a persona file is missing or incomplete
├── DatasetError    the dialogue dataset cannot be read, or holds no dialogue at all
├── ModelError      a chat or embedding model cannot be loaded
│   └── HubUnreachable   for want of a network alone
└── StorageError    the data folder is in use, read-only, full or damaged
"""

import errno


class GrishaError(Exception):
    """Base of all errors that are shown as one line, without a traceback."""


class SettingsError(GrishaError):
    """A setting has a wrong value or an unknown name."""


class PersonaError(GrishaError):
    """A persona file is missing or incomplete."""


class DatasetError(GrishaError):
    """The dialogue dataset cannot be read, or holds no dialogue at all."""


class ModelError(GrishaError):
    """A chat or embedding model cannot be loaded."""


class HubUnreachable(ModelError):
    """A model cannot be loaded for want of a network alone; another one may stand in for it."""


class StorageError(GrishaError):
    """The data folder is in use by another process, read-only, full or damaged."""


_REASONS = {
    errno.ENOENT: "нет такого файла или папки",
    errno.EACCES: "нет прав",
    errno.EPERM: "нет прав",
    errno.EROFS: "только для чтения",
    errno.ENOSPC: "на диске нет места",
    errno.EDQUOT: "на диске нет места",
    errno.ENOTDIR: "это не папка",
    errno.EISDIR: "это папка, а нужен файл",
}


def reason(error: OSError) -> str:
    """Why the system refused, in Russian where it is one of the usual reasons."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
