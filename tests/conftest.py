"""What the tests share: a fake chat model as strict as a real one, a tiny real model, and Grisha opened on a folder of the test."""

import asyncio
import functools
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

import app
from app import open_grisha
from graph.context import Context
from grisha import Grisha
from settings import Settings

if TYPE_CHECKING:  # it takes seconds to load, which most tests need not wait for
    from dictation import Make, Steps

# To a tiny model a second core is no help, and waiting for each other the threads burn both: five times the time. Torch reads this
# as it loads, here and in the processes that tests start.
os.environ["OMP_NUM_THREADS"] = "1"

DEFAULT_REPLY = "Это хороший вопрос, давай подумаем над ним вместе."


class FakeChat(BaseChatModel):
    """Answers with the replies queued, then with one default; keeps every prompt; refuses what a chat template would refuse.

    A reply may be an exception, which is raised. `gate`, when given, is awaited before each reply, and `midway` in its middle.
    """

    queue: deque[Any] = Field(default_factory=deque)
    prompts: list[list[BaseMessage]] = Field(default_factory=list)
    gate: Any = None
    midway: Any = None
    _running: int = PrivateAttr(default=0)

    @property
    def _llm_type(self) -> str:
        return "fake-chat"

    def will_say(self, *replies: str | Exception) -> None:
        self.queue.extend(replies)

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """A word is a token, and a message costs three more."""
        return sum(3 + len(message.text.split()) for message in messages)

    def _next(self, messages: list[BaseMessage]) -> str:
        system, *turns = messages
        assert isinstance(system, SystemMessage), "the persona comes first"
        assert turns, "there is something to answer"
        for message, kind in zip(turns, [HumanMessage, AIMessage] * len(turns), strict=False):
            assert isinstance(message, kind), "turns alternate, the person's first"
        assert isinstance(turns[-1], HumanMessage), "the person has spoken last"
        self.prompts.append(messages)
        reply = self.queue.popleft() if self.queue else DEFAULT_REPLY
        if isinstance(reply, Exception):
            raise reply
        return str(reply)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self._next(messages)))])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        if self.gate is not None:
            await self.gate()
        words = self._next(messages).split(" ")
        for at, word in enumerate(words):
            if self.midway is not None and at == len(words) // 2:
                await self.midway()
            chunk = ChatGenerationChunk(message=AIMessageChunk(word if at == 0 else f" {word}"))
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk
            await asyncio.sleep(0)


@pytest.fixture(scope="session", autouse=True)
def _embeddings_loaded_once() -> Iterator[None]:
    """An encoder keeps nothing from text to text, and to load one takes most of the time that opening Grisha does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "get_embeddings", functools.cache(app.get_embeddings))
        yield


@pytest.fixture
def model() -> FakeChat:
    return FakeChat()


Open = Callable[..., AbstractAsyncContextManager[Grisha]]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of the test alone: its own folder, a small dataset, recall off so that the model is asked."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GRISHA_{name.upper()}", raising=False)
    dataset = tmp_path / "dialogues.jsonl"
    dataset.write_text("".join(line + "\n" for line in DIALOGUES), encoding="utf-8")
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", dataset=dataset, recall="off")


@pytest.fixture
def open_app(settings: Settings, model: FakeChat) -> Open:
    """Open Grisha with the fake model, on the test's folder; settings can be changed by name."""

    def opened(**changes: Any) -> AbstractAsyncContextManager[Grisha]:
        return open_grisha(settings.model_copy(update=changes), model=model)

    return opened


async def say(grisha: Grisha, text: str, context: Context | None = None) -> str:
    """One turn; the reply as the graph's output gives it."""
    result = await grisha.graph.ainvoke({"messages": [HumanMessage(text)]}, context=context or Context())
    return str(result["reply"])


async def history(grisha: Grisha, context: Context | None = None) -> list[str]:
    """The remembered messages of a chat."""
    return [message.text for message in await grisha.history(context or Context())]


def _dialogue(question: str, reply: str) -> str:
    return f'{{"messages":[{{"role":"user","content":"{question}"}},{{"role":"assistant","content":"{reply}"}}]}}'


DIALOGUES = [
    _dialogue("как приготовить яичницу", "Разогрей сковороду, разбей два яйца и не отходи: яичница любит внимание."),
    _dialogue("почему небо голубое", "Воздух рассеивает синий свет сильнее красного, вот небо и голубеет."),
    _dialogue("посоветуй хорошую книгу", "Возьми «Мастера и Маргариту»: там кот интереснее людей."),
    _dialogue("не могу уснуть ночью", "Отложи телефон и считай вдохи: к сотому овцы сами придут."),
    _dialogue("кто тебя создал", "Один человек с видеокартой и бессонницей."),
    _dialogue("куда поехать в отпуск летом", "На Алтай: горы молчат так, что мысли становятся слышны."),
]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a real model of transformers, tiny and untrained, with a byte-level tokenizer and the ChatML template."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    folder = tmp_path_factory.mktemp("tiny-model")
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(DIALOGUES, trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    tokenizer.chat_template = (
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        eos_token_id=tokenizer.eos_token_id,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    return folder


REPLY = ("А", " яйца", " и", " молоко", " дома", " есть", "?")
"""What the speaking model says, token by token: fit to be sent, and nothing to be learned from."""


@pytest.fixture(scope="session")
def speaking_model(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model with weights by which each token leads to the next one of `REPLY`, whatever it is asked."""
    import torch
    from transformers import AutoTokenizer, Qwen2Config, Qwen2ForCausalLM

    folder = tmp_path_factory.mktemp("speaking-model")
    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.add_tokens(list(REPLY))
    tokenizer.save_pretrained(folder)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=256,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=8192,
        eos_token_id=tokenizer.eos_token_id,
    )
    torch.manual_seed(0)
    model = Qwen2ForCausalLM(config)
    chain = [*tokenizer.encode("\n"), *tokenizer.convert_tokens_to_ids(list(REPLY)), tokenizer.eos_token_id]
    with torch.no_grad():
        for layer in model.model.layers:  # what a token says of itself goes through unchanged
            layer.self_attn.o_proj.weight.zero_()
            layer.mlp.down_proj.weight.zero_()
        embeddings = torch.nn.functional.normalize(model.model.embed_tokens.weight)
        model.lm_head.weight.zero_()
        model.lm_head.weight[chain[1:]] = embeddings[chain[:-1]]
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def steps(tiny_model: Path) -> "Steps":
    """Sees, and can change, what the models compute that the test makes."""
    from dictation import Steps
    from transformers import AutoTokenizer

    return Steps(AutoTokenizer.from_pretrained(tiny_model))


@pytest.fixture
def make(tiny_model: Path, request: pytest.FixtureRequest) -> Iterator["Make"]:
    """Makes a loaded chat model, which takes the likeliest token unless told otherwise; closed at the end."""
    from models.local import TransformersChat
    from models.weights import Source

    made: list[TransformersChat] = []
    processor = request.getfixturevalue("steps") if "steps" in request.fixturenames else None

    def loaded(template: str | None = None, folder: Path = tiny_model, **changes: Any) -> TransformersChat:
        values = {"temperature": 0, "max_new_tokens": 16, "logits_processor": processor} | changes
        # So that rounding has no say in which token is the likeliest.
        chat = TransformersChat(source=Source(str(folder), template, dtype="float32"), **values)
        made.append(chat)
        chat.load()
        return chat

    yield loaded
    for chat in made:
        chat.close()
