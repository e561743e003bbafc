"""From drawn tokens to the chunks of a streamed reply, while it is being generated."""

from collections.abc import Callable, Sequence

from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk

Emit = Callable[[ChatGenerationChunk | BaseException | None], None]
"""Takes a chunk of the reply, then None at its end, or the exception that ended it."""


class Listener:
    """Takes every token as it is drawn: passes its text on, and tells when a stop string has ended the reply."""

    def __init__(self, decode: Callable[[list[int]], str], stop: Sequence[str], emit: Emit) -> None:
        self.tokens: list[int] = []
        self.emit = emit
        self._decode = decode
        self._stop = [text for text in stop if text]
        self._sent = 0
        # So much of the end is held back: it could be the beginning of a stop string.
        self._hold = max((len(text) - 1 for text in self._stop), default=0)

    def hear(self, token: int) -> bool:
        """Take the next token; whether the reply is over."""
        self.tokens.append(token)
        text, stopped = self._text()
        # A character may be spread over several tokens: its first bytes decode to U+FFFD.
        settled = len(text) if stopped else max(self._sent, len(text.rstrip("�")) - self._hold)
        if settled > self._sent:
            self.emit(ChatGenerationChunk(message=AIMessageChunk(content=text[self._sent : settled])))
            self._sent = settled
        return stopped

    def finish(self, prompt_tokens: int, mean_logprob: float, *, cut: bool) -> None:
        """Pass on what was held back, with the usage and how likely a token was, then the end.

        `cut`: the last token allowed was drawn, and it is no end.
        """
        text, stopped = self._text()
        text = text.rstrip("�")  # a character that was cut
        written = len(self.tokens)
        reason = {"finish_reason": "length" if cut and not stopped else "stop"}
        message = AIMessageChunk(
            content=text[self._sent :],
            usage_metadata=UsageMetadata(input_tokens=prompt_tokens, output_tokens=written, total_tokens=prompt_tokens + written),
            response_metadata={**reason, "mean_logprob": mean_logprob},
            chunk_position="last",
        )
        self.emit(ChatGenerationChunk(message=message, generation_info=reason))
        self.emit(None)

    def _text(self) -> tuple[str, bool]:
        text = self._decode(self.tokens)
        # A transcript begins with the space after "Гриша:"; a stop string before any word would end an empty reply at once.
        ends = [at for at in (text.find(stop, len(text) - len(text.lstrip())) for stop in self._stop) if at >= 0]
        return (text[: min(ends)], True) if ends else (text, False)
