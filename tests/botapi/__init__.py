"""A Telegram Bot API of one's own on the loopback, as strict as the real one, with people, chats and faults to drive a bot with.

async with BotApi() as api:
    masha = api.private(5, "Маша")
    api.say(masha, masha, "привет")     # the bot gets an update
    await api.until(lambda: api.sent)   # the bot has answered
"""

from botapi.chats import Chat, Person
from botapi.faults import Faults, Limit
from botapi.records import ApiError, Call, Document, Sent
from botapi.server import BotApi

__all__ = ["ApiError", "BotApi", "Call", "Chat", "Document", "Faults", "Limit", "Person", "Sent"]
