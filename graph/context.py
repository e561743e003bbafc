"""Who asks, and from where: handed to a run beside its input, and never kept with the chat."""

from dataclasses import dataclass
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from pydantic import ConfigDict, with_config


@with_config(ConfigDict(use_attribute_docstrings=True))
@dataclass(frozen=True)
class Context:
    """Small plain values only; every field has a default, so that a run can be started without a context."""

    chat_id: str = "terminal"
    """The conversation. Its messages are remembered together, and reach no other chat."""
    user_id: str = "owner"
    """The person who speaks. Their name is remembered under it."""
    chat_kind: Literal["private", "group", "comments"] = "private"
    """A private chat, a group, or the comments under a channel's posts."""
    persona: str = ""
    """The name of a loaded persona; empty: the one that the settings name."""
    is_start: bool = False
    """The person has just come (/start): Grisha introduces himself, and the exchange is not remembered."""

    @property
    def thread_id(self) -> str:
        """The LangGraph thread of the chat: always the same for the same chat, and a UUID, as the LangGraph server wants it."""
        return str(uuid5(NAMESPACE_URL, f"grisha:chat\0{self.chat_id}"))
