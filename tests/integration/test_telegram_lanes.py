"""Chats beside each other: one that floods, waits, closes or moves away keeps its order and is no matter to the others."""

import asyncio

import pytest
from bot_process import Echo, answer
from botapi import BotApi
from conftest import Open
from running import ask, logged, memory, replies, running
from telegram import Bot

from settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@pytest.fixture
def model() -> Echo:
    return Echo()


async def test_who_blocks_the_bot_gets_nothing_and_who_comes_back_gets_answers(
    open_app: Open, settings: Settings, model: Echo
) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        gate = model.hold("раз")
        async with running(api, open_app(), settings.data_dir):
            api.say(masha, masha, "раз")
            api.say(masha, masha, "два")
            await model.until_asked(1)
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
            await model.until_asked(4)
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
            await model.until_asked(3)
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
            await model.until_asked(1)
            api.say(petya, petya, "два")
            (line,) = await replies(api, petya, 1)
            assert "1" in line
            gate.set()
            assert await replies(api, petya, 2) == [line, answer("два")]
            assert await replies(api, masha, 1) == [answer("раз")]
