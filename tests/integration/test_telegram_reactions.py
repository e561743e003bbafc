"""Reactions to Grisha's messages, and the commands that tell and undo what he has learned."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from botapi import BotApi, Chat, Person, Sent
from conftest import FakeChat, Open, history
from running import BATS, BEAR, OWL, OWNER, WHALE, memory, replies, running

from grisha import Grisha
from settings import Settings
from stores.namespaces import PATTERNS

HEAVY = "сколько весит синий кит?"


async def ask(api: BotApi, chat: Chat, text: str, user: Person | Chat | None = None, **more: Any) -> Sent:
    """Say something, and the message that the bot sends next in the chat."""
    before = len(api.replies(chat))
    api.say(chat, user or chat, text, **more)
    await replies(api, chat, before + 1)
    return [sent for sent in api.sent if sent.chat_id == chat.id][-1]


async def scores(grisha: Grisha) -> dict[str, int]:
    items = await grisha.persistence.store.asearch(PATTERNS, limit=100)
    return {item.value["question"]: item.value["score"] for item in items}


async def react(api: BotApi, message: Sent, user: Person | Chat, *emoji: str) -> None:
    """React, and wait until the bot is through with it."""
    api.react(message, user, *emoji)
    chat = api.chats[message.chat_id]
    await ask(api, chat, "/whoami", user)  # served after it, in the same lane


async def test_reactions_move_the_score_once_a_person(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR)
    async with BotApi() as api:
        group, masha, petya = api.group("Дача", "supergroup"), api.private(5, "Маша"), api.private(6, "Петя")
        group.bot = "administrator"
        async with running(api, open_app(), settings.data_dir) as grisha:
            reply = await ask(api, group, f"Гриша, {HEAVY}", masha)
            other = await ask(api, group, "Гриша, чем занят медведь зимой?", petya)
            assert set((await scores(grisha)).values()) == {1}
            await react(api, reply, masha, "👍")
            await react(api, reply, petya, "❤")
            assert (await scores(grisha))[HEAVY] == 5
            await react(api, reply, masha, "👍", "🔥")
            assert (await scores(grisha))[HEAVY] == 5
            await react(api, reply, petya, "🤔")
            assert (await scores(grisha))[HEAVY] == 3
        async with running(api, open_app(), settings.data_dir) as grisha:  # it is known after a restart as well
            await react(api, reply, masha)
            assert (await scores(grisha))[HEAVY] == 1
            for emoji, score in (("👎", 0), ("", 1), ("💩", 0)):
                await react(api, other, masha, *([emoji] if emoji else []))
                assert (await scores(grisha))["чем занят медведь зимой?"] == score
            await react(api, other, petya, "👎")
            assert set(await scores(grisha)) == {HEAVY}
            await react(api, other, petya)
            assert set(await scores(grisha)) == {HEAVY}


@pytest.mark.parametrize("emoji", ["👎", "💩", "🤮", "😡", "🤬", "🥱", "🖕", "🤡"])
async def test_a_bad_reaction_unlearns_the_reply(open_app: Open, settings: Settings, model: FakeChat, emoji: str) -> None:
    model.will_say(WHALE)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        reply = await ask(api, masha, HEAVY)
        await react(api, reply, masha, "🌚")
        assert set(await scores(grisha)) == {HEAVY}
        await react(api, reply, masha, emoji)
        assert await scores(grisha) == {}


async def test_reactions_that_are_about_no_reply_change_nothing(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL)
    async with BotApi() as api:
        masha, stranger = api.private(5, "Маша"), api.private(6, "Петя")
        group, other = api.group("Дача", "supergroup"), api.group("Двор", "supergroup")
        group.bot = "administrator"
        async with running(api, open_app(), settings.data_dir, allowed_telegram_user_ids=frozenset({5})) as grisha:
            reply = await ask(api, masha, HEAVY)
            question = next(message for message in masha.history.values() if message.get("text") == HEAVY)
            api.react(await ask(api, group, "Гриша, чем занят медведь зимой?", masha), stranger, "👎")
            api.react(await ask(api, other, "Гриша, чем занята сова ночью?", masha), masha, "👎")  # which the bot is not told
            api.react(question, masha, "👎")
            api.react(await ask(api, masha, "/help"), masha, "👎")
            change: dict[str, Any] = {"chat": masha.as_json(), "message_id": reply.message_id, "date": 1, "old_reaction": []}
            own = [{"type": "custom_emoji", "custom_emoji_id": "1"}, {"type": "paid"}]
            bad = [{"type": "emoji", "emoji": "👎"}]
            api.raw_update({"message_reaction": {**change, "user": masha.person.as_json(), "new_reaction": own}})
            api.raw_update({"message_reaction": {**change, "user": api.bot.as_json(), "new_reaction": bad}})
            for chat in (masha, group):
                await ask(api, chat, "/whoami", masha)
            assert len(await scores(grisha)) == 3


async def test_a_topics_reply_is_found_by_its_message_alone(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE)
    async with BotApi() as api:
        forum, masha = api.group("Форум", forum=True), api.private(5, "Маша")
        forum.bot = "administrator"
        async with running(api, open_app(), settings.data_dir) as grisha:
            topic = api.topic(forum, "Звери", masha)
            reply = await ask(api, forum, f"Гриша, {HEAVY}", masha, topic=topic)
            await ask(api, forum, "/whoami", masha, topic=topic)  # the reply is noted when its lane goes on
            await react(api, reply, masha, "👎")
            assert await scores(grisha) == {}
            assert len(await history(grisha, memory(forum, topic))) == 2


async def test_an_edited_question_rejects_what_answered_it(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        await ask(api, masha, HEAVY)
        await ask(api, petya, HEAVY.replace("?", " всё-таки?"))
        assert await scores(grisha) == {HEAVY: 1}
        question = next(message for message in petya.history.values() if "всё-таки" in message.get("text", ""))
        api.edit(question, "чем занята сова ночью?")
        await api.until(lambda: OWL in api.replies(petya))
        assert (await scores(grisha))[HEAVY] == 0


async def test_why_tells_where_a_reply_came_from(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE)
    async with BotApi() as api, running(api, open_app(recall="on"), settings.data_dir):
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        assert "уже не помню" in (await ask(api, masha, "/why")).text
        reply = await ask(api, masha, HEAVY)
        await ask(api, masha, "почему небо голубое?")
        last = (await ask(api, masha, "/why")).text
        assert "почему небо голубое" in last
        assert "из набора" in last
        asked = (await ask(api, masha, "/why", reply_to=reply)).text
        assert f"«{WHALE}»" in asked
        assert "языковая модель" in asked
        assert "/unlearn" in asked
        await ask(api, petya, HEAVY)
        recalled = (await ask(api, petya, "/why")).text
        assert f"• «{HEAVY}» (выучено)" in recalled
        assert "уже не помню" in (await ask(api, petya, "/why", reply_to=await ask(api, petya, "/help"))).text


async def test_unlearn_forgets_ones_own_and_the_owner_anybodys(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL)
    async with BotApi() as api, running(api, open_app(recall="on"), settings.data_dir) as grisha:
        masha, petya, owner = api.private(5, "Маша"), api.private(6, "Петя"), api.private(OWNER, "Хозяин")
        first = await ask(api, masha, HEAVY)
        await ask(api, masha, "чем занят медведь зимой?")
        assert (await ask(api, masha, "/unlearn", reply_to=first)).text.startswith("Забыл")
        assert set(await scores(grisha)) == {"чем занят медведь зимой?"}
        assert "ничему не научился" in (await ask(api, masha, "/unlearn", reply_to=first)).text
        await ask(api, petya, "чем занят медведь зимой?")
        assert "не от тебя" in (await ask(api, petya, "/unlearn")).text
        assert len(await scores(grisha)) == 1
        await ask(api, owner, "чем занят медведь зимой?")
        assert (await ask(api, owner, "/unlearn")).text.startswith("Забыл")
        assert await scores(grisha) == {}


async def test_learn_off_is_a_persons_own_choice(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL, BATS)
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        async with running(api, open_app(), settings.data_dir):
            assert "Я учусь" in (await ask(api, masha, "/learn")).text
            assert "/learn on" in (await ask(api, masha, "/learn может быть")).text
            assert "не учусь" in (await ask(api, masha, "/learn off")).text
        async with running(api, open_app(), settings.data_dir) as grisha:
            assert "не учусь" in (await ask(api, masha, "/learn")).text
            await ask(api, masha, HEAVY)
            assert "не учиться" in (await ask(api, masha, "/why")).text
            await ask(api, petya, "чем занят медведь зимой?")
            assert set(await scores(grisha)) == {"чем занят медведь зимой?"}
            await ask(api, masha, "/learn on")
            await ask(api, masha, "чем занята сова ночью?")
            assert "чем занята сова ночью?" in await scores(grisha)


async def test_what_reactions_are_about_goes_with_the_person(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        reply = await ask(api, masha, HEAVY)
        await ask(api, masha, "/forget_me")
        api.press(api.sent[-1], "Стереть", masha)
        await api.until(lambda: any("Готово" in text for text in api.replies(masha)))
        await react(api, reply, masha, "👍")
        assert await scores(grisha) == {}
        assert await asyncio.to_thread(_rows, settings.data_dir) == 0


def _rows(folder: Path) -> int:
    with sqlite3.connect(folder / "inbox.sqlite") as database:
        return int(database.execute("SELECT count(*) FROM replies").fetchone()[0])
