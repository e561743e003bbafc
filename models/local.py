"""A chat model over transformers that behaves as LangChain expects: streams, batches, stops, counts tokens and can be cancelled."""

import asyncio
import atexit
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from typing import Any

import numpy as np
import torch
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

_OF_A_CALL = {"max_new_tokens", "max_tokens", "temperature", "top_p", "repetition_penalty", "seed", "logits_processor", "stream"}
"""What a call may set. LangChain's name for `max_new_tokens` is `max_tokens`; `stream` it heeds itself."""


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

    _thread: threading.Thread | None = PrivateAttr(default=None)
    _tokenizer: Any = PrivateAttr(default=None)
    _engine: BatchedEngine | PlainEngine | None = PrivateAttr(default=None)
    _positions: int | None = PrivateAttr(default=None)
    _closed: threading.Event = PrivateAttr(default_factory=threading.Event)
    _requests: Iterator[int] = PrivateAttr(default_factory=count)
    # A fast tokenizer refuses to be used by two threads at once.
    _tokenizing: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def load(self) -> None:
        """Load tokenizer and weights, from the disk or the hub; blocks.

        Raises:
            ModelError, OSError, ValueError, RuntimeError: as `load_engine`.
        """
        loaded: Future[None] = Future()
        # A daemon: a program that ends without closing the model must not wait for a thread that waits for requests.
        self._thread = threading.Thread(target=self._run, args=(loaded,), name="chat-model", daemon=True)
        self._thread.start()
        atexit.register(self.close)  # an interpreter that ends while torch computes aborts
        try:
            loaded.result()
        finally:
            del loaded  # else an error would keep itself alive, and with it what has been loaded

    def _run(self, loaded: Future[None]) -> None:
        """What the model's thread does: load, tell so, and serve requests until `close`."""
        try:
            self._engine, self._tokenizer, self._positions = load_engine(
                self.source,
                self.device,
                self.engine,
                most_at_once=self.most_at_once,
                prefix_bytes=self.prefix_memory << 20,
            )
        except BaseException as error:
            loaded.set_exception(error)
            del loaded  # as above
            return
        loaded.set_result(None)
        if not self._closed.is_set():
            self._engine.run()

    def close(self) -> None:
        """Let go of the weights. A running reply ends at its next token; it and those that wait raise RuntimeError."""
        atexit.unregister(self.close)
        self._closed.set()
        if self._engine is not None:
            self._engine.submit(None)
        if self._thread is not None:
            self._thread.join()
        self._engine = None
        if self.device == "cuda":
            with suppress(RuntimeError):  # a card that has failed
                torch.cuda.empty_cache()

    @property
    def prompt_tokens(self) -> int | None:
        """How long a prompt may be beside a reply; None where the model does not tell. At least half of what it can read."""
        return None if self._positions is None else self._positions - min(self.max_new_tokens, self._positions // 2)

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
        return {**params, "ls_provider": "transformers", "ls_model_name": self.source.name, "ls_max_tokens": self._most(kwargs)}

    def _most(self, params: dict[str, Any]) -> int:
        return int(params.get("max_new_tokens", params.get("max_tokens", self.max_new_tokens)))

    def _prompt(self, messages: Sequence[BaseMessage]) -> list[int]:
        with self._tokenizing:
            return encode_prompt(self._known_tokenizer(), messages, transcript=self.source.template is not None)

    def _known_tokenizer(self) -> Any:
        if self._tokenizer is None:
            raise closed()
        return self._tokenizer

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """The length in tokens of the prompt that `messages` become, template included."""
        return len(self._prompt(messages))

    def get_token_ids(self, text: str) -> list[int]:
        """The tokens of `text` alone."""
        with self._tokenizing:
            return list(self._known_tokenizer().encode(text, add_special_tokens=False))

    def _submit(
        self, messages: Sequence[BaseMessage], stop: Sequence[str], params: dict[str, Any], emit: Emit, cancelled: threading.Event
    ) -> None:
        """Hand in a request; its chunks go to `emit`, then None, or the exception that ended it."""
        if unknown := params.keys() - _OF_A_CALL:
            raise TypeError(f"no such parameter of a reply: {', '.join(sorted(unknown))}")
        number = next(self._requests)
        prompt = self._prompt(messages)
        most = self._most(params)
        if most < 1:
            raise ValueError(f"max_new_tokens={most} leaves no reply")
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
        request = Request(drawing, Listener(self._decode, [*self.stop, *stop], emit), most, cancelled.is_set)
        if (engine := self._engine) is not None:
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

        cancelled = threading.Event()

        def emit(chunk: ChatGenerationChunk | BaseException | None) -> None:
            try:
                loop.call_soon_threadsafe(chunks.put_nowait, chunk)
            except RuntimeError:  # the loop is closed: nobody waits any more
                cancelled.set()

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
