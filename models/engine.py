"""Generates the replies of many chats together: one joins while others are under way, and each leaves as soon as it is done."""

import copy
import logging
import queue
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import suppress

import torch

from models.compiling import Backend, Compilation
from models.decoder import Decoder
from models.head import Head
from models.machine import is_out_of_memory
from models.request import Request, closed

logger = logging.getLogger(__name__)

_CALM = 200
"""After so many steps without want of memory one chat more is tried: others may have left more of it."""


class BatchedEngine:
    """Draws a token of every chat at each step, all in one pass through the model; between two steps one more chat may join.

    So no chat waits for the whole reply of another. Where the memory does not suffice, fewer are generated at once.
    """

    def __init__(self, decoder: Decoder, head: Head, ends: Collection[int], *, most_at_once: int) -> None:
        """Nothing is computed yet. Only `submit` may be called by other threads than that of `run`.

        Args:
            decoder: a model without its last layer.
            head: that one.
            ends: the tokens that end a reply.
            most_at_once: how many chats are generated together.
        """
        self._decoder, self._head = decoder, head
        self._ends = frozenset(ends)
        self._inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._waiting: deque[Request] = deque()
        self._running: list[Request] = []
        self._most_at_once = self._limit = most_at_once
        self._steps = 0
        """Since memory was wanting."""
        self._compilation: Compilation | None = None
        self._compile_after = 0.0
        self._was_busy = False

    def compile_behind(self, *, backend: Backend = "inductor", after: float = 10.0) -> None:
        """Have steps compiled behind the replies; until then, and where that cannot be done, they are computed plainly.

        Args:
            backend: of torch.compile.
            after: begin once somebody has been served, and then nobody has asked for so many seconds.
        """
        self._compilation = self._decoder.compilation(self._head, backend)
        self._compile_after = after

    def submit(self, request: Request | None) -> None:
        """Hand in a request, or None to end `run`."""
        self._inbox.put(request)

    @torch.inference_mode()
    def run(self) -> None:
        """Serve what is handed in until None comes; requests that are under way then get a RuntimeError."""
        is_open = True
        while is_open:
            try:
                is_open = self._take()
                self._drop_given_up()
                if is_open and self._waiting and len(self._running) < self._limit:
                    self._begin(self._waiting.popleft())
                if is_open and self._running:
                    self._advance()
            except Exception as error:  # a fault of ours: those who wait are told, and the next ones are served
                logger.exception("the engine failed")
                self._fail_all(error)
        self._fail_all(closed())
        if self._compilation is not None:
            self._compilation.close()

    def _fail_all(self, error: Exception) -> None:
        for request in [*self._running, *self._waiting]:
            request.fail(_own(error))
        self._running.clear()
        self._waiting.clear()
        self._decoder.clear()

    def _take(self) -> bool:
        """Take what has come in, waiting for it when there is nothing else to do; whether to go on."""
        if not self._running and not self._waiting:
            self._limit = self._most_at_once
        while True:
            is_idle = not self._running and not self._waiting
            try:
                request = self._wait() if is_idle else self._inbox.get(block=False)
            except queue.Empty:
                return True
            if request is None:
                return False
            self._waiting.append(request)

    def _wait(self) -> Request | None:
        """The next request; meanwhile the model may begin to be compiled, and afterwards is computed so if that has been done."""
        compilation = self._compilation
        if compilation is None:
            return self._inbox.get()
        try:
            request = self._inbox.get(timeout=self._compile_after if self._was_busy else None)
        except queue.Empty:
            compilation.begin()
            request = self._inbox.get()
        if compilation.compiled is not None:
            self._decoder.use(compilation.compiled)
            self._compilation = None
        return request

    def _drop_given_up(self) -> None:
        self._waiting = deque(request for request in self._waiting if not request.given_up())
        for request in [request for request in self._running if request.given_up()]:
            self._leave(request)

    def _begin(self, request: Request) -> None:
        """Compute the prompt of a chat, let it join the others, and draw a token."""
        try:
            hidden = self._decoder.add(request.drawing.tokens)
        except Exception as error:  # torch raises this and that, the caller is told; the others go on
            if self._shrinks(error, [request]):
                return
            if not self._running:  # there may be room in some of the layers
                self._decoder.clear()
            request.fail(error)
            return
        self._running.append(request)
        self._draw([request], hidden)

    def _advance(self) -> None:
        """Draw a token for every chat."""
        running = list(self._running)
        is_compiling = self._compilation is not None and self._compilation.is_under_way()
        try:
            hidden = self._decoder.step([request.drawing for request in running], may_record=not is_compiling)
        except Exception as error:
            self._fail(running, error)
            return
        self._draw(running, hidden)
        self._steps += 1
        if self._steps >= _CALM and self._limit < self._most_at_once:
            self._limit, self._steps = self._limit + 1, 0

    def _draw(self, requests: Sequence[Request], hidden: torch.Tensor) -> None:
        """Draw a token of each of `requests`, and let those leave that are done."""
        try:
            drawn = self._head.draw(hidden, [request.drawing for request in requests])
        except Exception as error:
            self._fail(requests, error)
            return
        for request, token in zip(requests, drawn, strict=True):
            try:
                if isinstance(token, Exception):
                    raise token
                is_over = request.hear(token, self._ends)
            except Exception as error:  # of one request: a processor, a tokenizer, an event loop that is closed
                is_over = True
                request.fail(error)
            if is_over:
                self._leave(request)

    def _fail(self, requests: Sequence[Request], error: Exception) -> None:
        if not self._shrinks(error, []):
            logger.error("a step failed", exc_info=error)
            for request in requests:
                self._leave(request)
                request.fail(_own(error))

    def _leave(self, request: Request) -> None:
        self._was_busy = True
        row = self._running.index(request)
        self._decoder.remove(row)
        self._running[row] = self._running[-1]
        self._running.pop()

    def _shrinks(self, error: Exception, besides: list[Request]) -> bool:
        """Where the memory does not suffice: let go of all that is kept, and go on with half as many chats, which are read again.

        Not where `error` is another, or one chat alone was tried before.
        """
        if not is_out_of_memory(error):
            return False
        self._decoder.forget_prefixes()
        if self._limit == 1:
            return False
        self._limit, self._steps = max(1, len(self._running) // 2), 0
        logger.warning("out of memory; no more than %d chats are answered at once for a while", self._limit)
        self._waiting.extendleft(reversed([*self._running, *besides]))
        self._running.clear()
        self._decoder.clear()
        if torch.cuda.is_available():
            with suppress(RuntimeError):  # it is but a help
                torch.cuda.empty_cache()
        return True


def _own(error: Exception) -> Exception:
    """A copy for one of several who are told: whoever raises it adds to its traceback, and all it leads to stays in the memory."""
    try:
        return copy.copy(error).with_traceback(None)
    except Exception:  # of a class that is made from something else than what it keeps
        return error
