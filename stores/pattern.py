"""One learned exchange: what is kept of it, and what it is worth."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

START = 1
"""The score of a new pattern: it was found good once. One that falls below zero goes."""


@dataclass(frozen=True)
class Pattern:
    """A question and the reply that worked, with where it came from and how it has served since."""

    id: str
    question: str
    reply: str
    chat_id: str
    user_id: str
    source: str
    """The persona that answered."""
    created: str
    """ISO 8601, UTC."""
    refreshed: str
    """When the same was last learned again: ISO 8601, UTC."""
    confirmations: int = 1
    """How often the same exchange was found good."""
    uses: int = 0
    """How often it served as an example or as the reply itself."""
    score: int = START
    """Grows with good feedback to the replies that it served for, and falls with bad."""
    scope: Literal["shared", "chat"] = "shared"
    """Who may see it: all chats, or its own one alone."""

    @property
    def bonus(self) -> float:
        """What it adds to a cosine when ranked: so little that it decides between equals and never outweighs meaning."""
        if self.score < START:
            return -0.02
        return min(0.04, 0.01 * (self.score - START) + 0.01 * math.log1p(self.uses))

    @property
    def worth(self) -> tuple[int, int, str]:
        """What decides who leaves first when a set is full: low score, then little use, then age."""
        return self.score, self.uses + self.confirmations, self.refreshed


def pattern_id(question: str, reply: str, chat_id: str) -> str:
    """The id that follows from an exchange and its chat, so that saving it twice saves one."""
    return str(uuid5(NAMESPACE_URL, f"grisha:pattern\0{chat_id}\0{question}\0{reply}"))


def new_pattern(
    question: str, reply: str, *, chat_id: str, user_id: str, source: str, scope: Literal["shared", "chat"] = "shared"
) -> Pattern:
    """A pattern made now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    key = pattern_id(question, reply, chat_id)
    return Pattern(key, question, reply, chat_id, user_id, source, created=now, refreshed=now, scope=scope)
