"""Models that answer, each in a process of its own: two torch threads in one process make each other slower.

The processes wait while another is measured. All load the same weights and get the same prompts, token by token.
"""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Any, Concatenate, Literal, NamedTuple, ParamSpec, Self, TypedDict, TypeVar

import torch
from langchain_core.messages import BaseMessage
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from transformers.generation.streamers import BaseStreamer
from transformers.utils.logging import disable_progress_bar

from models.embedded import chat_template
from models.local import TransformersChat
from models.prompting import encode_prompt
from models.weights import Source

P = ParamSpec("P")
R = TypeVar("R")

Prompt = Sequence[BaseMessage]


class Sampler(TypedDict):
    """How tokens are drawn."""

    temperature: float
    top_p: float
    repetition_penalty: float


GREEDY: Sampler = {"temperature": 0.0, "top_p": 1.0, "repetition_penalty": 1.0}
DEFAULT: Sampler = {"temperature": 1.0, "top_p": 1.0, "repetition_penalty": 1.0}
"""How `generate` draws when it is told nothing but to draw."""
REAL: Sampler = {"temperature": 0.7, "top_p": 0.9, "repetition_penalty": 1.1}
"""The sampler of the article's bot, and of the settings."""


class Answer(NamedTuple):
    """A reply, and when it came."""

    text: str
    tokens: int
    times: list[float]
    """When each token came, in seconds from the moment when all replies were asked for. Not every token shows as text."""

    @property
    def first(self) -> float:
        """When the first token came."""
        return self.times[0]

    @property
    def last(self) -> float:
        """When the last one came."""
        return self.times[-1]

    @property
    def speed(self) -> float:
        """Tokens a second after the first; those that did not show are left out, so that it is rather too low."""
        return (len(self.times) - 1) / (self.last - self.first)


class Plain:
    """transformers' `generate`, one reply after another."""

    def __init__(self, folder: str, device: str, dtype: torch.dtype) -> None:
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.tokenizer.chat_template = chat_template()
        loaded: PreTrainedModel = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype)
        self.model: Any = loaded.to(device).eval()  # type: ignore[arg-type]  # transformers hides torch's signature

    def encode(self, prompt: Prompt) -> list[int]:
        """The tokens that `TransformersChat` makes of `prompt`."""
        return encode_prompt(self.tokenizer, prompt, transcript=True)

    def answer(self, prompts: Sequence[Prompt], tokens: int, sampler: Sampler) -> list[Answer]:
        """Replies of so many tokens."""
        begun, answers = time.perf_counter(), []
        for prompt in prompts:
            ids = torch.tensor([self.encode(prompt)], device=self.model.device)
            clock = _Clock()
            drawn: dict[str, Any] = dict(sampler) if sampler["temperature"] else {"temperature": None, "top_p": None, "top_k": None}
            out = self.model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=tokens,
                do_sample=sampler["temperature"] > 0,
                pad_token_id=0,
                streamer=clock,
                **drawn,
            )
            text = self.tokenizer.decode(out[0, ids.shape[1] :], skip_special_tokens=True)
            times = [moment - begun for moment in clock.times[1:]]
            answers.append(Answer(text, len(times), times))
        return answers

    def close(self) -> None:
        """Nothing: the process ends."""


class _Clock(BaseStreamer):
    """Notes when `generate` hands out the prompt, and then each token."""

    def __init__(self) -> None:
        self.times: list[float] = []

    def put(self, value: Any) -> None:
        """Called with the prompt first."""
        self.times.append(time.perf_counter())

    def end(self) -> None:
        """Called at the end of the reply."""


class Grisha:
    """Grisha's way: all at once, through LangChain's interface."""

    def __init__(self, folder: str, device: str, engine: Literal["auto", "compiled", "exact"], most_at_once: int) -> None:
        self.chat = TransformersChat(
            source=Source(folder, chat_template()), device=device, engine=engine, most_at_once=most_at_once, seed=1
        )
        try:
            self.chat.load()
        except BaseException:
            self.chat.close()  # its thread would keep the process alive
            raise

    def answer(self, prompts: Sequence[Prompt], tokens: int, sampler: Sampler) -> list[Answer]:
        """Replies of so many tokens."""
        return asyncio.run(self._all(prompts, tokens, sampler))

    async def _all(self, prompts: Sequence[Prompt], tokens: int, sampler: Sampler) -> list[Answer]:
        begun = time.perf_counter()
        return await asyncio.gather(*(self._one(prompt, begun, max_new_tokens=tokens, **sampler) for prompt in prompts))

    async def _one(self, prompt: Prompt, begun: float, **options: Any) -> Answer:
        answer = Answer("", 0, [])
        async for chunk in self.chat.astream(list(prompt), **options):
            if chunk.text:
                answer.times.append(time.perf_counter() - begun)
                answer = answer._replace(text=answer.text + chunk.text)
            if chunk.usage_metadata:
                answer = answer._replace(tokens=chunk.usage_metadata["output_tokens"])
        return answer

    def close(self) -> None:
        """End the model's thread, which would keep the process alive."""
        self.chat.close()


@dataclass(frozen=True)
class Kind:
    """Which model a worker has."""

    name: str
    """As the tables call it."""
    folder: str
    """The model, whose end of a reply is a token that is never drawn, so that every reply is as long as it may be."""
    device: str = "cpu"
    plain: torch.dtype | None = None
    """For transformers' `generate`, the type of its weights; None is Grisha."""
    engine: Literal["auto", "compiled", "exact"] = "auto"
    most_at_once: int = 16

    def load(self) -> Plain | Grisha:
        """Blocks for seconds."""
        if self.plain:
            return Plain(self.folder, self.device, self.plain)
        return Grisha(self.folder, self.device, self.engine, self.most_at_once)


class Worker:
    """A process that holds a model. Leaving it as a context ends it."""

    def __init__(self, kind: Kind) -> None:
        self.name = kind.name
        self._process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin, (kind,))

    def __enter__(self) -> Self:
        self.run(_is_loaded)
        return self

    def __exit__(self, *error: object) -> None:
        try:
            self.run(_end)
        finally:
            self._process.shutdown()

    def run(self, function: Callable[Concatenate[Any, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """What `function` of some module returns in the process, called with the model and `args`."""
        called: Callable[..., R] = _call
        return self._process.submit(called, function, *args, **kwargs).result()

    def answer(self, prompts: Sequence[Prompt], tokens: int, sampler: Sampler) -> list[Answer]:
        """Replies of so many tokens, all asked for at once.

        Raises:
            RuntimeError: a reply has another length, so that nothing can be compared.
        """
        answers = self.run(_answer, prompts, tokens, sampler)
        if any(answer.tokens != tokens for answer in answers):
            raise RuntimeError(f"{self.name} wrote {[answer.tokens for answer in answers]} tokens, {tokens} each were wanted")
        return answers


_loaded: list[Plain | Grisha] = []
"""In a worker's process: its model."""


def _begin(kind: Kind) -> None:
    disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it
    _loaded.append(kind.load())


def _call(function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    return function(_loaded[0], *args, **kwargs)


def _is_loaded(engine: Plain | Grisha) -> None:
    """Returns when the model is there, since a process takes one call after another."""


def _end(engine: Plain | Grisha) -> None:
    engine.close()


def _answer(engine: Plain | Grisha, prompts: Sequence[Prompt], tokens: int, sampler: Sampler) -> list[Answer]:
    return engine.answer(prompts, tokens, sampler)
