"""The last layer of a model: a score for each token that may be drawn, and the choice."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch.nn.functional import linear

from models.drawing import Drawing, draw
from models.linear import CpuLinear
from models.vocabulary import OWN_SCRIPTS, Vocabulary

_MOST_KEPT = 32
"""Answers to what must not follow: more are seldom in use at a time."""


class Head:
    """Scores and draws tokens. What may not be drawn has no score at all.

    For a chat in Russian it has a seventh of the rows of the embedded model's own one, and is as much faster. The whole one serves
    chats that are in other scripts, or have a processor.
    """

    def __init__(self, model: Any, vocabulary: Vocabulary) -> None:
        """Copies the weights of the common tokens."""
        whole = model.get_output_embeddings()
        self._weight, self._bias = whole.weight, whole.bias
        config = model.config.get_text_config()  # of a model for pictures as well, that of its text
        self._softcap: float | None = getattr(config, "final_logit_softcapping", None)
        # Cohere's models multiply by the one, Granite's divide by the other.
        self._scale: float = getattr(config, "logit_scale", None) or 1 / getattr(config, "logits_scaling", 1)
        self.common = vocabulary.common
        self._chooser = Chooser(vocabulary, self._weight.device)
        self._column = np.zeros(vocabulary.size, np.int64)
        self._column[vocabulary.common] = np.arange(len(vocabulary.common))
        self._common = torch.from_numpy(vocabulary.common).to(self._weight.device)
        weight, bias = self._weight[self._common], None if self._bias is None else self._bias[self._common]
        if weight.device.type == "cpu":
            # As 8-bit numbers it would change every seventh of the likeliest tokens, all other layers together every twentieth.
            self._narrow: Any = CpuLinear(weight, bias, is_exact=True)
        else:
            self._narrow = lambda hidden: linear(hidden, weight, bias)
        chooser, ids = self._chooser, self._common

        @lru_cache(_MOST_KEPT)  # of nothing that knows this one: it would be a cycle, and outlive its model
        def bans(begun: bytes) -> torch.Tensor:
            return torch.where(chooser.forbidden(OWN_SCRIPTS, begun)[ids], -torch.inf, 0.0)

        self._bans = bans
        """What is added to the scores of the common tokens so that none is drawn that must not follow."""

    def draw(self, hidden: torch.Tensor, drawings: Sequence[Drawing]) -> list[int | Exception]:
        """The next token of each reply, or what its processor raised.

        Args:
            hidden: replies x width, as the model's last layer leaves it.
            drawings: how, for each reply.
        """
        common = [row for row, drawing in enumerate(drawings) if drawing.scripts is None and drawing.processor is None]
        others = [row for row in range(len(drawings)) if row not in common]
        chosen: dict[int, int | Exception] = {}
        # First what takes memory: once a token is drawn, its chat cannot take the step again.
        scores = self._capped(linear(hidden[others], self._weight, self._bias)) if others else None
        if common:
            chosen |= zip(common, self._draw_common(hidden[common], [drawings[row] for row in common]), strict=True)
        if scores is not None:
            chosen |= {row: self._chooser.draw(own, drawings[row]) for row, own in zip(others, scores[:, None], strict=True)}
        return [chosen[row] for row in range(len(drawings))]

    def _draw_common(self, hidden: torch.Tensor, drawings: Sequence[Drawing]) -> list[int | Exception]:
        scores = self.scores(hidden)
        first, *others = {drawing.begun for drawing in drawings}
        if others:
            for begun in (first, *others):
                scores[[drawing.begun == begun for drawing in drawings]] += self._bans(begun)
        else:  # nearly always, and then nothing is gathered
            scores += self._bans(first)
        columns = draw(scores, drawings, [self._column[drawing.drawn] for drawing in drawings])
        return [
            column if isinstance(column, Exception) else self._chooser.chosen(int(self.common[column]), drawing)
            for column, drawing in zip(columns, drawings, strict=True)
        ]

    def scores(self, hidden: torch.Tensor) -> torch.Tensor:
        """The scores of the common tokens in the order of their numbers: replies x width to replies x tokens, 32-bit floats."""
        return self._capped(self._narrow(hidden))

    def _capped(self, scores: torch.Tensor) -> torch.Tensor:
        scores = scores.float() if self._scale == 1 else scores.float() * self._scale
        return scores if self._softcap is None else torch.tanh(scores / self._softcap) * self._softcap


class Chooser:
    """Chooses a token from a whole vocabulary, rare words of Latin letters included, which are not among the common tokens."""

    def __init__(self, vocabulary: Vocabulary, device: torch.device) -> None:
        self._vocabulary, self._device = vocabulary, device

        @lru_cache(_MOST_KEPT)
        def forbidden(scripts: frozenset[str], begun: bytes) -> torch.Tensor:
            return torch.from_numpy(~vocabulary.allowed(scripts, begun)).to(device)

        self.forbidden = forbidden
        """For each token whether it must not follow on what has `begun` in a chat that uses `scripts`."""

    def draw(self, scores: torch.Tensor, drawing: Drawing) -> int | Exception:
        """The next token of one reply, or what its processor raised. `scores`: 1 x vocabulary, 32-bit floats; changed in place."""
        try:
            if drawing.processor is not None:
                scores = drawing.processor(torch.tensor([drawing.tokens], device=self._device), scores)
            scores.masked_fill_(self.forbidden(drawing.scripts or OWN_SCRIPTS, drawing.begun), -torch.inf)
            [token] = draw(scores, [drawing], [np.array(drawing.drawn, np.int64)])
            return token if isinstance(token, Exception) else self.chosen(token, drawing)
        except Exception as error:  # the caller's own code; the other replies go on
            return error

    def chosen(self, token: int, drawing: Drawing) -> int:
        """`token`, of which is remembered what the next one has to carry on."""
        drawing.begun = self._vocabulary.begun_by(token, drawing.begun)
        return token
