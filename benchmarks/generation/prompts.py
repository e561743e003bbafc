"""What the models are asked: prompts as `nodes.generate` makes them, with the shipped persona."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage

from graph.context import Context
from graph.state import Example
from nodes.generate import Generate
from nodes.personas import Personas
from prompts import Persona, load_persona
from settings import SHIPPED_DATASET

EXAMPLES = 4
"""How many similar dialogues a prompt holds; as many as Grisha found on average in benchmarks.turns."""

QUESTIONS = tuple(
    """как ты относишься к дождю?
что приготовить на ужин из картошки и грибов?
не могу уснуть третью ночь, что делать?
посоветуй хорошую книгу про путешествия
у меня сломался велосипед, обидно
какой город тебе нравится больше всего?
расскажи что-нибудь про космос
завтра собеседование, очень волнуюсь
почему небо синее?
кошка опять разбила вазу
как перестать откладывать дела?
придумай имя для рыжего кота
что подарить маме на юбилей?
мне грустно сегодня
ты умеешь играть в шахматы?
сколько времени варить гречку?
поссорился с другом из-за ерунды
какую музыку послушать вечером?
объясни простыми словами, что такое инфляция
начальник не отпускает в отпуск
хочу научиться рисовать, с чего начать?
есть ли жизнь на Марсе, как думаешь?
сын получил двойку по математике
чем занять себя в поезде?
я выиграл в лотерею сто рублей
как выбрать ноутбук для учёбы?
соседи шумят по ночам
что ты думаешь о людях?
бросил курить, держусь вторую неделю
какие фильмы посмотреть на выходных?
забыл зонт и промок до нитки
расскажи анекдот про программиста
как вырастить помидоры на балконе?
почему коты мурлычут?
переехал в новый город и никого не знаю
стоит ли учить английский в сорок лет?
у меня завтра день рождения
что лучше: море или горы?
как правильно заваривать зелёный чай?
опять понедельник, опять на работу""".splitlines()
)


def fresh_personas() -> Iterator[Persona]:
    """The shipped persona again and again, each time with another first word: what was computed of one serves no other."""
    persona = load_persona("grisha")
    for number in itertools.count(100):
        yield persona.model_copy(update={"text": f"{number} {persona.text}"})


def dialogues() -> Iterator[list[str]]:
    """The turns of each shipped dialogue, the person's first."""
    for line in SHIPPED_DATASET.read_text(encoding="utf-8").splitlines():
        yield [turn["content"] for turn in json.loads(line)["messages"]]


@dataclass
class Prompts:
    """Makes prompts. The similar dialogues in them are the shipped ones in their order: how near they are is no matter of speed."""

    persona: Persona
    examples: int = EXAMPLES

    def __post_init__(self) -> None:
        """Begins at the beginning of the dataset."""
        self._minutes = itertools.count()
        self._exchanges = itertools.cycle(turns[:2] for turns in dialogues())
        # A prompt of a few hundred tokens is far from any limit, so that it needs no counting.
        self._fit = Generate(_Uncounted(responses=[""]), Personas({"": self.persona}), prompt_tokens=1, clock=self._clock).fit

    def _clock(self) -> datetime:
        """A minute later at each prompt."""
        return datetime(2026, 11, 23, 18, 0) + timedelta(minutes=next(self._minutes))

    def one(self, question: str, before: Sequence[AnyMessage] = ()) -> list[BaseMessage]:
        """The prompt for `question`, asked after the messages `before`."""
        examples = [
            Example(question=asked, reply=reply, source="dataset", key="", score=0.5, standalone=True)
            for asked, reply in itertools.islice(self._exchanges, self.examples)
        ]
        prompt = self._fit({"messages": [*before, HumanMessage(question)], "examples": examples}, Context())
        assert prompt is not None
        return prompt

    def chat(self, turns: int) -> Iterator[list[BaseMessage]]:
        """The prompts of a chat, turn by turn; the person asks, and Grisha replies, as in the dataset."""
        before: list[AnyMessage] = []
        for question, reply in itertools.islice((dialogue[:2] for dialogue in reversed(list(dialogues()))), turns):
            yield self.one(question, before)
            before += HumanMessage(question), AIMessage(reply)


class _Uncounted(FakeListChatModel):
    """Finds every prompt short enough."""

    def get_num_tokens_from_messages(self, messages: Sequence[BaseMessage], tools: Sequence[Any] | None = None) -> int:
        """None."""
        return 0
