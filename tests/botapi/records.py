"""What the other modules pass to each other: the parameters of a call, its refusal, and the records that a test reads."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

JSON = dict[str, Any]


class ApiError(Exception):
    """A refusal: the HTTP status, and the description and parameters of the answer's body."""

    def __init__(self, code: int, description: str, parameters: JSON | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad_request(description: str) -> ApiError:
    """A 400 with the words that Telegram puts before every such description."""
    return ApiError(400, f"Bad Request: {description}")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    filename: str
    data: bytes


@dataclass(frozen=True)
class Params:
    """The parameters of a call as strings, however they were encoded, and the files that came with them."""

    values: dict[str, str]
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The parameter, or "" when it is not given."""
        return self.values.get(name, "")

    def integer(self, name: str, default: int = 0) -> int:
        """The parameter as a number; raises ApiError 400 for anything else."""
        try:
            return int(self.values.get(name) or default)
        except ValueError:
            raise bad_request(f"can't parse {name}: expected an Integer") from None

    def flag(self, name: str) -> bool:
        """Whether the parameter is true."""
        return self.text(name).lower() in ("true", "yes", "1")

    def json(self, name: str, kind: type, *, complaint: str = "") -> Any:
        """The parameter decoded, or None when it is not given; raises ApiError 400 when it is not JSON of that kind."""
        if not self.text(name):
            return None
        try:
            value = json.loads(self.text(name))
        except ValueError:
            value = None
        if not isinstance(value, kind):
            raise bad_request(complaint or f"can't parse {name} JSON object")
        return value


@dataclass(eq=False)
class Call:
    """A call that reached the server: its parameters as they were sent, the time (time.monotonic()) and the fault it met."""

    method: str
    params: dict[str, str]
    at: float
    fault: str | None = None


@dataclass(frozen=True)
class Sent:
    """A message of the bot that was put into a chat (or an edit of one), as the chat shows it. `at` is time.monotonic()."""

    method: str
    chat_id: int
    message_id: int
    text: str
    entities: tuple[JSON, ...]
    reply_to: int | None
    thread: int | None
    reply_markup: JSON | None
    at: float


@dataclass(frozen=True)
class Document:
    """A file that the bot sent."""

    chat_id: int
    message_id: int
    filename: str
    data: bytes
    caption: str


Touch = Callable[[], None]
