"""Generates replies with transformers' own loop, one after another: slow, but it knows every model that transformers knows."""

import queue
from collections.abc import Callable, Collection
from typing import Any

import torch
from transformers import LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList

from models.head import Chooser
from models.request import Request, closed


class PlainEngine:
    """Serves requests in the order in which they come. Draws as `BatchedEngine` does, but for one thing: see `Chooser`."""

    def __init__(self, model: Any, chooser: Chooser, ends: Collection[int]) -> None:
        """As for `BatchedEngine`."""
        self._model, self._chooser, self._ends = model, chooser, frozenset(ends)
        self._inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._is_closed = False

    def submit(self, request: Request | None) -> None:
        """Hand in a request, or None to end `run`."""
        if request is None:
            self._is_closed = True
        self._inbox.put(request)

    @torch.inference_mode()
    def run(self) -> None:
        """Serve what is handed in until None comes; requests that are under way then get a RuntimeError."""
        while (request := self._inbox.get()) is not None:
            if self._is_closed:
                request.fail(closed())
            elif not request.given_up():
                try:
                    self._generate(request)
                except Exception as error:  # torch raises this and that; the caller is told, the others go on
                    request.fail(error)

    def _generate(self, request: Request) -> None:
        ids = torch.tensor([request.drawing.prompt], device=self._model.device)
        hears = _Hears(request, self._ends, lambda: self._is_closed or request.given_up())
        self._model.generate(
            ids,
            attention_mask=torch.ones_like(ids),
            max_new_tokens=request.max_new_tokens,
            do_sample=False,
            temperature=None,
            top_p=None,
            top_k=None,
            repetition_penalty=1.0,
            logits_processor=LogitsProcessorList([_Draws(self._chooser, request)]),
            stopping_criteria=StoppingCriteriaList([hears]),
            pad_token_id=min(self._ends, default=0),  # one prompt needs no padding; generate wants to be told
        )
        if self._is_closed and not hears.is_over:
            request.fail(closed())


class _Draws(LogitsProcessor):
    """Leaves the token that is drawn as the only one with a score."""

    def __init__(self, chooser: Chooser, request: Request) -> None:
        self._chooser, self._request = chooser, request

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor) -> torch.FloatTensor:
        token = self._chooser.draw(scores.float(), self._request.drawing)
        if isinstance(token, Exception):
            raise token
        only = torch.full_like(scores, -torch.inf)
        only[0, token] = 0
        return only  # type: ignore[return-value]  # floats they are


class _Hears(StoppingCriteria):
    """Passes each token on as it is drawn, and ends the reply where it is over or nobody waits for it."""

    def __init__(self, request: Request, ends: Collection[int], is_given_up: Callable[[], bool]) -> None:
        self._request, self._ends, self._is_given_up = request, ends, is_given_up
        self.is_over = False

    def __call__(self, input_ids: torch.LongTensor, scores: torch.FloatTensor, **kwargs: Any) -> torch.BoolTensor:
        self.is_over = self._request.hear(int(input_ids[0, -1]), self._ends)
        stops = self.is_over or self._is_given_up()
        return torch.full((1,), stops, dtype=torch.bool, device=input_ids.device)  # type: ignore[return-value]  # a bool tensor
