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
        self.emit = emit
        self._decode = decode
        self._stop = [text for text in stop if text]
        self._text = ""
        # The last tokens, by which the next ones may be spelled otherwise. The text of so many of them is in `_text`.
        self._tail: list[int] = []
        self._known, self._known_text = 0, ""
        self._sent = 0
        # So much of the end is held back: it could be the beginning of a stop string.
        self._hold = max((len(text) - 1 for text in self._stop), default=0)

    def hear(self, token: int) -> bool:
        """Take the next token; whether the reply is over."""
        self._tail.append(token)
        whole = self._whole()
        # A character may be spread over several tokens: its first bytes decode to U+FFFD.
        if len(whole) > len(self._text) and not whole.endswith("�"):
            self._text, self._tail = whole, self._tail[self._known :]
            self._known, self._known_text = len(self._tail), self._decode(self._tail)
        text, stopped = self._until_stop(whole)
        settled = len(text) if stopped else max(self._sent, len(text.rstrip("�")) - self._hold)
        if settled > self._sent:
            self.emit(ChatGenerationChunk(message=AIMessageChunk(content=text[self._sent : settled])))
            self._sent = settled
        return stopped

    def finish(self, prompt_tokens: int, tokens: int, mean_logprob: float, *, cut: bool) -> None:
        """Pass on what was held back, with the usage and how likely a token was, then the end.

        `tokens`: of the reply. `cut`: the last token allowed was drawn, and it is no end.
        """
        text, stopped = self._until_stop(self._whole())
        text = text.rstrip("�")  # a character that was cut
        reason = {"finish_reason": "length" if cut and not stopped else "stop"}
        message = AIMessageChunk(
            content=text[self._sent :],
            usage_metadata=UsageMetadata(input_tokens=prompt_tokens, output_tokens=tokens, total_tokens=prompt_tokens + tokens),
            response_metadata={**reason, "mean_logprob": mean_logprob},
            chunk_position="last",
        )
        self.emit(ChatGenerationChunk(message=message, generation_info=reason))
        self.emit(None)

    def _whole(self) -> str:
        """The text of all tokens; to decode all at each of them would take longer the longer the reply is."""
        return self._text + self._decode(self._tail)[len(self._known_text) :]

    def _until_stop(self, text: str) -> tuple[str, bool]:
        # A transcript begins with the space after "Гриша:"; a stop string before any word would end an empty reply at once.
        ends = [at for at in (text.find(stop, len(text) - len(text.lstrip())) for stop in self._stop) if at >= 0]
        return (text[: min(ends)], True) if ends else (text, False)
