"""The methods of the Bot API that this project calls, and a few more, with the checks and the words of refusal of the real ones."""

import re
import time
from collections.abc import Callable
from typing import Any

from telegram.constants import ChatAction, ReactionEmoji

from botapi.chats import Chat
from botapi.checks import Checks
from botapi.faults import Limits
from botapi.formatting import formatted, utf16
from botapi.records import JSON, Document, Params, Sent, bad_request
from botapi.world import World

TEXT_LIMIT, CAPTION_LIMIT = 4096, 1024


class Methods(Checks):
    """What the bot has done, by kind, and the methods by which it does more.

    Each takes the parameters of a call and returns its result; ApiError is the refusal.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sent: list[Sent] = []
        self.edits: list[Sent] = []
        self.drafts: list[Sent] = []
        self.documents: list[Document] = []
        self.actions: list[tuple[int, str, int | None]] = []
        self.reactions: dict[tuple[int, int], list[str]] = {}
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.answers: dict[str, str] = {}
        self._flood = Limits()
        self.table: dict[str, Callable[[Params], Any]] = {
            "getMe": self.get_me,
            "getWebhookInfo": lambda _: world.updates.webhook_info(),
            "sendMessage": self.send_message,
            "sendMessageDraft": self.send_message_draft,
            "sendDocument": self.send_document,
            "sendChatAction": self.send_chat_action,
            "editMessageText": self.edit_message_text,
            "deleteMessage": self.delete_message,
            "setMessageReaction": self.set_message_reaction,
            "answerCallbackQuery": self.answer_callback_query,
            "setMyCommands": self.set_my_commands,
            "getMyCommands": self.get_my_commands,
            "deleteMyCommands": self.delete_my_commands,
            "getChat": self.get_chat,
            "getChatMember": self.get_chat_member,
            "leaveChat": self.leave_chat,
        }

    def get_me(self, params: Params) -> JSON:
        privacy = {"can_read_all_group_messages": not self.world.privacy}
        no = dict.fromkeys(("supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled"), False)
        return {**self.world.bot.as_json(), "can_join_groups": self.world.can_join_groups, **privacy, **no}

    def send_message(self, params: Params) -> JSON:
        text, entities = formatted(params, "text", "entities")
        if not text:
            raise bad_request("message text is empty")
        chat = self.chat(params)
        body = {"text": text} | ({"entities": entities} if entities else {})
        if utf16(text) > TEXT_LIMIT:
            raise bad_request("message is too long")
        return self._send("sendMessage", chat, params, body)

    def send_document(self, params: Params) -> JSON:
        caption, entities = formatted(params, "caption", "caption_entities")
        name = params.text("document").removeprefix("attach://") or "document"
        upload = params.files.get(name)
        if not upload:
            raise bad_request("there is no document in the request")
        if not upload.data:
            raise bad_request("file must be non-empty")
        chat = self.chat(params)
        if utf16(caption) > CAPTION_LIMIT:
            raise bad_request("message caption is too long")
        file = {"file_id": f"BQAC{len(self.documents)}", "file_unique_id": f"AgAD{len(self.documents)}"}
        body: JSON = {"document": {**file, "file_name": upload.filename, "file_size": len(upload.data)}}
        body |= {"caption": caption} if caption else {}
        message = self._send("sendDocument", chat, params, body | ({"caption_entities": entities} if entities else {}))
        self.documents.append(Document(chat.id, message["message_id"], upload.filename, upload.data, caption))
        return message

    def send_message_draft(self, params: Params) -> bool:
        text, entities = formatted(params, "text", "entities")
        chat = self.chat(params)
        if chat.kind != "private":
            raise bad_request("TEXTDRAFT_PEER_INVALID")
        if not params.integer("draft_id"):
            raise bad_request("draft_id must be non-zero")
        if utf16(text) > TEXT_LIMIT:
            raise bad_request("message is too long")
        draft, thread = params.integer("draft_id"), self.thread(chat, params)
        self.drafts.append(Sent("sendMessageDraft", chat.id, draft, text, tuple(entities), None, thread, None, time.monotonic()))
        return True

    def edit_message_text(self, params: Params) -> JSON:
        text, entities = formatted(params, "text", "entities")
        if not text:
            raise bad_request("message text is empty")
        chat = self.chat(params)
        message = chat.history.get(params.integer("message_id"))
        if not message:
            raise bad_request("message to edit not found")
        if message.get("from", {}).get("id") != self.world.bot.id:
            raise bad_request("message can't be edited")
        if "text" not in message:
            raise bad_request("there is no text in the message to edit")
        if utf16(text) > TEXT_LIMIT:
            raise bad_request("message is too long")
        body = {"text": text} | ({"entities": entities} if entities else {}) | self.markup(params)
        if body == {name: message[name] for name in ("text", "entities", "reply_markup") if name in message}:
            same = "specified new message content and reply markup are exactly the same as a current content and reply markup"
            raise bad_request(f"message is not modified: {same} of the message")
        self._flood.check(self.world.limits, chat.id)
        for name in ("entities", "reply_markup"):
            message.pop(name, None)
        message |= {**body, "edit_date": int(time.time())}
        self.edits.append(_record("editMessageText", message))
        return message

    def delete_message(self, params: Params) -> bool:
        chat = self.chat(params)
        message = chat.history.get(params.integer("message_id"))
        if not message:
            raise bad_request("message to delete not found")
        own = message.get("from", {}).get("id") == self.world.bot.id
        if not own and chat.kind != "private" and chat.bot != "administrator":
            raise bad_request("message can't be deleted")
        self.world.delete(message)
        return True

    def send_chat_action(self, params: Params) -> bool:
        chat = self.chat(params)
        if params.text("action") not in set(ChatAction):
            raise bad_request("wrong parameter action in request")
        # The general topic is 1 here and nowhere else.
        general = chat.forum and params.text("message_thread_id") == "1"
        self.actions.append((chat.id, params.text("action"), 1 if general else self.thread(chat, params)))
        return True

    def set_message_reaction(self, params: Params) -> bool:
        chat = self.chat(params)
        message = params.integer("message_id")
        if message not in chat.history:
            raise bad_request("message to react not found")
        reactions = params.json("reaction", list) or []
        if len(reactions) > 1:
            raise bad_request("REACTIONS_TOO_MANY")
        emoji = [str(each.get("emoji")) if isinstance(each, dict) else "" for each in reactions]
        if not set(emoji) <= set(ReactionEmoji):
            raise bad_request("REACTION_INVALID")
        self.reactions[chat.id, message] = emoji
        return True

    def answer_callback_query(self, params: Params) -> bool:
        query = params.text("callback_query_id")
        if self.world.queries.get(query) is not False:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if utf16(params.text("text")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        self.world.queries[query] = True
        self.answers[query] = params.text("text")
        return True

    def set_my_commands(self, params: Params) -> bool:
        commands = params.json("commands", list)
        if commands is None or len(commands) > 100:
            raise bad_request("can't parse commands JSON object" if commands is None else "BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not isinstance(command, dict) or not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command"))):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(str(command.get("description", "")).strip()) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self.commands[self.scope(params)] = commands
        return True

    def get_my_commands(self, params: Params) -> list[JSON]:
        return self.commands.get(self.scope(params), [])

    def delete_my_commands(self, params: Params) -> bool:
        self.commands.pop(self.scope(params), None)
        return True

    def get_chat(self, params: Params) -> JSON:
        chat = self.chat(params, inside=False)
        if chat.kind != "private" and not chat.username:
            self.check_inside(chat)
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        full: JSON = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
        return {**chat.as_json(), **full, **({"linked_chat_id": chat.linked.id} if chat.linked else {})}

    def get_chat_member(self, params: Params) -> JSON:
        chat = self.chat(params)
        member = self.world.member(chat, params.integer("user_id"))
        if not member:
            raise bad_request("PARTICIPANT_ID_INVALID")
        return member

    def leave_chat(self, params: Params) -> bool:
        chat = self.chat(params)
        if chat.kind == "private":
            raise bad_request("chat member status can't be changed in private chats")
        self.world.leave(chat)
        return True

    def _send(self, method: str, chat: Chat, params: Params, body: JSON) -> JSON:
        thread, reply, markup = self.thread(chat, params), self.reply(chat, params), self.markup(params)
        self._flood.check(self.world.limits, chat.id)
        message = self.world.put(chat, self.world.bot, body | markup, topic=thread, reply_to=reply)
        self.sent.append(_record(method, message, reply))
        return message


def _record(method: str, message: JSON, reply: int = 0) -> Sent:
    return Sent(
        method,
        message["chat"]["id"],
        message["message_id"],
        message.get("text") or message.get("caption") or "",
        tuple(message.get("entities") or message.get("caption_entities") or ()),
        reply or None,
        message.get("message_thread_id"),
        message.get("reply_markup"),
        time.monotonic(),
    )
