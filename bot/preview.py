"""What a person sees while the reply is being written: typing, then the reply as it grows."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from telegram import Bot, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import RetryAfter, TelegramError

from bot.delivery import NO_RESULT, seconds
from bot.origin import Place
from bot.text import split_text

logger = logging.getLogger(__name__)

_UNNOTICED = 0.7
"""Seconds: a reply that comes within them needs no sign that it is being written."""
_TYPING = 4.5
"""Seconds after which typing is shown anew; Telegram shows it for about 5."""
_DRAFT = 0.35
"""Seconds between two drafts."""
_DRAFT_LASTS = 20.0
"""Seconds after which an unchanged draft is sent again; Telegram shows it for 30."""
_EDIT = 3.0
"""Seconds between two edits in a group, which may have 20 messages a minute."""
_WORTH_SHOWING = 20
"""Characters from which a growing message in a group begins."""

_PATIENCE = 2.0
"""Seconds for which the reply waits for a preview that is on its way."""

_PER_SECOND = 15.0
"""Calls for all previews together: Telegram takes about 30 a second of one bot, and the replies come first."""

Grow = Callable[[int], Awaitable[None]]
"""Told the id of the message that grows, as soon as it is there."""


class Pace:
    """What all previews of the bot share: how many more calls they may make just now."""

    def __init__(self) -> None:
        """A second's worth to begin with."""
        self._left, self._at = _PER_SECOND, time.monotonic()

    def take(self) -> bool:
        """Take one call, if there is one left."""
        now = time.monotonic()
        self._left = min(_PER_SECOND, self._left + (now - self._at) * _PER_SECOND)
        self._at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True


class Preview:
    """Shows that Grisha is at work. What cannot be shown is left out: only the reply itself matters."""

    def __init__(self, bot: Bot, pace: Pace, place: Place, grow: Grow | None, reply_to: int | None, live: int | None) -> None:
        """Show it in `place`; for the rest see `preview`."""
        self._bot = bot
        self._pace = pace
        self._place = place
        self._grow = grow
        self._reply_to = reply_to
        self._live = live
        self._text = self._shown = ""
        self._shown_at = self._typed_at = 0.0
        self._changed = asyncio.Event()
        self._stopped = asyncio.Event()

    @property
    def is_empty(self) -> bool:
        """Whether no word of the reply has come yet."""
        return not self._text

    def show(self, text: str) -> None:
        """The reply, as far as it has come."""
        self._text = text
        self._changed.set()

    def stop(self) -> None:
        """Show nothing more; what is on its way to Telegram arrives before the reply does."""
        self._stopped.set()
        self._changed.set()

    async def run(self, draft_id: int) -> None:
        """Go on until stopped; `draft_id` is 0 where there are no drafts."""
        pause = _UNNOTICED
        while not await _is_set(self._stopped, pause):
            await _is_set(self._changed, _TYPING if self._typed_at else 0.0)
            self._changed.clear()
            if self._stopped.is_set():
                return
            pause = _DRAFT
            try:
                await self._step(draft_id)
            except RetryAfter as error:
                pause = seconds(error)
            except (TelegramError, *NO_RESULT) as error:
                logger.debug("the preview was not shown: %s", type(error).__name__)

    async def _step(self, draft_id: int) -> None:
        """Show what is new, when it is time to."""
        now = time.monotonic()
        text = split_text(self._text)[0] if self._text.strip() else ""
        is_new = text != self._shown
        if draft_id and text:
            if (is_new or now - self._shown_at > _DRAFT_LASTS) and self._pace.take():
                self._shown, self._shown_at = text, now
                await self._bot.send_message_draft(self._place.chat_id, draft_id, text, message_thread_id=self._place.topic)
        elif self._grow and len(text) >= _WORTH_SHOWING and is_new and now - self._shown_at > _EDIT:
            if self._pace.take():
                self._shown, self._shown_at = text, now
                await self._show_live(text, self._grow)
        elif now - self._typed_at > _TYPING and self._pace.take():
            self._typed_at = now
            await self._bot.send_chat_action(self._place.chat_id, ChatAction.TYPING, message_thread_id=self._place.topic)

    async def _show_live(self, text: str, grow: Grow) -> None:
        if self._live is not None:
            await self._bot.edit_message_text(text, self._place.chat_id, self._live)
            return
        quoted = ReplyParameters(self._reply_to, allow_sending_without_reply=True) if self._reply_to else None
        sent = await self._bot.send_message(self._place.chat_id, text, reply_parameters=quoted, message_thread_id=self._place.topic)
        self._live = sent.message_id
        await grow(sent.message_id)


@asynccontextmanager
async def preview(
    bot: Bot,
    pace: Pace,
    place: Place,
    draft_id: int = 0,
    *,
    grow: Grow | None = None,
    reply_to: int | None = None,
    live: int | None = None,
) -> AsyncIterator[Preview]:
    """A preview for as long as the block runs.

    Args:
        bot: shows it.
        pace: shared by all previews of the bot.
        place: where.
        draft_id: tells the drafts of one reply from another's; 0 where there are no drafts, which only private chats have.
        grow: show the text in a message that is edited, and tell its id as soon as it is there.
        reply_to: what that message quotes.
        live: the id of such a message that an earlier process began.
    """
    shown = Preview(bot, pace, place, grow, reply_to, live)
    task = asyncio.create_task(shown.run(draft_id))
    try:
        yield shown
    finally:
        shown.stop()
        # A draft that overtook the reply would stand below it for half a minute; one that hangs must not hold the reply up.
        await asyncio.wait([task], timeout=_PATIENCE)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _is_set(event: asyncio.Event, within: float) -> bool:
    """Whether the event is set within so many seconds."""
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), within)
    return event.is_set()
