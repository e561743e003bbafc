"""The commands of the bot in Telegram: what they say, to whom, and what they do."""

import json
from pathlib import Path
from typing import Any

from botapi import BotApi, Chat, Person
from conftest import FakeChat, Open, history
from running import BEAR, OWL, OWNER, WHALE, asked, memory, replies, running

from settings import Settings

UNKNOWN = "Команды /nonsense я не знаю. Что умею, расскажет /help."
ERASED = "Готово: имя, разговоры и всё, чему я научился от тебя, стёрты. Будем знакомы заново?"


async def ask(api: BotApi, chat: Chat, text: str, user: Person | Chat | None = None, **more: Any) -> str:
    """Say something, and what the bot says next in the chat."""
    before = len(api.replies(chat))
    api.say(chat, user or chat, text, **more)
    return (await replies(api, chat, before + 1))[-1]


def listed(help_text: str) -> set[str]:
    """The commands that /help lists."""
    return {line.split()[0] for line in help_text.splitlines() if line.startswith("/")}


def files_with(folder: Path, word: str) -> list[str]:
    """The files of a folder that hold a word, in whatever way it may be written there."""
    forms = {word.encode(), json.dumps(word)[1:-1].encode(), word.encode("utf-16-le")}
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(form in file.read_bytes() for form in forms)]


async def test_the_menus_are_registered_for_private_chats_for_groups_and_for_the_owner(open_app: Open, settings: Settings) -> None:
    async with BotApi() as api:
        owner = api.private(OWNER, "Хозяин")
        admins = frozenset({OWNER, 77})  # 77 has never written to the bot: Telegram knows no such chat
        async with running(api, open_app(), settings.data_dir, admin_user_ids=admins):
            menus = await api.until(lambda: len(api.commands) == 3 and api.commands)
            names = {scope: {entry["command"] for entry in entries} for (scope, _), entries in menus.items()}
            everybody = {"start", "help", "reset", "stats", "privacy", "export", "forget_me", "why", "unlearn", "learn", "whoami"}
            assert names == {
                "all_private_chats": everybody,
                "all_group_chats": everybody - {"export"},
                f"chat:{OWNER}": everybody | {"users", "block", "unblock"},
            }
            assert all(entry["description"][0] >= "а" for entries in menus.values() for entry in entries)
            assert listed(await ask(api, owner, "/help")) == {f"/{name}" for name in names[f"chat:{OWNER}"]}


