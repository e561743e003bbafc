"""Who speaks, and where: what every part of the bot needs to know of a message."""

from dataclasses import dataclass

from telegram import Chat, Message, Update, User
from telegram.constants import ChatType

from graph.context import Context

ANONYMOUS_ADMIN = 1087968824
"""The account from which an admin of a group speaks who hides behind it."""


@dataclass(frozen=True)
class Speaker:
    """A person; or the channel, or the group of an anonymous admin, in whose name a message is sent."""

    id: int
    """Telegram's id; of a channel or a group negative."""
    name: str
    """As Telegram shows it."""
    username: str | None = None

    @property
    def key(self) -> str:
        """The person's id in the profiles."""
        return f"telegram:{self.id}"


@dataclass(frozen=True)
class Place:
    """A chat, or one topic of it: a conversation with a memory and a lane of its own."""

    chat_id: int
    memory: str
    """The chat's id in the memory: it stays when a group becomes a supergroup and gets a new `chat_id`."""
    private: bool
    topic: int | None = None
    """The message thread to send to."""

    def context(self, speaker: Speaker) -> Context:
        """What the graph is told of a message of `speaker` here."""
        return Context(chat_id=self.memory, user_id=speaker.key, chat_kind="private" if self.private else "group")


def speaker_of(message: Message) -> Speaker | None:
    """Who has sent the message; None for another bot."""
    if message.sender_chat:
        return Speaker(message.sender_chat.id, sound(message.sender_chat.title or "Группа"), message.sender_chat.username)
    return person(message.from_user) if message.from_user and not message.from_user.is_bot else None


def person(user: User) -> Speaker:
    """The person behind an account."""
    return Speaker(user.id, sound(user.full_name), user.username)


def sound(text: str) -> str:
    """The text without half characters, which no file and no answer could hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def topic_of(message: Message) -> int | None:
    """The topic that the message was sent to; threads of replies are no topics."""
    return message.message_thread_id if message.is_topic_message else None


def memory_key(chat_id: int, topic: int | None = None) -> str:
    """The id of a conversation in the memory."""
    return f"telegram:{chat_id}:{topic}" if topic else f"telegram:{chat_id}"


def message_of(update: Update) -> Message | None:
    """The message that the update is about, when it is there to be read."""
    if update.callback_query:
        return update.callback_query.message if isinstance(update.callback_query.message, Message) else None
    return update.message or update.edited_message


def chat_of(update: Update) -> Chat | None:
    """The chat that the update belongs to."""
    return update.effective_chat


def is_private(chat: Chat) -> bool:
    """Whether it is a chat with one person."""
    return chat.type == ChatType.PRIVATE
