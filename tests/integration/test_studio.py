"""What developers rely on in LangGraph Studio and over HTTP: a real `langgraph dev`, driven with its client."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from devserver import PROJECT, DevServer, dev_server, studio_settings
from langgraph_sdk import get_client
from langgraph_sdk.errors import ConflictError

NODES = ["extract_name", "greet", "retrieve", "recall", "generate", "clean", "fallback", "learn"]
QUESTION = "как приготовить омлет, рецепт: www.example.com/egg"
"""Resembles a dialogue of the dataset, so that an example is found, and is never learned: tests ask it again and again."""
GRAPH = "grisha"
WHALE = "Синий кит весит около ста пятидесяти тонн."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, speaking_model: Path) -> Iterator[DevServer]:
    folder = tmp_path_factory.mktemp("studio")
    with dev_server(studio_settings(folder, speaking_model, max_new_tokens=20), folder) as started:
        yield started


@pytest.fixture
async def client(server: DevServer) -> AsyncIterator[Any]:
    async with get_client(url=server.url) as connected:
        yield connected


async def new_thread(client: Any) -> str:
    return str((await client.threads.create())["thread_id"])


def said(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


async def assistant_id(client: Any) -> str:
    (assistant,) = await client.assistants.search(graph_id=GRAPH)
    return str(assistant["assistant_id"])


async def run(client: Any, thread: str | None, text: str | None, **options: Any) -> dict[str, Any]:
    """The state that a run ends or stops with; without a text it goes on where the thread is."""
    values: dict[str, Any] = await client.runs.wait(thread, GRAPH, input=said(text) if text is not None else None, **options)
    assert "__error__" not in values, values
    return values


async def steps(client: Any, thread: str) -> list[tuple[str, ...]]:
    """What was to come at each step of the thread, the first step first."""
    return [tuple(state["next"]) for state in reversed(await client.threads.get_history(thread, limit=100))]


def fields(value: Any, path: str = "") -> set[str]:
    """The names of all fields, with those that they are in."""
    if isinstance(value, list):
        return set().union(*(fields(item, path) for item in value))
    if isinstance(value, dict):
        return set().union(*({f"{path}.{name}"} | fields(item, f"{path}.{name}") for name, item in value.items()))
    return set()


async def test_the_first_start_tells_what_it_loads_and_there_is_nothing_to_allow(server: DevServer) -> None:
    assert "Открываю Гришу" in server.log
    assert "Гриша готов" in server.log
    assert "allow-blocking" not in server.log


async def test_the_schemas_are_complete(client: Any) -> None:
    schemas = await client.assistants.get_schemas(await assistant_id(client))
    assert list(schemas["input_schema"]["properties"]) == ["messages"]
    assert list(schemas["output_schema"]["properties"]) == ["messages", "reply"]
    assert {"messages", "intent", "name", "examples", "prompt", "draft", "changes", "reply", "learned"} <= set(
        schemas["state_schema"]["properties"]
    )
    assert "score" in schemas["state_schema"]["$defs"]["Example"]["properties"]
    context = schemas["context_schema"]["properties"]
    assert {name: field["default"] for name, field in context.items()} == {
        "chat_id": "terminal",
        "user_id": "owner",
        "chat_kind": "private",
        "persona": "",
        "is_start": False,
    }
    assert all(field["description"] for field in context.values())


async def test_the_drawing_has_described_nodes_and_labelled_edges(client: Any) -> None:
    drawn = await client.assistants.get_graph(await assistant_id(client))
    described = {node["id"]: node["metadata"]["description"] for node in drawn["nodes"] if "metadata" in node}
    assert [node["id"] for node in drawn["nodes"]] == ["__start__", *NODES, "__end__"]
    assert all(described[name].endswith(".") for name in NODES)
    edges = {(edge["source"], edge["target"]): edge for edge in drawn["edges"]}
    assert edges["clean", "generate"]["data"] == "once more"
    assert all(edge["data"] for edge in drawn["edges"] if edge.get("conditional"))


async def test_one_message_is_enough_for_a_run_and_the_reply_is_remembered(client: Any) -> None:
    thread = await new_thread(client)
    values = await run(client, thread, "меня зовут Аня")
    assert "Аня" in values["reply"]
    assert [message["type"] for message in values["messages"]] == ["human", "ai"]
    values = await run(client, thread, "как меня зовут?")
    assert "Аня" in values["reply"]
    state = await client.threads.get_state(thread)
    assert list(state["values"]) == ["messages"], "nothing else is kept of a turn that is over"
    assert len(state["values"]["messages"]) == 4


async def test_the_context_says_who_asks_and_where(client: Any) -> None:
    thread = await new_thread(client)
    await run(client, thread, "меня зовут Фёкла", context={"user_id": "fyokla"})
    assert "Фёкла" in (await run(client, thread, "как меня зовут?", context={"user_id": "fyokla"}))["reply"]
    assert "Фёкла" not in (await run(client, thread, "как меня зовут?", context={"user_id": "other"}))["reply"]
    introduced = await client.runs.wait(thread, GRAPH, input={"messages": []}, context={"is_start": True})
    assert introduced["origin"] == "greeting"
    assert introduced["reply"]
    assert len(introduced["messages"]) == 6, "a start is not remembered"


async def test_every_stream_mode_tells_of_its_nodes(client: Any) -> None:
    thread = await new_thread(client)
    parts: dict[str, list[Any]] = {}
    modes = ["values", "updates", "messages-tuple", "custom", "debug", "tasks", "checkpoints"]
    async for part in client.runs.stream(thread, GRAPH, input=said(QUESTION), stream_mode=modes):
        assert part.event != "error", part.data
        parts.setdefault(part.event, []).append(part.data)
    updates = {node: update for part in parts["updates"] for node, update in part.items()}
    assert list(updates) == ["extract_name", "retrieve", "generate", "clean", "learn"]
    (example, *_) = updates["retrieve"]["examples"]
    assert example["source"] == "dataset"
    assert 0 < example["score"] < 1
    assert example["reply"] in updates["generate"]["prompt"][0]["content"]
    assert updates["generate"]["prompt"][-1] == {"role": "user", "content": QUESTION}
    assert updates["generate"]["draft"]
    assert isinstance(updates["clean"]["changes"], list)
    assert updates["learn"]["learned"].partition(":")[0] in ("new", "refreshed", "nothing")
    assert parts["values"][-1]["learned"] == updates["learn"]["learned"]
    assert parts["custom"] == [{"node": "generate", "attempts": 1, "prompt": updates["generate"]["prompt"]}]
    assert {about["langgraph_node"] for _, about in parts["messages"]} == {"generate", "clean"}
    written = "".join(token["content"] for token, about in parts["messages"] if about["langgraph_node"] == "generate")
    assert written == updates["generate"]["draft"]
    assert {"debug", "tasks", "checkpoints"} <= set(parts)


def without_time(prompt: list[dict[str, str]]) -> list[dict[str, str]]:
    """A prompt without the time of day, which goes on while a run stands still."""
    return [message | {"content": re.sub(r"\b\d\d:\d\d\b", "", message["content"])} for message in prompt]


@pytest.mark.parametrize("when", ["interrupt_before", "interrupt_after"])
async def test_a_run_stops_at_any_node_and_goes_on_to_the_same_end(client: Any, when: str) -> None:
    whole = await run(client, None, QUESTION)
    stops = ["extract_name", "retrieve", "generate", "clean", "learn"]

    async def stepped(node: str) -> None:
        thread = await new_thread(client)
        await run(client, thread, QUESTION, **{when: [node]})
        state = await client.threads.get_state(thread)
        following = dict(zip(stops, [*stops[1:], None], strict=True))[node]
        assert state["next"] == ([node] if when == "interrupt_before" else [following] if following else [])
        values = await run(client, thread, None) if state["next"] else whole
        assert values["reply"] == whole["reply"]
        assert without_time(values["prompt"]) == without_time(whole["prompt"])

    await asyncio.gather(*(stepped(node) for node in stops))


async def test_what_was_retrieved_can_be_edited_and_the_model_asked_alone(client: Any) -> None:
    thread = await new_thread(client)
    await run(client, thread, QUESTION, interrupt_before=["generate"])
    state = await client.threads.get_state(thread)
    examples = state["values"]["examples"]
    examples[0]["reply"] = "Это вписал разработчик."
    await client.threads.update_state(thread, {"examples": examples})
    assert (await client.threads.get_state(thread))["next"] == ["generate"]
    first = await run(client, thread, None, interrupt_after=["generate"])
    assert "Это вписал разработчик." in first["prompt"][0]["content"]
    assert (await client.threads.get_state(thread))["next"] == ["clean"]

    forked = await client.threads.update_state(thread, {"examples": []}, checkpoint=state["checkpoint"])
    alone = await run(client, thread, None, checkpoint=forked["checkpoint"], interrupt_after=["generate"])
    assert "Похожие разговоры" not in alone["prompt"][0]["content"]
    assert alone["attempts"] == 1
    again = await run(client, thread, None, checkpoint=state["checkpoint"])
    assert examples[0]["question"] in again["prompt"][0]["content"], "the first way is still there"
    assert len(again["messages"]) == 2
    assert (await client.threads.get_state(thread))["next"] == []


async def test_a_turn_left_halfway_leaves_nothing_to_the_next(client: Any) -> None:
    thread = await new_thread(client)
    await run(client, thread, f"меня зовут Аня, {QUESTION}?", interrupt_before=["clean"])
    left = (await client.threads.get_state(thread))["values"]
    assert left["greeting"]
    assert left["attempts"] == 1
    values = await run(client, thread, "куда поехать отдыхать этим летом, посоветуй")
    assert "greeting" not in values or not values["greeting"]
    assert values.get("attempts", 0) <= 1
    assert left["greeting"] not in values["reply"]


async def test_the_history_has_every_step_and_its_last_is_small(client: Any) -> None:
    thread = await new_thread(client)
    await run(client, thread, QUESTION)
    assert await steps(client, thread) == [("__start__",), *((node,) for node in ("extract_name", "retrieve", "generate")),
                                           ("clean",), ("learn",), ()]  # fmt: skip
    history = await client.threads.get_history(thread, limit=100)
    before_learn = next(state for state in history if state["next"] == ["learn"])
    assert {"examples", "prompt", "draft", "changes", "origin"} <= set(before_learn["values"])
    assert list(history[0]["values"]) == ["messages"]


async def test_the_readme_shows_a_run_as_the_server_gives_it(client: Any) -> None:
    (block,) = re.findall(r"<!-- run: .*?```json\n(.*?)```", (PROJECT / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    shown = json.loads(block)
    thread = await new_thread(client)
    await run(client, thread, QUESTION)
    history = await client.threads.get_history(thread, limit=100)
    given = next(state for state in history if state["next"] == ["learn"])
    assert fields(shown) <= fields(given)
    assert set(shown["values"]) == set(given["values"])


async def test_every_node_runs_under_the_detector_of_blocking_calls(client: Any, server: DevServer) -> None:
    seen: list[str] = []

    async def turn(thread: str, text: str | None, **options: Any) -> None:
        given = said(text) if text is not None else None
        async for part in client.runs.stream(thread, GRAPH, input=given, stream_mode="updates", **options):
            assert part.event != "error", part.data
            seen.extend(part.data if part.event == "updates" else ())

    async def retried() -> None:
        thread = await new_thread(client)
        await turn(thread, QUESTION, interrupt_after=["generate"])
        await client.threads.update_state(thread, {"draft": "<think>хм"}, as_node="generate")
        await turn(thread, None, interrupt_after=["generate"])
        await client.threads.update_state(thread, {"draft": ""}, as_node="generate")
        await turn(thread, None, interrupt_before=["fallback"])
        await turn(thread, None)
        history = await client.threads.get_history(thread, limit=100)
        before_end = next(state for state in history if state["next"] == ["learn"])
        assert before_end["values"]["origin"] == "fallback"

    async def learned() -> None:
        thread = await new_thread(client)
        await turn(thread, "сколько весит синий кит", interrupt_after=["generate"])
        await client.threads.update_state(thread, {"draft": WHALE}, as_node="generate")
        assert (await run(client, thread, None))["learned"].startswith("new: ")
        asked_again = await run(client, await new_thread(client), "сколько весит синий кит?")
        assert (asked_again["reply"], asked_again["known"]["source"]) == (WHALE, "pattern")

    threads = [await new_thread(client) for _ in range(4)]
    await asyncio.gather(
        turn(threads[0], "меня зовут Лёха, почему небо бывает красным?"),
        turn(threads[1], "почему небо голубое?"),
        turn(threads[2], "сегодня гуляли у моря, было очень ветрено", context={"chat_kind": "comments"}),
        turn(threads[3], "не зови меня так", context={"user_id": "clara"}),
        retried(),
        learned(),
    )
    assert set(seen) - {"__interrupt__"} == set(NODES)
    assert "Blocking" not in server.log
    assert "nothing was learned" not in server.log
    assert "the model failed" not in server.log


async def test_threads_run_side_by_side_and_runs_of_one_thread_in_turn(client: Any) -> None:
    one, other = await new_thread(client), await new_thread(client)
    await asyncio.gather(run(client, one, "расскажи про слонов"), run(client, other, "расскажи про китов"))
    first = await client.runs.create(one, GRAPH, input=said("а про медведей"))
    with pytest.raises(ConflictError):
        await client.runs.create(one, GRAPH, input=said("лишнее"), multitask_strategy="reject")
    second = await client.runs.create(one, GRAPH, input=said("а про зайцев"), multitask_strategy="enqueue")
    await asyncio.gather(client.runs.join(one, first["run_id"]), client.runs.join(one, second["run_id"]))
    remembered = (await client.threads.get_state(one))["values"]["messages"]
    questions = [message["content"] for message in remembered if message["type"] == "human"]
    assert questions == ["расскажи про слонов", "а про медведей", "а про зайцев"]
    assert len(remembered) == 6
    assert len((await client.threads.get_state(other))["values"]["messages"]) == 2
