"""What the engine stands on: a model read chat by chat, and the choice among its tokens."""

import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny
import torch
from transformers import MistralConfig, PreTrainedConfig

from models.decoder import Decoder
from models.drawing import Drawing
from models.head import Chooser, Head
from models.step import Record, Replay
from models.vocabulary import OWN_SCRIPTS, Vocabulary
from models.weights import Source, load_weights

Made = tuple[Any, Decoder, Head, Vocabulary]


@pytest.fixture
def made(tmp_path: Path, tiny_model: Path) -> Callable[..., Made]:
    def make_one(config: PreTrainedConfig, record: Record | None = None) -> Made:
        model: Any
        model, tokenizer = load_weights(Source(str(tiny.save(config, tmp_path, tiny_model)), dtype="float32"), "cpu")
        with torch.inference_mode():
            vocabulary = Vocabulary(tokenizer, model.get_output_embeddings().weight.shape[0], [2])
            return model, Decoder(model, prefix_bytes=0, record=record), Head(model, vocabulary), vocabulary

    return make_one


def _drawing(prompt: list[int], **changes: Any) -> Drawing:
    return Drawing(prompt, 0, 1, 1, np.random.default_rng(0), **changes)


@torch.inference_mode()
def test_a_window_that_is_another_one_than_the_configuration_says(made: Callable[..., Made]) -> None:
    small = tiny.BATCHED["mistral"]().to_dict() | {"sliding_window": 40}
    model, decoder, head, _ = made(MistralConfig(**small))
    assert decoder.agrees_with_model(head)
    model.config.sliding_window = 30
    assert not decoder.agrees_with_model(head)


@torch.inference_mode()
def test_what_is_recorded_goes_before_keys_and_values_get_another_place(made: Callable[..., Made]) -> None:
    """It reads them where they were, and would keep that memory beside the new one."""
    recorded: list[weakref.ref[Replay]] = []

    def record(compute: Callable[[], torch.Tensor]) -> tuple[Replay, torch.Tensor]:
        hidden = compute()

        def replay() -> None:
            """As that of a graph it keeps nothing that it reads."""

        recorded.append(weakref.ref(replay))
        return replay, hidden

    _, decoder, *_ = made(tiny.BATCHED["qwen2"](), record)
    one = _drawing([5, 6, 7], drawn=[9])
    decoder.add(one.prompt)
    decoder.step([one])
    assert recorded[0]() is not None
    decoder.add([8, 9])
    assert recorded[0]() is None
    decoder.step([one, _drawing([8, 9], drawn=[3])])
    decoder.remove(1)
    decoder.add([8, 9])
    assert recorded[1]() is not None, "there was room"


@torch.inference_mode()
def test_each_reply_carries_on_the_character_it_has_begun(made: Callable[..., Made]) -> None:
    _, decoder, head, vocabulary = made(tiny.BATCHED["qwen2"]())
    hidden = torch.cat([decoder.add([number, 7]) for number in range(5, 11)])
    begun = [b"", b"\xd0", b"", b"\xf0\x9f", b"\xd0", b""]
    alone = [head.draw(hidden[at : at + 1], [_drawing([1], begun=part)])[0] for at, part in enumerate(begun)]
    together = [_drawing([1], begun=part) for part in begun]
    assert head.draw(hidden, together) == alone
    assert alone != head.draw(hidden, [_drawing([1]) for _ in begun]), "it makes a difference"
    assert all(vocabulary.allowed(OWN_SCRIPTS, part)[token] for part, token in zip(begun, alone, strict=True))


def test_what_must_not_follow_is_found_once_where_it_is_asked_for_time_and_again() -> None:
    asked: list[bytes] = []

    class Words(Vocabulary):
        def __init__(self) -> None:
            """Of two."""

        def allowed(self, scripts: frozenset[str], begun: bytes = b"") -> Any:
            asked.append(begun)
            return np.array([True, False])

    chooser = Chooser(Words(), torch.device("cpu"))
    for number in range(200):
        assert chooser.forbidden(OWN_SCRIPTS, b"").tolist() == [False, True]
        chooser.forbidden(OWN_SCRIPTS, bytes([number]))
    assert asked.count(b"") == 1
