"""Long polling: asks Telegram for updates, and confirms them only when they are committed."""

import asyncio
import logging
import sqlite3
import time

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.client import Client, in_use
from bot.delivery import NO_RESULT, seconds
from bot.intake import ALLOWED_UPDATES, Intake

logger = logging.getLogger(__name__)

_LONG_POLL = 30
"""Seconds for which Telegram holds a request open when there is nothing new."""
_GATHERING = 0.02
"""Seconds between two requests, so that what comes at the same time comes in one."""
_LOOKS, _LOOK = 2, 2
"""How often a process looks for another one before it begins, and for how many seconds."""
_NEWCOMER = 60.0
"""Seconds after its start for which a process gives way to another one that polls with the same token."""
_CONFLICTS = 3
"""Refusals by which a newcomer knows that it is one."""


async def look_for_another(bot: Client) -> None:
    """See whether another process polls with the same token, before anything is taken that Telegram would have given to it.

    Telegram ends the older of two requests; another process asks anew, and so ends ours.

    Raises:
        SettingsError: there is another one.
    """
    looks, conflicts = _LOOKS, 0
    while looks:
        looks -= 1
        try:
            await bot.raw_updates(0, _LOOK, ALLOWED_UPDATES)  # confirms nothing
        except Conflict:
            conflicts += 1
            if conflicts > 1:  # one may be the last of a process that has just ended
                raise in_use() from None
            looks = _LOOKS
        except (TelegramError, *NO_RESULT) as error:
            logger.info("looking for another process failed (%s)", type(error).__name__)
        if looks:
            await asyncio.sleep(1.0)


async def poll(bot: Client, intake: Intake) -> None:
    """Take updates in until cancelled; no error of the network or of Telegram ends it.

    Raises:
        SettingsError: another process was there first with the same token.
    """
    offset, pause, conflicts, started = 0, 1.0, 0, time.monotonic()
    while True:
        try:
            await intake.room()
            await asyncio.sleep(_GATHERING)
            updates = await bot.raw_updates(offset, _LONG_POLL, ALLOWED_UPDATES)
            await intake.accept(updates)
            # Not the highest ever: after a week of silence Telegram may number its updates anew.
            offset = max((update["update_id"] + 1 for update in updates), default=offset)
            pause = 1.0
            continue
        except Conflict:
            conflicts += 1
            if conflicts >= _CONFLICTS and time.monotonic() - started < _NEWCOMER:
                raise in_use() from None
            logger.error("another process polls with the same token: stop one of them")
            pause = 1.0
        except RetryAfter as error:
            pause = seconds(error)
        except InvalidToken:
            logger.error("Telegram refuses the token; trying again in %.0f s", pause)
        except (TelegramError, *NO_RESULT) as error:
            logger.info("polling failed (%s), trying again in %.0f s", type(error).__name__, pause)
        except (sqlite3.Error, OSError) as error:
            logger.error("updates stay with Telegram until they can be saved: %s", error)
        except Exception as error:  # polling that ends without a word is the worst that can happen to a bot
            logger.exception("polling failed (%s), trying again in %.0f s", type(error).__name__, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, 30.0)
