"""Linear layers of a chat model on a CPU, where reading the weights takes most of the time of a token."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.nn.functional import linear

FEW = 4
"""Up to so many rows the 8-bit weights are faster, three times for one; from 8 on they are slower than the 16-bit ones."""


class _Now(threading.local):
    """What holds in this thread."""

    is_exact = False


_now = _Now()


@contextmanager
def exactly() -> Iterator[None]:
    """Within it the 16-bit weights are used for few rows as well: a prompt gets the same whether all of it is read or its end."""
    _now.is_exact = True
    try:
        yield
    finally:
        _now.is_exact = False


class CpuLinear(nn.Module):
    """A linear layer with its weights twice: as 8-bit numbers with a scale a row for few rows, as bfloat16 for many.

    The 16-bit weights are laid out beforehand as the processor's matrix units want them; torch does it anew at every call.
    """

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None, *, is_exact: bool = False) -> None:
        """From weights of out x in. `is_exact`: never the 8-bit ones."""
        super().__init__()
        self._shape = weight.shape
        self._bias = None if bias is None else bias.detach()
        self._small: torch.Tensor | None = None
        self._scales = torch.ones(())
        if not is_exact:
            # Each row by its largest weight. The likeliest token is then that of float32 in 95 of 100 places, with bfloat16 in 98:
            # benchmarks/generation measures it.
            largest = weight.detach().abs().amax(dim=1).float().clamp_min(1e-12)
            self._small = (weight.detach() * (127 / largest)[:, None]).round_().to(torch.int8)
            self._scales = (largest / 127).to(weight.dtype)
        self._is_packed = weight.dtype == torch.bfloat16 and can_pack()
        # Clones, so that the file which the weights were read from can leave the memory.
        self._large = torch.ops.mkldnn._reorder_linear_weight(weight.detach()) if self._is_packed else weight.detach().clone()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """... x in to ... x out."""
        rows = x.numel() // x.shape[-1]
        if self._small is not None and rows <= FEW and not _now.is_exact:
            y = torch._weight_int8pack_mm(x.reshape(rows, -1).contiguous(), self._small, self._scales)
            y = y.view(*x.shape[:-1], self._shape[0])
            return y if self._bias is None else y + self._bias
        if self._is_packed:
            packed: torch.Tensor = torch.ops.mkldnn._linear_pointwise(x.contiguous(), self._large, self._bias, "none", [], "")
            return packed
        return linear(x, self._large, self._bias)


def can_pack() -> bool:
    """Whether the processor has instructions for bfloat16, without which torch lays nothing out."""
    return bool(torch.backends.mkldnn.is_available() and torch.ops.mkldnn._is_mkldnn_bf16_supported())  # type: ignore[no-untyped-call]


def replace_linears(layers: nn.Module, *, is_exact: bool) -> None:
    """Put a `CpuLinear` in the place of each linear layer within `layers`."""
    # A layer that is listed would stay in the memory beside its copy.
    for module in [module for module in layers.modules() if not isinstance(module, nn.Linear)]:
        # Not a kind of it, whose weights may be packed otherwise.
        for name in [name for name, child in module.named_children() if type(child) is nn.Linear]:
            child: Any = module.get_submodule(name)
            setattr(module, name, CpuLinear(child.weight, child.bias, is_exact=is_exact))
