"""The bot is stopped, runs out of disk, or cannot serve a message: nothing is lost, nothing comes twice, nothing is given away."""

import asyncio
import logging
import re
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager

import pytest
from bot_process import Echo, answer
from botapi import BotApi, Limit
from conftest import Open
from running import ask, bot_settings, logged, memory, replies, running, sentences

from bot.client import Client
from bot.database import INBOX
from prompts import load_persona
from settings import Settings
from stores.persistence import CHECKPOINTS

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


@pytest.fixture
def model() -> Echo:
    return Echo()


@contextmanager
def full_disk(settings: Settings) -> Iterator[None]:
    """Inside the block the bot's own file cannot grow."""
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (settings.data_dir / f"{INBOX}-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


async def test_a_stop_finishes_what_is_under_way_and_leaves_the_rest(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        gate = model.hold()
        stack = AsyncExitStack()
        await stack.enter_async_context(running(api, open_app(), settings.data_dir))
        for word in ("раз", "два", "три"):
            api.say(masha, masha, word)
        api.say(petya, petya, "весть")
        await model.until_asked(2)
        await api.until(lambda: api.polling and not api.pending)
        stopped = asyncio.create_task(stack.aclose())
        await api.until(lambda: not api.polling)
        api.say(masha, masha, "четыре")
        gate.set()
        await stopped
        assert api.replies(masha) == [answer("раз")]
        assert api.replies(petya) == [answer("весть")]
        assert len(api.pending) == 1
        async with running(api, open_app(), settings.data_dir):
            assert await replies(api, masha, 4) == [answer(word) for word in ("раз", "два", "три", "четыре")]
    assert model.asked.count("раз") == 1


async def test_a_stop_does_not_wait_for_a_model_that_hangs_and_loses_nothing(
    open_app: Open, settings: Settings, model: Echo
) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        gate = model.hold()
        for start in range(1, 4):
            async with running(api, open_app(), settings.data_dir, telegram_stop_seconds=0.2):
                api.say(masha, masha, f"весть {start}")
                await model.until_asked(start)
        gate.set()
        async with running(api, open_app(), settings.data_dir) as grisha:
            await ask(api, petya, "другая")
            assert await replies(api, masha, 3) == [answer(f"весть {number}") for number in range(1, 4)]
            remembered = [message.text for message in await grisha.history(memory(masha))]
            assert remembered == [text for number in range(1, 4) for text in (f"весть {number}", answer(f"весть {number}"))]


async def test_a_burst_that_was_cut_off_is_answered_whole(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        gate = model.hold()
        async with running(api, open_app(), settings.data_dir, telegram_stop_seconds=0.1, telegram_burst_seconds=1):
            words = [f"весть {number}" for number in range(12)]
            for count, word in enumerate(words, start=1):
                api.say(masha, masha, word, date=1)
                await model.until_asked(count)
        gate.set()
        async with running(api, open_app(), settings.data_dir, telegram_burst_seconds=1) as grisha:
            assert await replies(api, masha, 1) == [answer(words[-1])]
            assert [message.text for message in await grisha.history(memory(masha))] == ["\n".join(words), answer(words[-1])]


async def test_an_edit_that_was_cut_off_is_made(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir, telegram_stop_seconds=0.1):
            await ask(api, masha, "ноль")
            message = api.say(masha, masha, "раз")
            await replies(api, masha, 2)
            gate = model.hold()
            api.edit(message, "два")
            await model.until_asked(3)
        gate.set()
        async with running(api, open_app(), settings.data_dir) as grisha:
            await api.until(lambda: api.replies(masha) == [answer("ноль"), answer("два")])
            remembered = [message.text for message in await grisha.history(memory(masha))]
            assert remembered == ["ноль", answer("ноль"), "два", answer("два")]


async def test_the_rest_of_a_long_reply_follows_after_a_stop(open_app: Open, settings: Settings, model: Echo) -> None:
    words = " ".join(dict.fromkeys(re.findall(r"\w+", sentences(100))))[:4090].strip()  # just about what fits into one message
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        api.limits.append(Limit("private", 1, 3600))
        async with running(api, open_app(), settings.data_dir, telegram_stop_seconds=0.1):
            api.say(masha, masha, words)
            await replies(api, masha, 1)
            # The second part is refused for an hour.
            await api.until(lambda: sum(call.method == "sendMessage" for call in api.calls) == 2)
        api.limits.clear()
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "раз")
        assert " ".join(api.replies(masha)) == f"{answer(words)} {answer('раз')}"
    assert len(model.asked) == 2


async def test_a_full_disk_leaves_updates_with_telegram(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "раз")
            await api.until(lambda: api.polling and not api.pending)
            with full_disk(settings), logged("updates stay with Telegram") as told:
                api.say(masha, masha, "два")
                await asyncio.wait_for(told.wait(), 20)
                polls = len(api.calls)
                await api.until(lambda: len(api.calls) > polls)
                assert len(api.pending) == 1
                assert model.asked == ["раз"]
            assert await replies(api, masha, 2) == [answer("раз"), answer("два")]
            await api.until(lambda: not api.pending)


async def test_a_reply_that_cannot_be_noted_is_not_sent_again_and_again(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "раз")
            with api.hold("sendMessage") as held:
                api.say(masha, masha, "два")
                await api.until(lambda: held.waiting and api.polling and not api.pending)
                with full_disk(settings):
                    held.release()
                    for _ in range(2):
                        with logged("the chat waits") as told:
                            await asyncio.wait_for(told.wait(), 20)
            await ask(api, masha, "три")
            assert api.replies(masha) == [answer("раз"), answer("два"), answer("три")]
    assert model.asked == ["раз", "два", "три"]


async def test_a_reply_that_is_saved_but_not_in_the_outbox_is_not_thought_of_again(
    open_app: Open, settings: Settings, model: Echo
) -> None:
    async with BotApi() as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(learn=False), settings.data_dir) as grisha:
            await ask(api, masha, "раз")
            gate = model.hold()
            api.say(masha, masha, "два")
            await model.until_asked(2)
            await api.until(lambda: api.polling and not api.pending)
            with full_disk(settings), logged("the chat waits") as told:
                gate.set()
                await asyncio.wait_for(told.wait(), 20)
            assert await replies(api, masha, 2) == [answer("раз"), answer("два")]
            assert len(await grisha.history(memory(masha))) == 4
    assert model.asked == ["раз", "два"]


async def test_a_turn_that_fails_is_put_aside_with_a_line_to_the_person(open_app: Open, settings: Settings, model: Echo) -> None:
    async with BotApi() as api:
        owner, masha, petya = api.private(1, "Хозяин"), api.private(5, "Маша"), api.private(6, "Петя")
        async with running(api, open_app(), settings.data_dir):
            await ask(api, masha, "раз")
        with sqlite3.connect(settings.data_dir / CHECKPOINTS) as database:
            database.execute("UPDATE checkpoints SET checkpoint = x'c1c1c1'")
        async with running(api, open_app(), settings.data_dir):
            api.say(masha, masha, "два")
            api.say(masha, masha, "/reset")
            api.say(masha, masha, "три")
            await ask(api, petya, "весть")
            said = (await replies(api, masha, 4))[1:]
            assert said[0] in load_persona("grisha").failures
            assert said[1].startswith("Разговор забыт")
            assert said[2] == answer("три")
            api.say(owner, owner, "/stats")
            (figures,) = await replies(api, owner, 1)
            assert "отложено с ошибкой: 1" in figures
            assert "/reset" in figures
    assert "два" not in model.asked


async def test_neither_the_token_nor_what_people_write_is_given_away(
    open_app: Open, settings: Settings, model: Echo, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "987654:SECRET-of-the-bot"
    for library in ("httpx", "httpcore", "telegram", "tornado"):  # as terminal.quiet does
        caplog.set_level(logging.CRITICAL, library)
    caplog.set_level(logging.DEBUG)
    async with BotApi(secret) as api:
        masha = api.private(5, "Маша")
        async with running(api, open_app(), settings.data_dir):
            api.faults.random(0.3, ("drop_before", "500", "401", "404", "bad_json", "no_result"), seed=4)
            api.faults.add("403", "sendMessage", 3)
            api.say(masha, masha, "весть о кладе")
            with logged("cannot be written to") as left:
                await asyncio.wait_for(left.wait(), 30)
            api.raw_update({"message": "весть о кладе"})
            api.say(masha, masha, "другая весть о кладе")
            await replies(api, masha, 1)
        shown = repr(Client(bot_settings(api))) + repr(bot_settings(api))
    for record in caplog.records:
        text = logging.Formatter().format(record)
        assert secret not in text + repr(record.args)
        assert "кладе" not in text or record.levelno <= logging.DEBUG
    assert secret not in shown
    assert any(record.name.startswith("bot.") for record in caplog.records)
    assert not any(secret.encode() in file.read_bytes() for file in settings.data_dir.iterdir())
