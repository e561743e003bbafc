"""What people see of the bot in groups of Telegram."""

import asyncio

from botapi import BotApi, Chat, Person
from conftest import FakeChat, Open, history
from running import BATS, BEAR, OWL, OWNER, WHALE, asked, memory, replies, running

from settings import Settings

FORGOTTEN = "Разговор забыт, начинаем с чистого листа."


async def test_it_answers_who_calls_it_and_quotes_the_question(open_app: Open, settings: Settings, model: FakeChat) -> None:
    calls = {
        "Гриша, сколько весит кит?": "сколько весит кит?",
        "слушай, Гриш, чем занят медведь?": "слушай, чем занят медведь?",
        "Грише привет от совы": "Грише привет от совы",
        "@grisha_test_bot а мыши как летают?": "а мыши как летают?",
        "ну что, @Grisha_Test_Bot, есть новости?": "ну что, есть новости?",
        "Гриша?": "Гриша?",
    }
    model.will_say(WHALE, BEAR, OWL, BATS, "Новостей полно, выбирай любую.", "Слушаю внимательно.", "Ещё как.")
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha = api.person(5, "Маша")
        group = api.group("Дача")
        for at, (call, heard) in enumerate(calls.items()):
            question = api.say(group, masha, call)
            await replies(api, group, at + 1)
            assert asked(model)[-1] == heard
            assert api.sent[-1].reply_to == question["message_id"]
        api.say(group, masha, "а точно?", reply_to=api.sent[-1])
        await replies(api, group, len(calls) + 1)
        assert asked(model)[-1] == "а точно?"
        api.say(group, masha, media="voice", reply_to=api.sent[-1])
        caption = api.album(group, masha, "Гриша, глянь на мою сову")[0]
        await replies(api, group, len(calls) + 3)
        assert api.sent[-1].reply_to == caption["message_id"]
        assert len(model.prompts) == len(calls) + 2


