"""What every handler of the bot works with."""

from dataclasses import dataclass

from telegram import Bot

from bot.address import Me
from bot.chats import Chats
from bot.delivery import Delivery
from bot.inbox import Inbox
from bot.people import People
from grisha import Grisha
from settings import TelegramSettings


@dataclass(frozen=True, repr=False)  # a repr of the bot would show its token
class Services:
    """The opened parts."""

    grisha: Grisha
    bot: Bot
    me: Me
    settings: TelegramSettings
    inbox: Inbox
    people: People
    chats: Chats
    delivery: Delivery
    line_after: float
    """Seconds without a word after which a person is told how many are before them."""
