"""The client of the Bot API, and the hold on its token."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.inbox import is_update
from errors import SettingsError, reason
from settings import TelegramSettings

_CONNECTIONS = 32
"""Ten times what Telegram takes of one bot, 30 messages a second; and each request looks through all of them."""


class Client(Bot):
    """python-telegram-bot's client; it hands out updates as they came, and does not show its token."""

    def __init__(self, settings: TelegramSettings) -> None:
        """A client of the server and through the proxy that the settings name."""
        proxy = settings.telegram_proxy.get_secret_value() if settings.telegram_proxy else None
        url = settings.telegram_api_base_url
        super().__init__(
            settings.telegram_bot_token.get_secret_value(),
            base_url=f"{url}/bot",
            base_file_url=f"{url}/file/bot",
            # A message may have been delivered when the answer is late: only who waits long enough knows.
            request=HTTPXRequest(_CONNECTIONS, read_timeout=30, write_timeout=30, connect_timeout=10, pool_timeout=30, proxy=proxy),
            get_updates_request=HTTPXRequest(2, connect_timeout=10, pool_timeout=30, proxy=proxy),
        )

    def __repr__(self) -> str:
        """Without the token, which the library's own holds."""
        return "Client()"

    async def raw_updates(self, offset: int, hold: int, allowed: list[str]) -> list[dict[str, Any]]:
        """The updates from number `offset` on, as Telegram sends them: one that the library cannot read does not hide the rest.

        What bears no number is left out: it can be neither kept nor confirmed, and goes with those that follow it.

        Args:
            offset: the first number that is wanted; what is below it counts as arrived.
            hold: seconds for which Telegram holds the request open when there is nothing.
            allowed: the kinds of updates that are wanted.

        Raises:
            TelegramError: see the library.
        """
        arguments = {"offset": offset, "timeout": hold, "allowed_updates": allowed}
        return list(filter(is_update, await self._post("getUpdates", arguments, read_timeout=hold + 15)))


@contextmanager
def only_process_of(settings: TelegramSettings) -> Iterator[None]:
    """Hold the token for this process alone, as far as this machine goes.

    Raises:
        SettingsError: another process holds it.
    """
    bot_id = settings.telegram_bot_token.get_secret_value().partition(":")[0]
    file = Path(tempfile.gettempdir()) / f"grisha-bot-{bot_id}.lock"
    lock = FileLock(file, mode=0o666)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise in_use() from None
    except OSError as error:
        raise SettingsError(f"Не могу открыть {file}: {reason(error)}. Уберите этот файл или дайте на него права.") from error
    try:
        yield
    finally:
        lock.release()


def in_use() -> SettingsError:
    """What is said to a second process with the same token."""
    return SettingsError(
        "С этим TELEGRAM_BOT_TOKEN уже работает другой процесс: вдвоём они отвечали бы дважды и невпопад. "
        "Остановите тот, или возьмите у @BotFather ещё одного бота."
    )
