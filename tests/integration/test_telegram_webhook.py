"""The webhook: who may call, what is answered, and that 200 is said only of what is saved."""

import gc
import socket

import httpx
import pytest
from bot_process import Echo, answer
from botapi import BotApi
from conftest import Open
from running import ask, replies, running
from test_telegram_stop import full_disk

from errors import SettingsError
from settings import Settings

SECRET = "s3cret"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def model() -> Echo:
    return Echo()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def webhook(port: int) -> dict[str, object]:
    """The settings of a webhook on the loopback."""
    url = f"http://127.0.0.1:{port}/hook"
    return {"telegram_webhook": url, "telegram_webhook_port": port, "telegram_webhook_secret": SECRET}


async def test_only_telegram_is_served_and_only_what_can_be_read(
    open_app: Open, settings: Settings, model: Echo, webhook: dict[str, object], port: int
) -> None:
    async with BotApi() as api, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:

        async def status(body: bytes, secret: str | None = SECRET, path: str = "/hook", method: str = "POST") -> int:
            headers = {HEADER: secret.encode()} if secret is not None else {}
            return (await http.request(method, path, content=body, headers=headers)).status_code

        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir, **webhook):
            await ask(api, masha, "раз")
            update = b'{"update_id": 7, "something_new": {}}'
            for wrong in (None, "", "wrong", "не тот", f"{SECRET}{SECRET}"):
                assert await status(update, wrong) == 403
            for broken in (b"", b"{", b"[]", b"7", b"{}", b"[" * 100_000):
                assert await status(broken) == 400
            for number in (b'"7"', b"true", b"null", b"1e9", b"-1", b"99999999999999999999"):
                assert await status(b'{"update_id": %b}' % number) == 400
            assert await status(update) == await status(update) == 200
            assert await status(update, method="GET") == 405
            assert await status(update, path="/other") == 404
            await ask(api, masha, "два")
            assert not api.pending


async def test_an_update_that_is_posted_again_is_answered_once(
    open_app: Open, settings: Settings, model: Echo, webhook: dict[str, object]
) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        gate = model.hold()
        async with running(api, open_app(), settings.data_dir, **webhook):
            message = api.say(masha, masha, "раз")
            (update_id,) = api.pending
            await model.until_asked(1)
            await api.until(lambda: not api.pending)
            api.raw_update({"update_id": update_id, "message": message})
            await api.until(lambda: not api.pending)
            gate.set()
            await replies(api, masha, 1)
            api.raw_update({"update_id": update_id, "message": message})
            await ask(api, masha, "два")
        async with running(api, open_app(), settings.data_dir, **webhook):
            api.raw_update({"update_id": update_id, "message": message})
            await ask(api, masha, "три")
        assert api.replies(masha) == [answer("раз"), answer("два"), answer("три")]
    assert model.asked == ["раз", "два", "три"]


async def test_with_too_much_to_do_telegram_is_asked_to_come_back(
    open_app: Open, settings: Settings, model: Echo, webhook: dict[str, object]
) -> None:
    async with BotApi() as api:
        chats = [api.private(5 + number, f"Человек{number}") for number in range(5)]
        gate = model.hold()
        async with running(api, open_app(), settings.data_dir, telegram_queue=2, **webhook):
            for chat in chats:
                api.say(chat, chat, "весть")
            await model.until_asked(2)
            await api.until(lambda: "503" in str(api.updates.webhook_info()))
            assert len(api.pending) == 3
            gate.set()
            await api.until(lambda: all(api.replies(chat) == [answer("весть")] for chat in chats))
            assert not api.pending


async def test_what_cannot_be_saved_has_not_arrived(
    open_app: Open, settings: Settings, model: Echo, webhook: dict[str, object]
) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir, **webhook):
            await ask(api, masha, "раз")
            with full_disk(settings):
                api.say(masha, masha, "два")
                await api.until(lambda: "503" in str(api.updates.webhook_info()))
                assert len(api.pending) == 1
            assert await replies(api, masha, 2) == [answer("раз"), answer("два")]
    assert model.asked == ["раз", "два"]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # tornado leaves the socket that it could not bind
async def test_a_port_that_is_taken_is_told(open_app: Open, settings: Settings, webhook: dict[str, object], port: int) -> None:
    async with BotApi() as api:
        with socket.create_server(("127.0.0.1", port)), pytest.raises(SettingsError, match="TELEGRAM_WEBHOOK_PORT"):
            async with running(api, open_app(), settings.data_dir, **webhook):
                pass
    gc.collect()
