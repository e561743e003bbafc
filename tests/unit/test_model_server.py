"""A model on an OpenAI-compatible server: a real `transformers serve`, and one that does what a real one seldom does."""

import asyncio
import json
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from platformdirs import user_cache_path
from pydantic import SecretStr

from errors import ModelError, SettingsError
from models.chat import Sampling, get_chat_model
from models.embedded import chat_template
from models.machine import Device
from models.server import ServerChat, harmless
from settings import load_settings

CPU = Device("cpu", "test", 1.0)
TALK = [SystemMessage("Ты Гриша.", name="Гриша"), HumanMessage("привет")]
KEY = "sk-very-secret"
CONVERTED = user_cache_path("grisha") / "gemma3-270m-bf16-v2"


def connect(url: str, name: str | None = None, key: str | None = None, **sampling: Any) -> ServerChat:
    options = {"temperature": 0, "max_new_tokens": 12} | sampling
    chat = get_chat_model(
        url, CPU, Sampling(**options), Path("unused"), server_model=name, api_key=SecretStr(key) if key else None
    ).model
    assert isinstance(chat, ServerChat)
    return chat


def complaint(*arguments: Any, **options: Any) -> str:
    """The one line that says why a server cannot be used."""
    with pytest.raises(ModelError) as caught:
        connect(*arguments, **options)
    line = str(caught.value)
    assert line.startswith("GRISHA_MODEL=http")
    assert "\n" not in line
    assert line.endswith(".")
    return line


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


# A real server


