"""A reply that somebody waits for."""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass

from models.drawing import Drawing
from models.listener import Listener

logger = logging.getLogger(__name__)


@dataclass
class Request:
    """A reply to be generated, or under way."""

    drawing: Drawing
    listener: Listener
    max_new_tokens: int
    given_up: Callable[[], bool]
    """Whether nobody waits for the reply any more."""

    def hear(self, token: int, ends: Collection[int]) -> bool:
        """Take the next token of the reply; whether it is over, which the caller has then been told."""
        drawn = self.drawing.drawn
        drawn.append(token)
        is_end, is_full = token in ends, len(drawn) >= self.max_new_tokens
        # An end is never shown: tokenizers mark as special only some of those that models know.
        is_over = is_end or self.listener.hear(token) or is_full
        if is_over:
            sure = self.drawing.logprob / len(drawn)
            self.listener.finish(len(self.drawing.prompt), len(drawn), sure, cut=is_full and not is_end)
        return is_over

    def fail(self, error: Exception) -> None:
        """Tell the caller why there will be no reply. Nothing is raised: the engine has others to answer."""
        try:
            self.listener.emit(error)
        except Exception:  # an event loop that is closed
            logger.warning("nobody could be told that a reply failed: %s", error, exc_info=True)


def closed() -> RuntimeError:
    """What callers get of a model that is not loaded, or not any more."""
    return RuntimeError("the model is closed, or was never loaded")
