"""Many callers of one chat model: at once, cancelled, failing, and as it is closed."""

import asyncio
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from dictation import Make, Steps, joined, read, turns_of_the_loop

from models.local import TransformersChat
from models.weights import Source


async def test_requests_at_once_each_get_their_own_reply(make: Make) -> None:
    chat = make(engine="exact")  # few at once take the 8-bit weights otherwise, many the others
    questions = ["как дела?", "привет", "почему небо голубое", "что почитать", "a", "кто ты"]
    alone = [chat.invoke(question).text for question in questions]
    assert len(set(alone)) == len(questions)
    together = await asyncio.gather(*(chat.ainvoke(question) for question in questions))
    assert [reply.text for reply in together] == alone
    streams = await asyncio.gather(*(read(chat, question) for question in questions))
    assert [joined(chunks).text for chunks in streams] == alone


async def test_the_event_loop_goes_on_while_a_reply_is_made(make: Make, steps: Steps) -> None:
    ticked = threading.Event()
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            if ticks > 50:
                ticked.set()
            await asyncio.sleep(0)

    def need_ticks(step: int) -> None:
        if step == 5:
            assert ticked.wait(20), "the event loop stood still"

    steps.on_step = need_ticks
    ticking = asyncio.create_task(tick())
    reply = await make().ainvoke("как дела?")
    ticking.cancel()
    assert ticks > 50
    assert reply.text


class Held:
    """Holds the model at its third step until let go."""

    def __init__(self, steps: Steps) -> None:
        self.go_on = threading.Event()
        self._loop = asyncio.get_running_loop()
        self.under_way = asyncio.Event()
        steps.on_step = self._step

    def _step(self, step: int) -> None:
        if step == 3 and not self.go_on.is_set():
            self._loop.call_soon_threadsafe(self.under_way.set)
            assert self.go_on.wait(20), "the test has let go"


async def test_closing_a_stream_ends_its_generation(make: Make, steps: Steps) -> None:
    held = Held(steps)
    chat = make(max_new_tokens=500)
    stream = chat.astream("как дела?")
    await anext(stream)
    await held.under_way.wait()
    await stream.aclose()
    await turns_of_the_loop()
    held.go_on.set()
    async with asyncio.timeout(20):
        reply = await chat.ainvoke("привет", max_new_tokens=2)
    assert reply.text
    assert steps.counts == [3, 2], "the abandoned reply has ended where it was"


@pytest.mark.parametrize("call", ["ainvoke", "astream"])
async def test_cancelling_a_task_ends_its_generation(make: Make, steps: Steps, call: str) -> None:
    held = Held(steps)
    chat = make(max_new_tokens=500)
    task = asyncio.create_task(chat.ainvoke("как дела?") if call == "ainvoke" else read(chat, "как дела?"))
    await held.under_way.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await turns_of_the_loop()
    held.go_on.set()
    async with asyncio.timeout(20):
        reply = await chat.ainvoke("привет", max_new_tokens=2)
    assert reply.text
    assert steps.counts == [3, 2]


async def test_a_request_cancelled_while_it_waits_costs_at_most_one_token(make: Make, steps: Steps) -> None:
    held = Held(steps)
    chat = make(max_new_tokens=5)
    first = asyncio.create_task(chat.ainvoke("как дела?"))
    await held.under_way.wait()
    waiting = asyncio.create_task(chat.ainvoke("почему небо голубое", max_new_tokens=500))
    await turns_of_the_loop()
    waiting.cancel()
    await turns_of_the_loop()
    held.go_on.set()
    assert (await first).text
    assert (await chat.ainvoke("привет", max_new_tokens=2)).text
    assert steps.counts[0] == 5
    assert steps.counts[-1] == 2
    assert sum(steps.counts[1:-1]) <= 1


def test_closing_a_plain_stream_ends_its_generation(make: Make, steps: Steps) -> None:
    reached, go_on = threading.Event(), threading.Event()

    def hold(step: int) -> None:
        if step == 3 and not go_on.is_set():
            reached.set()
            assert go_on.wait(20)

    steps.on_step = hold
    chat = make(max_new_tokens=500)
    stream = chat.stream("как дела?")
    next(stream)
    assert reached.wait(20)
    stream.close()
    go_on.set()
    assert chat.invoke("привет", max_new_tokens=2).text
    assert steps.counts == [3, 2]


