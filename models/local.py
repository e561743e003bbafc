"""A chat model over transformers that behaves as LangChain expects: streams, batches, stops, counts tokens and can be cancelled."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import numpy as np
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LangSmithParams
from langchain_core.language_models.chat_models import agenerate_from_stream, generate_from_stream
from langchain_core.messages import BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

from models.drawing import Drawing, Processor
from models.engine import BatchedEngine
from models.engines import Kind, load_engine
from models.listener import Emit, Listener
from models.plain import PlainEngine
from models.prompting import encode_prompt
from models.request import Request, closed
from models.vocabulary import scripts_to_answer
from models.weights import Source


class TransformersChat(BaseChatModel):
    """A causal language model of transformers, in this process.

    Replies that are wanted at once are generated together. The model is loaded and run in one thread of its own: two torch threads
    make each other slower, and the event loop stays free. Text of messages can never become a control token, and replies hold none,
    nor any script that the chat does not use.
    """

    source: Source
    device: str = "cpu"
    """"cpu" or "cuda"."""
    max_new_tokens: int = 100
    temperature: float = 0.7
    """0 takes the likeliest token at every step."""
    top_p: float = 0.9
    repetition_penalty: float = 1.1
    """For words that the reply itself has used already; 1 is none."""
    stop: tuple[str, ...] = ()
    """Strings that end the reply and are not part of it; those of a call are added to these."""
    seed: int | None = None
    """Makes runs repeatable: each reply has its own random numbers, by the seed and how many were asked for before."""
    logits_processor: Processor | None = Field(default=None, exclude=True)
    """Changes the scores of the whole vocabulary before a token is drawn, as in transformers."""
    engine: Kind = "auto"
    most_at_once: int = 16
    """How many replies are generated together; others wait."""
    prefix_memory: int = 96
    """Megabytes for what was computed of prompts that may begin the same way again."""

    _thread: ThreadPoolExecutor = PrivateAttr()
    _tokenizer: Any = PrivateAttr(default=None)
    _engine: BatchedEngine | PlainEngine | None = PrivateAttr(default=None)
    _positions: int | None = PrivateAttr(default=None)
    _closed: threading.Event = PrivateAttr(default_factory=threading.Event)
    _requests: Iterator[int] = PrivateAttr(default_factory=count)
    # A fast tokenizer refuses to be used by two threads at once.
    _tokenizing: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def model_post_init(self, context: Any, /) -> None:
        """Start the model's thread; nothing is loaded yet."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat-model")

    def load(self) -> None:
        """Load tokenizer and weights, from the disk or the hub; blocks.

        Raises:
            ModelError, OSError, ValueError, RuntimeError: as `load_weights`.
        """
        self._engine, self._tokenizer, self._positions = self._thread.submit(
            load_engine,
            self.source,
            self.device,
            self.engine,
            most_at_once=self.most_at_once,
            prefix_bytes=self.prefix_memory << 20,
        ).result()
        self._thread.submit(self._engine.run)

    def close(self) -> None:
        """Let go of the weights. A running reply ends at its next token; it and those that wait raise RuntimeError."""
        self._closed.set()
        if self._engine is not None:
            self._engine.submit(None)
        self._thread.shutdown(wait=True)
        self._engine = None

    @property
    def _llm_type(self) -> str:
        return "transformers-chat"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {
            "model_name": self.source.name,
            "adapter": self.source.adapter,
            "device": self.device,
            "max_new_tokens": self.max_new_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "repetition_penalty": self.repetition_penalty,
            "stop": self.stop,
            "seed": self.seed,
            "engine": self.engine,
        }

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        params = super()._get_ls_params(stop, **kwargs)
        most = kwargs.get("max_new_tokens", self.max_new_tokens)
        return {**params, "ls_provider": "transformers", "ls_model_name": self.source.name, "ls_max_tokens": most}

    def _prompt(self, messages: Sequence[BaseMessage]) -> list[int]:
        with self._tokenizing:
            return encode_prompt(self._tokenizer, messages, transcript=self.source.template is not None)

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """The length in tokens of the prompt that `messages` become, template included."""
        return len(self._prompt(messages))

    def _submit(
        self, messages: Sequence[BaseMessage], stop: Sequence[str], params: dict[str, Any], emit: Emit, cancelled: threading.Event
    ) -> None:
        """Hand in a request; its chunks go to `emit`, then None, or the exception that ended it."""
        number = next(self._requests)
        prompt = self._prompt(messages)
        most = int(params.get("max_new_tokens", self.max_new_tokens))
        if self._positions is not None:  # a token behind them would be an error for all that are computed together
            most = min(most, self._positions - len(prompt))
            if most < 1:
                raise ValueError(f"a prompt of {len(prompt)} tokens is too long for a model of {self._positions}")
        seed = params.get("seed", None if self.seed is None else [self.seed, number])
        drawing = Drawing(
            prompt=prompt,
            temperature=float(params.get("temperature", self.temperature)),
            top_p=float(params.get("top_p", self.top_p)),
            repetition_penalty=float(params.get("repetition_penalty", self.repetition_penalty)),
            random=np.random.default_rng(seed),
            scripts=scripts_to_answer("".join(message.text for message in messages if isinstance(message, HumanMessage))),
            processor=params.get("logits_processor", self.logits_processor),
        )
        request = Request(
            drawing,
            Listener(self._decode, [*self.stop, *stop], emit),
            most,
            cancelled.is_set,
        )
        engine = self._engine
        if engine is None:
            raise closed()
        engine.submit(request)
        if self._closed.is_set():  # perhaps before that, and then nobody will answer it
            raise closed()

    def _decode(self, tokens: list[int]) -> str:
        with self._tokenizing:
            return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        chunks: queue.SimpleQueue[ChatGenerationChunk | BaseException | None] = queue.SimpleQueue()
        cancelled = threading.Event()
        try:
            self._submit(messages, stop or [], kwargs, chunks.put, cancelled)
            while (chunk := chunks.get()) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                if run_manager:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        finally:
            cancelled.set()

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        loop = asyncio.get_running_loop()
        chunks: asyncio.Queue[ChatGenerationChunk | BaseException | None] = asyncio.Queue()

        def emit(chunk: ChatGenerationChunk | BaseException | None) -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)

        cancelled = threading.Event()
        try:
            await asyncio.to_thread(self._submit, messages, stop or [], kwargs, emit, cancelled)  # a long prompt takes a while
            while (chunk := await chunks.get()) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                if run_manager:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
        finally:
            cancelled.set()

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return await agenerate_from_stream(self._astream(messages, stop, run_manager, **kwargs))
