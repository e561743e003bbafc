"""Comments under the posts of a channel, in the group that is linked with it."""

import random
import time
from dataclasses import replace

from telegram import Message

from bot.inbox import Send
from bot.lanes import Lane
from bot.origin import Speaker, sound, speaker_of
from bot.questions import Question, question_id
from bot.services import Services
from bot.turns import Turns


class Comments:
    """Comments on posts that Telegram relays from a channel into its discussion group."""

    def __init__(self, services: Services, turns: Turns) -> None:
        """Serve the bot of `services`."""
        self._services = services
        self._turns = turns

    async def comment(self, message: Message, lane: Lane) -> list[Send]:
        """The comment on a post; nothing where the settings say so."""
        settings, channel, item = self._services.settings, speaker_of(message), lane.serving[0]
        text = sound((message.text or message.caption or "").strip())
        if not settings.telegram_comments or channel is None or not text or not self._is_wanted(channel):
            return []
        context = replace(item.place.context(channel), chat_kind="comments")
        asked, texts = message.date.timestamp(), {message.message_id: text}
        question = Question(item.place, channel, context, question_id(message), asked, texts, [item.update_id])
        if saved := await self._turns.saved(lane, question):
            return saved
        # The same draw for the same post, however often its update comes.
        if random.Random(question.id).random() >= settings.telegram_comment_probability:
            return []
        last, album = await self._services.inbox.last_comment(channel.id)
        if time.time() - last < settings.telegram_comment_cooldown or (album and album == message.media_group_id):
            return []
        sends = await self._turns.comment(lane, question)
        await self._services.inbox.commented(channel.id, message.media_group_id)
        return sends

    def _is_wanted(self, channel: Speaker) -> bool:
        names = {"*", channel.id, (channel.username or "").lower()}
        return bool(self._services.settings.telegram_comment_channels & names) and not self._services.people.is_blocked(channel)
