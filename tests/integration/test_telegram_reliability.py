"""What Telegram and the network can do to the bot: failing calls, updates that come again, poison, another poller."""

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
from bot.polling import look_for_another
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
            await api.until(lambda: update_id not in api.pending)
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
    assert "Ждут ответа кроме тебя: 0," in figures
    assert "последняя: " in figures
    assert not any("секрет" in record.getMessage() for record in caplog.records)


async def all_aside(caplog: pytest.LogCaptureFixture, count: int) -> None:
    """Wait until so many updates are put aside."""
    while sum("put aside" in record.getMessage() for record in caplog.records) < count:
        with logged("put aside") as seen:
            await asyncio.wait_for(seen.wait(), 30)


async def test_polling_survives_every_fault(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            await api.until(lambda: api.polling)
            for fault in ("401", "404", "409", "500", "502", "bad_json", "no_result", "drop_before", "drop_after"):
                api.faults.add(fault, "getUpdates")
                await ask(api, masha, f"{fault}: одна весть")  # given by the call that was under way
                await ask(api, masha, f"{fault}: другая весть")
                assert not api.faults.left
            assert len(api.replies(masha)) == 18


async def test_what_telegram_does_not_answer_now_is_asked_again(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        masha, group = api.private(5, "Маша"), api.group("Дача", "supergroup")
        async with running(api, open_app(), settings.data_dir):
            for fault in ("500", "401", "drop_before"):
                api.faults.add(fault, "getChatMember")
            api.say(group, masha, "/reset")
            assert await replies(api, group, 1) == ["Память группы стирают её администраторы."]


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


async def test_a_number_that_another_server_gives_anew_is_no_old_update(open_app: Open, settings: Settings) -> None:
    for date, text in ((1_700_000_000, "весть о море"), (1_800_000_000, "письмо из тайги")):
        async with BotApi() as api, running(api, open_app(), settings.data_dir):  # each counts from the same number
            masha = api.private(5, "Маша")
            api.say(masha, masha, text, date=date)
            assert await replies(api, masha, 1) == [answer(text)]


async def test_a_newcomer_gives_way_before_it_takes_anything(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir), Client(bot_settings(api)) as newcomer:
            await api.until(lambda: api.polling)
            with pytest.raises(SettingsError, match="уже работает другой процесс"):
                await look_for_another(newcomer)
            await ask(api, masha, "весть")
            assert api.replies(masha) == [answer("весть")]


async def test_what_has_waited_while_the_bot_was_away_is_no_flood(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        for number in range(4):
            api.say(masha, masha, f"весть номер {number}", date=1_790_000_000 + 31 * number)
        async with running(api, open_app(), settings.data_dir, telegram_rate_limit=2):
            assert await replies(api, masha, 4) == [answer(f"весть номер {number}") for number in range(4)]


async def test_everything_goes_through_the_proxy(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        masha, asked = api.private(5, "Маша"), list[bytes]()

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            """Pass requests on as a proxy does, which is asked for whole addresses."""
            host, port = api.url.removeprefix("http://").split(":")
            answers, requests = await asyncio.open_connection(host, int(port))

            async def back() -> None:
                while data := await answers.read(65536):
                    writer.write(data)

            passing = asyncio.create_task(back())
            while data := await reader.read(65536):
                asked.append(data)
                requests.write(data.replace(f" {api.url}/".encode(), b" /"))
            requests.close()
            await passing
            writer.close()

        async with await asyncio.start_server(relay, "127.0.0.1", 0) as proxy:
            address = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
            async with running(api, open_app(), settings.data_dir, telegram_proxy=SecretStr(address)):
                await ask(api, masha, "весть")
        for call in api.calls:
            assert any(f"/{call.method} ".encode() in data for data in asked), call.method
