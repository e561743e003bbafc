"""`python app.py` with a model that gives back what it is told: a process to be killed by tests, and started in half the time.

python tests/bot_process.py FILE [telegram]    appends a line to FILE for each question that the model is asked
"""

import asyncio
import functools
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

_PAUSE = 0.01
"""Seconds from word to word, so that a kill hits replies half written."""


def answer(question: str) -> str:
    """What the model says to the question."""
    return f"Слышу тебя: {question}"


class Echo(BaseChatModel):
    """Answers each question with the question, so that a reply tells what it belongs to.

    `asked` are the questions so far, and `on_question`, when given, is awaited with each before the first word.
    """

    asked: list[str] = Field(default_factory=list)
    on_question: Callable[[str], Awaitable[None]] | None = None
    pause: float = 0.0
    _news: asyncio.Event = PrivateAttr(default_factory=asyncio.Event)

    async def until_asked(self, count: int) -> None:
        """Wait until so many questions have been asked; TimeoutError after 20 s."""
        async with asyncio.timeout(20):
            while len(self.asked) < count:
                self._news.clear()
                await self._news.wait()

    def hold(self, *words: str) -> asyncio.Event:
        """Wait with the questions that have one of the words in them (with all, without words) until the event is set."""
        gate = asyncio.Event()

        async def wait(question: str) -> None:
            if not words or any(word in question for word in words):
                await gate.wait()

        self.on_question = wait
        return gate

    @property
    def _llm_type(self) -> str:
        return "echo"

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        return sum(3 + len(message.text.split()) for message in messages)

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        raise NotImplementedError("the bot streams")

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        question = messages[-1].text.splitlines()[-1]
        self.asked.append(question)
        self._news.set()
        if self.on_question:
            await self.on_question(question)
        for word in answer(question).split(" "):
            await asyncio.sleep(self.pause)
            chunk = ChatGenerationChunk(message=AIMessageChunk(f"{word} "))
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def main() -> None:
    """The command line of the app, with the model put in."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import app

    with Path(sys.argv[1]).open("a", encoding="utf-8", buffering=1) as file:

        async def note(question: str) -> None:
            file.write(f"{question}\n")

        app.open_grisha = functools.partial(app.open_grisha, model=Echo(on_question=note, pause=_PAUSE))
        app.cli(sys.argv[2:])


if __name__ == "__main__":
    main()
