"""A reply that somebody waits for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from models.drawing import Drawing
from models.listener import Listener


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
        is_full = len(drawn) >= self.max_new_tokens
        is_over = self.listener.hear(token) or token in ends or is_full
        if is_over:
            sure = self.drawing.logprob / len(drawn)
            self.listener.finish(len(self.drawing.prompt), sure, cut=is_full and token not in ends)
        return is_over

    def fail(self, error: Exception) -> None:
        """Tell the caller why there will be no reply."""
        self.listener.emit(error)


def closed() -> RuntimeError:
    """What callers of a closed model get."""
    return RuntimeError("the model has been closed")
