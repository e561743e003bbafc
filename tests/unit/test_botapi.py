"""The fake Bot API is as strict as the real one: seen through python-telegram-bot, as the bot sees it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from botapi import BotApi, Limit, Sent
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import HTTPXRequest
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets
from tornado.web import Application, RequestHandler


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own choice of the future; without it every RetryAfter warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with client(api) as bot:
        yield bot


def client(api: BotApi) -> Bot:
    request = HTTPXRequest(read_timeout=1, httpx_kwargs={"trust_env": False})
    polls = HTTPXRequest(read_timeout=1, httpx_kwargs={"trust_env": False})
    return Bot(api.token, base_url=f"{api.url}/bot", request=request, get_updates_request=polls)


async def texts(bot: Bot, offset: int | None = None, **more: Any) -> dict[int, str | None]:
    return {
        each.update_id: each.message.text if each.message else None for each in await bot.get_updates(offset, timeout=0, **more)
    }


# Updates


async def test_an_update_is_given_again_until_a_later_offset_confirms_it(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    for word in ("раз", "два", "три"):
        api.say(masha, masha, word)
    first, second, third = api.pending
    assert await texts(bot) == await texts(bot) == {first: "раз", second: "два", third: "три"}
    assert await texts(bot, limit=1) == {first: "раз"}
    assert await texts(bot, second) == {second: "два", third: "три"}
    assert api.pending == [second, third]
    assert await texts(bot, third + 1) == {}
    assert api.pending == []


async def test_a_long_poll_answers_when_something_is_said(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    poll = asyncio.create_task(bot.get_updates(timeout=10, read_timeout=10))
    await api.until(lambda: api.polling)
    api.say(masha, masha, "привет")
    (update,) = await poll
    assert update.message
    assert update.message.text == "привет"
    assert not api.polling


async def test_the_older_of_two_polls_is_ended(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    older = asyncio.create_task(bot.get_updates(timeout=10, read_timeout=10))
    await api.until(lambda: api.polling)
    async with client(api) as other:
        newer = asyncio.create_task(other.get_updates(timeout=10, read_timeout=10))
        with pytest.raises(Conflict, match="terminated by other getUpdates"):
            await older
        api.say(masha, masha, "привет")
        assert len(await newer) == 1


async def test_a_client_that_goes_away_ends_its_poll_and_loses_nothing(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    async with client(api) as gone:
        poll = asyncio.create_task(gone.get_updates(timeout=10, read_timeout=10))
        await api.until(lambda: api.polling)
        poll.cancel()
        await api.until(lambda: not api.polling, timeout=5)
    api.say(masha, masha, "привет")
    assert list((await texts(bot)).values()) == ["привет"]


async def test_only_the_kinds_asked_for_are_queued(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    await bot.get_updates(timeout=0, allowed_updates=["my_chat_member"])
    api.say(masha, masha, "привет")
    api.block(masha)
    (update,) = await bot.get_updates(timeout=0)
    assert update.my_chat_member
    assert update.my_chat_member.new_chat_member.status == "kicked"


async def test_poison_comes_as_it_is(api: BotApi, bot: Bot) -> None:
    first = api.raw_update({"message": {"nonsense": True}})
    api.raw_update({"update_id": first + 10, "something_new": {}})
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{api.url}/bot{api.token}/getUpdates")
    assert answer.json()["result"][0] == {"update_id": first, "message": {"nonsense": True}}
    assert api.pending == [first, first + 10]
    with pytest.raises(KeyError):
        await bot.get_updates(timeout=0)


# The webhook


class Hook:
    """A web server that keeps what is posted to it, and answers with the statuses queued, then with 200."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, int]] = []
        self.statuses: list[int] = []
        self.busy = self.most = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.arrived = asyncio.Semaphore(0)

    async def __aenter__(self) -> "Hook":
        hook = self

        class Post(RequestHandler):
            async def post(self) -> None:
                hook.busy += 1
                hook.most = max(hook.most, hook.busy)
                hook.arrived.release()
                secret = self.request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
                hook.posts.append((secret, json.loads(self.request.body)["update_id"]))
                await hook.gate.wait()
                hook.busy -= 1
                self.set_status(hook.statuses.pop(0) if hook.statuses else 200)

        (socket, *_) = sockets = bind_sockets(0, "127.0.0.1")
        self.server = HTTPServer(Application([("/hook", Post)], log_function=lambda handler: None))
        self.server.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{socket.getsockname()[1]}/hook"
        return self

    async def __aexit__(self, *error: object) -> None:
        self.gate.set()
        self.server.stop()
        await self.server.close_all_connections()


