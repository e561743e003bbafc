"""Who and what surrounds the bot: people, chats with their messages, and what a message may contain."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from botapi.formatting import found, utf16
from botapi.records import JSON, Sent

NO_RIGHTS = {
    "can_be_edited": False,
    "is_anonymous": False,
    "can_delete_messages": False,
    "can_manage_video_chats": False,
    "can_restrict_members": False,
    "can_promote_members": False,
    "can_change_info": False,
    "can_invite_users": False,
    "can_post_stories": False,
    "can_edit_stories": False,
    "can_delete_stories": False,
}


@dataclass(eq=False)
class Person:
    """Somebody with an account, who may or may not have talked to the bot."""

    id: int
    first_name: str
    username: str | None = None
    last_name: str | None = None
    language_code: str | None = "ru"
    is_bot: bool = False

    def as_json(self) -> JSON:
        """The User of the Bot API."""
        fields = {"username": self.username, "last_name": self.last_name, "language_code": self.language_code}
        given = {name: value for name, value in fields.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name, **given}


TELEGRAM = Person(777000, "Telegram", language_code=None)
ANONYMOUS = Person(1087968824, "Group", "GroupAnonymousBot", language_code=None, is_bot=True)
CHANNEL_BOT = Person(136817688, "Channel", "Channel_Bot", language_code=None, is_bot=True)


@dataclass(eq=False)
class Chat:
    """A chat with all its messages. `bot` is the bot's status in it: member, administrator, left or kicked."""

    id: int
    kind: str
    ids: Iterator[int]
    title: str | None = None
    username: str | None = None
    person: Person | None = None
    forum: bool = False
    bot: str = "member"
    members: dict[int, Person] = field(default_factory=dict)
    admins: set[int] = field(default_factory=set)
    topics: dict[int, str] = field(default_factory=dict)
    history: dict[int, JSON] = field(default_factory=dict)
    linked: "Chat | None" = None
    migrated_to: "Chat | None" = None

    @property
    def bot_inside(self) -> bool:
        """Whether the bot may write here (a channel: post) and hears what is said."""
        return self.bot in ("member", "administrator") and not self.migrated_to

    def as_json(self) -> JSON:
        """The Chat of the Bot API."""
        person = self.person.as_json() if self.person else {}
        fields: JSON = {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
        fields |= {"title": self.title} if self.title else {}
        fields |= {"username": self.username} if self.username else {}
        return {"id": self.id, "type": self.kind, **fields, **({"is_forum": True} if self.forum else {})}


Ref = int | JSON | Sent | None


def message_id(ref: Ref) -> int:
    """The id of a message given in any form."""
    if isinstance(ref, Sent):
        return ref.message_id
    return int(ref["message_id"]) if isinstance(ref, dict) else ref or 0


def part(text: str, entity: JSON) -> str:
    """What an entity covers."""
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le")


def person_of(user: Person | Chat | None) -> Person | None:
    """A person given as such or by their private chat."""
    return user.person if isinstance(user, Chat) else user


_FILE = {"file_id": "AgACAgIAAxkBAAM", "file_unique_id": "AQADxyz", "file_size": 12345}
MEDIA: JSON = {
    "photo": [{**_FILE, "width": 90, "height": 67}, {**_FILE, "width": 1280, "height": 960}],
    "sticker": {**_FILE, "type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"},
    "voice": {**_FILE, "duration": 4, "mime_type": "audio/ogg"},
    "audio": {**_FILE, "duration": 180, "title": "Песня"},
    "video": {**_FILE, "duration": 5, "width": 640, "height": 480},
    "video_note": {**_FILE, "duration": 5, "length": 240},
    "animation": {**_FILE, "duration": 2, "width": 320, "height": 240},
    "document": {**_FILE, "file_name": "отчёт.pdf", "mime_type": "application/pdf"},
    "location": {"latitude": 55.75, "longitude": 37.62},
}


def content(text: str, media: str | None = None) -> JSON:
    """The fields of a message for a text, or for media with a caption; `media` "caption" gives the caption alone."""
    name, entities_name = ("caption", "caption_entities") if media else ("text", "entities")
    assert utf16(text) <= (1024 if media else 4096), "people cannot write that much in one message"
    body: JSON = {media: MEDIA[media]} if media in MEDIA else {}
    if text:
        entities = found(text)
        body |= {name: text} | ({entities_name: entities} if entities else {})
    return body
