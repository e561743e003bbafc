"""Replies that are wanted at once: none waits for the whole of another, each goes its own way and fails alone."""

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from dictation import Make, Passes, joined, read, turns_of_the_loop
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage

ENGINES = pytest.mark.parametrize("engine", ["exact", "plain"])
QUESTIONS = ["как дела?", "привет", "почему небо голубое", "что почитать", "а", "кто ты"]
END = 2


class Endless:
    """A reply that goes on until it is let go, as a logits processor."""

    def __init__(self) -> None:
        self.has_begun = asyncio.Event()
        self.steps = 0
        self.may_end = threading.Event()
        self._loop = asyncio.get_running_loop()

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.steps += 1
        self._loop.call_soon_threadsafe(self.has_begun.set)
        scores[:, END] = 1000.0 if self.may_end.is_set() else -torch.inf
        return scores


@pytest.fixture
async def endless() -> AsyncIterator[Endless]:
    made = Endless()
    yield made
    made.may_end.set()


async def _begun(chat: Any, endless: Endless, text: str = "расскажи сказку") -> "asyncio.Task[AIMessage]":
    task = asyncio.create_task(chat.ainvoke(text, logits_processor=endless, max_new_tokens=4000))
    async with asyncio.timeout(20):
        await endless.has_begun.wait()
    return task