async def test_the_webhook_gets_the_secret_and_every_update_again_until_it_takes_it(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    async with Hook() as hook:
        hook.statuses = [500, 403]
        await bot.set_webhook(hook.url, secret_token="s3cret")
        api.say(masha, masha, "раз")
        api.say(masha, masha, "два")
        first, second = api.pending
        await api.until(lambda: not api.pending)
        assert hook.posts == [("s3cret", first)] * 3 + [("s3cret", second)]
        info = await bot.get_webhook_info()
        assert info.url == hook.url
        assert info.last_error_message == "Wrong response from the webhook: 403"
        await bot.delete_webhook()
        assert (await bot.get_webhook_info()).url == ""


@pytest.mark.parametrize(("connections", "at_once"), [(1, 1), (2, 2), (40, 3)])
async def test_chats_are_posted_side_by_side_and_a_chat_in_order(api: BotApi, bot: Bot, connections: int, at_once: int) -> None:
    people = [api.private(number, "Маша") for number in (5, 6, 7)]
    async with Hook() as hook:
        hook.gate.clear()
        await bot.set_webhook(hook.url, max_connections=connections)
        for person in people * 2:
            api.say(person, person, "привет")
        ids = api.pending
        for _ in range(at_once):
            await hook.arrived.acquire()
        hook.gate.set()
        await api.until(lambda: not api.pending)
        assert hook.most == at_once
        posted = [update_id for _, update_id in hook.posts]
        assert sorted(posted) == ids
        assert all(posted.index(ids[at]) < posted.index(ids[at + 3]) for at in range(3))
        await bot.delete_webhook()


async def test_polling_and_a_webhook_exclude_each_other(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    poll = asyncio.create_task(bot.get_updates(timeout=10, read_timeout=10))
    await api.until(lambda: api.polling)
    await bot.set_webhook("http://127.0.0.1:9/nobody-listens")
    with pytest.raises(Conflict, match="setWebhook"):
        await poll
    api.say(masha, masha, "привет")
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates(timeout=0)
    assert (await bot.get_webhook_info()).pending_update_count == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates(timeout=0) == ()
    with pytest.raises(BadRequest, match=r"(?i)HTTPS URL"):
        await bot.set_webhook("http://example.org/hook")
    with pytest.raises(BadRequest, match="unallowed characters"):
        await bot.set_webhook("http://127.0.0.1:9/", secret_token="секрет")


# Messages of the bot


async def test_a_message_is_complete_and_recorded(api: BotApi, bot: Bot) -> None:
    masha = api.private(5, "Маша")
    question = api.say(masha, masha, "как дела?")
    to = ReplyParameters(question["message_id"])
    sent = await bot.send_message(5, " <b>Хорошо</b>, 🙂 <i>а</i>? ", parse_mode="HTML", reply_parameters=to)
    assert sent.text == "Хорошо, 🙂 а?"
    assert sent.parse_entities() == {sent.entities[0]: "Хорошо", sent.entities[1]: "а"}
    assert sent.from_user
    assert sent.from_user.id == (await bot.get_me()).id
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "как дела?"
    (record,) = api.sent
    assert isinstance(record, Sent)
    assert (record.chat_id, record.text, record.reply_to, record.thread) == (5, "Хорошо, 🙂 а?", question["message_id"], None)
    assert api.messages(masha) == ["как дела?", "Хорошо, 🙂 а?"]
    await bot.edit_message_text("Отлично", 5, sent.message_id)
    assert api.replies(masha) == ["Отлично"]
    assert record.text == "Хорошо, 🙂 а?"
    await bot.delete_message(5, sent.message_id)
    assert api.replies(masha) == []


@pytest.mark.parametrize(
    ("html", "text", "entities"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot; &unknown; 5 > 3", 'a <b> & "c" &unknown; 5 > 3', []),
        ("😀<b>жир<i>но</i></b>", "😀жирно", [("bold", 2, 5), ("italic", 5, 2)]),
        ('<a href="https://ya.ru?a=1&amp;b=2">тут</a>', "тут", [("text_link", 0, 3)]),
        ('<pre><code class="language-python">x = 1</code></pre>', "x = 1", [("pre", 0, 5)]),
        ("<code>@masha /start</code>", "@masha /start", [("code", 0, 13)]),
        ('<span class="tg-spoiler">тс</span>', "тс", [("spoiler", 0, 2)]),
        ("<blockquote expandable>да</blockquote>", "да", [("expandable_blockquote", 0, 2)]),
        ("<b></b>пусто <b> </b>", "пусто", []),
        ("/help @masha a@b.ru", "/help @masha a@b.ru", [("bot_command", 0, 5), ("mention", 6, 6), ("email", 13, 6)]),
    ],
)
async def test_html_is_parsed(api: BotApi, bot: Bot, html: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    api.private(5)
    sent = await bot.send_message(5, html, parse_mode="HTML")
    assert sent.text == text
    assert [(each.type, each.offset, each.length) for each in sent.entities] == entities


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<b>жирно", 'Can\'t find end tag corresponding to start tag "b"'),
        ("а <br> б", 'Unsupported start tag "br" at byte offset 3'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("я <3 тебя", "Unclosed start tag at byte offset 3"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
        ("<p>x</p>", 'Unsupported start tag "p"'),
        ("2 < 3 > 1", 'Unsupported start tag ""'),
    ],
)
async def test_html_that_telegram_refuses_is_refused(api: BotApi, bot: Bot, html: str, why: str) -> None:
    api.private(5)
    with pytest.raises(BadRequest) as error:
        await bot.send_message(5, html, parse_mode="HTML")
    assert str(error.value).startswith("Can't parse entities: ")
    assert why.lower() in str(error.value).lower()
    assert not api.sent


async def test_what_cannot_be_sent_is_refused(api: BotApi, bot: Bot) -> None:
    masha = api.private(5)
    api.person(6, "Петя")
    button = InlineKeyboardMarkup([[InlineKeyboardButton("да", callback_data="д" * 33)]])
    refused: list[tuple[str, Callable[[], Any]]] = [
        ("Chat not found", lambda: bot.send_message(7, "привет")),
        ("Chat not found", lambda: bot.send_message("@nobody", "привет")),
        ("Message text is empty", lambda: bot.send_message(5, " \n")),
        ("Message text is empty", lambda: bot.send_message(5, "<b> </b>", parse_mode="HTML")),
        ("Message is too long", lambda: bot.send_message(5, "😀" * 2048 + "!")),
        ("Message thread not found", lambda: bot.send_message(5, "привет", message_thread_id=3)),
        ("Message to be replied not found", lambda: bot.send_message(5, "привет", reply_parameters=ReplyParameters(99))),
        ("Can't parse entities", lambda: bot.send_message(5, "😀", entities=[MessageEntity("bold", 0, 3)])),
        ("Can't parse entities", lambda: bot.send_message(5, "😀", entities=[MessageEntity("bold", 0, 1)])),
        ("Button_data_invalid", lambda: bot.send_message(5, "привет", reply_markup=button)),
        ("Wrong parameter action", lambda: bot.send_chat_action(5, "thinking")),
        ("Message thread not found", lambda: bot.send_chat_action(5, "typing", message_thread_id=3)),
        ("Message to edit not found", lambda: bot.edit_message_text("привет", 5, 99)),
        ("Message can't be edited", lambda: bot.edit_message_text("привет", 5, api.say(masha, masha, "моё")["message_id"])),
        ("File must be non-empty", lambda: bot.send_document(5, b"", filename="пусто.json")),
        ("Message caption is too long", lambda: bot.send_document(5, b"{}", caption="я" * 1025)),
        ("Bot_command_invalid", lambda: bot.set_my_commands([("Помощь", "помощь")])),
        ("Bot_command_description_invalid", lambda: bot.set_my_commands([("help", " ")])),
        ("Reaction_invalid", lambda: bot.set_message_reaction(5, api.say(masha, masha, "моё")["message_id"], "🪑")),
    ]
    for why, call in refused:
        with pytest.raises(BadRequest, match=why):
            await call()
    with pytest.raises(Forbidden, match="can't initiate"):
        await bot.send_message(6, "привет")
    assert not api.sent
    fits = await bot.send_message(5, "😀" * 2048, reply_parameters=ReplyParameters(99, allow_sending_without_reply=True))
    assert fits.reply_to_message is None
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("😀" * 2048, 5, fits.message_id)


async def test_a_draft_is_for_private_chats_and_needs_a_number(api: BotApi, bot: Bot) -> None:
    api.private(5)
    group = api.group(kind="supergroup")
    assert await bot.send_message_draft(5, 1, "Ду")
    assert await bot.send_message_draft(5, 1, "Думаю")
    with pytest.raises(BadRequest):
        await bot.send_message_draft(5, 0, "Думаю")
    with pytest.raises(BadRequest, match="Textdraft_peer_invalid"):
        await bot.send_message_draft(group.id, 1, "Думаю")
    assert [(draft.message_id, draft.text) for draft in api.drafts] == [(1, "Ду"), (1, "Думаю")]
    assert not api.sent


async def test_a_document_arrives_with_its_bytes(api: BotApi, bot: Bot) -> None:
    api.private(5)
    sent = await bot.send_document(5, b'{"a": 1}', caption="Вот", filename="данные.json")
    assert sent.document
    assert sent.document.file_size == 8
    (document,) = api.documents
    assert (document.data, document.filename, document.caption) == (b'{"a": 1}', "данные.json", "Вот")


async def test_a_button_is_answered_once(api: BotApi, bot: Bot) -> None:
    masha = api.private(5)
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Да", callback_data="yes")]])
    sent = await bot.send_message(5, "Точно?", reply_markup=keyboard)
    query = api.press(api.sent[0], "Да", masha)
    (update,) = await bot.get_updates(timeout=0)
    assert update.callback_query
    assert (update.callback_query.data, update.callback_query.id) == ("yes", query)
    assert update.callback_query.message == sent
    await bot.answer_callback_query(query, "ок")
    assert api.answers == {query: "ок"}
    for known in (query, "1"):
        with pytest.raises(BadRequest, match=r"(?i)query is too old"):
            await bot.answer_callback_query(known)
    await bot.edit_message_text("Точно.", 5, sent.message_id)
    with pytest.raises(AssertionError):
        api.press(api.sent[0], "Да", masha)


async def test_command_menus_are_kept_by_scope_and_language(api: BotApi, bot: Bot) -> None:
    api.private(5)
    await bot.set_my_commands([BotCommand("help", "помощь")], language_code="ru")
    await bot.set_my_commands([BotCommand("stats", "цифры")], scope=BotCommandScopeChat(5))
    assert set(api.commands) == {("default", "ru"), ("chat:5", "")}
    assert await bot.get_my_commands(language_code="ru") == (BotCommand("help", "помощь"),)
    await bot.delete_my_commands(language_code="ru")
    assert await bot.get_my_commands(language_code="ru") == ()


# People and chats


async def test_groups_topics_and_comments_have_the_shape_of_telegrams(api: BotApi, bot: Bot) -> None:
    masha = api.person(5, "Маша")
    forum = api.group("Форум", forum=True)
    topic = api.topic(forum, "Котики", masha)
    api.say(forum, masha, "/start@grisha_test_bot да", topic=topic)
    api.say(forum, None, "аноним", sender_chat=forum)
    channel, discussion = api.channel("Новости", "news"), api.group("Обсуждение", "supergroup")
    api.link(channel, discussion)
    copy = api.post(channel, "Пост", media="photo")
    api.say(discussion, masha, "первый", reply_to=copy)
    api.say(discussion, None, "от канала", sender_chat=channel)
    album = api.album(discussion, masha, "море @grisha_test_bot", size=2)
    _, command, anonymous, post, comment, from_channel, *photos = [each.message for each in await bot.get_updates(timeout=0)]

    assert command
    assert (command.message_thread_id, command.is_topic_message) == (topic, True)
    assert command.parse_entities() == {command.entities[0]: "/start@grisha_test_bot"}
    assert command.reply_to_message
    assert command.reply_to_message.forum_topic_created
    assert anonymous
    assert (anonymous.from_user.id, anonymous.sender_chat.id) == (1087968824, forum.id)  # type: ignore[union-attr]
    assert post
    assert (post.from_user.id, post.is_automatic_forward, post.caption) == (777000, True, "Пост")  # type: ignore[union-attr]
    assert post.forward_origin.chat.username == "news"  # type: ignore[union-attr]
    assert comment
    assert (comment.message_thread_id, comment.is_topic_message) == (post.message_id, None)
    assert from_channel
    assert from_channel.from_user.id == 136817688  # type: ignore[union-attr]
    assert [photo.media_group_id for photo in photos if photo] == [album[0]["media_group_id"]] * 2
    assert photos[0]
    assert list(photos[0].parse_caption_entities().values()) == ["@grisha_test_bot"]
    assert (await bot.get_chat(discussion.id)).linked_chat_id == channel.id

    reply = await bot.send_message(forum.id, "мур", message_thread_id=topic)
    assert (reply.message_thread_id, reply.is_topic_message) == (topic, True)
    assert (await comment.reply_text("ок", do_quote=True)).message_thread_id == post.message_id
    with pytest.raises(BadRequest, match=r"(?i)thread not found"):
        await bot.send_message(forum.id, "мур", message_thread_id=1)
    await bot.send_chat_action(forum.id, "typing", message_thread_id=1)
    assert api.actions == [(forum.id, "typing", 1)]


async def test_every_kind_of_content_can_be_read_by_the_library(api: BotApi, bot: Bot) -> None:
    masha = api.private(5)
    kinds = ("photo", "sticker", "voice", "audio", "video", "video_note", "animation", "document", "location")
    for kind in kinds:
        api.say(masha, masha, media=kind)
    read = await bot.get_updates(timeout=0)
    assert all(update.message and getattr(update.message, kind) for update, kind in zip(read, kinds, strict=True))


async def test_an_edit_comes_as_an_edit(api: BotApi, bot: Bot) -> None:
    masha = api.private(5)
    message = api.say(masha, masha, "превет", date=1_700_000_000)
    api.edit(message, "привет")
    first, second = await bot.get_updates(timeout=0)
    assert first.message
    assert first.message.text == "превет"
    assert second.edited_message
    assert (second.edited_message.text, second.edited_message.message_id) == ("привет", first.message.message_id)


async def test_a_group_that_migrated_tells_its_new_id(api: BotApi, bot: Bot) -> None:
    masha = api.person(5)
    group = api.group("Дача")
    api.say(group, masha, "привет")
    new = api.migrate(group)
    with pytest.raises(ChatMigrated) as error:
        await bot.send_message(group.id, "привет")
    assert error.value.new_chat_id == new.id
    assert new.id < -1000000000000 < group.id
    await bot.send_message(new.id, "привет")
    _, left, came = [update.message for update in await bot.get_updates(timeout=0)]
    assert left
    assert came
    assert (left.chat.id, left.migrate_to_chat_id) == (group.id, new.id)
    assert (came.chat.id, came.migrate_from_chat_id) == (new.id, group.id)


async def test_who_shuts_the_bot_out_gets_nothing(api: BotApi, bot: Bot) -> None:
    masha, group = api.private(5), api.group(kind="supergroup")
    api.block(masha)
    api.kick_bot(group, masha)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(5, "привет")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "привет")
    api.unblock(masha)
    api.add_bot(group, masha)
    await bot.send_message(5, "привет")
    await bot.send_message(group.id, "привет")
    await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(group.id, "привет")
    updates = [update.my_chat_member for update in await bot.get_updates(timeout=0)]
    statuses = [(each.chat.id, each.new_chat_member.status) for each in updates if each]
    assert statuses == [(5, "kicked"), (group.id, "kicked"), (5, "member"), (group.id, "member"), (group.id, "left")]


async def test_with_privacy_only_what_concerns_the_bot_comes(api: BotApi, bot: Bot) -> None:
    api.privacy = True
    masha, group = api.private(5), api.group(kind="supergroup")
    assert (await bot.get_me()).can_read_all_group_messages is False
    own = await bot.send_message(group.id, "я тут")
    for text in ("просто", "/help", "/help@other_bot", "@Grisha_test_bot эй", "@grisha_test_bot2 эй"):
        api.say(group, masha, text)
    api.say(group, masha, "и что", reply_to=own.message_id)
    assert list((await texts(bot)).values()) == ["/help", "@Grisha_test_bot эй", "и что"]


async def test_members_of_a_chat(api: BotApi, bot: Bot) -> None:
    masha, group = api.private(5), api.group(kind="supergroup")
    api.say(group, masha, "привет")
    assert (await bot.get_chat_member(group.id, 5)).status == "member"
    group.admins.add(5)
    assert (await bot.get_chat_member(group.id, 5)).status == "administrator"
    assert (await bot.get_chat_member(group.id, bot.id)).status == "member"
    with pytest.raises(BadRequest):
        await bot.get_chat_member(group.id, 77)


# Faults


@pytest.mark.parametrize(
    ("kind", "error", "words", "done"),
    [
        ("drop_before", NetworkError, "Server disconnected", False),
        ("drop_after", NetworkError, "Server disconnected", True),
        ("429", RetryAfter, "1", False),
        ("500", NetworkError, "Internal Server Error: sent by the test", False),
        ("502", NetworkError, "Bad Gateway", False),
        ("401", InvalidToken, "Unauthorized", False),
        ("403", Forbidden, "blocked by the user", False),
        ("404", InvalidToken, "Not Found", False),
        ("bad_json", TelegramError, "Invalid server response", True),
        ("no_result", KeyError, "result", True),
        ("slow", TimedOut, "Timed out", True),
    ],
)
async def test_a_fault_happens_once_and_does_what_it_says(
    api: BotApi, bot: Bot, kind: str, error: type[Exception], words: str, done: bool
) -> None:
    api.private(5)
    api.faults.slow = 5
    api.faults.add(kind, "sendMessage")
    await bot.send_chat_action(5, "typing")
    with pytest.raises(error, match=words):
        await bot.send_message(5, "привет", read_timeout=0.1)
    assert len(api.sent) == done
    assert api.faults.left == 0
    await bot.send_message(5, "привет")
    assert len(api.sent) == done + 1


async def test_faults_wait_for_a_call_that_they_suit(api: BotApi, bot: Bot) -> None:
    api.private(5)
    api.faults.add("entities", times=2)
    api.faults.add("409")
    await bot.send_message(5, "привет")
    for _ in range(2):
        with pytest.raises(BadRequest, match="Can't parse entities"):
            await bot.send_message(5, "<b>привет</b>", parse_mode="HTML")
    await bot.send_message(5, "<b>привет</b>", parse_mode="HTML")
    with pytest.raises(Conflict):
        await bot.get_updates(timeout=0)


async def test_random_faults_are_the_same_for_a_seed(api: BotApi, bot: Bot) -> None:
    runs = []
    for _ in range(2):
        api.calls.clear()
        api.faults.random(0.5, ["429", "500", "drop_before"], seed=3)
        for _ in range(40):
            try:
                await bot.get_me()
            except TelegramError:
                continue
        runs.append([call.fault for call in api.calls])
    assert runs[0] == runs[1]
    assert {None, "429", "500", "drop_before"} == set(runs[0])
    api.faults.clear()
    await bot.get_me()


async def test_held_calls_wait_and_then_are_done_though_the_client_has_gone(api: BotApi, bot: Bot) -> None:
    api.private(5)
    with api.hold("sendMessage") as hold:
        waits = asyncio.create_task(bot.send_message(5, "раз"))
        await api.until(lambda: hold.waiting == 1)
        with pytest.raises(TimedOut):
            await bot.send_message(5, "два", read_timeout=0.05)
        assert not api.sent
    await waits
    await api.until(lambda: len(api.sent) == 2)


async def test_flood_control(api: BotApi, bot: Bot) -> None:
    api.private(5)
    api.private(6)
    api.limits = [Limit("private", count=1, seconds=3)]
    await bot.send_message(5, "раз")
    await bot.send_message(6, "раз")
    with pytest.raises(RetryAfter) as error:
        await bot.send_message(5, "два")
    assert error.value.retry_after in (timedelta(seconds=3), timedelta(seconds=2))
    await bot.send_chat_action(5, "typing")
    group = api.group()
    await bot.send_message(group.id, "раз")
    await bot.send_message(group.id, "два")
    assert len(api.sent) == 4


async def test_what_is_not_there_is_not_found(api: BotApi) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        unknown = await http.post(f"{api.url}/bot{api.token}/banChatMember")
        stranger = await http.post(f"{api.url}/bot1:other/getMe")
        as_json = await http.post(f"{api.url}/bot{api.token}/sendMessage", json={"chat_id": api.private(5).id, "text": "привет"})
    assert (unknown.status_code, unknown.json()) == (404, {"ok": False, "error_code": 404, "description": "Not Found"})
    assert (stranger.status_code, stranger.json()["description"]) == (401, "Unauthorized")
    assert Message.de_json(as_json.json()["result"], None).text == "привет"


async def test_waiting_in_vain_says_what_happened(api: BotApi, bot: Bot) -> None:
    api.private(5)
    await bot.send_message(5, "привет")
    with pytest.raises(AssertionError, match=r"pending \[\].*5: 'привет'.*sendMessage"):
        await api.until(lambda: len(api.sent) == 2, timeout=0.01)


async def test_closing_does_not_wait_for_a_poll_or_a_slow_answer() -> None:
    async with BotApi() as api:
        bot = client(api)
        await bot.initialize()
        api.calls.clear()
        api.faults.slow = 60
        api.faults.add("slow", "getMe")
        poll = asyncio.create_task(bot.get_updates(timeout=50, read_timeout=50))
        slow = asyncio.create_task(bot.get_me(read_timeout=50))
        await api.until(lambda: api.polling and len(api.calls) == 2)
        began = time.monotonic()
    assert time.monotonic() - began < 5
    await asyncio.gather(poll, slow, return_exceptions=True)
    await bot.shutdown()