@pytest.fixture(scope="module")
def served(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a `transformers serve` whose hub cache holds the tiny model, as "somebody/tiny"."""
    home = tmp_path_factory.mktemp("hub-home")
    repository = home / "hub" / "models--somebody--tiny"
    shutil.copytree(tiny_model, repository / "snapshots" / "0123")
    (repository / "snapshots" / "0123" / "generation_config.json").write_text(
        '{"eos_token_id": 2, "do_sample": true}', encoding="utf-8"
    )
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123", encoding="utf-8")
    port = free_port()
    command = [
        Path(sys.executable).with_name("transformers"),
        "serve",
        "--device",
        "cpu",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    environment = os.environ | {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    with (home / "log").open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process:
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 240  # on a busy machine it takes half a minute
    while time.monotonic() < until:
        assert process.poll() is None, "the server has ended"
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            threading.Event().wait(0.1)
    raise AssertionError("the server does not answer")


async def test_a_real_server_streams_stops_counts_and_repeats_itself(served: str) -> None:
    chat = connect(served)
    assert chat.model_name == "somebody/tiny", "its only model needs no name"
    chunks = [chunk async for chunk in chat.astream(TALK)]
    reply = "".join(chunk.text for chunk in chunks)
    assert sum(bool(chunk.text) for chunk in chunks) > 1, "it comes piece by piece"
    usage = next(chunk.usage_metadata for chunk in chunks if isinstance(chunk, AIMessageChunk) and chunk.usage_metadata)
    assert 0 < usage["output_tokens"] <= 12
    assert usage["input_tokens"] > 0
    again = await chat.ainvoke(TALK)
    assert (again.text, again.response_metadata["finish_reason"]) == (reply, "length")
    assert reply.startswith((await chat.ainvoke(TALK, stop=[reply[3:5]])).text.removesuffix(reply[3:5]))
    assert len((await chat.ainvoke(TALK, stop=[reply[3:5]])).text) < len(reply)
    hot = [connect(served, temperature=2.0, seed=seed).invoke(TALK).text for seed in (1, 1, 2)]
    assert hot[0] == hot[1] != hot[2]


async def test_chats_on_a_real_server_side_by_side_with_one_that_is_given_up(served: str) -> None:
    chat = connect(served)
    given_up = chat.astream(TALK, max_tokens=2000)
    await anext(given_up)
    replies = asyncio.gather(*(chat.ainvoke([*TALK, AIMessage("ну", name="Гриша"), HumanMessage(f"{n}?")]) for n in range(3)))
    await given_up.aclose()  # type: ignore[attr-defined]  # a generator
    assert all(reply.text for reply in await replies)


def test_peoples_control_tokens_reach_a_real_server_as_text(served: str) -> None:
    chat = connect(served)

    def prompt_tokens(text: str) -> int:
        usage = chat.invoke([HumanMessage(text)], max_tokens=1).usage_metadata
        assert usage
        return usage["input_tokens"]

    # As tokens of control they would be one each.
    assert prompt_tokens("<|im_end|>" * 20) - prompt_tokens("") > 100


def test_a_model_that_a_real_server_has_not(served: str) -> None:
    assert "сервер" in complaint(served, "nobody/nothing")
    assert "/v1" in complaint(served.removesuffix("/v1"))


@pytest.mark.skipif(not CONVERTED.is_dir(), reason=f"the embedded model is not converted yet: no {CONVERTED}")
async def test_the_embedded_model_on_a_real_server(served: str, tmp_path: Path) -> None:
    folder = tmp_path / "embedded"
    folder.mkdir()
    for file in CONVERTED.iterdir():
        (folder / file.name).symlink_to(file)
    (folder / "chat_template.jinja").write_text("<bos>" + chat_template(), encoding="utf-8")
    (folder / "generation_config.json").unlink()
    # Its template has one line a turn: a line break ends the reply.
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [1, *range(107, 139)]}), encoding="utf-8")
    chat = connect(served, str(folder))
    talk = [SystemMessage("Ниже разговор с ботом по имени Гриша."), HumanMessage("как приготовить яичницу? у меня 2 яйца 🙂")]
    reply = await chat.ainvoke(talk)
    assert re.search("[а-я]{3}", reply.text), reply.text
    assert "\n" not in reply.text.strip()
    assert reply.usage_metadata
    assert reply.usage_metadata["input_tokens"] <= chat.get_num_tokens_from_messages(talk), "the estimate is no less than the truth"


# A server that fails in every way


class Strict(BaseHTTPRequestHandler):
    """Refuses what an exacting server would; `server.answer` may answer in its place."""

    protocol_version = "HTTP/1.1"
    server: "FakeServer"

    def log_message(self, *args: Any) -> None:
        """Nothing: a test's output is its own."""

    def do_GET(self) -> None:
        self.answer(200, {"data": [{"id": name, "object": "model"} for name in self.server.models]})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(body)
        self.server.keys.append(self.headers.get("Authorization", ""))
        assert not set(body) - {
            *("model", "messages", "stream", "stream_options", "temperature", "top_p", "max_tokens", "seed", "stop"),
            "frequency_penalty",
        }
        assert all(set(message) == {"role", "content"} for message in body["messages"]), "no names"
        self.server.reply(self)

    def answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After", "60")
        self.end_headers()
        self.wfile.write(data)

    def stream(self, *pieces: str, finish: str | None = "stop") -> None:
        """The pieces of a reply, then its end unless `finish` is None; the connection is closed after it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        for piece in pieces:
            self.send(delta={"content": piece}, finish_reason=None)
        if finish:
            self.send(delta={}, finish_reason=finish)
            self.wfile.write(b"data: [DONE]\n\n")
        self.close_connection = True

    def send(self, **choice: Any) -> None:
        event = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [{"index": 0, **choice}]}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()


class FakeServer(ThreadingHTTPServer):
    """Answers with one word, unless `reply` is changed."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Strict)
        self.models = ["m"]
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.reply: Callable[[Strict], None] = lambda request: request.stream("При", "вет.")
        self.url = f"http://127.0.0.1:{self.server_address[1]}/v1"


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with FakeServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_what_a_server_is_asked(fake: FakeServer) -> None:
    chat = connect(fake.url, temperature=0.5, top_p=0.8, max_new_tokens=40, seed=3, repetition_penalty=1.25)
    assert chat.invoke([*TALK, AIMessage("ну", name="Гриша"), HumanMessage("<|im_start|>system", name="аня")]).text == "Привет."
    asked = fake.requests[-1]
    assert [message["role"] for message in asked["messages"]] == ["system", "user", "assistant", "user"]
    assert asked["messages"][-1]["content"] == "< |im_start|>system"
    wanted = {
        "model": "m",
        "temperature": 0.5,
        "top_p": 0.8,
        "max_tokens": 40,
        "seed": 3,
        "frequency_penalty": 0.25,
        "stream": True,
    }
    assert wanted.items() <= asked.items()
    chat.invoke(TALK, stop=["\n"])
    assert fake.requests[-1]["stop"] == ["\n"]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, "сервер не принял ключ. Проверьте GRISHA_API_KEY."),
        (403, "сервер не принял ключ. Проверьте GRISHA_API_KEY."),
        (404, "такой модели"),
        (400, "сервер отказал (400)"),
        (422, "сервер отказал (422)"),
        (429, "сервер отказал (429)"),
        (500, "сервер отказал (500)"),
    ],
)
def test_a_server_that_refuses_is_one_line_at_once(fake: FakeServer, status: int, expected: str) -> None:
    fake.reply = lambda request: request.answer(status, {"error": {"message": f"no: {request.headers['Authorization']}"}})
    line = complaint(fake.url, key=KEY if status < 404 and status != 400 else None)
    assert expected in line
    assert KEY not in line
    assert len(fake.requests) == 1, "nothing is asked twice"


def test_a_server_that_is_down() -> None:
    assert "сервер не отвечает" in complaint(f"http://127.0.0.1:{free_port()}/v1", "m")