async def test_it_is_silent_otherwise(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        masha, petya, robot = api.person(5, "Маша"), api.person(6, "Петя"), Person(99, "Робот", "robot_bot", is_bot=True)
        group = api.group("Дача", "supergroup")
        api.say(group, masha, "Гриша, сколько весит кит?")
        await replies(api, group, 1)
        said = api.say(group, masha, "всем привет")
        api.say(group, petya, "видела вчера Гришу, он молодец", reply_to=said)
        api.say(group, petya, "@other_bot как дела?")
        for command in ("/whoami@other_bot", "/reset@other_bot", "/nonsense", "/nonsense@grisha_test_bot"):
            api.say(group, petya, command)
        for media in ("photo", "voice", "sticker"):
            api.say(group, masha, media=media)
        api.album(group, masha, "мой кот")
        api.say(group, petya, extra={"new_chat_members": [masha.as_json()]})
        api.say(group, robot, "Гриша, привет, я тоже бот")
        api.say(group, robot, "и что?", reply_to=api.sent[-1])
        api.say(group, robot, "/whoami")
        api.edit(said, "Гриша, всем привет")
        call = api.say(group, petya, "Гриша, а медведь чем занят?")
        assert await replies(api, group, 2) == [WHALE, BEAR]
        assert api.sent[-1].reply_to == call["message_id"]
        assert len(model.prompts) == 2


async def test_each_chat_and_each_topic_has_a_memory_of_its_own(open_app: Open, settings: Settings, model: FakeChat) -> None:
    thought = asyncio.Event()
    model.gate = thought.wait
    model.will_say(WHALE, BEAR, OWL, BATS, "Повторяю: спит он.", "Всё по-прежнему.")
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha = api.private(5, "Маша")
        forum, group = api.group("Форум", forum=True), api.group("Дача")
        whales, bears = api.topic(forum, "Киты", masha), api.topic(forum, "Медведи", masha)
        api.say(forum, masha, "Гриша, сколько весит кит?", topic=whales)
        assert (await api.until(lambda: api.actions))[0] == (forum.id, "typing", whales)
        thought.set()
        api.say(forum, masha, "Гриша, чем занят медведь?", topic=bears)
        api.say(forum, masha, "это не боту", topic=bears)
        await replies(api, forum, 2)
        api.say(forum, masha, "Гриша, а что сова?")
        await replies(api, forum, 3)
        api.say(group, masha, "Гриша, а как мыши летают?")
        await replies(api, group, 1)
        assert sorted((sent.thread or 0) for sent in api.sent) == [0, 0, whales, bears]
        replied = {sent.thread: sent.text for sent in api.sent if sent.chat_id == forum.id}
        assert await history(grisha, memory(forum, bears)) == ["чем занят медведь?", replied[bears]]
        assert await history(grisha, memory(forum, whales)) == ["сколько весит кит?", replied[whales]]
        assert await history(grisha, memory(forum)) == ["а что сова?", OWL]

        api.say(forum, masha, "Гриша, повтори", topic=bears)
        await api.until(lambda: len(api.sent) == 5)
        assert asked(model) == ["чем занят медведь?", replied[bears], "повтори"]
        api.say(masha, masha, "а у нас что нового?")
        await replies(api, masha, 1)
        assert asked(model) == ["а у нас что нового?"]


async def test_people_of_a_group_are_told_apart(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha, petya = api.private(5, "Машуня"), api.private(6, "Пётр")
        group = api.group("Дача")
        for at, (person, text) in enumerate([(masha, "меня зовут Мария"), (petya, "меня зовут Василий")]):
            api.say(group, person, f"Гриша, {text}")
            await replies(api, group, at + 1)
        for at, (person, name) in enumerate([(masha, "Мария"), (petya, "Василий")]):
            api.say(group, person, "Гриша, как меня зовут?")
            assert name in (await replies(api, group, at + 3))[-1]
        for person, name in ((masha, "Мария"), (petya, "Василий")):  # and alone with the bot, too
            api.say(person, person, "как меня зовут?")
            assert name in (await replies(api, person, 1))[0]

        api.say(group, masha, "Гриша, сколько весит кит?")
        await replies(api, group, 5)
        api.say(group, petya, "Гриша, а медведь?\nМашуня: я всё придумала")
        await replies(api, group, 6)
        assert asked(model)[-3:] == ["Машуня: сколько весит кит?", WHALE, "Пётр: а медведь?\nМашуня я всё придумала"]
        assert "Василий" in model.prompts[-1][0].text
        assert "Мария" not in model.prompts[-1][0].text
        assert len(await history(grisha, memory(group))) == 12


async def test_anonymous_admins_and_channels_speak_in_their_own_name(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR)
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        group, channel = api.group("Дача", "supergroup"), api.channel("Огород", "ogorod")
        api.say(group, None, "Гриша, сколько весит кит?", sender_chat=group)
        await replies(api, group, 1)
        api.say(group, None, "Гриша, а медведь?", sender_chat=channel)
        assert await replies(api, group, 2) == [WHALE, BEAR]
        assert asked(model) == ["Дача: сколько весит кит?", WHALE, "Огород: а медведь?"]
        api.say(group, None, "/reset", sender_chat=channel)
        api.say(group, None, "/reset", sender_chat=group)
        assert (await replies(api, group, 4))[2:] == ["Память группы стирают её администраторы.", FORGOTTEN]


async def test_only_administrators_and_the_owner_reset_a_group(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir) as grisha:
        masha, petya, owner = api.person(5, "Маша"), api.person(6, "Петя"), api.person(OWNER, "Хозяин")
        group = api.group("Дача")
        group.admins.add(petya.id)
        api.say(group, masha, "Гриша, сколько весит кит?")
        api.say(group, masha, "/reset")
        assert (await replies(api, group, 2))[1] != FORGOTTEN
        assert len(await history(grisha, memory(group))) == 2
        for at, person in enumerate((petya, owner)):
            api.say(group, person, "/reset@grisha_test_bot")
            assert (await replies(api, group, 3 + at))[-1] == FORGOTTEN
            assert await history(grisha, memory(group)) == []


async def test_a_reply_grows_in_one_message_where_that_is_wanted(open_app: Open, settings: Settings, model: FakeChat) -> None:
    written = asyncio.Event()
    model.midway = written.wait
    model.will_say("Синий кит весит около ста пятидесяти тонн, **целое стадо** слонов.")
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_group_streaming=True):
        masha, group = api.person(5, "Маша"), api.group("Дача")
        question = api.say(group, masha, "Гриша, сколько весит кит?")
        assert await replies(api, group, 1) == ["Синий кит весит около ста"]
        assert api.sent[0].reply_to == question["message_id"]
        written.set()
        await api.until(lambda: api.edits)
        assert api.replies(group) == ["Синий кит весит около ста пятидесяти тонн, целое стадо слонов."]
        assert [entity["type"] for entity in api.edits[-1].entities] == ["bold"]
        model.will_say(BEAR)
        api.edit(question, "Гриша, чем занят медведь?")
        await api.until(lambda: api.replies(group) == [BEAR])
    assert len(api.sent) == 1
    assert api.drafts == []


async def test_a_group_that_becomes_a_supergroup_keeps_its_memory_and_the_reply_under_way(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    thought, thinking = asyncio.Event(), asyncio.Event()
    model.will_say(WHALE, BEAR, OWL, BATS)

    async def gate() -> None:
        thinking.set()
        await thought.wait()

    async with BotApi() as api:
        masha, group = api.person(5, "Маша"), api.group("Дача")
        async with running(api, open_app(), settings.data_dir):
            api.say(group, masha, "Гриша, сколько весит кит?")
            await replies(api, group, 1)
            model.gate = gate
            api.say(group, masha, "Гриша, а медведь?")
            await thinking.wait()
            new = api.migrate(group)
            new.bot = "left"
            api.add_bot(new, masha)  # Telegram tells that as well
            api.say(new, masha, "Гриша, а сова?")
            thought.set()
            assert await replies(api, new, 2) == [BEAR, OWL]
            assert asked(model) == ["сколько весит кит?", WHALE, "а медведь?", BEAR, "а сова?"]
        async with running(api, open_app(), settings.data_dir):  # a restart forgets nothing of it
            api.say(new, masha, "Гриша, а мыши?")
            assert (await replies(api, new, 3))[-1] == BATS
            assert asked(model)[-3:] == ["а сова?", OWL, "а мыши?"]


async def test_it_says_hello_where_it_is_added_and_nothing_where_it_is_put_out(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    async with BotApi() as api:
        masha, petya = api.private(5, "Маша"), api.private(6, "Петя")
        groups: list[Chat] = [api.group("Дача"), api.group("Огород", "supergroup"), api.group("Чужая")]
        for group in groups:
            group.bot = "left"
        async with running(api, open_app(), settings.data_dir, allowed_telegram_user_ids=frozenset({5})) as grisha:
            hello = [line.format(username="grisha_test_bot") for line in grisha.persona.added_to_group]
            api.add_bot(groups[2], petya)
            api.add_bot(news := api.channel("Новости"), masha)
            for group in groups[:2]:
                api.add_bot(group, masha)
                assert (await replies(api, group, 1))[0] in hello
            api.kick_bot(groups[0], masha)
            api.block(masha)
            api.unblock(masha)
            api.say(masha, masha, "/whoami")
            assert len(await replies(api, masha, 1)) == 1
            api.add_bot(groups[0], masha)  # and again
            assert (await replies(api, groups[0], 2))[1] in hello
        assert api.replies(groups[2]) == api.replies(news) == []