async def test_a_failure_inside_generation_reaches_the_caller_and_ends_nothing_else(make: Make, steps: Steps) -> None:
    class OutOfMemory(RuntimeError):
        pass

    def fail(step: int) -> None:
        if step == 3:
            raise OutOfMemory("no memory left")

    chat = make()
    steps.on_step = fail
    with pytest.raises(OutOfMemory, match="no memory left"):
        chat.invoke("как дела?")
    with pytest.raises(OutOfMemory):
        await chat.ainvoke("как дела?")
    with pytest.raises(OutOfMemory):
        list(chat.stream("как дела?"))
    with pytest.raises(OutOfMemory):
        await read(chat, "как дела?")
    steps.on_step = lambda step: None
    async with asyncio.timeout(20):
        assert (await chat.ainvoke("как дела?")).text


async def test_a_closed_model_refuses_at_once(make: Make) -> None:
    chat = make()
    chat.close()
    async with asyncio.timeout(20):
        with pytest.raises(RuntimeError, match="closed"):
            await chat.ainvoke("привет")
        with pytest.raises(RuntimeError, match="closed"):
            await read(chat, "привет")
    with pytest.raises(RuntimeError, match="closed"):
        chat.invoke("привет")
    chat.close()  # twice does no harm


async def test_a_model_that_was_never_loaded(tiny_model: Path) -> None:
    chat = TransformersChat(source=Source(str(tiny_model)))
    with pytest.raises(RuntimeError, match="never loaded"):
        await chat.ainvoke("привет")
    with pytest.raises(RuntimeError, match="never loaded"):
        chat.get_num_tokens("привет")
    chat.close()


def test_a_program_that_does_not_close_its_model_ends(tiny_model: Path) -> None:
    program = f"""
from models.local import TransformersChat
from models.weights import Source
chat = TransformersChat(source=Source({str(tiny_model)!r}), max_new_tokens=4000)
chat.load()
reply = chat.stream("привет")
next(reply)  # and it is under way
"""
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("engine", ["exact", "plain"])
async def test_a_caller_whose_event_loop_closes_meanwhile_ends_nothing_else(
    make: Make, steps: Steps, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, engine: str
) -> None:
    held, loop = Held(steps), asyncio.get_running_loop()
    chat = make(engine=engine, max_new_tokens=500)
    task = asyncio.create_task(chat.ainvoke("как дела?"))
    await held.under_way.wait()

    def closed(*given: Any) -> None:
        raise RuntimeError("Event loop is closed")

    with monkeypatch.context() as patch:
        patch.setattr(loop, "call_soon_threadsafe", closed)
        held.go_on.set()
        assert chat.invoke("привет", max_new_tokens=60).text
    assert steps.counts[0] < 10, "nobody waits for it"
    assert not caplog.records
    task.cancel()
    await asyncio.wait([task])


async def nothing_new_is_taken(chat: TransformersChat) -> None:
    """Wait until closing has begun, so that the model's thread is let go only then."""
    async with asyncio.timeout(20):
        while True:
            probe = asyncio.create_task(chat.ainvoke("ещё"))
            await turns_of_the_loop()
            if probe.done():
                assert isinstance(probe.exception(), RuntimeError)
                break
            probe.cancel()


async def test_closing_fails_the_requests_that_wait(make: Make, steps: Steps) -> None:
    held = Held(steps)
    chat = make()
    running = asyncio.create_task(chat.ainvoke("как дела?"))
    await held.under_way.wait()
    waiting = asyncio.create_task(chat.ainvoke("привет"))
    await turns_of_the_loop()
    closing = asyncio.create_task(asyncio.to_thread(chat.close))
    await nothing_new_is_taken(chat)
    held.go_on.set()
    await closing
    await asyncio.wait([running])
    async with asyncio.timeout(1):
        with pytest.raises(RuntimeError):
            await waiting


async def test_closing_ends_a_running_reply_at_its_next_token(make: Make, steps: Steps) -> None:
    held = Held(steps)
    chat = make(max_new_tokens=60)
    running = asyncio.create_task(chat.ainvoke("как дела?"))
    await held.under_way.wait()
    closing = asyncio.create_task(asyncio.to_thread(chat.close))
    await nothing_new_is_taken(chat)
    held.go_on.set()
    await closing
    await asyncio.wait([running], timeout=20)
    assert steps.counts[0] < 10
