"""The bot as a process of its own, killed, stopped and started twice: nothing is lost, nothing out of order, no work done again."""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import sys
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import httpx
import pytest
from bot_process import answer
from botapi import BotApi, Chat
from conftest import DIALOGUES
from langchain_core.messages import AIMessage, HumanMessage
from running import memory

from bot.database import INBOX
from stores.persistence import open_persistence

PROGRAM = Path(__file__).resolve().parents[1] / "bot_process.py"
KILLS = 5


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi("123456:SECRET-of-the-bot") as api:
        yield api


@pytest.fixture
def environment(api: BotApi, tmp_path: Path) -> dict[str, str]:
    """A process environment with nothing of the machine's Grisha in it."""
    dataset = tmp_path / "dialogues.jsonl"
    dataset.write_text("".join(line + "\n" for line in DIALOGUES), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("GRISHA_", "TELEGRAM_"))}
    return clean | {
        "GRISHA_DATA_DIR": str(tmp_path / "data"),
        "GRISHA_CACHE_DIR": str(tmp_path / "cache"),
        "GRISHA_DATASET": str(dataset),
        "GRISHA_RECALL": "off",
        "HF_HUB_OFFLINE": "1",
        "TELEGRAM_BOT_TOKEN": api.token,
        "TELEGRAM_API_BASE_URL": api.url,
        "TELEGRAM_BURST_SECONDS": "0",
        "TELEGRAM_RATE_LIMIT": "0",
        "TMPDIR": str(tmp_path),  # the lock on the token
    }


Start = Callable[..., Awaitable[Process]]


