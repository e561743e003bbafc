"""Which engine generates the replies of a model."""

import gc
import logging
from typing import Any, Literal, NamedTuple

import torch

from models.decoder import Decoder
from models.engine import BatchedEngine
from models.head import Chooser, Head
from models.linear import CpuLinear, replace_linears
from models.machine import trouble_of_the_machine
from models.plain import PlainEngine
from models.step import recorder
from models.vocabulary import Vocabulary
from models.weights import Source, load_weights, told_of_the_machine

logger = logging.getLogger(__name__)

Kind = Literal["auto", "compiled", "exact", "plain"]
"""How replies are computed.

"auto" has weights of 8 bits on a CPU, and on CUDA the model is compiled behind the first replies. "compiled" does so on a CPU as
well, where it gains less. "exact" does neither. "plain" is transformers' own loop, one reply after another.
"""


class Loaded(NamedTuple):
    """A model ready to generate."""

    engine: BatchedEngine | PlainEngine
    tokenizer: Any
    positions: int | None
    """How many tokens a prompt and its reply may have; None where the model does not tell."""


@told_of_the_machine()
@torch.inference_mode()
def load_engine(source: Source, device: str, kind: Kind, *, most_at_once: int, prefix_bytes: int) -> Loaded:
    """Load a model for the engine that suits it. Blocks; the engine is to be run in the same thread.

    Raises:
        ModelError: as `load_weights`, or the machine cannot do it; a sentence in Russian.
        OSError, ValueError, RuntimeError: as `load_weights`.
    """
    model: Any
    beside = 0.5 if kind == "auto" and device == "cpu" else 0.0  # the 8-bit weights
    model, tokenizer = load_weights(source, device, beside=beside)
    ends = model.generation_config.eos_token_id
    ends = tokenizer.eos_token_id if ends is None else ends
    ends = ends if isinstance(ends, list) else [] if ends is None else [ends]
    vocabulary = Vocabulary(tokenizer, model.get_output_embeddings().weight.shape[0], ends)
    positions = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    if kind != "plain":
        engine = _batched(model, vocabulary, ends, kind, most_at_once=most_at_once, prefix_bytes=prefix_bytes)
        if engine is not None:
            return Loaded(engine, tokenizer, positions)
        logger.info("%s is left to transformers, one reply after another", source.name)
        if any(isinstance(layer, CpuLinear) for layer in model.modules()):  # what transformers has not made
            del model
            gc.collect()  # some models refer to themselves, and nobody else looks for such while Grisha starts
            model, _ = load_weights(source, device)
    return Loaded(PlainEngine(model, Chooser(vocabulary, model.device), ends), tokenizer, positions)


def _batched(
    model: Any, vocabulary: Vocabulary, ends: list[int], kind: Kind, *, most_at_once: int, prefix_bytes: int
) -> BatchedEngine | None:
    """The engine for many replies at once, None where it cannot compute the model."""
    on_card = model.device.type == "cuda"
    is_compiled = kind == "compiled" or (kind == "auto" and on_card)
    try:
        head = Head(model, vocabulary)
        if not on_card:
            if not is_compiled:  # the compiler cannot see through such layers
                replace_linears(model.get_decoder(), is_exact=kind == "exact")
            for left in model.parameters():  # the linear layers are copies; without the rest the file leaves the memory
                left.data = left.data.clone()
        record = recorder() if is_compiled and on_card else None
        decoder = Decoder(model, prefix_bytes=prefix_bytes, record=record)
        if not decoder.agrees_with_model(head):
            return None
        engine = BatchedEngine(decoder, head, ends, most_at_once=most_at_once)
        if is_compiled:
            engine.compile_behind()
        return engine
    except Exception as error:  # of whatever kind, where a model has other parts than most
        if trouble_of_the_machine(error):
            raise
        logger.debug("the model is not one for the batched engine", exc_info=error)
        return None
