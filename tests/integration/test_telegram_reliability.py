"""The bot loses nothing and mixes nothing up: among faults, poison, floods, and chats that close or move away under a reply."""

import asyncio
from typing import Any

import pytest
from bot_process import Echo, answer
from botapi import BotApi
from conftest import Open
from pydantic import SecretStr
from running import ask, bot_settings, logged, memory, replies, running
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.client import Client, only_process_of
from bot.service import serve
from errors import SettingsError
from settings import Settings, TelegramSettings

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")

FAULTS = ("drop_before", "drop_after", "429", "500", "502", "401", "404", "bad_json", "no_result", "entities", "slow")


@pytest.fixture
def model() -> Echo:
    return Echo()


async def test_however_often_calls_fail_every_message_is_answered_in_order(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        chats = [api.private(5 + number, f"Человек{number}") for number in range(10)]
        api.faults.retry_after, api.faults.slow = 0, 0.1
        async with running(api, open_app(learn=False), settings.data_dir, line_after=600, telegram_rate_limit=0) as grisha:
            await api.until(lambda: api.polling)
            api.faults.random(0.15, FAULTS, seed=20)
            api.faults.add("409", "getUpdates")
            for kind in (*FAULTS, "403"):
                api.faults.add(kind, "sendMessage")
            for number in range(10):
                for chat in chats:
                    api.say(chat, chat, f"весть **{number}**")
            last = answer("весть 9")
            await api.until(lambda: all(last in "".join(api.replies(chat)).replace("*", "") for chat in chats), timeout=120)
            api.faults.clear()
            await api.until(lambda: not api.pending)
            for chat in chats:
                said = [text.replace("*", "") for text in api.replies(chat)]
                # A call whose answer got lost is made again.
                once = [text for at, text in enumerate(said) if at == 0 or text != said[at - 1]]
                assert once == [answer(f"весть {number}") for number in range(10)]
            remembered = [message.text.replace("*", "") for message in await grisha.history(memory(chats[1]))]
            assert remembered == [text for number in range(10) for text in (f"весть {number}", answer(f"весть {number}"))]
        assert {call.fault for call in api.calls} - {None} == {*FAULTS, "403", "409"}
    assert len(model.asked) == 100


async def test_an_update_that_comes_again_is_answered_once(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            await api.until(lambda: api.polling)
            with api.hold("getUpdates"):  # the call that would confirm what is answered meanwhile
                await ask(api, masha, "раз")
                (update_id,) = api.pending
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "два")
            assert update_id not in api.pending
        assert api.replies(masha) == [answer("раз"), answer("два")]
    assert model.asked == ["раз", "два"]


def poison() -> list[dict[str, Any]]:
    """Updates that Telegram would never send, each of a chat of its own."""

    def message(number: int, **fields: Any) -> dict[str, Any]:
        chat = {"id": number, "type": "private", "first_name": "Никто"}
        sender = {"id": number, "is_bot": False, "first_name": "Никто"}
        return {"message": {"message_id": 900, "date": 1, "chat": chat, "from": sender, "text": "секрет", **fields}}

    return [
        {"message": {"nonsense": True}},
        {"message": "секрет"},
        message(101, chat={"id": [], "type": "private"}),
        message(102, date="секрет"),
        message(103, **{"from": {"id": "секрет", "is_bot": False, "first_name": "Никто"}}),
        message(104, text={"секрет": 1}),
        message(105, entities=[{"type": "bot_command", "offset": "секрет", "length": None}]),
    ]


async def test_poison_is_put_aside_with_its_reason_and_delays_nobody(
    open_app: Open, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with BotApi() as api:
        owner, masha = api.private(1, "Хозяин"), api.private(5, "Маша")
        for each in poison():
            api.raw_update(each)
        api.raw_update({})
        api.raw_update({"something_new": {"chat": masha.as_json()}})
        api.say(masha, masha, "весть", extra={"text": "о" * 1_000_000})
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "весть")
            await api.until(lambda: not api.pending)
            await all_aside(caplog, len(poison()))
            api.say(owner, owner, "/stats")
            (figures,) = await replies(api, owner, 1)
        assert len(api.replies(masha)) == 2
    assert f"отложено с ошибкой: {len(poison())}" in figures
    assert "Ждут ответа: 1," in figures
    assert "последняя: " in figures
    assert not any("секрет" in record.getMessage() for record in caplog.records)


async def all_aside(caplog: pytest.LogCaptureFixture, count: int) -> None:
    """Wait until so many updates are put aside."""
    while sum("put aside" in record.getMessage() for record in caplog.records) < count:
        with logged("put aside") as seen:
            await asyncio.wait_for(seen.wait(), 30)


@pytest.mark.parametrize("fault", ["401", "404", "500", "502", "bad_json", "no_result", "drop_before", "drop_after", "409"])
async def test_polling_survives(open_app: Open, settings: Settings, fault: str) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            await api.until(lambda: api.polling)
            api.faults.add(fault, "getUpdates", 2)
            await ask(api, masha, "весть")
            await ask(api, masha, "другая весть")
            assert api.replies(masha) == [answer("весть"), answer("другая весть")]
        assert not api.faults.left


async def test_polling_survives_a_server_that_is_away(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "весть")
            with logged("polling failed (NetworkError), trying again in 2 s") as refused:
                async with api.away():
                    await asyncio.wait_for(refused.wait(), 20)
            await ask(api, masha, "другая весть")


async def test_a_bot_gives_way_to_the_one_that_polled_before_it(open_app: Open, settings: Settings) -> None:
    polls = HTTPXRequest(read_timeout=30)
    async with BotApi() as api, Bot(api.token, f"{api.url}/bot", get_updates_request=polls) as other:

        async def poll() -> None:
            while True:
                try:
                    await other.get_updates(timeout=20)
                except Exception:
                    await asyncio.sleep(0)

        polling = asyncio.create_task(poll())
        await api.until(lambda: api.polling)
        given = bot_settings(api)
        async with open_app() as grisha, Client(given) as bot:
            with pytest.raises(SettingsError, match="уже работает другой процесс"):
                await serve(bot, await bot.get_me(), grisha, given, settings.data_dir, asyncio.Event())
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


def test_a_machine_runs_one_process_for_a_token() -> None:
    mine, other = (TelegramSettings(telegram_bot_token=SecretStr(token), _env_file=None) for token in ("424242:A", "424243:A"))
    refused = pytest.raises(SettingsError, match="уже работает другой процесс")
    with only_process_of(mine), only_process_of(other), refused, only_process_of(mine):
        pass
    with only_process_of(mine):
        pass


async def test_who_blocks_the_bot_gets_nothing_and_who_comes_back_gets_answers(
    open_app: Open, settings: Settings, model: Echo
) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        gate = model.hold("раз")
        async with running(api, open_app(), settings.data_dir):
            api.say(masha, masha, "раз")
            api.say(masha, masha, "два")
            await api.until(lambda: "раз" in model.asked)
            masha.bot = "kicked"  # Telegram's own word of it may come late
            gate.set()
            with logged("a chat cannot be written to") as left:
                await ask(api, petya, "весть")
                await asyncio.wait_for(left.wait(), 30)
            api.unblock(masha)
            await ask(api, masha, "три")
            assert api.replies(masha) == [answer("три")]

            gate = model.hold("четыре")
            api.say(masha, masha, "четыре")
            await api.until(lambda: "четыре" in model.asked)
            api.block(masha)
            api.unblock(masha)
            api.say(masha, masha, "пять")
            await api.until(lambda: not api.pending)
            gate.set()
            assert (await replies(api, masha, 3))[1:] == [answer("четыре"), answer("пять")]
    assert "два" not in model.asked


async def test_a_group_that_moves_takes_its_replies_and_its_memory_along(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha, group = api.private(5, "Маша"), api.group("Дача")
        async with running(api, open_app(), settings.data_dir) as grisha:
            with api.hold("sendMessage") as held:
                api.say(group, masha, "Гриша, весть")
                await api.until(lambda: held.waiting)
                new = api.migrate(group)
                api.say(new, masha, "Гриша, другая весть")
                await api.until(lambda: api.polling and not api.pending)
            assert len(await replies(api, new, 2)) == 2
            assert not api.replies(group)
            assert len(await grisha.history(memory(group))) == 4
            assert not await grisha.history(memory(new))
        async with running(api, open_app(), settings.data_dir) as grisha:
            api.say(new, masha, "Гриша, третья весть")
            await replies(api, new, 3)
            assert len(await grisha.history(memory(group))) == 6
    assert len(model.asked) == 3


async def test_a_chat_that_must_wait_delays_no_other(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        api.faults.retry_after = 3600
        async with running(api, open_app(), settings.data_dir, telegram_stop_seconds=0):
            api.faults.add("429", "sendMessage")
            api.say(masha, masha, "раз")
            await api.until(lambda: not api.faults.left)
            for number in range(5):
                await ask(api, petya, f"весть {number}")
            assert not api.replies(masha)
        async with running(api, open_app(), settings.data_dir):
            assert await replies(api, masha, 1) == [answer("раз")]
    assert model.asked.count("раз") == 1


async def test_a_flood_delays_nobody_else(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        gate = model.hold("поток")
        async with running(api, open_app(learn=False), settings.data_dir, telegram_rate_limit=0, telegram_queue=60):
            for number in range(200):
                api.say(masha, masha, f"поток {number}")
            await api.until(lambda: api.polling and not api.pending)
            await ask(api, petya, "весть")
            assert not api.replies(masha)
            gate.set()
            await api.until(lambda: len(api.replies(masha)) == 200, timeout=60)
            assert api.replies(masha) == [answer(f"поток {number}") for number in range(200)]


async def test_with_too_much_to_do_updates_stay_with_telegram(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api, Bot(api.token, f"{api.url}/bot") as other:
        chats = [api.private(5 + number, f"Человек{number}") for number in range(6)]
        gate = model.hold()
        async with running(api, open_app(), settings.data_dir, telegram_queue=3):
            for chat in chats[:3]:
                await api.until(lambda: api.polling)
                api.say(chat, chat, "весть")
            await api.until(lambda: len(model.asked) == 3)
            for chat in chats[3:]:
                api.say(chat, chat, "весть")
            for _ in range(20):  # time enough to poll, had the bot a mind to
                await other.get_me()
            assert not api.polling
            assert len(api.pending) == 4  # the third is taken in, and not confirmed yet
            gate.set()
            await api.until(lambda: all(api.replies(chat) == [answer("весть")] for chat in chats))
            await api.until(lambda: api.polling and not api.pending)
    assert len(model.asked) == 6


async def test_who_waits_is_told_once_how_long_the_line_is(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        gate = model.hold()
        async with running(api, open_app(), settings.data_dir, line_after=0.05):
            api.say(masha, masha, "раз")
            await api.until(lambda: model.asked)
            api.say(petya, petya, "два")
            (line,) = await replies(api, petya, 1)
            assert "1" in line
            gate.set()
            assert await replies(api, petya, 2) == [line, answer("два")]
            assert await replies(api, masha, 1) == [answer("раз")]
