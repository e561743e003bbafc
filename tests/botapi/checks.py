"""What every method checks before it does anything, with the words of refusal of the real ones."""

import re

from botapi.chats import Chat
from botapi.records import JSON, ApiError, Params, bad_request
from botapi.world import World

SCOPES = {
    "default": (),
    "all_private_chats": (),
    "all_group_chats": (),
    "all_chat_administrators": (),
    "chat": ("chat_id",),
    "chat_administrators": ("chat_id",),
    "chat_member": ("chat_id", "user_id"),
}


class Checks:
    """Looks up what the parameters of a call name; each method raises ApiError when there is no such thing."""

    def __init__(self, world: World) -> None:
        self.world = world

    def chat(self, params: Params, *, inside: bool = True) -> Chat:
        name = params.text("chat_id")
        if not name:
            raise bad_request("chat_id is empty")
        if name.startswith("@"):
            public = (each for each in self.world.chats.values() if each.kind != "private" and each.username)
            chat = next((each for each in public if f"@{each.username}".lower() == name.lower()), None)
        else:
            number = int(name) if re.fullmatch(r"-?\d+", name) else 0
            chat = self.world.chats.get(number)
            if not chat and number in self.world.people:
                raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        if not chat:
            raise bad_request("chat not found")
        if chat.migrated_to:
            why = "Bad Request: group chat was upgraded to a supergroup chat"
            raise ApiError(400, why, {"migrate_to_chat_id": chat.migrated_to.id})
        if inside:
            self.check_inside(chat)
        return chat

    def check_inside(self, chat: Chat) -> None:
        if chat.bot_inside:
            return
        if chat.kind == "private":
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        where = "channel chat" if chat.kind == "channel" else f"{chat.kind} chat"
        raise ApiError(403, f"Forbidden: bot {'was kicked from' if chat.bot == 'kicked' else 'is not a member of'} the {where}")

    def thread(self, chat: Chat, params: Params) -> int | None:
        thread = params.integer("message_thread_id")
        if thread and thread not in chat.topics:
            raise bad_request("message thread not found")
        return thread or None

    def reply(self, chat: Chat, params: Params) -> int:
        reply = params.json("reply_parameters", dict) or {"message_id": params.integer("reply_to_message_id")}
        target = reply.get("message_id")
        if not isinstance(target, int):
            raise bad_request("can't parse reply parameters")
        if not target or target in chat.history:
            return target
        if reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply"):
            return 0
        raise bad_request("message to be replied not found")

    def markup(self, params: Params) -> JSON:
        """The keyboard under a message; other kinds of markup leave no trace in it."""
        markup = params.json("reply_markup", dict, complaint="object expected as reply markup") or {}
        rows = markup.get("inline_keyboard")
        if not rows:
            return {}
        for button in (button for row in rows for button in row):
            data = button.get("callback_data")
            if not button.get("text"):
                raise bad_request("inline keyboard button text must be non-empty")
            if len(set(button) - {"text", "style", "icon_custom_emoji_id"}) != 1:
                raise bad_request("inline keyboard button must do exactly one thing")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise bad_request("BUTTON_DATA_INVALID")
        return {"reply_markup": {"inline_keyboard": rows}}

    def scope(self, params: Params) -> tuple[str, str]:
        """Whom the commands are for, as one string such as "default" or "chat:5", and the language code or ""."""
        scope = params.json("scope", dict) or {"type": "default"}
        needed = SCOPES.get(str(scope.get("type")))
        language = params.text("language_code")
        if needed is None or any(name not in scope for name in needed):
            raise bad_request("can't parse BotCommandScope")
        if not re.fullmatch(r"([a-z]{2})?", language):
            raise bad_request("BOT_LANG_CODE_INVALID")
        if "chat_id" in needed:
            self.chat(Params({"chat_id": str(scope["chat_id"])}), inside=False)
        return ":".join(str(scope[name]) for name in ("type", *needed)), language
