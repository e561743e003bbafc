"""A model as the engine wants it: it reads prompts, and one token more of each chat that is under way."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from transformers.cache_utils import Cache, DynamicLayer

from models.compiling import Backend, Compilation, Compute, is_alike
from models.drawing import Drawing
from models.head import Head
from models.linear import exactly
from models.prefixes import Prefixes
from models.rows import Given, KeysValues, Rows
from models.step import Record, Step

_SMALL_WINDOW = 256
"""Up to here reading twice the window takes no time to speak of, even on a CPU."""


class Decoder:
    """A causal language model of transformers without its last layer, and what it has read of the chats under way, a row each."""

    def __init__(self, model: Any, *, prefix_bytes: int, record: Record | None) -> None:
        """Nothing is computed yet.

        Args:
            model: the whole of it.
            prefix_bytes: the memory for what was computed of prompts that may begin the same way again.
            record: how steps are recorded; None where they are not.
        """
        self._model, self._decoder, self._device = model, model.get_decoder(), model.device
        config = model.config.get_text_config()  # of a model for pictures as well, that of its text
        self._layers = config.num_hidden_layers
        self._attentions = _attentions(config)
        self._prefixes = Prefixes(prefix_bytes)
        self._is_recorded = record is not None
        self._step = Step(self._decoder, self._attentions, record)
        self._rows = self._no_rows()

    def _no_rows(self) -> Rows:
        columns, windows = 256 if self._is_recorded else 64, list(self._attentions.values())
        return Rows(windows, columns_step=columns, is_fixed=self._is_recorded, on_move=self._step.forget)

    def add(self, tokens: Sequence[int]) -> torch.Tensor:
        """Read a prompt, which gets a row behind the others; 1 x width of what its last token leaves."""
        computed, hidden = self._read(tokens)
        self._rows.add(computed)
        return hidden

    def remove(self, row: int) -> None:
        """Drop a row; the last one takes its place."""
        self._rows.remove(row)

    def clear(self) -> None:
        """Drop all rows, and their memory."""
        self._rows = self._no_rows()
        self._step.forget()

    def forget_prefixes(self) -> None:
        """Let go of what was computed of earlier prompts."""
        self._prefixes.clear()

    def _read(self, tokens: Sequence[int]) -> tuple[KeysValues, torch.Tensor]:
        """What `tokens` leave in each layer, and 1 x width of what the last of them leaves; what is known is not computed again."""
        layers: list[Any] = [DynamicLayer() for _ in range(self._layers)]  # type: ignore[no-untyped-call]  # transformers leaves it
        cache = Cache(layers=layers)
        begun = 0
        for layer, (keys, values) in enumerate(self._prefixes.find(tokens)):
            begun = keys.shape[2]
            cache.update(keys, values, layer)
        with exactly():
            hidden = self._decoder(
                input_ids=torch.tensor([tokens[begun:]], device=self._device),
                position_ids=torch.arange(begun, len(tokens), device=self._device)[None],
                past_key_values=cache,
                use_cache=True,
            ).last_hidden_state
        computed = [(layer.keys, layer.values) for layer in layers]
        self._prefixes.keep(tokens, computed)
        return computed, hidden[:, -1]

    def step(self, drawings: Sequence[Drawing], *, may_record: bool = True) -> torch.Tensor:
        """Read the last token of each reply that is under way; replies x width of what it leaves. `may_record`: as for `Step`."""
        return self._step(self._given(drawings), may_record=may_record)[: len(drawings)]

    def _given(self, drawings: Sequence[Drawing]) -> Given:
        lengths = [len(drawing.prompt) + len(drawing.drawn) - 1 for drawing in drawings]
        return self._rows.given([drawing.drawn[-1] for drawing in drawings], lengths)

    def use(self, compute: Compute) -> None:
        """From now on compute a step in this way."""
        self._step.use(compute)

    def agrees_with_model(self, head: Head) -> bool:
        """Whether two prompts, read one by one and carried on together, get the scores that the model itself gives them.

        Models differ in more than their configuration tells; this one may look back, or keep what it has read, in a way of its own.
        """
        if not self._attentions.keys() <= {None, "full_attention", "sliding_attention"}:
            return False
        is_same = True
        drawings = _two(head, self._attentions)
        read = [self.add(drawing.prompt) for drawing in drawings]
        together = self.step(drawings)
        common_ids = torch.from_numpy(head.common).to(self._device)
        for row, drawing in enumerate(drawings):
            ids = torch.tensor([drawing.tokens], device=self._device)
            both = self._model(input_ids=ids, logits_to_keep=2).logits[0, :, common_ids].float()
            for hidden, wanted in zip((read[row], together[row : row + 1]), both, strict=True):
                # What all scores have in common makes no difference.
                is_same = is_same and is_alike(head.scores(hidden)[0] - wanted.mean(), wanted - wanted.mean())
        self.clear()
        self.forget_prefixes()
        return is_same

    def compilation(self, head: Head, backend: Backend) -> Compilation:
        """What compiles the step, not yet begun."""
        drawings = _two(head, {})
        for drawing in drawings:
            self.add(drawing.prompt)
        example = self._given(drawings)
        self.clear()
        self.forget_prefixes()
        return Compilation(self._step.plain, example, backend)


def _two(head: Head, attentions: Mapping[str | None, int | None]) -> list[Drawing]:
    """Two replies that have begun. One prompt is longer than the small windows in `attentions`: what they hide must show."""
    windows = [window for window in attentions.values() if window is not None and window <= _SMALL_WINDOW]
    places = (300, 7), (400, max([12, *(2 * window for window in windows)]))
    prompts = [head.common.take(range(at, at + length), mode="wrap").tolist() for at, length in places]
    return [Drawing(prompt, 0, 1, 1, np.random.default_rng(0), drawn=[prompt[0]]) for prompt in prompts]


def _attentions(config: Any) -> dict[str | None, int | None]:
    """The kinds of attention that a model has, by the names under which its masks are given, with how far back they look.

    None is the name where there is but one, which has none.
    """
    window = getattr(config, "sliding_window", None)
    kinds = getattr(config, "layer_types", None)
    if kinds is None:
        return {None: window}
    return {kind: window if kind == "sliding_attention" else None for kind in dict.fromkeys(kinds)}
