"""Compiles the step of a model behind the replies."""

import ctypes
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import torch

from models.rows import Given

logger = logging.getLogger(__name__)

Compute = Callable[..., torch.Tensor]
"""Takes the parts of `Given`."""
Backend = str | Callable[..., Any]
"""Of torch.compile: a name, or what makes a callable of a graph."""

ALIKE = 0.15
"""So far from what they should be, as a share of how large they are, may numbers be that 16 bits have rounded in another order."""
_SWITCH = 1e-5
"""In seconds. Every call of torch lets go of the interpreter, and would get it back from the compiler after 5 ms otherwise."""


class Compilation:
    """A step that is being compiled, which takes a minute. Its methods are called by one thread."""

    def __init__(self, compute: Compute, example: Given, backend: Backend) -> None:
        """Nothing is done yet.

        Args:
            compute: the plain step.
            example: what it is given for two rows.
            backend: what compiles.
        """
        self._compute, self._example, self._backend = compute, example, backend
        self._thread: threading.Thread | None = None
        self.compiled: Compute | None = None
        """The step, once it has been compiled and found to give what the plain one gives."""

    def begin(self) -> None:
        """Compile in a thread of its own, unless that has been begun before."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="compile-model", daemon=True)
            self._thread.start()

    def is_under_way(self) -> bool:
        """Whether the thread is at it. It tries kernels out, and CUDA forbids this while another thread records a graph."""
        return self._thread is not None and self._thread.is_alive()

    def close(self) -> None:
        """Compile no longer. Nobody wants to wait for that, and an interpreter that ends in the midst of it aborts."""
        thread = self._thread
        while thread is not None and thread.is_alive():
            # The compiler knows no way to be stopped; an exception from without reaches it at its next line of Python, and is
            # lost where that is one of a finalizer.
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(SystemExit))
            thread.join(1)

    @torch.inference_mode()
    def _run(self) -> None:
        switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        with suppress(SystemExit):
            try:
                self.compiled = _compile(self._compute, self._example, self._backend)
                logger.info("the model is compiled")
            except Exception as error:  # no compiler, a model of a strange kind: there is much that can be missing
                logger.info("the model is not compiled, which makes it slower: %s", error)
            finally:
                sys.setswitchinterval(switch)


def _compile(compute: Compute, example: Given, backend: Backend) -> Compute:
    """What torch.compile makes of `compute`.

    Raises:
        Exception: whatever torch raises, or a ValueError because the compiled step gives something else.
    """
    compiled = torch.compile(compute, backend=backend, dynamic=True, fullgraph=True)
    for rows in (2, 1):  # to torch one row is another thing than any other number of them
        part = _rows_of(example, rows)
        if not is_alike(compiled(*part), compute(*part)):
            raise ValueError("what is compiled does not give the same")
    # Run as it is: a shape that it does not know must not be compiled while a chat waits.
    run: Compute = torch._dynamo.run(compute)
    return run


def _rows_of(given: Given, rows: int) -> Given:
    """The first rows, in a memory of their own that is wider than they are, as in `Rows`."""

    def wider(part: torch.Tensor) -> torch.Tensor:
        columns = part.shape[2]
        new = part.new_zeros(rows + 1, part.shape[1], columns + 1, part.shape[3])
        new[:rows, :, :columns] = part[:rows]
        return new[:rows, :, :columns]

    return Given(
        given.tokens[:rows].clone(),
        given.positions[:rows].clone(),
        [mask[:rows].clone() for mask in given.masks],
        [wider(part) for part in given.keys],
        [wider(part) for part in given.values],
    )


def is_alike(found: torch.Tensor, wanted: torch.Tensor) -> bool:
    """Whether only rounding tells them apart; a nan is like nothing."""
    return bool((found - wanted).float().norm() / wanted.float().norm() < ALIKE)
