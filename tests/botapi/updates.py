"""The updates of the bot until it has confirmed them, and the two ways in which it gets them: long polling and a webhook."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx

from botapi.records import JSON, ApiError, Params, Touch, bad_request

FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0  # seconds between two attempts at a webhook


class Updates:
    """The queue: an update stays until an offset beyond it is polled or the webhook answers 2xx."""

    def __init__(self, touch: Touch) -> None:
        self.queue: list[JSON] = []
        self.webhook: Webhook | None = None
        self._touch = touch
        self._next_id = 700_000_001
        self._allowed: list[str] = []
        self._poll: asyncio.Future[None] | None = None

    @property
    def polling(self) -> bool:
        """Whether a client waits in getUpdates now."""
        return self._poll is not None

    def add(self, kind: str, payload: JSON) -> None:
        """Queue an update, unless the bot did not ask for this kind."""
        if kind in self._allowed or not self._allowed:
            self.add_raw({kind: payload})

    def add_raw(self, update: JSON) -> int:
        """Queue anything; its update_id, which is the next one when it has none."""
        update_id = int(update.setdefault("update_id", self._next_id))
        self._next_id = max(self._next_id, update_id + 1)
        # A copy as JSON, so that later edits of a message do not change what was queued.
        self.queue.append(json.loads(json.dumps({"update_id": update_id, **update})))
        self.queue.sort(key=lambda queued: int(queued["update_id"]))
        self._changed()
        return update_id

    def confirm(self, update_id: int) -> None:
        """The webhook took an update."""
        self.queue = [update for update in self.queue if update["update_id"] != update_id]
        self._touch()

    async def get(self, params: Params, gone: asyncio.Future[None]) -> list[JSON]:
        """getUpdates; `gone` is done when the client has closed its connection."""
        if self.webhook:
            raise _conflict("can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
        self._end(_conflict("terminated by other getUpdates request; make sure that only one bot instance is running"))
        self._allow(params)
        offset, limit = params.integer("offset"), params.integer("limit", 100)
        if not 1 <= limit <= 100:
            limit = 100
        self.queue = [update for update in self.queue if update["update_id"] >= offset]
        self._touch()
        if not self.queue:
            await self._wait(params.integer("timeout"), gone)
        return self.queue[:limit]

    async def _wait(self, seconds: float, gone: asyncio.Future[None]) -> None:
        poll = self._poll = asyncio.get_running_loop().create_future()
        self._touch()
        await asyncio.wait({poll, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._poll is poll:
            self._poll = None
        self._touch()
        if poll.done():
            poll.result()

    def _end(self, error: ApiError | None = None) -> None:
        poll, self._poll = self._poll, None
        if poll and not poll.done():
            poll.set_exception(error) if error else poll.set_result(None)

    def _allow(self, params: Params) -> None:
        if "allowed_updates" in params.values:
            self._allowed = [str(kind) for kind in params.json("allowed_updates", list) or []]

    def _changed(self) -> None:
        self._end()
        if self.webhook:
            self.webhook.wake()
        self._touch()

    async def set_webhook(self, params: Params) -> bool:
        """setWebhook; an empty url removes it, and so does deleteWebhook."""
        url, secret = params.text("url"), params.text("secret_token")
        address = urlsplit(url)
        if url and address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        connections = min(max(params.integer("max_connections", 40), 1), 100)
        await self.close()
        if url:
            self._allow(params)
            self._end(_conflict("terminated by setWebhook request"))
        if params.flag("drop_pending_updates"):
            self.queue.clear()
        self.webhook = Webhook(self, url, secret, connections) if url else None
        self._touch()
        return True

    def webhook_info(self) -> JSON:
        """getWebhookInfo."""
        info: JSON = {"url": "", "has_custom_certificate": False, "pending_update_count": len(self.queue)}
        if self._allowed:
            info["allowed_updates"] = self._allowed
        return info | (self.webhook.info() if self.webhook else {})

    async def close(self) -> None:
        """Ends the delivery to a webhook, and a poll that waits."""
        webhook, self.webhook = self.webhook, None
        if webhook:
            await webhook.close()

    def end_poll(self) -> None:
        """Answers a poll that waits."""
        self._end()


def _conflict(why: str) -> ApiError:
    return ApiError(409, f"Conflict: {why}")


class Webhook:
    """Posts the queue to a URL: a chat's updates one after another, those of several chats at once; again and again until 2xx."""

    def __init__(self, updates: Updates, url: str, secret: str, connections: int) -> None:
        self._updates = updates
        self._url = url
        self._headers = {"Content-Type": "application/json"} | ({"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {})
        self._connections = connections
        # The transport alone: a client of httpx would log the URL and look for proxies.
        self._transport = httpx.AsyncHTTPTransport(verify=False)
        self._running: dict[Any, asyncio.Task[None]] = {}
        self._error: JSON = {}
        self.wake()

    def info(self) -> JSON:
        """Its part of getWebhookInfo."""
        address = {"url": self._url, "ip_address": "127.0.0.1", "max_connections": self._connections}
        return address | self._error

    def wake(self) -> None:
        """Starts what can be posted now, in the order of update_id."""
        for update in self._updates.queue:
            lane = _lane(update)
            if lane not in self._running and len(self._running) < self._connections:
                task = self._running[lane] = asyncio.create_task(self._post(update))
                task.add_done_callback(self._finished(lane))

    def _finished(self, lane: Any) -> Callable[[asyncio.Task[None]], None]:
        def finished(task: asyncio.Task[None]) -> None:
            del self._running[lane]
            if not task.cancelled():
                task.result()
                self.wake()

        return finished

    async def _post(self, update: JSON) -> None:
        pause = FIRST_PAUSE
        while not await self._attempt(json.dumps(update).encode()):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        self._updates.confirm(update["update_id"])

    async def _attempt(self, body: bytes) -> bool:
        timeouts = dict.fromkeys(("connect", "read", "write", "pool"), 60.0)
        request = httpx.Request("POST", self._url, headers=self._headers, content=body, extensions={"timeout": timeouts})
        try:
            response = await self._transport.handle_async_request(request)
            await response.aread()
            await response.aclose()
        except httpx.TransportError as error:
            return self._failed(f"{type(error).__name__}: {error}")
        return response.is_success or self._failed(f"Wrong response from the webhook: {response.status_code}")

    def _failed(self, why: str) -> bool:
        self._error = {"last_error_date": int(time.time()), "last_error_message": why}
        self._updates._touch()
        return False

    async def close(self) -> None:
        """Ends the deliveries; what was not taken stays in the queue."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._transport.aclose()


def _lane(update: JSON) -> Any:
    """Telegram never posts two updates of one chat at once."""
    for payload in update.values():
        if isinstance(payload, dict):
            inner = payload.get("message", payload)
            chat = inner.get("chat") if isinstance(inner, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return chat["id"]
    return "update", update["update_id"]
