"""Replies go out: every answer of Telegram is understood, and a reply is given up only when nobody can receive it."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.chats import Chats
from bot.inbox import Inbox, Part, Send
from bot.markdown import to_html
from bot.text import split_text

logger = logging.getLogger(__name__)

NO_RESULT = (KeyError, AttributeError, TypeError)
"""What the library raises when Telegram answers 200 without a proper result."""
_CONFIRMATIONS = 3
"""How often Telegram must say that the bot may not write to a chat, or that a call is wrong, before it is believed."""


class UndeliverableError(Exception):
    """Telegram does not take the message, whatever form it has; the text says why."""


class ChatLeftError(UndeliverableError):
    """The bot was blocked, or put out of the chat."""


class Delivery:
    """Sends what is in the outbox."""

    def __init__(self, bot: Bot, inbox: Inbox, chats: Chats) -> None:
        """Send through `bot`, and note in `inbox` and `chats` what came of it."""
        self._bot = bot
        self._inbox = inbox
        self._chats = chats

    async def deliver(self, turn: int, parts: list[Part]) -> list[int]:
        """Send those parts of a turn's reply that are still to be sent, and mark them in `parts`.

        All but the last are noted in the outbox at once; with the last one the turn is done, and its caller finishes it.

        Returns:
            The ids of the messages that people see.

        Raises:
            ChatLeftError: the chat cannot be written to any more, which is noted.
            UndeliverableError: Telegram refuses the message for good.
        """
        for at, part in enumerate(parts):
            if part.message_id is None:
                message_id = await self.send(part.send)
                parts[at] = replace(part, message_id=message_id)
                if at + 1 < len(parts):
                    await self._inbox.delivered(turn, part.number, message_id)
        return [part.message_id for part in parts if part.send.kind != "delete" and part.message_id is not None]

    async def send(self, send: Send) -> int:
        """Make one call, as often as it takes. Returns the id of the message.

        Where the connection breaks after the call, Telegram may have carried it out, and has no means to ask: such a call is made
        again, so that a message may come twice but is never lost.

        Raises:
            ChatLeftError, UndeliverableError: see `deliver`.
        """
        pauses = _pauses()
        refusals = 0
        send = replace(send, markup=send.markup and to_html(send.text) is not None)
        while True:
            send = replace(send, chat_id=self._chats.current(send.chat_id))
            try:
                return await self._call(send)
            except Forbidden as error:
                refusals += 1
                if refusals == _CONFIRMATIONS:
                    self._chats.left(send.chat_id)
                    raise ChatLeftError(error.message) from None
            except ChatMigrated as error:
                await self._chats.move(send.chat_id, error.new_chat_id)
                continue
            except RetryAfter as error:
                await asyncio.sleep(seconds(error))
                continue
            except BadRequest as error:
                if _is_done(error):
                    return send.message_id or 0
                if "chat not found" in error.message.lower():
                    self._chats.left(send.chat_id)
                    raise ChatLeftError(error.message) from None
                simpler = _simpler(send, error)
                if simpler != send:
                    send = simpler
                    continue
                refusals += 1
                if refusals == _CONFIRMATIONS:
                    raise UndeliverableError(error.message) from None
            except (TelegramError, *NO_RESULT) as error:
                pause = next(pauses)
                # A wrong token is for the owner to mend; what waits goes out after that.
                level = logging.ERROR if isinstance(error, InvalidToken) else logging.INFO
                logger.log(level, "sending failed (%s), trying again in %.0f s", type(error).__name__, pause)
                await asyncio.sleep(pause)
                continue
            await asyncio.sleep(next(pauses))

    async def _call(self, send: Send) -> int:
        """The Bot API's method for `send`."""
        if send.kind == "delete":
            await self._bot.delete_message(send.chat_id, _id(send))
            return _id(send)
        if send.kind == "document":
            document = InputFile(send.text.encode(), filename=send.file_name)
            return (await self._bot.send_document(send.chat_id, document, message_thread_id=send.thread_id)).message_id
        html = to_html(send.text) if send.markup else None
        text, mode = (html, ParseMode.HTML) if html is not None else (send.text, None)
        row = [InlineKeyboardButton(label, callback_data=data) for label, data in send.buttons]
        keyboard = InlineKeyboardMarkup([row]) if row else None
        preview = LinkPreviewOptions(is_disabled=True)
        if send.kind == "edit":
            edited = await self._bot.edit_message_text(
                text, send.chat_id, _id(send), parse_mode=mode, reply_markup=keyboard, link_preview_options=preview
            )
            return edited.message_id if isinstance(edited, Message) else _id(send)
        quoted = ReplyParameters(send.reply_to, allow_sending_without_reply=True) if send.reply_to else None
        sent = await self._bot.send_message(
            send.chat_id,
            text,
            parse_mode=mode,
            reply_markup=keyboard,
            reply_parameters=quoted,
            message_thread_id=send.thread_id,
            link_preview_options=preview,
        )
        return sent.message_id


def reply_parts(text: str, chat_id: int, thread_id: int | None = None, reply_to: int | None = None) -> list[Send]:
    """The messages that make up a reply; the first one quotes the question."""
    parts = split_text(text)
    return [
        Send(chat_id, part, thread_id=thread_id, reply_to=None if at else reply_to, markup=True) for at, part in enumerate(parts)
    ]


def is_passing(error: Exception) -> bool:
    """Whether the same call may well go through a little later."""
    is_final = isinstance(error, BadRequest)  # to the library a kind of NetworkError
    return isinstance(error, (NetworkError, RetryAfter, InvalidToken)) and not is_final


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def _id(send: Send) -> int:
    assert send.message_id is not None, "edits and deletions name their message"
    return send.message_id


def _pauses() -> Iterator[float]:
    """Seconds between attempts: soon at first, for a connection that broke; then ever more patient."""
    pause = 0.5
    while True:
        yield pause
        pause = min(pause * 2, 60.0)


def _is_done(error: BadRequest) -> bool:
    """Whether the refusal says that what was asked for is so already."""
    said = error.message.lower()
    return "message is not modified" in said or "message to delete not found" in said or "message can't be deleted" in said


def _simpler(send: Send, error: BadRequest) -> Send:
    """What to try after a refusal; `send` itself when nothing is left to leave out."""
    said = error.message.lower()
    if send.markup:
        return replace(send, markup=False)
    if send.kind == "edit":  # somebody has deleted the message, or it is too old
        return replace(send, kind="text", message_id=None)
    if send.reply_to and "repl" in said:
        return replace(send, reply_to=None)
    if send.thread_id and ("thread" in said or "topic" in said):
        return replace(send, thread_id=None)
    return replace(send, reply_to=None)
