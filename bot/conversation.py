"""What happens to an update: who is served with what, and what becomes of it when something goes wrong."""

import asyncio
import logging
import random
import sqlite3

from telegram import ChatMember, ChatMemberUpdated, Message
from telegram.constants import ChatType

from bot.address import command, is_addressed
from bot.commands import Commands
from bot.comments import Comments
from bot.delivery import ChatLeftError, UndeliverableError, is_passing
from bot.inbox import LastAnswer, Part, Send
from bot.lanes import Lane
from bot.learning import Learning
from bot.origin import Place, Speaker, memory_key, message_of, speaker_of
from bot.services import Services
from bot.turns import Turns
from errors import GrishaError
from prompts import fill

logger = logging.getLogger(__name__)

_ATTEMPTS = 3
"""How often an update is tried before it is put aside."""
_STARTS = 10
"""How often the process may die over an update before it is put aside."""
_ALBUMS = 1000
"""Albums that are remembered, so that one of many pictures gets one answer."""
_OUTSIDE = {ChatMember.LEFT, ChatMember.BANNED}


class Conversation:
    """Serves the lanes."""

    def __init__(self, services: Services) -> None:
        """Serve the bot of `services`."""
        self._services = services
        self._turns = Turns(services)
        self._learning = Learning(services)
        self._commands = Commands(services, self._learning)
        self._comments = Comments(services, self._turns)
        self._albums: dict[str, int] = {}
        self._refused: set[int] = set()

    async def serve(self, lane: Lane) -> None:
        """Take care of what the lane is serving, until it is delivered, or nobody is there to receive it, or it is put aside."""
        failures, pause = 0, 1.0
        while True:
            try:
                await self._serve(lane)
            except (sqlite3.OperationalError, OSError) as error:  # a full disk: nothing can be noted, so nothing may be let go of
                logger.error("the chat waits, nothing is lost: %s", error)
            except Exception as error:
                # What Telegram does not answer now, it will; whatever else fails may fail for ever.
                failures += not is_passing(error)
                logger.warning("an update failed (%s), attempt %d of %d", type(error).__name__, failures, _ATTEMPTS)
                logger.debug("the failure", exc_info=error)
                if failures >= _ATTEMPTS and await self._put_aside(lane, error):
                    return
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, 60.0)

    async def _serve(self, lane: Lane) -> None:
        inbox, first = self._services.inbox, lane.serving[0]
        if lane.turn is None:
            del lane.serving[1:]  # what an attempt before this one took for a burst is looked at anew
            if first.received.starts >= _STARTS:
                raise UndeliverableError(f"the process ended {first.received.starts} times while it was served")
            sends = await self._reply(lane)
            updates = [item.update_id for item in lane.serving]
            if not sends:
                await inbox.finish(updates)
                return
            lane.turn = await inbox.reply(updates, sends)
            lane.parts = [Part(number, send) for number, send in enumerate(sends)]
        await self._deliver(lane, lane.turn)

    async def _deliver(self, lane: Lane, turn: int) -> None:
        inbox = self._services.inbox
        lane.parts = lane.parts or await inbox.parts(turn)
        first = lane.parts[0].send
        updates = [item.update_id for item in lane.serving]
        try:
            seen = await self._services.delivery.deliver(turn, lane.parts)
        except ChatLeftError:
            logger.info("a chat cannot be written to any more")
            await inbox.finish(updates)
        else:
            answer = LastAnswer(first.question, first.answers, tuple(seen)) if first.question else None
            await inbox.finish(updates, lane.key, answer, self._services.chats.current(first.chat_id))

    async def _put_aside(self, lane: Lane, error: Exception) -> bool:
        """Quarantine what the lane is serving, and tell the person. Returns whether that could be noted."""
        # Errors of others may quote what the person wrote, which belongs into no log.
        reason = f"{type(error).__name__}: {error}"
        shown = reason if isinstance(error, (GrishaError, UndeliverableError)) else type(error).__name__
        services = self._services
        try:
            await services.inbox.quarantine({item.update_id: item.received.raw for item in lane.serving}, reason)
        except (sqlite3.Error, OSError):
            return False
        first = lane.serving[0]
        logger.error("update %d is put aside: %s", first.update_id, shown)
        try:
            message = first.update.message
            if message is not None and (first.place.private or is_addressed(message, services.me)):
                line = fill(random.choice(services.grisha.persona.failures))
                await services.delivery.send(Send(first.place.chat_id, line, thread_id=first.place.topic))
        except Exception as another:  # an update that nobody can serve may be one that nobody can answer either
            logger.info("the person could not be told: %s", type(another).__name__)
        return True

    async def _reply(self, lane: Lane) -> list[Send]:
        """What is to be sent; empty where Grisha has nothing to say."""
        services, item = self._services, lane.serving[0]
        update, place = item.update, item.place
        if update.my_chat_member:
            return await self._membership(update.my_chat_member, place)
        if services.chats.has_left(place.chat_id, item.received.received):
            return []
        message = message_of(update)
        if update.message_reaction:
            await self._learning.reacted(update.message_reaction, place)
            return []
        if update.callback_query:
            return await self._commands.pressed(update.callback_query, place)
        if message is None:
            return []
        if message.is_automatic_forward:
            return await self._comments.comment(message, lane) if update.message else []
        speaker = speaker_of(message)
        if speaker is None or services.people.is_blocked(speaker):
            return []
        asked = command(message, services.me)
        if not (place.private or asked or is_addressed(message, services.me)):
            return []
        if not services.people.is_allowed(speaker, place):
            return self._refuse(speaker, place)
        self._refused.discard(speaker.id)
        if update.edited_message:
            return await self._turns.edited(lane)
        if self._is_more_of_an_album(message, item.update_id):
            return []
        if asked:
            return await self._commands.run(asked, message, speaker, place)
        if message.text or message.caption:
            return await self._turns.talk(lane)
        if message.effective_attachment is None:  # somebody joined, a message was pinned
            return []
        quoted = None if place.private else message.message_id
        return self._turns.say(place, services.grisha.persona.media, reply_to=quoted)

    def _refuse(self, speaker: Speaker, place: Place) -> list[Send]:
        """Tell a stranger once, in private, that this bot is not for everybody."""
        if not place.private or speaker.id in self._refused:
            return []
        self._refused.add(speaker.id)
        return self._turns.say(place, self._services.grisha.persona.not_allowed, id=str(speaker.id))

    def _is_more_of_an_album(self, message: Message, update_id: int) -> bool:
        """Whether a picture belongs to an album of which another one is answered."""
        if message.media_group_id is None:
            return False
        first = self._albums.setdefault(message.media_group_id, update_id)
        while len(self._albums) > _ALBUMS:
            del self._albums[next(iter(self._albums))]
        return first != update_id

    async def _membership(self, change: ChatMemberUpdated, place: Place) -> list[Send]:
        """The bot was let into a chat, or put out of it."""
        services = self._services
        before, after = change.old_chat_member.status, change.new_chat_member.status
        if after in _OUTSIDE:
            services.chats.left(place.chat_id)
            return []
        services.chats.returned(place.chat_id)
        adder = Speaker(change.from_user.id, change.from_user.full_name)
        is_group = change.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP)
        if before not in _OUTSIDE or not is_group or not services.people.is_allowed(adder, place):
            return []
        if services.chats.place(change.chat).memory != memory_key(change.chat.id):
            return []  # the supergroup that a group has become, whose people know Grisha
        return self._turns.say(place, services.grisha.persona.added_to_group, username=services.me.username)
