"""A chat model over transformers that behaves as LangChain expects: streams, stops, counts tokens and can be cancelled."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import torch
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream, generate_from_stream
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr
from transformers import AutoModelForCausalLM, AutoTokenizer, RepetitionPenaltyLogitsProcessor

from models.listener import Emit, Listener


class TransformersChat(BaseChatModel):
    """A causal language model of transformers, in this process.

    The model is loaded and run in one thread of its own: two torch threads at once make each other slower, and the event loop stays
    free. Requests are answered in the order in which they come. Text of messages can never become a control token.
    """

    model_name: str
    """A hub id or a local folder."""
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
    """Seeds torch once, when the model is loaded, so that a run can be repeated."""
    template: str | None = None
    """A chat template to use in place of the tokenizer's own."""

    _thread: ThreadPoolExecutor = PrivateAttr()
    _tokenizer: Any = PrivateAttr(default=None)
    _model: Any = PrivateAttr(default=None)
    _closed: threading.Event = PrivateAttr(default_factory=threading.Event)
    # A fast tokenizer refuses to be used by two threads at once.
    _tokenizing: threading.Lock = PrivateAttr(default_factory=threading.Lock)

    def model_post_init(self, context: Any, /) -> None:
        """Start the model's thread; nothing is loaded yet."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat-model")

    def load(self) -> None:
        """Load tokenizer and weights, from the disk or the hub; blocks.

        Raises:
            OSError, ValueError: there is no such model, or its files are damaged (as transformers raises them).
        """
        self._thread.submit(self._load).result()

    def close(self) -> None:
        """Let go of the weights. A running reply ends at its next token; it and those that wait raise RuntimeError."""
        self._closed.set()
        self._thread.shutdown(wait=True)
        self._model = None

    def _load(self) -> None:
        if self.seed is not None:
            torch.manual_seed(self.seed)
        self._tokenizer = AutoTokenizer.from_pretrained(self.model_name)
        if self.template is not None:
            self._tokenizer.chat_template = self.template
        if self._tokenizer.chat_template is None:
            raise ValueError("the tokenizer has no chat template; name an instruct model")
        if len(self._tokenizer) < 256:  # transformers makes an empty one where the files are missing
            raise ValueError("the tokenizer's files are missing")
        model: Any = AutoModelForCausalLM.from_pretrained(self.model_name, dtype=torch.bfloat16)
        self._model = model.to(self.device).eval()

    @property
    def _llm_type(self) -> str:
        return "transformers-chat"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {
            "model_name": self.model_name,
            "device": self.device,
            "max_new_tokens": self.max_new_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "repetition_penalty": self.repetition_penalty,
            "stop": self.stop,
        }

    def _prompt(self, messages: Sequence[BaseMessage]) -> list[int]:
        """The token ids of `messages` in the chat template, with the opening of the reply."""
        conversation = [_turn(message) for message in messages]
        with self._tokenizing:
            ids: list[int] = self._tokenizer.apply_chat_template(
                conversation,
                add_generation_prompt=True,
                tokenize=True,
                return_dict=False,
                sanitize_control_tokens=True,
            )
        begin = self._tokenizer.bos_token_id
        # Gemma answers nonsense without its opening token, and a transcript template has no way to name it safely.
        return [begin, *ids] if self.template is not None and begin is not None else ids

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """The length in tokens of the prompt that `messages` become, template included."""
        return len(self._prompt(messages))

    def _run(self, messages: Sequence[BaseMessage], stop: list[str], params: dict[str, Any], emit: Emit,
             cancelled: threading.Event) -> None:  # fmt: skip
        """Generate one reply in the model's thread; chunks go to `emit`, then None, or the exception that ended it."""
        try:
            if self._closed.is_set():
                raise RuntimeError("the model has been closed")
            prompt = self._prompt(messages)
            listener = Listener(self._decode, stop, emit, lambda: cancelled.is_set() or self._closed.is_set())
            temperature = float(params.get("temperature", self.temperature))
            penalty = float(params.get("repetition_penalty", self.repetition_penalty))
            limit = int(params.get("max_new_tokens", self.max_new_tokens))
            ids = torch.tensor([prompt], device=self.device)
            with torch.inference_mode():
                self._model.generate(
                    ids,
                    attention_mask=torch.ones_like(ids),
                    max_new_tokens=limit,
                    repetition_penalty=1.0,  # the model's own would also punish the words of the question
                    logits_processor=[RepetitionPenaltyLogitsProcessor(penalty, prompt_ignore_length=len(prompt))],
                    **_sampling(temperature, float(params.get("top_p", self.top_p))),
                    stopping_criteria=[listener],
                    pad_token_id=self._tokenizer.eos_token_id,  # one prompt needs no padding; generate wants to be told
                )
            if self._closed.is_set():
                raise RuntimeError("the model has been closed")
            emit(listener.last_chunk(len(prompt), cut=len(listener.tokens) >= limit and not self._ends(listener.tokens[-1])))
            emit(None)
        except BaseException as error:  # handed to the caller, who waits in another thread
            emit(error)

    def _ends(self, token: int) -> bool:
        """Whether the model ends a reply with `token`."""
        ends = self._model.generation_config.eos_token_id
        return token in (ends if isinstance(ends, list) else [ends])

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
        self._thread.submit(self._run, messages, [*self.stop, *(stop or [])], kwargs, chunks.put, cancelled)
        try:
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
        self._thread.submit(self._run, messages, [*self.stop, *(stop or [])], kwargs, emit, cancelled)
        try:
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


def _turn(message: BaseMessage) -> dict[str, str]:
    """A message as chat templates take it."""
    # By class: the type of a chunk has a name of its own.
    roles = {AIMessage: "assistant", SystemMessage: "system"}
    role = next((role for kind, role in roles.items() if isinstance(message, kind)), "user")
    return {"role": role, "content": message.text} | ({"name": message.name} if message.name else {})


def _sampling(temperature: float, top_p: float) -> dict[str, Any]:
    """The arguments of `generate` for drawing at `temperature`, or for taking the likeliest token at 0."""
    if temperature <= 0:
        return {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
    return {"do_sample": True, "temperature": temperature, "top_p": top_p}
