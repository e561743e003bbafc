"""What people do with Grisha's learning: reactions to his replies, and the commands /why, /unlearn and /learn."""

from collections.abc import Sequence
from typing import Literal

from telegram import Message, MessageReactionUpdated, ReactionType, ReactionTypeEmoji

from bot.origin import Place, Speaker, person, sound
from bot.services import Services
from explanation import FORGOTTEN_ANSWER, NOTHING_LEARNED, UNLEARNED, told
from graph.context import Context

_GOOD = frozenset("👍❤🔥😁🎉👏🥰💯🤩🏆👌😍🤣🙏⚡🤗🆒")
_BAD = frozenset("👎💩🤮😡🤬🥱🖕🤡")
_ON, _OFF = frozenset({"on", "да", "вкл", "включи", "включить"}), frozenset({"off", "нет", "выкл", "выключи", "выключить"})


class Learning:
    """Serves what is said of replies that have been given."""

    def __init__(self, services: Services) -> None:
        """Serve the bot of `services`."""
        self._services = services

    async def reacted(self, change: MessageReactionUpdated, place: Place) -> None:
        """Somebody has put a reaction under a message, changed it, or taken it back; only Grisha's replies are of interest."""
        services = self._services
        speaker = _who(change)
        if speaker is None or services.people.is_blocked(speaker) or not services.people.is_allowed(speaker, place):
            return
        if answered := await services.inbox.answered_by(place.chat_id, change.message_id):
            lane, question = answered
            context = Context(lane, speaker.key, "private" if place.private else "group")
            vote = _vote(change.new_reaction)
            # A smile that says nothing leaves alone what the person has said in words.
            if vote != _vote(change.old_reaction):
                await services.grisha.rate(context, question, vote)

    async def why(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        """Where the reply that the command answers, or the last one, came from."""
        question = await self._question(message, place)
        why = None if question == "" else await self._services.grisha.explain(place.context(speaker), question)
        return told(why) if why else FORGOTTEN_ANSWER

    async def unlearn(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        """Forget what was learned from that reply."""
        services, question = self._services, await self._question(message, place)
        if question == "":
            return FORGOTTEN_ANSWER
        is_admin = services.people.is_admin(speaker)
        match await services.grisha.unlearn(place.context(speaker), question, of_anybody=is_admin):
            case "forgotten":
                return UNLEARNED
            case "not theirs":
                return "Этому я научился не от тебя. Забыть может тот, от кого, или мой хозяин."
            case "nothing":
                return NOTHING_LEARNED

    async def learn(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        """Whether Grisha may learn from the person; with an argument, from now on."""
        grisha, chosen = self._services.grisha, argument.lower()
        if chosen in _ON | _OFF:
            await grisha.set_learning(speaker.key, chosen in _ON)
        elif chosen:
            return "Понимаю только /learn on и /learn off."
        if (await grisha.known_of(speaker.key)).may_learn:
            return "Я учусь на удачных ответах тебе. Не хочешь этого, напиши /learn off."
        return (
            "На твоих словах я не учусь. Передумаешь, напиши /learn on. "
            "Что выучил раньше, помню: /unlearn забудет один ответ, /forget_me всё."
        )

    async def _question(self, message: Message, place: Place) -> str | None:
        """The id of the question whose reply is meant; None for the last one, empty when the reply is not known any more."""
        to = message.reply_to_message
        # Whatever is written in a topic "answers" the notice that the topic was created.
        if to is None or to.from_user is None or to.from_user.id != self._services.me.id or to.forum_topic_created:
            return None
        lane, question = await self._services.inbox.answered_by(place.chat_id, to.message_id) or ("", "")
        return question if lane == place.memory else ""


def _who(change: MessageReactionUpdated) -> Speaker | None:
    """Whose reaction it is; None for another bot."""
    if change.actor_chat:
        return Speaker(change.actor_chat.id, sound(change.actor_chat.title or "Группа"), change.actor_chat.username)
    return person(change.user) if change.user and not change.user.is_bot else None


def _vote(reactions: Sequence[ReactionType]) -> Literal[-1, 0, 1]:
    """Whether more of the reactions are good, or bad."""
    signs = [reaction.emoji.removesuffix("\ufe0f") for reaction in reactions if isinstance(reaction, ReactionTypeEmoji)]
    good, bad = sum(sign in _GOOD for sign in signs), sum(sign in _BAD for sign in signs)
    return 1 if good > bad else -1 if bad > good else 0
