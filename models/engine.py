"""Generates the replies of many chats together: one joins while others are under way, and each leaves as soon as it is done."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import torch
from transformers.cache_utils import Cache, DynamicLayer

from models.drawing import Drawing
from models.head import Head
from models.linear import exactly
from models.prefixes import Prefixes
from models.request import Request, closed
from models.rows import KeysValues, Rows
from models.step import Backend, Record, Step, is_alike

logger = logging.getLogger(__name__)


class BatchedEngine:
    """Draws a token of every chat at each step, all in one pass through the model; between two steps one more chat may join.

    So no chat waits for the whole reply of another. Where the memory does not suffice, fewer are generated at once.
    """

    def __init__(
        self, model: Any, head: Head, ends: Collection[int], *, most_at_once: int, prefix_bytes: int, record: Record | None = None
    ) -> None:
        """Nothing is computed yet. Only `submit` may be called by other threads than that of `run`.

        Args:
            model: a causal language model of transformers.
            head: its last layer.
            ends: the tokens that end a reply.
            most_at_once: how many chats are generated together.
            prefix_bytes: the memory for what was computed of prompts that may begin the same way again.
            record: how steps are recorded after `speed_up`; None leaves it.
        """
        self._decoder = model.get_decoder()
        self._device = model.device
        self._head = head
        self._ends = frozenset(ends)
        config = model.config.get_text_config()  # of a model for pictures as well, that of its text
        self._layers = config.num_hidden_layers
        self._attentions = _attentions(config)
        self._step, self._record = Step(self._decoder, self._attentions), record
        self._prefixes = Prefixes(prefix_bytes)
        self._inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._waiting: deque[Request] = deque()
        self._running: list[Request] = []
        self._rows = self._no_rows()
        self._most_at_once = self._limit = most_at_once

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

    def _fail_all(self, error: Exception) -> None:
        for request in [*self._running, *self._waiting]:
            request.fail(error)
        self._running.clear()
        self._waiting.clear()
        self._rows = self._no_rows()

    def _take(self) -> bool:
        """Take what has come in, waiting for it when there is nothing else to do; whether to go on."""
        if not self._running and not self._waiting:
            self._limit = self._most_at_once
        while True:
            try:
                request = self._inbox.get(block=not self._running and not self._waiting)
            except queue.Empty:
                return True
            if request is None:
                return False
            self._waiting.append(request)

    def _drop_given_up(self) -> None:
        self._waiting = deque(request for request in self._waiting if not request.given_up())
        for request in [request for request in self._running if request.given_up()]:
            self._leave(request)

    def _begin(self, request: Request) -> None:
        """Compute the prompt of a chat, let it join the others, and draw a token."""
        try:
            computed, hidden = self.read(request.drawing.tokens)
            self._rows.add(computed)
        except Exception as error:  # torch raises this and that, the caller is told; the others go on
            if self._shrinks(error, [request]):
                return
            if not self._running:  # there may be room in some of the layers
                self._rows = self._no_rows()
            request.fail(error)
            return
        self._running.append(request)
        self._draw([request], hidden)

    def _advance(self) -> None:
        """Draw a token for every chat."""
        running = list(self._running)
        try:
            hidden = self.step([request.drawing for request in running])
        except Exception as error:
            self._fail(running, error)
            return
        self._draw(running, hidden)

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
            for request in requests:
                self._leave(request)
                request.fail(error)

    def _leave(self, request: Request) -> None:
        row = self._running.index(request)
        self._rows.remove(row)
        self._running[row] = self._running[-1]
        self._running.pop()

    def _shrinks(self, error: Exception, besides: list[Request]) -> bool:
        """Where the memory does not suffice: let go of all that is kept, and go on with half as many chats, which are read again.

        Not where `error` is another, or one chat alone was tried before.
        """
        if not is_out_of_memory(error):
            return False
        self._prefixes.clear()
        if self._limit == 1:
            return False
        self._limit = max(1, len(self._running) // 2)
        logger.warning("out of memory; from now on %d chats are answered at once", self._limit)
        self._waiting.extendleft(reversed([*self._running, *besides]))
        self._running.clear()
        self._rows = self._no_rows()
        self._step.forget()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        return True

    def agrees_with(self, model: Any) -> bool:
        """Whether two prompts, read one by one and carried on together, get the scores that `model` itself gives them.

        Models differ in more than their configuration tells; this one may look back, or keep what it has read, in a way of its own.
        """
        if not self._attentions.keys() <= {None, "full_attention", "sliding_attention"}:
            return False
        is_same = True
        drawings, read = self._try_two()
        together = self.step(drawings)
        common_ids = torch.from_numpy(self._head.common).to(self._device)
        for row, drawing in enumerate(drawings):
            ids = torch.tensor([drawing.tokens], device=self._device)
            both = model(input_ids=ids, logits_to_keep=2).logits[0, :, common_ids].float()
            for hidden, wanted in zip((read[row], together[row : row + 1]), both, strict=True):
                # What all scores have in common makes no difference.
                is_same = is_same and is_alike(self._head.scores(hidden)[0] - wanted.mean(), wanted - wanted.mean())
        self._forget_two()
        return is_same

    def speed_up(self, backend: Backend = "inductor") -> threading.Thread:
        """Have the steps compiled behind the replies, in the thread that is returned, and then recorded where that is wanted."""
        drawings, _ = self._try_two()
        example = self._rows.begin_step(*_last(drawings))
        self._forget_two()
        return self._step.speed_up(example, backend=backend, record=self._record)

    def _try_two(self) -> tuple[list[Drawing], list[torch.Tensor]]:
        """Two replies that have begun, and what the last tokens of their prompts left."""
        prompts = [self._head.common.take(range(at, at + length), mode="wrap").tolist() for at, length in ((300, 7), (400, 12))]
        read = [self.read(prompt) for prompt in prompts]
        for computed, _ in read:
            self._rows.add(computed)
        random = np.random.default_rng(0)
        return [Drawing(prompt, 0, 1, 1, random, drawn=[prompt[0]]) for prompt in prompts], [hidden for _, hidden in read]

    def _forget_two(self) -> None:
        self._rows = self._no_rows()
        self._prefixes.clear()

    def _no_rows(self) -> Rows:
        is_fixed = self._record is not None
        return Rows(list(self._attentions.values()), columns_step=256 if is_fixed else 64, is_fixed=is_fixed)

    def read(self, tokens: Sequence[int]) -> tuple[KeysValues, torch.Tensor]:
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

    def step(self, drawings: Sequence[Drawing]) -> torch.Tensor:
        """Read the last token of each reply that is under way; replies x width of what it leaves."""
        given = self._rows.begin_step(*_last(drawings))
        return self._step(given, self._rows.place)[: len(drawings)]


def _last(drawings: Sequence[Drawing]) -> tuple[list[int], list[int]]:
    """The last token of each reply, and how many tokens are before it."""
    return [drawing.drawn[-1] for drawing in drawings], [len(drawing.tokens) - 1 for drawing in drawings]


def _attentions(config: Any) -> dict[str | None, int | None]:
    """The kinds of attention that a model has, by the names under which its masks are given, with how far back they look.

    None is the name where there is but one, which has none.
    """
    window = getattr(config, "sliding_window", None)
    kinds = getattr(config, "layer_types", None)
    if kinds is None:
        return {None: window}
    return {kind: window if kind == "sliding_attention" else None for kind in dict.fromkeys(kinds)}


def is_out_of_memory(error: Exception) -> bool:
    """Whether it says that the memory, of the machine or of its graphics card, does not suffice."""
    # The allocator of the CPU has no type of its own.
    return isinstance(error, (torch.OutOfMemoryError, MemoryError)) or "can't allocate memory" in str(error)
