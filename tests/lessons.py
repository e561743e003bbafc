"""What tests of learning say to Grisha, and what they look up afterwards."""

from typing import Any

from conftest import FakeChat
from langchain_core.messages import HumanMessage

from graph.context import Context
from grisha import Grisha
from stores.namespaces import CHATS_PATTERNS, PATTERNS
from stores.pattern import Pattern

WHALE = "Синий кит весит около ста пятидесяти тонн, как тридцать слонов."
HEAVY = "сколько весит синий кит"
PHONE, CALLED = "мой номер 8 900 123-45-67, звони вечером", "Хорошо, обязательно позвоню тебе сегодня вечером."
ANNA, BORIS = Context("1", "anna"), Context("2", "boris")


async def tell(grisha: Grisha, text: str, context: Context, message_id: str, **about: Any) -> str:
    """One turn with a message that has an id."""
    message = HumanMessage(text, id=message_id, additional_kwargs=about)
    result = await grisha.graph.ainvoke({"messages": [message]}, context=context)
    return str(result["reply"])


async def everything(grisha: Grisha) -> list[Pattern]:
    """All that was learned, shared or not."""
    store = grisha.persistence.store
    items = [*await store.asearch(PATTERNS, limit=100), *await store.asearch(CHATS_PATTERNS, limit=100)]
    return [Pattern(**item.value) for item in items]


async def scores(grisha: Grisha) -> dict[str, int]:
    return {pattern.question: pattern.score for pattern in await everything(grisha)}


def shown(model: FakeChat) -> str:
    """The system message of the last prompt: the examples are in it, and nothing of the history."""
    return model.prompts[-1][0].text
