"""The bot, running in the test's own loop against the fake of the Bot API."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from bot_process import answer
from botapi import BotApi, Chat
from conftest import FakeChat
from pydantic import SecretStr

from bot.client import Client
from bot.service import serve
from graph.context import Context
from grisha import Grisha
from settings import TelegramSettings

OWNER = 1
# Replies for the model that do not resemble each other: one that does is not sent.
WHALE = "Синий кит весит около ста пятидесяти тонн."
BEAR = "Бурый медведь спит до самой весны."
OWL = "Сова видит в темноте лучше кошки."
BATS = "Летучие мыши слышат стены, потому и не врезаются."
_DATASET = Path(__file__).resolve().parents[1] / "data" / "dialogues.jsonl"


def sentences(count: int) -> str:
    """Sentences that do not repeat each other, some 60 characters each: words that come round and round are not sent."""
    found = dict.fromkeys(re.findall(r"[А-Я][а-яё ,]{49,}\.", _DATASET.read_text(encoding="utf-8")))
    return " ".join(list(found)[:count])


def bot_settings(api: BotApi, **changes: Any) -> TelegramSettings:
    """Settings for the fake: its token and address, an owner, every message a turn of its own."""
    given = {"admin_user_ids": frozenset({OWNER}), "telegram_burst_seconds": 0.0, "telegram_stop_seconds": 5.0, **changes}
    return TelegramSettings(telegram_bot_token=SecretStr(api.token), telegram_api_base_url=api.url, _env_file=None, **given)


@asynccontextmanager
async def running(
    api: BotApi, opened: AbstractAsyncContextManager[Grisha], data_dir: Path, line_after: float = 8.0, **changes: Any
) -> AsyncIterator[Grisha]:
    """The bot serves while the block runs, and is stopped as SIGTERM stops it."""
    settings = bot_settings(api, **changes)
    stop = asyncio.Event()
    async with opened as grisha, Client(settings) as bot:
        serving = asyncio.create_task(serve(bot, await bot.get_me(), grisha, settings, data_dir, stop, line_after))
        try:
            yield grisha
        finally:
            stop.set()
            await serving


async def replies(api: BotApi, chat: Chat, count: int) -> list[str]:
    """The bot's messages in a chat, as soon as there are that many."""
    await api.until(lambda: len(api.replies(chat)) >= count)
    return api.replies(chat)


def memory(chat: Chat, topic: int | None = None) -> Context:
    """What `Grisha.history` wants to know of a chat, or of a topic of it."""
    return Context(f"telegram:{chat.id}:{topic}" if topic else f"telegram:{chat.id}")


def asked(model: FakeChat, number: int = -1) -> list[str]:
    """What was said, by people and by Grisha, in a prompt that the model got."""
    return [message.text for message in model.prompts[number][1:]]


async def ask(api: BotApi, chat: Chat, text: str) -> None:
    """Say something in a private chat, and wait for the answer of `Echo`."""
    api.say(chat, chat, text)
    await api.until(lambda: answer(text) in api.replies(chat))


@contextmanager
def logged(words: str) -> Iterator[asyncio.Event]:
    """The event is set when the bot logs something with these words."""
    seen = asyncio.Event()

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                seen.set()

    logger, handler = logging.getLogger("bot"), Handler()
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