def test_a_server_that_is_silent(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    fake.reply = lambda request: over.wait(10) and None
    monkeypatch.setattr("models.server._SILENCE", 1.0)
    assert "сервер молчит дольше" in complaint(fake.url)
    over.set()


def test_something_else_at_the_address(fake: FakeServer) -> None:
    def page(request: Strict) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/html")
        request.send_header("Content-Length", "13")
        request.end_headers()
        request.wfile.write(b"<html></html>")

    fake.reply = page
    assert "GRISHA_MODEL" in complaint(fake.url)


def test_which_model_a_server_has(fake: FakeServer) -> None:
    fake.models = ["a", "b"]
    assert "GRISHA_MODEL_NAME: на сервере есть a, b." in complaint(fake.url)
    assert connect(fake.url, "b").model_name == "b"
    fake.models = []
    assert "GRISHA_MODEL_NAME" in complaint(fake.url)


@pytest.mark.parametrize("pieces", [(), ("Нача",)])
async def test_a_reply_that_is_cut_off_is_no_reply(fake: FakeServer, pieces: tuple[str, ...]) -> None:
    chat = connect(fake.url)
    fake.reply = lambda request: request.stream(*pieces, finish=None)
    with pytest.raises(ConnectionError):
        await chat.ainvoke(TALK)
    with pytest.raises(ConnectionError):
        chat.invoke(TALK)
    fake.reply = lambda request: request.stream("Цел", finish="length")
    assert (await chat.ainvoke(TALK)).text == "Цел", "the next one is served"


async def test_a_server_that_falls_silent_in_the_middle(fake: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.server._SILENCE", 2.0)
    chat, over = connect(fake.url), threading.Event()

    def begin(request: Strict) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.end_headers()
        request.send(delta={"content": "Нача"}, finish_reason=None)
        over.wait(10)
        request.close_connection = True

    fake.reply = begin
    with pytest.raises(Exception, match=r"(?i)time"):
        await chat.ainvoke(TALK)
    over.set()


def test_settings_that_are_not_for_servers(fake: FakeServer) -> None:
    for options, setting in (({"adapter": "a/b"}, "GRISHA_ADAPTER"), ({"four_bit": True}, "GRISHA_QUANTIZATION")):
        with pytest.raises(ModelError, match=f"^{setting} не для моделей на сервере"):
            get_chat_model(fake.url, CPU, Sampling(), Path("unused"), **options)  # type: ignore[arg-type]


# The key


def test_the_key_reaches_the_server_and_nobody_else(
    fake: FakeServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-program")
    with caplog.at_level(logging.DEBUG):
        chat = connect(fake.url, key=KEY)
        chat.invoke(TALK)
    assert fake.keys[-1] == f"Bearer {KEY}"
    shown = f"{chat!r} {chat} {chat._identifying_params} {chat.model_dump()} {chat.to_json()} {caplog.text}"
    assert KEY not in shown
    connect(fake.url)
    assert "sk-of-another-program" not in fake.keys[-1]


def test_the_settings_of_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRISHA_MODEL", "http://127.0.0.1:8000/v1/")
    monkeypatch.setenv("GRISHA_API_KEY", f" {KEY}\n")
    settings = load_settings(env_file=None)
    assert settings.model == "http://127.0.0.1:8000/v1"
    assert settings.secrets == {KEY}
    assert KEY not in f"{settings!r} {settings.model_dump_json()}"
    monkeypatch.setenv("GRISHA_API_KEY", f"{KEY} два слова")
    with pytest.raises(SettingsError) as refused:
        load_settings(env_file=None)
    assert "GRISHA_API_KEY: " in str(refused.value)
    assert KEY not in f"{refused.value} {refused.value.__cause__}"


@pytest.mark.parametrize("address", ["ftp://host/v1", "http://", "http://host:port/v1", "https://host/v1?key=1"])
def test_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("GRISHA_MODEL", address)
    with pytest.raises(SettingsError, match="адрес сервера выглядит как"):
        load_settings(env_file=None)


def test_an_address_with_a_password_is_refused_and_not_shown() -> None:
    line = complaint("http://me:hidden-word@127.0.0.1:9/v1")
    assert "GRISHA_API_KEY" in line
    assert "hidden-word" not in line


# Text


@pytest.mark.parametrize(
    "text",
    [
        "<|im_start|>system",
        "</s>",
        "<end_of_turn>",
        "[INST] да [/INST]",
        "<<SYS>>",
        "<think>",
        "<｜User｜>",
        "＜|im_end|＞",
        "<bos>",
        "<reserved_106>",
        "[gMASK]",
        "<sop>",
        "<turn|>",
        "<extra_id_0>",
        "<image>",
        "<EOT>",
        "<seed:bos>",
        "<▁pad▁>",
    ],
)
def test_what_looks_like_a_control_token_is_broken(text: str) -> None:
    sent = harmless(f"а {text} б")
    assert text not in sent
    assert sent.replace(" ", "") == f"а{text}б".replace(" ", ""), "by spaces alone"


@pytest.mark.parametrize(
    "text", ["a < b", "<b>жирно</b>", "x[0]", "x[i]", "[ок]", "<смех>", "if a<b: pass", "🙂 <3", "[1, 2]", "a || b"]
)
def test_ordinary_text_is_sent_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_the_estimate_of_tokens_needs_no_network_and_is_bounded(fake: FakeServer) -> None:
    chat = connect(fake.url)
    for text in ("привет, как дела?", "I am fine, thank you!", "🙂🙂🙂", "中文字", "1234567890", "a", "\ud83d"):
        assert len(text) / 4 <= chat.get_num_tokens(text) <= max(len(text.encode("utf-8", "replace")), 1)
    assert chat.get_num_tokens("") == 0
    assert chat.get_num_tokens_from_messages([*TALK, *TALK]) > chat.get_num_tokens_from_messages(TALK)
