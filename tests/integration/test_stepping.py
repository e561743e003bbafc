"""Stepping through a turn in Python, with and without a store, and what of it ever reaches the checkpoints of the bot."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import DEFAULT_REPLY, FakeChat, Open
from langgraph.checkpoint.memory import InMemorySaver

from graph.chat import compile_chat
from graph.context import Context
from settings import Settings

QUESTION = "как пожарить яйца на сковороде"
CHAT = Context("1", "anna")
CONFIG: dict[str, Any] = {"configurable": {"thread_id": CHAT.thread_id}}


def said(text: str) -> dict[str, Any]:
    return {"messages": [("user", text)]}


@pytest.mark.parametrize("with_store", [True, False])
async def test_a_turn_is_stopped_edited_and_gone_on_with(open_app: Open, model: FakeChat, with_store: bool) -> None:
    async with open_app() as grisha:
        store = grisha.persistence.store if with_store else None
        graph = compile_chat(grisha.graph.builder, InMemorySaver(), store, stepping=True)
        await graph.ainvoke(said(QUESTION), context=CHAT, interrupt_before=["generate"])
        (example, *rest) = (await graph.aget_state(CONFIG)).values["examples"]
        await graph.aupdate_state(CONFIG, {"examples": [{**example, "reply": "Это вписал разработчик."}, *rest]})
        assert model.prompts == []
        await graph.ainvoke(None, context=CHAT, interrupt_after=["generate"])
        assert "Это вписал разработчик." in model.prompts[-1][0].text
        at_draft = await graph.aget_state(CONFIG)
        assert (at_draft.next, at_draft.values["draft"]) == (("clean",), DEFAULT_REPLY)
        result = await graph.ainvoke(None, context=CHAT)
        assert result["reply"] == DEFAULT_REPLY
        assert result["learned"].partition(":")[0] == ("new" if with_store else "nothing")
        assert list((await graph.aget_state(CONFIG)).values) == ["messages"]

        await graph.aupdate_state(at_draft.config, {"draft": "<think>хм"}, as_node="generate")
        model.will_say("Сковороду разогрей заранее, тогда не пристанет.")
        again = await graph.ainvoke(None, context=CHAT)
        assert (again["reply"], again["attempts"]) == ("Сковороду разогрей заранее, тогда не пристанет.", 2)
        assert len(again["messages"]) == 2


async def test_the_prompt_is_told_before_the_reply_and_kept_in_the_state(open_app: Open, model: FakeChat) -> None:
    model.will_say("Гриша: ", "Разогрей сковороду посильнее.")
    async with open_app() as grisha:
        modes = ["custom", "updates"]
        parts = [part async for part in grisha.graph.astream(said(QUESTION), context=CHAT, stream_mode=modes)]
    told = [part for mode, part in parts if mode == "custom"]
    assert [(part["node"], part["attempts"]) for part in told] == [("generate", 1), ("generate", 2)]
    assert [turn["content"] for turn in told[0]["prompt"]] == [message.text for message in model.prompts[0]]
    assert [turn["role"] for turn in told[0]["prompt"]] == ["system", "user"]


async def test_the_bots_checkpoints_never_hold_more_than_messages(open_app: Open, settings: Settings, model: FakeChat) -> None:
    writing, never = asyncio.Event(), asyncio.Event()

    async def gate() -> None:
        writing.set()
        await never.wait()

    async with open_app() as grisha, asyncio.timeout(20):
        model.gate = gate
        turn = asyncio.create_task(anext(grisha.graph.reply(QUESTION, CHAT)))
        await writing.wait()
        turn.cancel()
        with suppress(asyncio.CancelledError):
            await turn
        assert list((await grisha.graph.aget_state(CONFIG)).values) == ["messages"]
        assert "яичница любит внимание" not in _written(settings.data_dir / "checkpoints.sqlite")
        model.gate = None
        await grisha.graph.ainvoke(said(QUESTION), context=CHAT)
        assert "яичница любит внимание" not in _written(settings.data_dir / "checkpoints.sqlite")


def _written(file: Path) -> str:
    """All that a database of checkpoints holds, as text."""
    with sqlite3.connect(file) as database:
        rows = [*database.execute("SELECT checkpoint FROM checkpoints"), *database.execute("SELECT value FROM writes")]
    return "".join(bytes(row[0]).decode("utf-8", "replace") for row in rows)
