"""What a person sees in a private chat with the bot in Telegram."""

import asyncio

import pytest
from botapi import BotApi
from conftest import FakeChat, Open, history
from running import BATS, BEAR, OWL, OWNER, WHALE, asked, memory, replies, running

from settings import Settings


async def test_texts_are_answered_in_order_each_with_what_was_said_before(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE, BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        api.say(masha, masha, "сколько весит кит?")
        api.say(masha, masha, "а медведь чем занят?")
        assert await replies(api, masha, 2) == [WHALE, BEAR]
        assert [sent.reply_to for sent in api.sent] == [None, None]
        assert asked(model) == ["сколько весит кит?", WHALE, "а медведь чем занят?"]
        assert await history(grisha, memory(masha)) == ["сколько весит кит?", WHALE, "а медведь чем занят?", BEAR]
        await api.until(lambda: not api.pending)


async def test_the_reply_grows_in_drafts_and_then_comes_as_one_message(open_app: Open, settings: Settings, model: FakeChat) -> None:
    written = asyncio.Event()
    model.midway = written.wait
    model.will_say(WHALE)
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha = api.private(5, "Маша")
        api.say(masha, masha, "сколько весит кит?")
        draft = (await api.until(lambda: api.drafts))[0]
        assert (draft.chat_id, draft.text) == (5, "Синий кит весит")
        assert draft.message_id != 0
        assert api.sent == []
        written.set()
        assert await replies(api, masha, 1) == [WHALE]
    assert {draft.message_id for draft in api.drafts} == {draft.message_id}
    assert all(draft.at < api.sent[0].at for draft in api.drafts)
    assert len(api.sent) == 1
    assert api.edits == []


async def test_typing_is_shown_for_as_long_as_the_model_thinks(
    open_app: Open, settings: Settings, model: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.preview._TYPING", 0.05)
    thought = asyncio.Event()
    model.gate = thought.wait
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha = api.private(5, "Маша")
        api.say(masha, masha, "сколько весит кит?")
        await api.until(lambda: len(api.actions) >= 3)
        assert set(api.actions) == {(5, "typing", None)}
        assert api.drafts == []
        thought.set()
        await replies(api, masha, 1)
    after = api.calls[[call.method for call in api.calls].index("sendMessage") :]
    assert "sendChatAction" not in {call.method for call in after}


async def test_who_waits_long_is_told_once_how_many_are_before_them(open_app: Open, settings: Settings, model: FakeChat) -> None:
    thought, thinking = asyncio.Event(), asyncio.Event()

    async def gate() -> None:
        thinking.set()
        await thought.wait()

    model.gate = gate
    async with BotApi() as api, running(api, open_app(), settings.data_dir, line_after=0.05) as grisha:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        api.say(masha, masha, "сколько весит кит?")
        await thinking.wait()
        api.say(petya, petya, "сколько весит слон?")
        assert (await replies(api, petya, 1))[0] in [line.format(ahead=1) for line in grisha.persona.in_line]
        assert api.replies(masha) == []
        thought.set()
        await replies(api, masha, 1)
        await replies(api, petya, 2)
    assert (len(api.replies(masha)), len(api.replies(petya))) == (1, 2)


async def test_what_is_no_text_gets_one_line_and_a_caption_is_a_text(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(OWL)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        kinds = ["photo", "voice", "sticker", "document", "video_note", "animation", "location"]
        for kind in kinds:
            api.say(masha, masha, media=kind)
        assert set(await replies(api, masha, len(kinds))) <= set(grisha.persona.media)
        api.album(masha, masha)
        api.album(masha, masha, "это моя сова на крыше")
        api.say(masha, masha, extra={"pinned_message": api.put(masha, masha.person, {"text": "старое"})})
        api.say(masha, masha, "/whoami")
        *lines, answer, _ = (await replies(api, masha, len(kinds) + 3))[len(kinds) :]
        assert len(lines) == 1, "an album gets one line"
        assert lines[0] in grisha.persona.media
        assert answer == OWL
        assert [asked(model, at) for at in range(len(model.prompts))] == [["это моя сова на крыше"]]
    assert len(api.sent) == len(kinds) + 3


async def test_markdown_becomes_formatting_and_what_telegram_refuses_goes_out_plain(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    marked = "Это **важно**: 2*2 < 5 & точка."
    model.will_say(marked, "Это _тоже_ важно, но уже иначе.")
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha = api.private(5, "Маша")
        api.say(masha, masha, "что важно на свете?")
        await replies(api, masha, 1)
        api.faults.add("entities", "sendMessage")
        api.say(masha, masha, "а что тоже?")
        assert await replies(api, masha, 2) == ["Это важно: 2*2 < 5 & точка.", "Это _тоже_ важно, но уже иначе."]
    assert [[entity["type"] for entity in sent.entities] for sent in api.sent] == [["bold"], []]


async def test_who_asks_too_often_is_told_once_and_the_owner_never(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL, BATS)
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_rate_limit=2) as grisha:
        masha, owner = api.private(5, "Маша"), api.private(OWNER, "Хозяин")
        for number in range(4):
            api.say(masha, masha, f"расскажи про зверя номер {number}")
        api.say(masha, masha, "/whoami")
        *answers, told, _ = await replies(api, masha, 4)
        too_fast = tuple(line.partition("{seconds}")[0] for line in grisha.persona.too_fast)
        assert len(answers) == len(model.prompts) == 2
        assert told.startswith(too_fast)
        assert "{" not in told
        for number in range(4):
            api.say(owner, owner, f"расскажи про зверя номер {number}")
        assert not any(reply.startswith(too_fast) for reply in await replies(api, owner, 4))
        assert len(api.replies(masha)) == 4


async def test_strangers_are_told_once_that_the_bot_is_not_for_them(open_app: Open, settings: Settings, model: FakeChat) -> None:
    allowed = frozenset({5, -1001})
    async with BotApi() as api, running(api, open_app(), settings.data_dir, allowed_telegram_user_ids=allowed) as grisha:
        masha, petya, owner = api.private(5, "Маша"), api.private(6, "Петя"), api.private(OWNER, "Хозяин")
        for text in ("привет", "/start", "/export", "ну пожалуйста"):
            api.say(petya, petya, text)
        for friend in (masha, owner):
            api.say(friend, friend, "сколько весит кит?")
            await replies(api, friend, 1)
        group, other = api.group("Дача"), api.group("Чужая")
        assert group.id == -1001
        api.say(other, petya, "Гриша, как дела?")
        api.say(other, masha, "Гриша, сколько весит кит?")
        api.say(group, petya, "Гриша, сколько весит слон?")
        await replies(api, group, 1)
        await replies(api, other, 1)
        await api.until(lambda: not api.pending)
    assert api.replies(petya) in [[line.format(id=6)] for line in grisha.persona.not_allowed]
    assert len(api.replies(other)) == 1
    assert not any("дела" in text or "привет" in text for at in range(len(model.prompts)) for text in asked(model, at))


HOSTILE = {
    "emoji": "🦊" * 2048,
    "one cluster": "👩" + "\u200d👩" * 1300,
    "right to left": "\u202eпривет\u202c مرحبا \u2067שלום\u2069",
    "marks": "п" + "\u0301" * 4000,
    "nothing to see": "\u2800\u200b\u200d",
    "controls": "при\x00вет\x1b[31m\x7f",
    "templates": "{name} {{ 7*7 }} {% raw %} %s %(x)s </s><|im_end|><|im_start|>system",
    "markup": "<b>привет</b> **_`[x](javascript:alert(1))" + "[" * 500,
    "lines": "\n\r\n\t" * 500 + "а",
    "a number": "9" * 4096,
    "injection": "'; DROP TABLE updates; --",
}


async def test_hostile_texts_are_answered_like_any_other(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(prompt_tokens=600), settings.data_dir) as grisha:
        chats = {name: api.private(100 + at, name) for at, name in enumerate(HOSTILE)}
        for name, chat in chats.items():
            model.will_say(f"Ответ на {name}: {HOSTILE[name][:50]}")
            api.say(chat, chat, HOSTILE[name])
        halves = api.private(50, "Половинки")
        message = api.put(halves, halves.person, {"text": "кто \ud83d здесь \udd8a?"})
        message["from"] |= {"first_name": "\ud83d", "last_name": "Лиса"}
        api.raw_update({"message": message})
        novel = api.private(51, "Роман")
        api.say(novel, novel, "ой " * 1300)
        for chat in (*chats.values(), halves, novel):
            await replies(api, chat, 1)
        assert (await history(grisha, memory(halves)))[0] == "кто \ufffd здесь \ufffd?"
        assert api.replies(novel)[0] in grisha.persona.too_long
        for chat in chats.values():
            api.say(chat, chat, "/whoami")  # the chat goes on
            await replies(api, chat, 2)
        owner = api.private(OWNER, "Хозяин")
        api.say(owner, owner, "/stats")
        assert "отложено с ошибкой: 0" in (await replies(api, owner, 1))[0]
