"""What becomes of the replies when the memory does not suffice for all of them, or the model itself fails."""

import asyncio
from collections.abc import Callable

import pytest
import torch
from dictation import Make, Passes, joined, read
from langchain_core.messages import AIMessage

from models.machine import is_out_of_memory

QUESTIONS = ["как дела?", "привет", "почему небо голубое", "что почитать", "а", "кто ты"]


def _of_the_card() -> Exception:
    return torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")


def _of_the_machine() -> Exception:
    return RuntimeError(
        "[enforce fail at alloc_cpu.cpp:121] . DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"
    )


@pytest.mark.parametrize(
    ("said", "is_it"),
    [
        ("CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported", True),
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", True),
        ("Triton Error [CUDA]: out of memory", True),
        ("CUDA driver error: CUDA_ERROR_OUT_OF_MEMORY", True),
        ("could not create a memory object", True),
        ("[Errno 12] Cannot allocate memory", True),
        ("DefaultCPUAllocator: not enough memory: you tried to allocate 8 bytes", True),
        ("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED", False),
        ("could not create a memory descriptor from blob", False),
        ("operation not permitted when stream is capturing", False),
    ],
)
def test_the_many_words_for_memory_that_does_not_suffice(said: str, is_it: bool) -> None:
    assert is_out_of_memory(RuntimeError(said)) == is_it


ERRORS = pytest.mark.parametrize("error", [_of_the_card, _of_the_machine, MemoryError])


@ERRORS
@pytest.mark.parametrize("place", ["step", "scores"])
async def test_too_many_at_once_are_answered_by_fewer(make: Make, error: Callable[[], Exception], place: str) -> None:
    chat = make(engine="exact", logits_processor=None)
    ways = [{}, {"temperature": 1.5, "seed": 1}, {"temperature": 1.5, "seed": 2}, {}, {"max_new_tokens": 40}, {}]
    alone = [await chat.ainvoke(question, **way) for question, way in zip(QUESTIONS, ways, strict=True)]
    too_many = 0

    def fail(rows: int, tokens: int = 1) -> None:
        nonlocal too_many
        if rows > 2:
            too_many += 1
            raise error()

    with Passes() as passes:
        setattr(passes, "on_pass" if place == "step" else "on_scores", fail)
        streams = await asyncio.gather(*(read(chat, question, **way) for question, way in zip(QUESTIONS, ways, strict=True)))
    assert too_many > 0
    replies = [joined(chunks) for chunks in streams]
    assert [reply.text for reply in replies] == [reply.text for reply in alone], "nothing is missing, nothing said twice"
    assert [reply.usage_metadata for reply in replies] == [reply.usage_metadata for reply in alone]
    with Passes() as passes:  # once all are answered, as many as ever are tried again
        await chat.abatch(QUESTIONS)
    assert max(rows for rows, _ in passes.shapes) > 2


async def test_as_many_as_ever_are_tried_again_though_there_is_always_somebody(make: Make) -> None:
    chat, at_once, failures = make(engine="exact", most_at_once=4, max_new_tokens=50), [], 0

    def fail(rows: int, tokens: int) -> None:
        nonlocal failures
        if tokens == 1:
            at_once.append(rows)
            if rows > 3 and failures < 1:
                failures += 1
                raise _of_the_card()

    async def ask(caller: int) -> None:
        for number in range(5):
            await chat.ainvoke(f"{caller} {number}", logits_processor=_never_ends)

    with Passes() as passes:
        passes.on_pass = fail
        await asyncio.gather(*(ask(caller) for caller in range(6)))
    failed = at_once.index(4)
    assert max(at_once[failed + 1 : failed + 150]) == 2
    assert max(at_once[failed + 350 :]) == 4


def _never_ends(ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    scores[:, 2] = -torch.inf
    return scores


async def test_a_card_that_gives_nothing_back(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = make(engine="exact")
    alone = [(await chat.ainvoke(question)).text for question in QUESTIONS]
    emptied = 0

    def empty_cache() -> None:
        nonlocal emptied
        emptied += 1
        raise RuntimeError("captures_underway.empty() INTERNAL ASSERT FAILED")

    def fail(rows: int, tokens: int) -> None:
        if tokens == 1 and rows > 2:
            raise _of_the_card()

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "empty_cache", empty_cache)
    with Passes() as passes:
        passes.on_pass = fail
        assert [reply.text for reply in await chat.abatch(QUESTIONS)] == alone
    assert emptied


@ERRORS
async def test_no_room_for_the_prompt_of_one_more(make: Make, error: Callable[[], Exception]) -> None:
    chat = make(engine="exact")
    alone = [(await chat.ainvoke(question)).text for question in QUESTIONS]
    chat.close()
    chat = make(engine="exact")  # which knows no prompt yet
    at_once, failures = 0, 0

    def fail(rows: int, tokens: int) -> None:
        nonlocal at_once, failures
        if tokens == 1:
            at_once = rows
        elif at_once >= 3 and failures < 2:
            at_once, failures = 0, failures + 1
            raise error()

    with Passes() as passes:
        passes.on_pass = fail
        streams = await asyncio.gather(*(read(chat, question) for question in QUESTIONS))
    assert failures
    assert [joined(chunks).text for chunks in streams] == alone


@ERRORS
@pytest.mark.parametrize("engine", ["exact", "plain"])
@pytest.mark.parametrize("at_prompt", [True, False])
async def test_one_for_whom_there_is_no_room_is_told(
    make: Make, error: Callable[[], Exception], engine: str, at_prompt: bool
) -> None:
    chat = make(engine=engine)
    alone = (await chat.ainvoke("как дела?")).text

    def fail(rows: int, tokens: int) -> None:
        if (tokens > 1) == at_prompt:
            raise error()

    with Passes() as passes:
        passes.on_pass = fail
        async with asyncio.timeout(20):
            with pytest.raises(type(error())):
                await chat.ainvoke("почему небо голубое")
    assert (await chat.ainvoke("как дела?")).text == alone


class Odd(RuntimeError):
    """Which cannot be made from what it keeps."""

    def __init__(self, *, what: str) -> None:
        super().__init__(f"{what} do not match")


@pytest.mark.parametrize("error", [RuntimeError("shapes do not match"), Odd(what="shapes")])
@pytest.mark.parametrize("engine", ["exact", "plain"])
async def test_a_model_that_fails_is_asked_again_by_the_next(make: Make, engine: str, error: Exception) -> None:
    chat = make(engine=engine)
    alone = (await chat.ainvoke("как дела?")).text
    passed = 0

    def fail(rows: int, tokens: int) -> None:
        nonlocal passed
        passed += 1
        if passed == 20:
            raise error

    with Passes() as passes:
        passes.on_pass = fail
        results = await asyncio.gather(*(chat.ainvoke(question) for question in QUESTIONS), return_exceptions=True)
    failed = [result for result in results if isinstance(result, BaseException)]
    assert failed
    assert all("shapes" in str(result) for result in failed)
    assert isinstance(error, Odd) or len({id(result) for result in failed}) == len(failed), "each has a traceback of its own"
    assert all(isinstance(result, (AIMessage, RuntimeError)) for result in results)
    assert (await chat.ainvoke("как дела?")).text == alone
    assert [reply.text for reply in await chat.abatch(["как дела?"] * 3)] == [alone] * 3
