"""Comments of the bot under the posts of channels."""

from botapi import BotApi, Chat
from conftest import FakeChat, Open
from running import BEAR, OWL, OWNER, WHALE, asked, memory, replies, running

from settings import Settings


def linked(api: BotApi, title: str = "Зверинец", username: str | None = None) -> tuple[Chat, Chat]:
    """A channel and its discussion group."""
    channel, group = api.channel(title, username), api.group(f"{title}: обсуждение", "supergroup")
    api.link(channel, group)
    return channel, group


async def heard(api: BotApi, group: Chat) -> list[str]:
    """All that the bot has said in the group, once everything before now is served; calls that are answered mark it."""
    mark = api.say(group, api.person(5, "Маша"), "/whoami")
    await api.until(lambda: any(sent.chat_id == group.id and sent.reply_to == mark["message_id"] for sent in api.sent))
    return [reply for reply in api.replies(group) if not reply.startswith("В Telegram: Маша")]


async def test_posts_get_no_comment_unless_that_is_switched_on(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir):
        channel, group = linked(api)
        api.post(channel, "Гриша, сколько весит кит?")
        assert await heard(api, group) == []
    assert model.prompts == []


async def test_a_post_gets_a_comment_and_a_person_who_answers_it_gets_a_reply(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    model.will_say(WHALE, BEAR, OWL)
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_comments=True, telegram_comment_cooldown=0.0):
        channel, group = linked(api)
        post = api.post(channel, "Сегодня взвесили кита.")
        await replies(api, group, 1)
        assert api.sent[0].reply_to == post["message_id"]
        assert asked(model) == ["Сегодня взвесили кита."]
        assert "пост канала" in model.prompts[0][0].text
        assert api.drafts == []

        api.edit(post, "Сегодня взвесили двух китов.")  # it has been commented on
        captioned = api.post(channel, "А это медведь.", media="photo")
        assert await heard(api, group) == [WHALE, BEAR]
        assert api.sent[1].reply_to == captioned["message_id"]
        assert asked(model)[-1] == "А это медведь."

        masha = api.person(5, "Маша")
        answer = api.say(group, masha, "точно спит?", reply_to=api.sent[1])
        api.say(group, masha, "а мне нравится", reply_to=captioned)
        await replies(api, group, 4)
        assert api.sent[-1].reply_to == answer["message_id"]
        assert asked(model)[-1] == "Маша: точно спит?"
        assert BEAR in asked(model)
        assert "пост канала" not in model.prompts[-1][0].text
        assert len(await heard(api, group)) == 3
    assert len(model.prompts) == 3


async def test_an_album_gets_one_comment_and_posts_without_words_none(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_comments=True, telegram_comment_cooldown=0.0):
        channel, group = linked(api)
        api.post(channel, media="photo")
        api.post(channel, extra={"new_chat_title": "Новый зверинец"})
        album = {"media_group_id": "1370000777"}
        first = api.post(channel, "Три кита", media="photo", extra=album)
        api.post(channel, media="photo", extra=album)
        api.post(channel, "и ещё слова", media="photo", extra=album)
        assert len(await heard(api, group)) == 1
        assert api.sent[0].reply_to == first["message_id"]
    assert len(model.prompts) == 1


async def test_a_channel_gets_one_comment_within_the_cooldown_and_others_theirs(
    open_app: Open, settings: Settings, model: FakeChat
) -> None:
    async with BotApi() as api:
        (animals, zoo), (plants, garden) = linked(api), linked(api, "Огород")
        for _ in range(2):  # a restart does not forget it
            async with running(api, open_app(), settings.data_dir, telegram_comments=True, telegram_comment_cooldown=3600.0):
                api.post(animals, "Сегодня взвесили кита.")
                api.post(animals, "Сегодня взвесили слона.")
                api.post(plants, "Сегодня взвесили репу.")
                for group in (zoo, garden):
                    assert len(await heard(api, group)) == 1
        # Two channels are two lanes, so either may be first.
        prompts = sorted(asked(model, at) for at in range(len(model.prompts)))
        assert prompts == [["Сегодня взвесили кита."], ["Сегодня взвесили репу."]]


async def test_channels_are_allowed_by_id_and_by_name(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(WHALE, BEAR)
    async with BotApi() as api:
        by_id, by_name, other = linked(api), linked(api, "Огород", "Ogorod"), linked(api, "Чужой", "alien")
        allowed = frozenset({by_id[0].id, "ogorod"})
        changes = {"telegram_comments": True, "telegram_comment_channels": allowed}
        async with running(api, open_app(), settings.data_dir, **changes):
            for channel, _ in (by_id, by_name, other):
                api.post(channel, "Сегодня взвесили кита.")
            for _, group in (by_id, by_name):
                await replies(api, group, 1)
            assert await heard(api, other[1]) == []


async def test_a_channel_that_the_owner_has_blocked_gets_no_comment(open_app: Open, settings: Settings, model: FakeChat) -> None:
    async with BotApi() as api, running(api, open_app(), settings.data_dir, telegram_comments=True, telegram_comment_cooldown=0.0):
        channel, group = linked(api)
        post = api.post(channel, "Сегодня взвесили кита.")
        await replies(api, group, 1)
        api.say(group, api.person(OWNER, "Хозяин"), "/block", reply_to=post)
        assert str(channel.id) in (await replies(api, group, 2))[1]
        api.post(channel, "Сегодня взвесили слона.")
        assert len(await heard(api, group)) == 2


async def test_a_probability_of_nothing_comments_on_nothing(open_app: Open, settings: Settings, model: FakeChat) -> None:
    changes = {"telegram_comments": True, "telegram_comment_probability": 0.0, "telegram_comment_cooldown": 0.0}
    async with BotApi() as api, running(api, open_app(), settings.data_dir, **changes):
        channel, group = linked(api)
        for number in range(5):
            api.post(channel, f"Сегодня взвесили кита номер {number}.")
        assert await heard(api, group) == []
    assert model.prompts == []


async def test_a_post_that_the_model_fails_at_gets_no_excuse(open_app: Open, settings: Settings, model: FakeChat) -> None:
    model.will_say(RuntimeError("out of memory"), WHALE)
    changes = {"telegram_comments": True, "telegram_comment_cooldown": 0.0}
    async with BotApi() as api, running(api, open_app(), settings.data_dir, **changes) as grisha:
        channel, group = linked(api)
        api.post(channel, "Сегодня взвесили слона.")
        api.post(channel, "Сегодня взвесили кита.")
        assert await replies(api, group, 1) == [WHALE]
        assert [message.text for message in await grisha.history(memory(group))] == ["Сегодня взвесили кита.", WHALE]
