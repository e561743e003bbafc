"""A reply on its way from drawn tokens to the one who waits for it."""

import logging
from itertools import accumulate
from typing import Any

import numpy as np
import pytest
from langchain_core.outputs import ChatGenerationChunk
from tokenizers import decoders

from models.drawing import Drawing
from models.listener import Listener
from models.request import Request

DECODERS = {
    "bytes": (decoders.ByteLevel(), ["ÐŁÑĢÐ¸", "Ð²ÐµÑĤ", "ĠÐ¸", "ĠðŁ", "Į", "¸", "!", "Ð", "Ł", "Ġ", "ĠÐ¼Ð¸ÑĢ", "Ċ"]),
    "SentencePiece": (
        decoders.Sequence(
            [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(content=" ", left=1, right=0)]
        ),
        ["▁При", "вет", "▁", "▁", "и", "▁▁▁", "<0xF0>", "<0x9F>", "<0x8C>", "<0xB8>", "<0xD0>", "<0x9F>", "▁мир", "!", "▁", "▁да"],
    ),
    "words": (decoders.WordPiece(cleanup=True), ["при", "##вет", ",", "мир", "!", "да", "##же"]),
}


class Caller:
    def __init__(self) -> None:
        self.got: list[Any] = []

    def emit(self, chunk: Any) -> None:
        self.got.append(chunk)

    def text(self) -> str:
        return "".join(chunk.text for chunk in self.got if isinstance(chunk, ChatGenerationChunk))


def _request(listener: Listener) -> Request:
    return Request(Drawing([1], 0, 1, 1, np.random.default_rng(0)), listener, 4, lambda: False)


@pytest.mark.parametrize("name", DECODERS)
def test_the_text_is_that_of_all_tokens_and_few_are_decoded_at_a_time(name: str) -> None:
    decoder, words = DECODERS[name]
    tokens, longest = [*range(len(words))] * 10, 0

    def decode(ids: list[int]) -> str:
        nonlocal longest
        longest = max(longest, len(ids))
        return str(decoder.decode([words[id] for id in ids]))

    caller = Caller()
    listener = Listener(decode, [], caller.emit)
    shown = []
    for token in tokens:
        listener.hear(token)
        shown.append(caller.text())
    assert longest < 8, "the reply is not read anew at each of its tokens"
    # A byte after a whole character of bytes makes all of them unreadable, until its own character is whole.
    texts = [decode(tokens[: end + 1]).rstrip("�") for end in range(len(tokens))]
    assert shown == list(accumulate(texts, lambda before, text: text if len(text) > len(before) else before))
    listener.finish(1, len(tokens), 0.0, cut=False)
    assert caller.text() == shown[-1]
    assert caller.got[-1] is None


def test_an_end_is_not_shown_whatever_the_tokenizer_makes_of_it() -> None:
    caller = Caller()
    request = _request(Listener(lambda ids: "".join("абв<"[id] for id in ids), [], caller.emit))
    assert [request.hear(token, {3}) for token in (0, 1, 3)] == [False, False, True]
    assert caller.text() == "аб"
    last = caller.got[-2].message
    assert last.usage_metadata["output_tokens"] == 3
    assert last.response_metadata["finish_reason"] == "stop"


def test_who_cannot_be_told_harms_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def emit(chunk: Any) -> None:
        raise RuntimeError("Event loop is closed")

    with caplog.at_level(logging.WARNING):
        _request(Listener(lambda ids: "", [], emit)).fail(KeyError("mine"))
    assert "mine" in caplog.text
    assert "Event loop is closed" in caplog.text
