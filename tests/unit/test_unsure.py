"""What Grisha says when the model is not sure: not its guess, but a line that fits the situation."""

from pathlib import Path
from typing import Any

import pytest
from conftest import FakeChat
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime

from graph.context import Context
from graph.state import Example
from language.asking import wants_something
from models.embeddings import get_embeddings
from nodes.clean import Clean
from nodes.fallback import Fallback
from nodes.generate import Generate
from nodes.personas import Personas
from nodes.routes import after_clean
from prompts import load_persona
from stores.retriever import Thresholds
from stores.situations import Situations
from stores.vectors import Embedder

GRISHA = load_persona("grisha")
PERSONAS = Personas({"": GRISHA})


class Sure(FakeChat):
    """Tells how sure it is."""

    mean_logprob: float

    async def ainvoke(self, *args: Any, **kwargs: Any) -> AIMessage:
        reply = await super().ainvoke(*args, **kwargs)
        return reply.model_copy(update={"response_metadata": {"mean_logprob": self.mean_logprob}})


async def turn(model: FakeChat, said: str, least: float | None = -0.9) -> dict[str, Any]:
    """The state after `generate` and `clean`."""
    runtime: Any = Runtime(context=Context("1", "1"), stream_writer=lambda _: None)
    state: Any = {"messages": [HumanMessage(said)]}
    state |= await Generate(model, PERSONAS, 2048, least)(state, runtime)
    state |= await Clean(PERSONAS)(state, runtime)
    return dict(state)


async def test_a_guess_is_not_said_and_the_model_not_asked_again() -> None:
    state = await turn(Sure(mean_logprob=-1.2), "почему трава зелёная")
    assert (state["verdict"], "reply" in state, after_clean(state)) == ("unsure", False, "given up")


async def test_what_the_model_is_sure_of_is_said() -> None:
    assert after_clean(await turn(Sure(mean_logprob=-0.4), "почему трава зелёная")) == "usable"  # type: ignore[arg-type]
    assert after_clean(await turn(Sure(mean_logprob=-9), "почему трава зелёная", None)) == "usable"  # type: ignore[arg-type]


async def test_a_model_that_does_not_tell_is_believed(model: FakeChat) -> None:
    assert after_clean(await turn(model, "почему трава зелёная")) == "usable"  # type: ignore[arg-type]


async def test_grisha_speaks_of_himself_in_the_masculine(model: FakeChat) -> None:
    model.will_say("Я вчера купила себе новую книгу.")
    state = await turn(model, "что нового в твоей библиотеке?")
    assert state["reply"] == "Я вчера купил себе новую книгу."
    assert state["changes"] == ["gender"]


@pytest.fixture
def fallback(tmp_path: Path) -> Any:
    embedder = Embedder(get_embeddings("embedded", "cpu"), "embedded", tmp_path / "vectors.sqlite")
    yield Fallback(PERSONAS, Situations(embedder, Thresholds(0.76, 0.7, 0.78, 0.27)))
    embedder.close()


async def said(fallback: Fallback, text: str, *examples: Example) -> str:
    state: Any = {"messages": [HumanMessage(text)], "failure": "unsure", "examples": [*examples]}
    runtime: Any = Runtime(context=Context("1", "1"))
    return str((await fallback(state, runtime))["reply"])


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("у меня украли кошелёк в автобусе", "мне плохо"),
        ("умер мой дедушка", "мне плохо"),
        ("сколько будет девять на восемь", "что такое гравитация"),
        ("посоветуй, что подарить сестре", "с чего начать"),
        ("какой у тебя любимый фильм?", "о чём ты мечтаешь"),
        ("спой мне песню", "нарисуй кота"),
        ("здравствуй!", "добрый день"),
        ("спасибо огромное)", "благодарю"),
        ("ок", "угу"),
        ("ну пока", "до завтра"),
    ],
)
async def test_a_line_fits_the_situation(fallback: Fallback, text: str, like: str) -> None:
    [lines] = [one.lines for one in GRISHA.situations if like in one.like]
    assert await said(fallback, text) in lines


async def test_what_is_like_nothing_gets_a_line_for_anything(fallback: Fallback) -> None:
    assert await said(fallback, "чем полить орхидею, чтобы зацвела") in GRISHA.fallbacks


async def test_the_reply_of_an_example_about_another_thing_is_not_said(fallback: Fallback) -> None:
    soup = Example(
        question="как сварить куриный суп", reply="Начинай с холодной воды.", source="dataset", key="", score=0.77, standalone=True
    )
    assert await said(fallback, "как сварить рис", soup) != soup["reply"]
    assert await said(fallback, "как сварить куриный суп", soup) == soup["reply"]


async def test_no_situation_is_found_where_there_are_none(fallback: Fallback) -> None:
    assert await fallback.situations.find("привет", []) is None


@pytest.mark.parametrize(
    "text",
    [
        "ты любишь чай?",
        "какая столица у Австралии",
        "подруга не отвечает, что делать",
        "на три дня, что посмотреть",
        "60, не знаю что подарить",
        "буду, дай рецепт блинов",
        "ну расскажи анекдот",
        "поздно ли учиться",
    ],
)
def test_who_asks_or_requests_wants_something(text: str) -> None:
    assert wants_something(text)


@pytest.mark.parametrize(
    "text",
    ["устала как собака", "слушай, я увольняюсь", "сегодня ровно год как умер папа", "мой парень не дарит цветы", "привет", ""],
)
def test_who_only_tells_wants_nothing(text: str) -> None:
    assert not wants_something(text)
