"""What a turn is to answer, and by which id the chat's memory knows it."""

from dataclasses import dataclass

from langchain_core.messages import HumanMessage
from telegram import Message

from bot.address import spoken_text
from bot.lanes import Item
from bot.origin import Place, Speaker, message_of, sound, speaker_of
from bot.services import Services
from graph.context import Context


@dataclass
class Question:
    """What a turn is to answer: one message, or several that came in a burst."""

    place: Place
    speaker: Speaker
    context: Context
    id: str
    """The question's id in the chat's memory: that of its first message, so that it does not change as the burst grows."""
    asked: float
    """When it was: Unix time."""
    texts: dict[int, str]
    """By the id of the message."""
    updates: list[int]

    @property
    def message(self) -> HumanMessage:
        """The question as the graph takes it; who spoke, and which updates it answers, is kept with it."""
        about = {
            "speaker": self.speaker.name,
            "speaker_id": self.speaker.key,
            "texts": {str(message_id): text for message_id, text in self.texts.items()},
            "updates": self.updates,
        }
        return HumanMessage("\n".join(self.texts.values()), id=self.id, additional_kwargs=about)


def question_of(item: Item, services: Services) -> Question:
    """The question of a person's message, new or edited."""
    message = message_of(item.update)
    speaker = speaker_of(message) if message else None
    assert message is not None, "the router leads here only with messages"
    assert speaker is not None, "the router leads here only with people"
    texts = {message.message_id: spoken(message, services)}
    asked = (message.edit_date or message.date).timestamp()
    return Question(item.place, speaker, item.place.context(speaker), question_id(message), asked, texts, [item.update_id])


def question_id(message: Message) -> str:
    """The id of a question in the memory. The date: another bot on the same data numbers the messages of a chat anew."""
    return f"telegram:{message.chat_id}:{message.message_id}:{message.date.timestamp():.0f}"


def spoken(message: Message, services: Services) -> str:
    """The text or caption, without the address in a group."""
    text = message.text or message.caption or ""
    if message.chat.type != "private":
        text = spoken_text(message, services.me) or services.grisha.persona.name
    return sound(text.strip())