async def _handed_in(chat: Any, text: str, **params: Any) -> "asyncio.Task[AIMessage]":
    """A request that the engine has got, though it may not have looked at it."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))  # so that one job ends before the next begins
    task = asyncio.create_task(chat.ainvoke(text, **params))
    await turns_of_the_loop()
    await asyncio.to_thread(int)
    return task


async def test_a_reply_comes_whole_while_a_longer_one_is_under_way(make: Make, endless: Endless) -> None:
    chat = make(engine="exact")
    alone = (await chat.ainvoke("привет")).text
    long = await _begun(chat, endless)
    assert joined(await read(chat, "привет")).text == alone
    assert not long.done()
    endless.may_end.set()
    reply = await long
    assert reply.response_metadata["finish_reason"] == "stop"
    assert reply.usage_metadata["output_tokens"] == endless.steps


@ENGINES
async def test_more_than_there_are_places_for(make: Make, engine: str) -> None:
    chat = make(engine=engine, most_at_once=2)
    alone = [chat.invoke(question).text for question in QUESTIONS]
    with Passes() as passes:
        together = await chat.abatch(QUESTIONS)
    assert [reply.text for reply in together] == alone
    assert max(rows for rows, _ in passes.shapes) == (1 if engine == "plain" else 2)


async def test_a_cancelled_reply_makes_room_and_changes_no_other(make: Make, endless: Endless) -> None:
    chat = make(engine="exact", most_at_once=2)
    alone = (await chat.ainvoke("почему небо голубое")).text
    kept = Endless()
    first, second = await _begun(chat, endless), await _begun(chat, kept, "как дела?")
    waiting = await _handed_in(chat, "почему небо голубое")
    assert not waiting.done()
    first.cancel()
    async with asyncio.timeout(20):
        assert (await waiting).text == alone
    kept.may_end.set()
    assert len((await second).text) > 0
    taken = endless.steps
    await chat.ainvoke("привет")
    assert endless.steps == taken, "nothing more is computed of it"


async def test_cancelled_while_it_waits(make: Make, endless: Endless) -> None:
    chat = make(engine="exact", most_at_once=1)
    long, never = await _begun(chat, endless), Endless()
    waiting = await _handed_in(chat, "привет", logits_processor=never)
    waiting.cancel()
    await asyncio.wait([waiting])
    endless.may_end.set()
    await long
    assert (await chat.ainvoke("привет", max_new_tokens=2)).text
    assert never.steps == 0


@ENGINES
async def test_a_processor_that_fails_ends_its_own_reply_only(make: Make, engine: str) -> None:
    def fails(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if input_ids.shape[1] > 20:
            raise KeyError("mine")
        return scores

    def forbids_all(input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        return torch.full_like(scores, -torch.inf)

    chat = make(engine=engine)
    alone = [chat.invoke(question).text for question in QUESTIONS]
    given = [{}, {"logits_processor": fails}, {}, {"logits_processor": forbids_all}, {}, {}]
    results = await asyncio.gather(
        *(chat.ainvoke(question, **own) for question, own in zip(QUESTIONS, given, strict=True)), return_exceptions=True
    )
    assert isinstance(results[1], KeyError)
    assert isinstance(results[3], ValueError), "what may be drawn is not made up"
    assert [result.text for result in results if isinstance(result, AIMessage)] == [alone[at] for at in (0, 2, 4, 5)]


@ENGINES
async def test_each_reply_is_drawn_in_its_own_way(make: Make, engine: str) -> None:
    chat = make(engine=engine)
    likeliest = (await chat.ainvoke("как дела?")).text
    ways: list[dict[str, Any]] = [
        {},
        {"temperature": 1.3, "seed": 5},
        {"temperature": 1.3, "seed": 6},
        {"temperature": 2.0, "top_p": 0.3, "seed": 5},
        {"max_new_tokens": 3},
        {"repetition_penalty": 3.0},
        {"stop": [likeliest[6:8]]},
    ]
    alone = [await chat.ainvoke("как дела?", **way) for way in ways]
    assert len({reply.text for reply in alone}) == len(ways), "each way shows"
    for _ in range(2):
        together = await asyncio.gather(*(chat.ainvoke("как дела?", **way) for way in ways))
        assert [reply.text for reply in together] == [reply.text for reply in alone]
        assert [reply.usage_metadata for reply in together] == [reply.usage_metadata for reply in alone]
        assert [reply.response_metadata["finish_reason"] for reply in together] == [
            reply.response_metadata["finish_reason"] for reply in alone
        ]
    streams = await asyncio.gather(*(read(chat, "как дела?", **way) for way in ways))
    assert [joined(chunks).text for chunks in streams] == [reply.text for reply in alone]


@ENGINES
async def test_closing_while_many_are_under_way(make: Make, endless: Endless, engine: str) -> None:
    before = set(threading.enumerate())
    chat = make(engine=engine, most_at_once=2)
    [worker] = [thread for thread in threading.enumerate() if thread not in before and thread.name.startswith("chat-model")]
    running = [await _begun(chat, endless), *(asyncio.create_task(chat.ainvoke(question)) for question in QUESTIONS)]
    if engine != "plain":
        other = Endless()
        running.append(await _begun(chat, other, "ещё одну"))
    await asyncio.to_thread(chat.close)
    async with asyncio.timeout(20):
        results = await asyncio.gather(*running, return_exceptions=True)
    ended = [result for result in results if isinstance(result, RuntimeError) and "closed" in str(result)]
    assert all(isinstance(result, (RuntimeError, AIMessage)) for result in results)
    assert results[0] in ended
    assert not worker.is_alive()


async def test_what_is_kept_of_prompts_does_not_grow_beyond_its_bounds(make: Make) -> None:
    """With room for nothing every prompt is read whole, and with room for one the last one is known."""
    text = "слово " * 200
    for memory, known in ((0, False), (1, True)):
        chat = make(engine="exact", prefix_memory=memory)
        for at in range(12):
            await chat.ainvoke(f"{at} {text}", max_new_tokens=1)
        with Passes() as passes:
            await chat.ainvoke(f"11 {text}", max_new_tokens=1)
        assert (passes.tokens() == 1) == known
        with Passes() as passes:
            await chat.ainvoke(f"0 {text}", max_new_tokens=1)
        assert passes.tokens() > 200


# What is told of replies and of the model


async def test_what_tracing_is_told(make: Make) -> None:
    told: list[dict[str, Any]] = []

    class Trace(BaseCallbackHandler):
        def on_chat_model_start(self, serialized: dict[str, Any], messages: Any, **kwargs: Any) -> None:
            told.append({**kwargs["metadata"], "invocation": kwargs["invocation_params"]})

    chat = make(temperature=0.5, max_new_tokens=4)
    await chat.ainvoke("привет", config={"callbacks": [Trace()]})
    await chat.ainvoke("привет", config={"callbacks": [Trace()]}, temperature=0.1, max_new_tokens=3, stop=["\n"])
    first, second = told
    assert (first["ls_provider"], first["ls_model_type"], first["ls_model_name"]) == ("transformers", "chat", chat.source.name)
    assert (first["ls_temperature"], first["ls_max_tokens"]) == (0.5, 4)
    assert (second["ls_temperature"], second["ls_max_tokens"], second["ls_stop"]) == (0.1, 3, ["\n"])
    assert second["invocation"]["stop"] == ["\n"]
    assert first["lc_versions"].keys() >= {"langchain-core"}
    names = {"model_name", "device", "max_new_tokens", "temperature", "top_p", "repetition_penalty", "stop", "engine"}
    assert first["invocation"].keys() - {"_type"} == names | {"adapter", "seed"}, "no secret, and all that changes a reply"
