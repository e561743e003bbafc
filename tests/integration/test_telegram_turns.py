"""What belongs to one turn of a conversation in Telegram: edited messages, bursts, replies of several messages."""

import asyncio

from botapi import BotApi
from conftest import FakeChat, Open, history
from running import BATS, BEAR, OWL, WHALE, asked, memory, replies, running, sentences

from settings import Settings


async def test_an_edit_of_the_last_message_edits_the_answer_and_rewinds_the_memory(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE, BEAR, OWL)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        first = api.say(masha, masha, "сколько весит кит?")
        await replies(api, masha, 1)
        last = api.say(masha, masha, "а медведь чем занят?", media="photo")  # as a caption
        await replies(api, masha, 2)
        api.edit(first, "сколько весит слон?")  # an older one: nothing
        api.edit(last, "а медведь чем занят?")  # only its formatting: nothing
        api.edit(last, "а сова чем занята?")
        await api.until(lambda: OWL in api.replies(masha))
        assert api.replies(masha) == [WHALE, OWL]
        assert asked(model) == ["сколько весит кит?", WHALE, "а сова чем занята?"]
        assert await history(grisha, memory(masha)) == ["сколько весит кит?", WHALE, "а сова чем занята?", OWL]

        model.will_say(BATS)
        api.edit(last, "а мыши чем заняты?")  # edited again
        await api.until(lambda: BATS in api.replies(masha))
        api.say(masha, masha, "/reset")
        api.edit(last, "а кит чем занят?")  # forgotten: nothing
        api.say(masha, masha, "/whoami")
        await replies(api, masha, 4)
        assert len(model.prompts) == 4
    assert len(api.sent) == 4
    assert len(api.edits) == 2


async def test_an_edit_while_the_answer_is_written_waits_for_it(open_app: Open, settings: Settings, model: FakeChat) -> None:
    written = asyncio.Event()
    model.midway = written.wait
    model.will_say(WHALE, BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_burst_seconds=60.0) as grisha:
        masha = api.private(5, "Маша")
        question = api.say(masha, masha, "сколько весит кит?")
        await api.until(lambda: api.drafts)
        api.edit(question, "чем занят медведь?")
        written.set()
        await api.until(lambda: api.edits)
        assert api.replies(masha) == [BEAR]
        assert await history(grisha, memory(masha)) == ["чем занят медведь?", BEAR]
    assert [sent.text for sent in api.sent] == [WHALE]


async def test_an_edit_that_makes_the_answer_longer_adds_messages_and_a_shorter_one_deletes_them(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE, sentences(150), BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha = api.private(5, "Маша")
        question = api.say(masha, masha, "сколько весит кит?")
        await replies(api, masha, 1)
        api.edit(question, "расскажи про все звёзды")
        parts = await replies(api, masha, 3)
        assert " ".join(parts) == sentences(150)
        api.edit(question, "а медведь чем занят?")
        await api.until(lambda: api.replies(masha) == [BEAR])
    assert [sent.message_id for sent in api.edits] == [api.sent[0].message_id] * 2


async def test_a_long_reply_is_split_and_a_deleted_one_is_sent_anew(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(sentences(100), BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha = api.private(5, "Маша")
        question = api.say(masha, masha, "расскажи про все звёзды")
        parts = await replies(api, masha, 2)
        assert " ".join(parts) == sentences(100)
        assert all(part.endswith(".") for part in parts)
        for message in [message for message in masha.history.values() if message.get("text") in parts]:
            api.delete(message)
        api.edit(question, "а медведь чем занят?")
        assert await replies(api, masha, 1) == [BEAR]


async def test_messages_written_at_once_are_one_turn_and_others_are_not(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE, BEAR, OWL, BATS)
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_burst_seconds=0.2) as grisha:
        masha = api.private(5, "Маша")
        api.say(masha, masha, "привет", date=1_000)
        api.say(masha, masha, "слушай", date=1_001)
        last = api.say(masha, masha, "сколько весит кит?", date=1_001)
        api.say(masha, masha, "а медведь чем занят?", date=1_010)
        assert await replies(api, masha, 2) == [WHALE, BEAR]
        assert [asked(model, at)[-1] for at in range(2)] == ["привет\nслушай\nсколько весит кит?", "а медведь чем занят?"]

        api.say(masha, masha, "и ещё", date=1_020)
        last = api.say(masha, masha, "что сова?", date=1_020)
        await replies(api, masha, 3)
        api.edit(last, "что летучая мышь?")
        await api.until(lambda: BATS in api.replies(masha))
        assert (await history(grisha, memory(masha)))[-2:] == ["и ещё\nчто летучая мышь?", BATS]


async def test_a_message_that_follows_while_the_model_works_joins_the_turn(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    written = asyncio.Event()
    model.midway = written.wait
    model.will_say(WHALE, BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_burst_seconds=60.0) as grisha:
        masha = api.private(5, "Маша")
        api.say(masha, masha, "сколько весит кит?")
        await api.until(lambda: api.drafts)
        api.say(masha, masha, "то есть медведь")
        await api.until(lambda: len(model.prompts) == 2)
        written.set()
        api.say(masha, masha, "/whoami")  # whatever belongs to another turn ends the burst
        assert (await replies(api, masha, 2))[0] == BEAR
        assert await history(grisha, memory(masha)) == ["сколько весит кит?\nто есть медведь", BEAR]
    assert len({draft.message_id for draft in api.drafts}) == 1


async def test_in_a_group_a_burst_is_of_one_person_who_calls_the_bot(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL, BATS)
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_burst_seconds=0.2):
        masha, petya, group = api.person(5, "Маша"), api.person(6, "Петя"), api.group("Дача")
        api.say(group, masha, "Гриша, привет", date=1_000)
        last = api.say(group, masha, "Гриша, сколько весит кит?", date=1_000)
        api.say(group, petya, "Гриша, а медведь чем занят?", date=1_000)
        api.say(group, petya, "это я себе", date=1_000)
        api.say(group, petya, "Гриша, а сова чем занята?", date=1_000)
        assert await replies(api, group, 3) == [WHALE, BEAR, OWL]
        assert api.sent[0].reply_to == last["message_id"]
        assert asked(model, 0) == ["привет\nсколько весит кит?"]
        assert [asked(model, at)[-1] for at in (1, 2)] == ["Петя: а медведь чем занят?", "Петя: а сова чем занята?"]
