"""Drawing the next token of several chats at once, each in its own way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

TOP_K = 50
"""Tokens are drawn from so many likeliest ones at most, as transformers does when it is told nothing."""

Processor = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""A logits processor as transformers has them: ids of 1 x tokens and scores of 1 x vocabulary to scores."""


@dataclass
class Drawing:
    """How the tokens of one reply are drawn, and which have been."""

    prompt: list[int]
    temperature: float
    """0 takes the likeliest token."""
    top_p: float
    repetition_penalty: float
    """For tokens that the reply itself holds already; those of the prompt are not punished."""
    random: np.random.Generator
    scripts: frozenset[str] | None = None
    """The scripts that the reply may be in; None for those of a chat in Russian, see `Vocabulary.common`."""
    processor: Processor | None = None
    drawn: list[int] = field(default_factory=list)
    begun: bytes = b""
    """The beginning of a character that the reply ends with."""
    logprob: float = 0.0
    """Of the reply so far: the natural logarithm of how likely it is among all that may be drawn, whatever the temperature.

    What the reply holds already has its penalty there.
    """

    @property
    def tokens(self) -> list[int]:
        """The prompt and the reply so far."""
        return self.prompt + self.drawn


def draw(scores: torch.Tensor, drawings: Sequence[Drawing], drawn: Sequence[NDArray[np.int64]]) -> list[int | Exception]:
    """The next token of each row of `scores`, as a column of it; an exception where the row leaves none to draw.

    How likely it was is added to the drawing's `logprob`.

    Args:
        scores: rows x columns of 32-bit floats; changed in place.
        drawings: how, for each row.
        drawn: the columns of the tokens that each reply holds already.
    """
    rows = np.repeat(np.arange(len(drawings)), [len(columns) for columns in drawn])
    if len(rows):
        places = torch.from_numpy(rows).to(scores.device), torch.from_numpy(np.concatenate(drawn)).to(scores.device)
        penalties = torch.tensor([drawing.repetition_penalty for drawing in drawings], device=scores.device)[places[0]]
        known = scores[places]
        scores[places] = torch.where(known > 0, known / penalties, known * penalties)  # twice the same where it was drawn twice
    best, numbers = scores.topk(min(TOP_K, scores.shape[1]), dim=1)
    values, columns = best.double().cpu().numpy(), numbers.cpu().numpy()
    totals = scores.logsumexp(dim=1).double().cpu().numpy()
    chosen: list[int | Exception] = []
    for row, drawing in enumerate(drawings):
        if not values[row, 0] > -np.inf:  # nor is a nan a score
            chosen.append(ValueError("no token has a score"))
            continue
        place = _choose(values[row], drawing)
        drawing.logprob += float(values[row, place] - totals[row])
        chosen.append(int(columns[row, place]))
    return chosen


def _choose(falling: NDArray[np.float64], drawing: Drawing) -> int:
    """The place of the token drawn among the likeliest ones, whose scores fall."""
    if drawing.temperature <= 0:
        return 0
    shares = np.exp((falling - falling[0]) / drawing.temperature)
    shares /= shares.sum()
    above = np.cumsum(shares)
    above = above[: 1 + int(np.sum(above < drawing.top_p))]  # the one that reaches top_p belongs to them
    return min(int(np.searchsorted(above, drawing.random.random() * above[-1], side="right")), len(above) - 1)
