"""Studio beside Grisha himself: the same answers, one data folder, runs that are cut off."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import history, say
from devserver import DevServer, dev_server, studio_settings
from langchain_core.messages import convert_to_messages
from langgraph.pregel.remote import RemoteGraph
from langgraph_sdk import get_client
from langgraph_sdk.errors import NotFoundError

from app import open_grisha
from errors import StorageError
from graph.context import Context
from settings import Settings

GRAPH = "grisha"
CHAT = Context("42", "anna")
TURNS = ["меня зовут Аня", "почему небо голубое?", "как меня зовут?", "расскажи про слонов"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def settings(folder: Path, tiny_model: Path) -> Settings:
    """A model that draws, and writes for a second; what it says is not learned, so that it is asked again."""
    return studio_settings(folder, tiny_model, temperature=0.7, max_new_tokens=150, seed=7, learn=False)


@pytest.fixture(scope="module")
def server(settings: Settings, folder: Path) -> Iterator[DevServer]:
    with dev_server(settings, folder) as started:
        yield started


@pytest.fixture
async def client(server: DevServer) -> AsyncIterator[Any]:
    async with get_client(url=server.url) as connected:
        yield connected


def said(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


async def start_writing(client: Any, thread: str, text: str) -> str:
    """Begin a run; its id, once the model is writing."""
    run_id = ""
    async for part in client.runs.stream(thread, GRAPH, input=said(text), stream_mode="custom", on_disconnect="continue"):
        run_id = part.data["run_id"] if part.event == "metadata" else run_id
        if part.event == "custom":
            return str(run_id)
    raise AssertionError("the model was not asked")


async def questions(client: Any, thread: str) -> list[str]:
    state = await client.threads.get_state(thread)
    return [message["content"] for message in state["values"]["messages"] if message["type"] == "human"]


async def test_a_remote_graph_answers_as_the_local_one(client: Any, server: DevServer, settings: Settings, tmp_path: Path) -> None:
    began = datetime.now().astimezone().replace(second=0, microsecond=0)
    thread = await client.threads.create(thread_id=CHAT.thread_id)
    assert thread["thread_id"] == CHAT.thread_id
    config = {"configurable": {"thread_id": CHAT.thread_id}}
    remote = RemoteGraph(GRAPH, client=client)
    answers = [await remote.ainvoke(said(text), config, context=vars(CHAT)) for text in TURNS]
    async with open_grisha(settings.model_copy(update={"data_dir": tmp_path})) as grisha:
        local = [await say(grisha, text, CHAT) for text in TURNS]
        remembered = await history(grisha, CHAT)
    compared = len(TURNS) if datetime.now().astimezone().replace(second=0, microsecond=0) == began else 3  # the prompt has the time
    assert [answer["reply"] for answer in answers][:compared] == local[:compared]
    assert [message.text for message in convert_to_messages(answers[-1]["messages"])][: 2 * compared] == remembered[: 2 * compared]
    assert answers[-1]["prompt"], "the model was asked"


async def test_one_data_folder_is_for_one_at_a_time(server: DevServer, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="занята"):
        async with open_grisha(settings):
            pass
    other = await asyncio.to_thread(DevServer, settings, tmp_path)
    assert other.stop() != 0
    assert not other.is_serving
    assert f"Папка данных {settings.data_dir} занята" in other.log
    assert "File " not in other.log, "a line, not the way it came"


@pytest.mark.parametrize("strategy", ["interrupt", "rollback"])
async def test_a_new_run_takes_the_place_of_the_one_that_writes(client: Any, strategy: str) -> None:
    thread = (await client.threads.create())["thread_id"]
    first = await start_writing(client, thread, "расскажи про слонов")
    second = await client.runs.create(thread, GRAPH, input=said("лучше про китов"), multitask_strategy=strategy)
    await client.runs.join(thread, second["run_id"])
    if strategy == "interrupt":
        assert (await client.runs.get(thread, first))["status"] == "interrupted"
        assert await questions(client, thread) == ["расскажи про слонов", "лучше про китов"]
    else:
        with pytest.raises(NotFoundError):
            await client.runs.get(thread, first)
        assert await questions(client, thread) == ["лучше про китов"]
        left = [state["metadata"].get("run_id") for state in await client.threads.get_history(thread, limit=100)]
        assert first not in left


async def test_a_server_stopped_while_it_writes_leaves_a_folder_in_order(
    client: Any, server: DevServer, settings: Settings, folder: Path
) -> None:
    thread = (await client.threads.create(thread_id=Context("43").thread_id))["thread_id"]
    await client.runs.wait(thread, GRAPH, input=said("почему небо голубое?"), context={"chat_id": "43"})
    await start_writing(client, thread, "расскажи про слонов")
    assert await asyncio.to_thread(server.stop) == 0
    async with open_grisha(settings) as grisha:
        before = await history(grisha, CHAT)
        assert before[0] == TURNS[0]
        assert len(before) == 2 * len(TURNS)
        assert "Аня" in await say(grisha, "как меня зовут?", CHAT)
        cut_off = await history(grisha, Context("43"))
        assert cut_off[0] == "почему небо голубое?"
        assert len(cut_off) in (2, 3, 4)  # nothing of the turn, its question, or, where the reply was there just in time, all
    with dev_server(settings, folder) as again:
        async with get_client(url=again.url) as connected:
            assert await questions(connected, CHAT.thread_id) == [*TURNS, "как меня зовут?"]
            values = await connected.runs.wait(thread, GRAPH, input=said("почему небо голубое?"))
            assert values["reply"]
