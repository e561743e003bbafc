"""A chat model of transformers whose words can be dictated, and what its callers do with it."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import torch
from langchain_core.messages import AIMessageChunk
from torch.nn.modules.module import register_module_forward_pre_hook

from models.local import TransformersChat

Make = Callable[..., TransformersChat]


class Steps:
    """Sees what the model computes, as its logits processor: one step draws one token of one reply.

    `on_step` is called in the model's thread with the number of the step within its reply, and may wait or raise. The tokens of
    `dictated`, when given, become the likeliest ones, step by step, then the end of the reply.
    """

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer
        self.prompts: list[list[int]] = []
        """The token ids of each prompt that reached the model."""
        self.counts: list[int] = []
        """The steps of each reply."""
        self.on_step: Callable[[int], None] = lambda step: None
        self.on_logits: Callable[[torch.Tensor], None] = lambda logits: None
        self.dictated: list[int] | None = None
        self._replies: dict[tuple[int, ...], int] = {}

    def dictate(self, text: str) -> None:
        self.dictated = self.ids(text)

    def ids(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text))

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        ids = tuple(input_ids[0].tolist())
        reply = self._replies.pop(ids[:-1], None)
        if reply is None:
            reply = len(self.prompts)
            self.prompts.append(list(ids))
            self.counts.append(0)
        self._replies[ids] = reply
        self.counts[reply] += 1
        step = self.counts[reply]
        self.on_step(step)
        if self.dictated is not None:
            tokens = [*self.dictated, self.tokenizer.eos_token_id]
            scores.fill_(-10_000)
            scores[:, tokens[min(step, len(tokens)) - 1]] = 1.0
        self.on_logits(scores)
        return scores


class Passes:
    """Within it, sees each pass through a model of transformers: how many rows it has, and how many tokens of each."""

    def __init__(self) -> None:
        self.shapes: list[tuple[int, int]] = []
        self.on_pass: Callable[[int, int], None] = lambda rows, tokens: None
        """Called in the model's thread before the pass is computed; may raise."""
        self.on_scores: Callable[[int], None] = lambda rows: None
        """The same before the scores of so many replies are computed, where only those of common tokens are."""

    def tokens(self) -> int:
        """How many tokens were read since this was asked last."""
        read = sum(rows * tokens for rows, tokens in self.shapes)
        self.shapes.clear()
        return read

    def __enter__(self) -> "Passes":
        self._hook = register_module_forward_pre_hook(self._seen)
        return self

    def __exit__(self, *error: object) -> None:
        self._hook.remove()

    def _seen(self, module: torch.nn.Module, given: tuple[Any, ...]) -> None:
        if isinstance(module, torch.nn.Embedding):
            rows, tokens = given[0].shape
            self.shapes.append((rows, tokens))
            self.on_pass(rows, tokens)
        elif given and isinstance(given[0], torch.Tensor) and given[0].dim() == 2:  # layers before the last have three
            self.on_scores(given[0].shape[0])


def joined(chunks: Sequence[AIMessageChunk]) -> AIMessageChunk:
    whole, *rest = chunks
    for chunk in rest:
        whole += chunk
    return whole


async def read(chat: TransformersChat, text: Any, **kwargs: Any) -> list[AIMessageChunk]:
    return [chunk async for chunk in chat.astream(text, **kwargs)]


async def turns_of_the_loop() -> None:
    """Lets everything run that is ready to run."""
    for _ in range(20):
        await asyncio.sleep(0)
