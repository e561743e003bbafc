"""The people and the chats around the bot: what they do becomes updates of the shape that Telegram sends."""

import itertools
import time

from botapi.chats import ANONYMOUS, CHANNEL_BOT, MEDIA, NO_RIGHTS, TELEGRAM, Chat, Person, Ref, content, message_id, part, person_of
from botapi.faults import Limit
from botapi.records import JSON, Sent, Touch
from botapi.updates import Updates


class World:
    """The chats, and what a test lets people do in them. `privacy`: the bot hears only what concerns it in groups."""

    def __init__(self, touch: Touch, bot: Person) -> None:
        self.bot = bot
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Person] = {}
        self.queries: dict[str, bool] = {}
        self.moods: dict[tuple[int, int, int], list[JSON]] = {}
        self.privacy = False
        self.can_join_groups = True
        self.limits: list[Limit] = []
        self.updates = Updates(touch)
        self._touch = touch
        # Private chats and basic groups share one row of message ids; others have their own, in which 1 is their creation.
        self._ids = itertools.count(1)
        self._numbers = itertools.count(1)

    def person(
        self, user_id: int, first_name: str = "Маша", *, username: str | None = None, last_name: str | None = None
    ) -> Person:
        """Somebody who has not written to the bot (it may not write to them either)."""
        person = self.people[user_id] = Person(user_id, first_name, username, last_name)
        return person

    def private(self, user_id: int, first_name: str = "Маша", *, username: str | None = None, last_name: str | None = None) -> Chat:
        """Somebody and their private chat with the bot; stands for the person too wherever one is asked for."""
        person = self.person(user_id, first_name, username=username, last_name=last_name)
        return self._add(Chat(user_id, "private", self._ids, person=person))

    def group(self, title: str = "Дача", kind: str = "group", *, forum: bool = False, username: str | None = None) -> Chat:
        """A group ("group" or "supergroup") with the bot in it."""
        number = next(self._numbers)
        if kind == "group" and not forum:
            return self._add(Chat(-1000 - number, "group", self._ids, title))
        return self._add(Chat(-1001000000000 - number, "supergroup", itertools.count(2), title, username, forum=forum))

    def channel(self, title: str = "Канал", username: str | None = None, *, with_bot: bool = False) -> Chat:
        """A channel; only with the bot in it does the bot get channel_post updates."""
        chat = Chat(-1002000000000 - next(self._numbers), "channel", itertools.count(2), title, username)
        chat.bot = "administrator" if with_bot else "left"
        return self._add(chat)

    def link(self, channel: Chat, group: Chat) -> None:
        """Make the supergroup the channel's discussion group."""
        channel.linked, group.linked = group, channel

    def topic(self, chat: Chat, name: str, user: Person | Chat | None = None) -> int:
        """A new topic of a forum; its message_thread_id."""
        assert chat.forum, "only forums have topics"
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        sender = person_of(user) or ANONYMOUS
        message = self.put(chat, sender, {**created, "is_topic_message": True})
        message["message_thread_id"] = message["message_id"]
        chat.topics[message["message_id"]] = name
        self._tell("message", chat, message)
        return int(message["message_id"])

    def say(
        self,
        chat: Chat,
        user: Person | Chat | None,
        text: str = "",
        *,
        media: str | None = None,
        topic: int | None = None,
        reply_to: Ref = None,
        date: int | None = None,
        sender_chat: Chat | None = None,
        extra: JSON | None = None,
    ) -> JSON:
        """A message of somebody's, with `media` a caption; with `sender_chat` an anonymous admin's (the group) or a channel's.

        `extra` are more fields of the message. Returns the message.
        """
        sender = person_of(user) or (ANONYMOUS if sender_chat is chat else CHANNEL_BOT if sender_chat else chat.person)
        assert sender, "somebody speaks"
        assert chat.kind != "channel", "use post()"
        if user:
            chat.members[sender.id] = sender
        body = content(text, media) | ({"sender_chat": sender_chat.as_json()} if sender_chat else {}) | (extra or {})
        message = self.put(chat, sender, body, topic=topic, reply_to=message_id(reply_to), date=date)
        self._tell("message", chat, message)
        return message

    def album(
        self, chat: Chat, user: Person | Chat | None, caption: str = "", *, size: int = 3, topic: int | None = None
    ) -> list[JSON]:
        """Several photos sent at once: one message each, the caption under the first."""
        group = {"media_group_id": f"1370000{next(self._numbers)}"}
        return [self.say(chat, user, caption if at == 0 else "", media="photo", topic=topic, extra=group) for at in range(size)]

    def post(
        self, channel: Chat, text: str = "", *, media: str | None = None, date: int | None = None, extra: JSON | None = None
    ) -> JSON:
        """A post of a channel, with `extra` fields. Returns its copy in the discussion group, or the post where none is linked."""
        body = content(text, media) | (extra or {})
        post = self.put(channel, None, {**body, "sender_chat": channel.as_json()}, date=date)
        self._tell("channel_post", channel, post)
        if not channel.linked:
            return post
        origin = {"type": "channel", "chat": channel.as_json(), "message_id": post["message_id"], "date": post["date"]}
        forwarded = {"sender_chat": channel.as_json(), "forward_origin": origin, "is_automatic_forward": True}
        copy = self.put(channel.linked, TELEGRAM, {**body, **forwarded}, date=date)
        self._tell("message", channel.linked, copy)
        return copy

    def edit(self, message: JSON, text: str) -> JSON:
        """Its author changes the text or the caption."""
        chat = self.chats[message["chat"]["id"]]
        current = chat.history[message["message_id"]]
        name = "text" if "text" in current else "caption"
        for old in (name, "entities", "caption_entities"):
            current.pop(old, None)
        current |= content(text, None if name == "text" else "caption") | {"edit_date": max(int(time.time()), current["date"])}
        self._tell("edited_channel_post" if chat.kind == "channel" else "edited_message", chat, current)
        return current

    def delete(self, message: JSON) -> None:
        """Somebody deletes a message; bots are not told."""
        del self.chats[message["chat"]["id"]].history[message["message_id"]]
        self._touch()

    def press(self, message: JSON | Sent, button: str, user: Person | Chat) -> str:
        """Somebody presses the button with this text or data under a message; the id of the query."""
        chat = self.chats[message.chat_id if isinstance(message, Sent) else message["chat"]["id"]]
        current = chat.history[message_id(message)]
        buttons = itertools.chain(*current.get("reply_markup", {}).get("inline_keyboard", []))
        pressed = next((each for each in buttons if button in (each["text"], each.get("callback_data"))), None)
        assert pressed, f"no button {button!r} under {current.get('text')!r}"
        query = str(4_000_000_000 + next(self._numbers))
        self.queries[query] = False
        person = person_of(user)
        assert person
        data = {"id": query, "chat_instance": str(-chat.id), "data": pressed["callback_data"], "message": current}
        self.updates.add("callback_query", {"from": person.as_json(), **data})
        return query

    def react(self, message: JSON | Sent, user: Person | Chat, *emoji: str) -> None:
        """Somebody sets their reactions under a message; none takes them back. In groups only administrators are told."""
        chat = self.chats[message.chat_id if isinstance(message, Sent) else message["chat"]["id"]]
        person = person_of(user)
        assert person
        key = chat.id, message_id(message), person.id
        old, self.moods[key] = self.moods.get(key, []), [{"type": "emoji", "emoji": each} for each in emoji]
        update = {"chat": chat.as_json(), "message_id": key[1], "user": person.as_json(), "date": int(time.time())}
        if chat.person or chat.bot == "administrator":
            self.updates.add("message_reaction", {**update, "old_reaction": old, "new_reaction": self.moods[key]})

    def migrate(self, group: Chat) -> Chat:
        """A group becomes a supergroup with an id of its own; both get a service message."""
        assert group.kind == "group", "only groups are upgraded"
        new = self._add(Chat(-1001000000000 - next(self._numbers), "supergroup", itertools.count(2), group.title))
        new.members, new.admins, new.bot = dict(group.members), set(group.admins), group.bot
        sender = next(iter(group.members.values()), ANONYMOUS)
        left = self.put(group, sender, {"migrate_to_chat_id": new.id})
        came = self.put(new, ANONYMOUS, {"migrate_from_chat_id": group.id, "sender_chat": new.as_json()})
        self._tell("message", group, left)
        self._tell("message", new, came)
        group.migrated_to = new
        return new

    def block(self, user: Chat) -> None:
        """Somebody blocks the bot in their private chat."""
        self._status(user, user, "kicked")

    def unblock(self, user: Chat) -> None:
        """Somebody starts the bot again."""
        self._status(user, user, "member")

    def add_bot(self, group: Chat, user: Person | Chat) -> None:
        """Somebody adds the bot to a group."""
        self._status(group, user, "member")
        self._tell("message", group, self.put(group, person_of(user), {"new_chat_members": [self.bot.as_json()]}))

    def kick_bot(self, group: Chat, user: Person | Chat) -> None:
        """Somebody throws the bot out of a group."""
        self._tell("message", group, self.put(group, person_of(user), {"left_chat_member": self.bot.as_json()}))
        self._status(group, user, "kicked")

    def raw_update(self, update: JSON) -> int:
        """Any JSON as an update, poison too; its update_id."""
        return self.updates.add_raw(dict(update))

    def put(
        self, chat: Chat, sender: Person | None, body: JSON, *, topic: int | None = None, reply_to: int = 0, date: int | None = None
    ) -> JSON:
        """A new message in the history of a chat, as complete as Telegram gives it."""
        message: JSON = {"message_id": next(chat.ids), "date": int(time.time()) if date is None else date, "chat": chat.as_json()}
        if sender:
            message["from"] = sender.as_json()
        target = chat.history.get(reply_to)
        if chat.forum and (topic := topic or (target or {}).get("message_thread_id")):
            message |= {"message_thread_id": topic, "is_topic_message": True}
            target = target or chat.history[topic]  # what is said in a topic replies to the message that opened it
        elif target and chat.kind == "supergroup" and not chat.forum:
            message["message_thread_id"] = target.get("message_thread_id", target["message_id"])
        if target:
            message["reply_to_message"] = {name: value for name, value in target.items() if name != "reply_to_message"}
        message |= body
        chat.history[message["message_id"]] = message
        self._touch()
        return message

    def member(self, chat: Chat, user_id: int) -> JSON | None:
        """The ChatMember of the bot or a person in a chat; None for somebody unknown."""
        person = self.bot if user_id == self.bot.id else chat.members.get(user_id) or self.people.get(user_id)
        if not person:
            return None
        if person is self.bot:
            return self._bot_member(chat.bot)
        user = {"user": person.as_json()}
        if user_id in chat.admins:
            return {"status": "administrator", **user, "can_manage_chat": True, **NO_RIGHTS}
        return {"status": "member" if user_id in chat.members or chat.person is person else "left", **user}

    def _add(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat

    def _bot_member(self, status: str) -> JSON:
        more: dict[str, JSON] = {"kicked": {"until_date": 0}, "administrator": {"can_manage_chat": True, **NO_RIGHTS}}
        return {"status": status, "user": self.bot.as_json(), **more.get(status, {})}

    def _status(self, chat: Chat, user: Person | Chat, status: str) -> None:
        person = person_of(user)
        assert person
        old, chat.bot = chat.bot, status
        change = {"old_chat_member": self._bot_member(old), "new_chat_member": self._bot_member(status)}
        update = {"chat": chat.as_json(), "from": person.as_json(), "date": int(time.time()), **change}
        self.updates.add("my_chat_member", update)

    def leave(self, chat: Chat) -> None:
        """The bot itself leaves a group."""
        self._status(chat, self.bot, "left")

    def _tell(self, kind: str, chat: Chat, message: JSON) -> None:
        if chat.bot_inside and (chat.person or not self.privacy or self._concerns_bot(message)):
            self.updates.add(kind, message)

    def _concerns_bot(self, message: JSON) -> bool:
        if not {"text", *MEDIA} & set(message):
            return True  # service messages always come
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot.id:
            return True
        text = message.get("text") or message.get("caption") or ""
        name = f"@{self.bot.username}".lower()
        for entity in message.get("entities") or message.get("caption_entities") or []:
            said = part(text, entity).lower()
            if said == name or (entity["type"] == "bot_command" and ("@" not in said or said.endswith(name))):
                return True
        return False