async def test_what_each_command_says(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha, owner = api.private(5, "Маша", username="masha"), api.private(OWNER, "Хозяин")
        group = api.group("Дача")
        assert await ask(api, masha, "/start") in grisha.persona.introductions
        assert await history(grisha, memory(masha)) == []
        assert await ask(api, masha, "/START@Grisha_Test_Bot anything") in grisha.persona.introductions
        assert {"/export", "/start"} <= listed(await ask(api, masha, "/help"))
        assert "/users" not in listed(await ask(api, masha, "/help"))
        in_group = await ask(api, group, "/help", masha)
        assert "@grisha_test_bot" in in_group
        assert "/export" not in listed(in_group)
        privacy = await ask(api, masha, "/privacy")
        for words in ("/forget_me", "кроме твоего /learn off", "в других чатах", "вместе с личным", "могу ошибиться"):
            assert words in privacy

        await ask(api, masha, "меня зовут Мария")
        assert await ask(api, masha, "/whoami") == "В Telegram: Маша (@masha)\nid: 5\nЗову тебя: Мария"
        assert f"id чата: {group.id}" in await ask(api, group, "/whoami", masha)
        assert "хозяин" in await ask(api, owner, "/whoami")
        model.will_say(WHALE)
        await ask(api, masha, "сколько весит синий кит?")
        stats = await ask(api, masha, "/stats")
        for line in ("Диалогов в наборе: 6", "Знакомых: 1", "Сообщений этого разговора в памяти: 4", "Выученных ответов: 1"):
            assert line in stats
        assert "Модель" not in stats
        assert "Модель: fake-chat" in await ask(api, owner, "/stats")
        assert "Людей: 1" in await ask(api, owner, "/stats")

        assert await ask(api, masha, "/reset") == "Разговор забыт, начинаем с чистого листа."
        assert await history(grisha, memory(masha)) == []
        assert await ask(api, masha, "/nonsense") == UNKNOWN
        for command in ("/users", "/block 6", "/unblock 6"):
            assert "я не знаю" in await ask(api, masha, command)
        api.say(masha, masha, "/help@other_bot")
        assert "Маша" in await ask(api, masha, "/whoami")
        assert all(sent.reply_to is None for sent in api.sent if sent.chat_id == 5)
        assert all(sent.reply_to for sent in api.sent if sent.chat_id == group.id)
        assert api.drafts == []
    assert len(model.prompts) == 1


async def test_export_sends_a_persons_own_data_and_nothing_of_others(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR, OWL, "Тыква растёт всё лето и любит воду.")
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha, petya = api.private(5, "Маша", username="masha"), api.private(6, "Петя")
        group = api.group("Дача")
        await ask(api, masha, "меня зовут Мария")
        await ask(api, masha, "сколько весит синий кит?")
        await ask(api, group, "Гриша, чем занят медведь?", masha)
        await ask(api, group, "Гриша, а чем занята сова-жираф42?", petya)
        await ask(api, petya, "когда сажать тыкву-жираф42?")
        assert [text for text in asked(model) if "кит" in text or "медвед" in text] == []
        assert "напиши /export мне в личном чате, @grisha_test_bot" in await ask(api, group, "/export", masha)
        assert api.documents == []

        api.say(masha, masha, "/export")
        document = (await api.until(lambda: api.documents))[0]
        assert (document.chat_id, document.filename) == (5, "grisha.json")
        data = json.loads(document.data)
        assert data["telegram"].items() >= {"id": 5, "name": "Маша", "username": "masha", "messages": 3}.items()
        assert data["profile"]["name"] == "Мария"
        (own,) = data["own_chats"]
        assert [message["text"] for message in own["messages"]][-2:] == ["сколько весит синий кит?", WHALE]
        (shared,) = data["shared_chats"]
        assert shared["messages"] == [{"role": "user", "text": "чем занят медведь?"}]
        assert "сколько весит синий кит?" in [pattern["question"] for pattern in data["patterns"]]
        assert "жираф42" not in document.data.decode()


async def test_forget_me_asks_first_and_then_leaves_no_trace(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        group = api.group("Дача")
        model.will_say(WHALE, "Тыква-бармаглот42 любит воду и солнце.", BEAR, OWL)
        await ask(api, masha, "меня зовут Мария")
        await ask(api, masha, "сколько весит синий кит?")
        await ask(api, masha, "когда сажать тыкву-бармаглот42?")
        await ask(api, group, "Гриша, чем занят медведь-бармаглот42?", masha)
        kept = await ask(api, group, "Гриша, а чем занята сова?", petya)
        api.raw_update({"message": {"from": masha.person.as_json(), "text": "бармаглот42"}})  # cannot be read: put aside

        assert "Вернуть будет нельзя" in await ask(api, masha, "/forget_me")
        found = {name.removesuffix("-wal") for name in files_with(settings.data_dir, "бармаглот42")}
        assert found == {"checkpoints.sqlite", "store.sqlite", "inbox.sqlite"}
        api.press(api.sent[-1], "Не надо", masha)
        await api.until(lambda: "Хорошо, всё остаётся как было." in api.replies(masha))
        assert "Мария" in await ask(api, masha, "как меня зовут?")

        await ask(api, group, "/forget_me", masha)
        question = api.sent[-1]
        foreign = api.press(question, "Стереть", petya)
        assert await api.until(lambda: api.answers.get(foreign)) == "Эта кнопка не для тебя."
        assert len(await history(grisha, memory(masha))) > 0
        api.press(question, "Стереть", masha)
        await api.until(lambda: ERASED in api.replies(group))
        assert group.history[question.message_id].get("reply_markup") is None
        assert await history(grisha, memory(masha)) == []
        assert await history(grisha, memory(group)) == ["а чем занята сова?", kept]
        assert files_with(settings.data_dir, "бармаглот42") == []
        assert (await grisha.knowledge()).patterns.patterns == 1
        assert "Имени ты мне пока не называл" in await ask(api, masha, "/whoami")
        api.say(masha, masha, "/export")
        data = json.loads((await api.until(lambda: api.documents))[0].data)
        assert data["telegram"].keys() == {"id", "name", "username"}
        assert [data[key] for key in ("profile", "own_chats", "shared_chats", "patterns")] == [None, [], [], []]


async def test_forget_me_keeps_the_wish_not_to_be_learned_from_and_says_so(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        await ask(api, masha, "/learn off")
        await ask(api, masha, "/forget_me")
        api.press(api.sent[-1], "Стереть", masha)
        said = f"{ERASED} Помню одно: на твоих словах я не учусь. Передумаешь, напиши /learn on."
        await api.until(lambda: said in api.replies(masha))
        await ask(api, masha, "сколько весит синий кит?")
        assert (await grisha.knowledge()).patterns.patterns == 0
        assert "не учусь" in await ask(api, masha, "/learn")


async def test_a_group_or_a_channel_cannot_be_forgotten_like_a_person(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        group = api.group("Дача", "supergroup")
        api.say(group, None, "/forget_me", sender_chat=group)
        assert "от своего имени" in (await replies(api, group, 1))[0]
        assert api.sent[0].reply_markup is None


async def test_the_owner_sees_who_talks_with_the_bot_and_shuts_people_out(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE, BEAR, OWL, "Летучие мыши слышат стены.", "Тыква растёт всё лето.")
    async with BotApi() as api:
        owner = api.private(OWNER, "Хозяин")
        masha, petya = api.private(5, "Маша", username="Masha"), api.private(6, "Петя", username="petya")
        forum, channel = api.group("Форум", forum=True), api.channel("Огород", "ogorod")
        async with running(api, open_app(), settings.data_dir):
            assert await ask(api, owner, "/users") == "Со мной ещё никто не разговаривал."
            await ask(api, masha, "сколько весит кит?")
            await ask(api, petya, "чем занят медведь?")
            first, second = (await ask(api, owner, "/users")).splitlines()
            assert first.startswith("6 Петя @petya: обращений 1")
            assert second.startswith("5 Маша @Masha: обращений 1")

            assert "5" in await ask(api, owner, "/block @masha")
            assert "6" in await ask(api, owner, "/block 6")
            assert await ask(api, owner, f"/block {OWNER}") == "Хозяина не блокирую."
            for nobody in ("/block", "/block @nobody", "/block кого-нибудь"):
                assert (await ask(api, owner, nobody)).startswith("Кого?")
            assert (await ask(api, owner, "/users")).count("заблокирован") == 2
            assert (await ask(api, owner, "/unblock Petya")) == "Снова отвечаю: 6"
            for text in ("ты где?", "/start", "/whoami"):
                api.say(masha, masha, text)
            await ask(api, petya, "а сова чем занята?")

            topic = api.topic(forum, "Огород", petya)
            assert (await ask(api, forum, "/block", owner, topic=topic)).startswith("Кого?")
            said = api.say(forum, None, "всем привет", sender_chat=channel, topic=topic)
            assert str(channel.id) in await ask(api, forum, "/block", owner, topic=topic, reply_to=said)
            said = api.say(forum, petya, "и от меня", topic=topic)
            assert "6" in await ask(api, forum, "/block", owner, topic=topic, reply_to=said)
            api.say(forum, None, "Гриша, это огород", sender_chat=channel)
            api.say(forum, petya, "Гриша, ты где?")
        async with running(api, open_app(), settings.data_dir):  # who is shut out stays so
            api.say(masha, masha, "а теперь?")
            api.say(forum, petya, "Гриша, ты где?")
            assert "Хозяин" in await ask(api, forum, "/whoami", owner)
            assert await ask(api, owner, "/unblock @masha") == "Снова отвечаю: 5"
            assert await ask(api, masha, "ну наконец-то, как мыши летают?") == "Летучие мыши слышат стены."
        assert len(api.replies(masha)) == 2
    assert len(model.prompts) == 4
