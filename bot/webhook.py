"""The webhook: Telegram calls us, and is told "arrived" only when the update is committed."""

import hmac
import json
import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler

from bot.inbox import is_update
from bot.intake import Intake
from errors import SettingsError, reason

logger = logging.getLogger(__name__)

_LARGEST = 1024 * 1024
"""Bytes of a request; an update has some thousands."""


class _Handler(RequestHandler):
    def initialize(self, intake: Intake, secret: str) -> None:
        self._intake = intake
        self._secret = secret

    async def post(self) -> None:
        """Commit one update; whatever is not answered with 200, Telegram sends again."""
        given = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self.set_status(HTTPStatus.FORBIDDEN)
            return
        try:
            update = json.loads(self.request.body)
        except (ValueError, RecursionError):
            update = None
        if not is_update(update):
            self.set_status(HTTPStatus.BAD_REQUEST)
            return
        if self._intake.is_full:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            await self._intake.accept([update])
        except (sqlite3.Error, OSError) as error:
            logger.error("an update stays with Telegram until it can be saved: %s", error)
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)

    def log_exception(self, *_: object) -> None:
        """Only the kind of error: a request holds what people wrote."""
        logger.error("a request to the webhook failed")


@asynccontextmanager
async def serve_webhook(intake: Intake, url: str, listen: str, port: int, secret: str) -> AsyncIterator[None]:
    """Listen for Telegram's calls for as long as the block runs.

    Args:
        intake: takes the updates in.
        url: where Telegram calls; its path is the one that is served.
        listen: the address to listen at, behind whatever ends TLS.
        port: the port to listen at.
        secret: what Telegram proves itself with.

    Raises:
        SettingsError: the port is taken or not allowed.
    """
    application = Application(
        [(urlsplit(url).path or "/", _Handler, {"intake": intake, "secret": secret})], log_function=lambda handler: None
    )
    server = HTTPServer(application, max_body_size=_LARGEST)
    try:
        sockets = bind_sockets(port, listen)
    except OSError as error:
        raise SettingsError(
            f"Не могу слушать {listen}:{port}: {reason(error)}. Задайте другие TELEGRAM_WEBHOOK_LISTEN и TELEGRAM_WEBHOOK_PORT."
        ) from error
    server.add_sockets(sockets)
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()
