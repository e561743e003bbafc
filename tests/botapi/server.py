"""The server itself: HTTP in front of the world and the methods, with the faults between them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from botapi.chats import Chat, Person
from botapi.faults import REFUSALS, Faults, Hold, Holds
from botapi.methods import Methods
from botapi.records import JSON, ApiError, Call, Params, Upload, bad_request
from botapi.world import World

Found = TypeVar("Found")


class BotApi(World):
    """A Bot API on a free port of the loopback while the context is open; everything it knows outlives the bot that it serves."""

    def __init__(self, token: str = "123456:TEST", *, username: str = "grisha_test_bot") -> None:
        self.token = token
        self.url = ""
        self.faults = Faults()
        self.calls: list[Call] = []
        self._change = asyncio.Event()
        self._closing = asyncio.Event()
        self._holds = Holds()
        self._active = 0
        super().__init__(self.touch, Person(int(token.split(":")[0]), "Гриша", username, language_code=None, is_bot=True))
        self._methods = Methods(self)
        # What the bot has done, in order.
        self.sent = self._methods.sent
        self.edits = self._methods.edits
        self.drafts = self._methods.drafts
        self.documents = self._methods.documents
        self.actions = self._methods.actions
        self.reactions = self._methods.reactions
        self.commands = self._methods.commands
        self.answers = self._methods.answers

    async def __aenter__(self) -> Self:
        self._listen(0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._server.stop()
        self._closing.set()
        self._holds.release()
        await self.updates.close()
        self.updates.end_poll()
        await self.until(lambda: not self._active)
        await self._server.close_all_connections()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Inside the block nobody listens: what is open is cut off, and connections are refused."""
        self._server.stop()
        await self._server.close_all_connections()
        yield
        self._listen(urlsplit(self.url).port or 0)

    def _listen(self, port: int) -> None:
        routes = [(r"/bot([^/]+)/(\w+)", _Handler, {"api": self})]
        sockets = bind_sockets(port, "127.0.0.1")
        self._server = HTTPServer(Application(routes, log_function=lambda handler: None))
        self._server.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    @property
    def pending(self) -> list[int]:
        """The update ids that the bot has not confirmed."""
        return [update["update_id"] for update in self.updates.queue]

    @property
    def polling(self) -> bool:
        """Whether a client waits in getUpdates now."""
        return self.updates.polling

    def messages(self, chat: Chat) -> list[str]:
        """The texts and captions of a chat as they stand now, everybody's."""
        return [text for message in chat.history.values() if (text := message.get("text") or message.get("caption"))]

    def replies(self, chat: Chat) -> list[str]:
        """The bot's own texts in a chat as they stand now."""
        own = [message for message in chat.history.values() if message.get("from", {}).get("id") == self.bot.id]
        return [text for message in own if (text := message.get("text") or message.get("caption"))]

    def hold(self, method: str) -> AbstractContextManager[Hold]:
        """Inside the block, calls of the method wait before anything is done."""
        return self._holds.hold(method)

    def touch(self) -> None:
        """Wakes those who wait for a change."""
        change, self._change = self._change, asyncio.Event()
        change.set()

    async def until(self, predicate: Callable[[], Found], timeout: float = 20) -> Found:  # noqa: ASYNC109
        """The first true value of the predicate, which is asked again after every event here; AssertionError after `timeout` s."""
        try:
            async with asyncio.timeout(timeout):
                while not (value := predicate()):
                    await self._change.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"not within {timeout} s; {self.summary()}") from None

    def summary(self) -> str:
        """What has happened, for the message of a failed test."""
        calls = [f"{call.method}{f' ({call.fault})' if call.fault else ''}" for call in self.calls if call.method != "getUpdates"]
        sent = [f"{sent.chat_id}: {sent.text[:60]!r}" for sent in self.sent]
        return f"pending {self.pending[:10]}, polling {self.polling}, sent {sent[-10:]}, last calls {calls[-10:]}"

    async def answer(self, method: str, params: Params, gone: asyncio.Future[None]) -> tuple[int, bytes] | None:
        """The status and body of an answer, or None when the connection is to be dropped."""
        if method not in self._methods.table and method not in ("getUpdates", "setWebhook", "deleteWebhook"):
            return _refusal(ApiError(404, "Not Found"))
        call = Call(method, params.values, time.monotonic())
        self.calls.append(call)
        self.touch()
        await self._held(method)
        call.fault = fault = self.faults.draw(method, params)
        if fault == "drop_before":
            return None
        if fault == "502":
            return 502, b"<html><head><title>502 Bad Gateway</title></head></html>"
        try:
            if fault in REFUSALS:
                raise self.faults.refusal(fault)
            result = await self._do(method, params, gone)
        except ApiError as error:
            answer = _refusal(error)
        else:
            body = {"bad_json": b'{"ok":true,"result":', "no_result": b'{"ok":true}'}.get(fault or "")
            answer = 200, body or json.dumps({"ok": True, "result": result}).encode()
        if fault == "slow":
            await self._later(self.faults.slow)
        return None if fault == "drop_after" else answer

    async def _held(self, method: str) -> None:
        for hold in self._holds.of(method):
            hold.waiting += 1
            self.touch()
            await hold.released.wait()
            hold.waiting -= 1

    async def _do(self, method: str, params: Params, gone: asyncio.Future[None]) -> Any:
        if method == "getUpdates":
            return await self.updates.get(params, gone)
        if method in ("setWebhook", "deleteWebhook"):
            given = params.values if method == "setWebhook" else {**params.values, "url": ""}
            return await self.updates.set_webhook(Params(given))
        result = self._methods.table[method](params)
        self.touch()
        return result

    async def _later(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Around a request, so that closing waits for its end."""
        self._active += 1
        try:
            yield
        finally:
            self._active -= 1
            self.touch()


def _refusal(error: ApiError) -> tuple[int, bytes]:
    body: JSON = {"ok": False, "error_code": error.code, "description": error.description}
    return error.code, json.dumps(body | ({"parameters": error.parameters} if error.parameters else {})).encode()


def _params(request: HTTPServerRequest) -> Params:
    try:
        values = {name: given[-1].decode() for name, given in request.arguments.items()}
        if request.headers.get("Content-Type", "").startswith("application/json") and request.body:
            for name, value in json.loads(request.body).items():
                values[name] = value if isinstance(value, str) else json.dumps(value)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (ValueError, AttributeError):
        raise bad_request("can't parse the request's JSON") from None
    return Params(values, {name: Upload(files[0].filename, files[0].body) for name, files in request.files.items()})


class _Handler(RequestHandler):
    def initialize(self, api: BotApi) -> None:
        self._api = api
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def on_connection_close(self) -> None:
        if not self._gone.done():
            self._gone.set_result(None)

    async def get(self, token: str, method: str) -> None:
        with self._api.serving():
            await self._serve(token, method)

    post = get

    async def _serve(self, token: str, method: str) -> None:
        try:
            if token != self._api.token:
                raise ApiError(401, "Unauthorized")
            answer = await self._api.answer(method, _params(self.request), self._gone)
        except ApiError as error:
            answer = _refusal(error)
        if self._gone.done():
            return
        if answer is None:
            self.detach().close()
            return
        self.set_status(answer[0])
        self.set_header("Content-Type", "text/html" if answer[1].startswith(b"<") else "application/json")
        self.finish(answer[1])