@pytest.fixture
async def start(environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Start]:
    """Start the bot, with changes to the environment. What it says is added to a file, what its model is asked to `asked`."""
    started = []

    async def start(said: str = "said", **changes: str) -> Process:
        command = (sys.executable, str(PROGRAM), "asked", "telegram")
        with (tmp_path / said).open("ab") as file:
            process = await asyncio.create_subprocess_exec(
                *command, env=environment | changes, cwd=tmp_path, stdout=file, stderr=file
            )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def stopped(process: Process) -> int:
    """The exit status after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(process.wait(), 20)


async def settle(api: BotApi) -> None:
    """Let the server finish with what a killed process has sent it."""
    async with httpx.AsyncClient(trust_env=False) as http:
        for _ in range(5):
            await http.get(f"{api.url}/bot{api.token}/getMe")


def unnoted(api: BotApi, data: Path) -> int:
    """How many messages the outbox takes for not sent although people have them: the sends in flight when the process died."""
    with closing(sqlite3.connect(data / INBOX)) as database:
        rows = database.execute("SELECT send FROM outbox WHERE message_id IS NULL").fetchall()
    sends = [json.loads(text) for (text,) in rows]
    return sum(send["text"] in api.replies(api.chats[send["chat_id"]]) for send in sends)


@asynccontextmanager
async def memories(data: Path) -> AsyncIterator[Callable[[Chat], Awaitable[list[str]]]]:
    """Gives what the chats remember, while no process has the folder."""
    async with open_persistence(data) as persistence:

        async def remembered(chat: Chat) -> list[str]:
            config = {"configurable": {"thread_id": memory(chat).thread_id, "checkpoint_ns": ""}}
            saved = await persistence.checkpointer.aget_tuple(config)
            messages = saved.checkpoint["channel_values"].get("messages", []) if saved else []
            pairs = zip(messages[::2], messages[1::2], strict=True)
            assert all(isinstance(question, HumanMessage) and isinstance(reply, AIMessage) for question, reply in pairs)
            return [message.text for message in messages]

        yield remembered


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_killed_again_and_again_it_loses_nothing(
    api: BotApi, start: Start, environment: dict[str, str], tmp_path: Path, way: str
) -> None:
    data, chance = tmp_path / "data", random.Random(way)
    if way == "webhook":
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        environment |= {"TELEGRAM_WEBHOOK": f"http://127.0.0.1:{port}/hook", "TELEGRAM_WEBHOOK_PORT": str(port)}
    chats = [api.private(number, f"Человек{number}") for number in range(101, 121)]
    questions = {chat: [f"весть {1000 * number + chat.id}" for number in range(10)] for chat in chats}
    for number in range(10):
        for chat in chats:
            api.say(chat, chat, questions[chat][number], date=1_790_000_000 + 60 * number)
    in_flight, saved = 0, Counter[str]()

    def calls_of_the_model() -> Counter[str]:
        return Counter((tmp_path / "asked").read_text(encoding="utf-8").splitlines())

    for kill in range(KILLS):
        process = await start()
        goal = len(api.sent) + chance.randint(1, 35)
        await api.until(lambda goal=goal: len(api.sent) >= goal, timeout=60)
        await asyncio.sleep(chance.uniform(0, 0.05))  # to hit what lies between two calls
        process.kill()
        await process.wait()
        await settle(api)
        assert len(api.sent) < 200, f"kill {kill} came too late"
        in_flight += unnoted(api, data)
        asked = calls_of_the_model()
        async with memories(data) as remembered:
            for chat in chats:
                for question in (await remembered(chat))[::2]:
                    saved.setdefault(question, asked[question])

    process = await start()
    await api.until(lambda: all(answer(questions[chat][-1]) in api.replies(chat) for chat in chats), timeout=60)
    await api.until(lambda: not api.pending)
    assert await stopped(process) == 0

    expected = {chat: [answer(question) for question in questions[chat]] for chat in chats}
    assert {chat: list(dict.fromkeys(api.replies(chat))) for chat in chats} == expected  # none lost, none out of order
    for chat in chats:  # and what came twice came right after itself
        assert api.replies(chat) == sorted(api.replies(chat), key=expected[chat].index)
    assert len(api.sent) - 200 <= in_flight
    assert saved
    asked = calls_of_the_model()
    assert {question: asked[question] for question in saved} == saved
    async with memories(data) as remembered:
        for chat in chats:
            exchanges = zip(questions[chat], expected[chat], strict=True)
            assert await remembered(chat) == [text for exchange in exchanges for text in exchange]
    with closing(sqlite3.connect(data / INBOX)) as database:
        assert database.execute("SELECT state, count(*) FROM updates GROUP BY state").fetchall() == [("done", 200)]
        assert database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


async def test_sigterm_ends_it_in_time_and_the_token_is_nowhere(api: BotApi, start: Start, tmp_path: Path) -> None:
    chats = [api.private(number, f"Человек{number}") for number in range(101, 111)]
    process = await start(GRISHA_LOG_LEVEL="DEBUG")
    await api.until(lambda: api.polling, timeout=60)
    api.faults.random(0.15, ("drop_before", "drop_after", "500", "502", "401", "404", "bad_json", "no_result"), seed=1)
    for number in range(10):
        for chat in chats:
            api.say(chat, chat, f"весть {1000 * number + chat.id}")
    await api.until(lambda: len(api.sent) > 20, timeout=60)
    assert await stopped(process) == 0
    answered = {chat: len(set(api.replies(chat))) for chat in chats}
    assert sum(answered.values()) < 100
    api.faults.clear()
    process = await start()
    await api.until(lambda: all(len(set(api.replies(chat))) == 10 for chat in chats), timeout=60)
    assert await stopped(process) == 0
    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert "DEBUG" in said
    assert "Останавливаюсь" in said
    files = [file for folder in (tmp_path / "data", tmp_path / "cache") for file in folder.rglob("*") if file.is_file()]
    assert files
    for file in [tmp_path / "said", *files]:
        assert b"SECRET" not in file.read_bytes(), file


async def test_a_second_process_with_the_token_is_refused(api: BotApi, start: Start, tmp_path: Path) -> None:
    masha = api.private(5, "Маша")
    await start()
    await api.until(lambda: api.polling, timeout=60)
    second, third = await start("refused"), await start("refused", GRISHA_DATA_DIR=str(tmp_path / "other"))
    assert await asyncio.wait_for(second.wait(), 60) == 1
    assert await asyncio.wait_for(third.wait(), 60) == 1
    lines = (tmp_path / "refused").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert all(line.startswith("С этим TELEGRAM_BOT_TOKEN уже работает другой процесс") for line in lines)
    api.say(masha, masha, "весть")
    await api.until(lambda: api.replies(masha) == [answer("весть")])
