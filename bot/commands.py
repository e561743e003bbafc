"""The bot's commands: what they are called, who sees them, what they do."""

import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import CallbackQuery, ChatMember, Message
from telegram.error import TelegramError

from bot.address import Command
from bot.delivery import NO_RESULT, reply_parts
from bot.inbox import Send
from bot.learning import Learning
from bot.origin import Place, Speaker, person, speaker_of
from bot.people import Acquaintance
from bot.services import Services
from graph.context import Context


@dataclass(frozen=True)
class Entry:
    """A command in the menu."""

    name: str
    description: str
    """Russian."""
    in_groups: bool = True
    owner_only: bool = False


MENU = (
    Entry("start", "познакомиться: Гриша расскажет о себе"),
    Entry("help", "что умею и как меня звать"),
    Entry("reset", "забыть этот разговор"),
    Entry("stats", "сколько я знаю и помню"),
    Entry("privacy", "что я храню и кому это видно"),
    Entry("export", "прислать файлом всё, что я о тебе знаю", in_groups=False),
    Entry("forget_me", "стереть всё, что я о тебе знаю"),
    Entry("why", "почему я так ответил; можно ответом на моё сообщение"),
    Entry("unlearn", "забыть, чему я научился на последнем ответе или на том, на который отвечаешь"),
    Entry("learn", "учиться ли мне на твоих словах: /learn on или /learn off"),
    Entry("whoami", "кто ты для меня: имя, id, права"),
    Entry("users", "кто со мной разговаривает", in_groups=False, owner_only=True),
    Entry("block", "не отвечать человеку: /block id, @имя или ответом на его сообщение", owner_only=True),
    Entry("unblock", "снова отвечать: /unblock id или @имя", owner_only=True),
)

_PRIVACY = """\
Я работаю на компьютере своего хозяина, и память о разговорах лежит там. В облака я ничего не отправляю; сами сообщения, как \
всегда, идут через Telegram.

Что я храню:
• последние 20 сообщений каждого чата как есть, вместе с личным: так я помню, о чём речь;
• имя, если его назвать, id в Telegram и где мы говорили;
• удачные ответы вместе с вопросами: на них я учусь и могу слово в слово повторить их в других чатах. Если там имя, телефон, \
адрес или другое личное, обмен остаётся в своём чате; на картах, документах и паролях не учусь и там. Что выучил на ответе тебе, \
забуду, если поставить 👎 или сказать «не то».

Кроме выученного и твоего имени, из чата в чат ничего не попадает. Что личное, решаю по правилам и могу ошибиться, так что секреты \
мне лучше не доверять. Хозяин бота может прочитать файлы на своём компьютере.

/why покажет, откуда ответ и чему я на нём научился, /unlearn забудет это, после /learn off я на твоих словах не учусь.
/export пришлёт всё, что я о тебе знаю, /forget_me сотрёт это, кроме твоего /learn off, /reset забудет разговор."""


class Commands:
    """Carries out commands, and what the buttons below their replies ask for."""

    def __init__(self, services: Services, learning: Learning) -> None:
        """Serve the bot of `services`; what it has learned is for `learning` to tell."""
        self._services = services
        self._actions: dict[str, Callable[[Message, Speaker, Place, str], Awaitable[str | list[Send]]]] = {
            "start": self._start,
            "help": self._help,
            "reset": self._reset,
            "stats": self._stats,
            "privacy": self._privacy,
            "export": self._export,
            "forget_me": self._forget_me,
            "why": learning.why,
            "unlearn": learning.unlearn,
            "learn": learning.learn,
            "whoami": self._whoami,
            "users": self._users,
            "block": self._block,
            "unblock": self._unblock,
        }

    async def run(self, command: Command, message: Message, speaker: Speaker, place: Place) -> list[Send]:
        """What the command has to say. An unknown one is answered in a private chat only: elsewhere it may be another bot's."""
        entry = next((entry for entry in MENU if entry.name == command.name), None)
        if not command.is_mine:
            return []
        if entry is None or (entry.owner_only and not self._services.people.is_admin(speaker)):
            said: str | list[Send] = f"Команды /{command.name} я не знаю. Что умею, расскажет /help." if place.private else []
        else:
            said = await self._actions[entry.name](message, speaker, place, command.argument)
        if isinstance(said, list):
            return said
        parts = reply_parts(said, place.chat_id, place.topic, None if place.private else message.message_id)
        return [replace(part, markup=False) for part in parts]

    async def _start(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        context = replace(place.context(speaker), is_start=True)
        await self._services.people.met(speaker, place)
        return [reply async for reply in self._services.grisha.graph.reply("", context)][-1]

    async def _help(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        services = self._services
        name, is_admin = services.grisha.persona.name, services.people.is_admin(speaker)
        shown = [entry for entry in MENU if (entry.in_groups or place.private) and (is_admin or not entry.owner_only)]
        lines = [f"/{entry.name} — {entry.description}" for entry in shown]
        how = (
            "Просто пиши, я отвечу. Если ошибся, исправь последнее сообщение, и я исправлю ответ."
            if place.private
            else f"В группе я отвечаю, когда меня зовут: «{name}, …», @{services.me.username} или ответом на моё сообщение."
        )
        return "\n".join([how, "", *lines])

    async def _reset(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        if not place.private and not await self._may_manage(speaker, place):
            return "Память группы стирают её администраторы."
        await self._services.grisha.reset(place.context(speaker))
        return "Разговор забыт, начинаем с чистого листа."

    async def _stats(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        services = self._services
        known = await services.grisha.knowledge()
        lines = [
            f"Диалогов в наборе: {known.dialogues}",
            f"Знакомых: {known.people}",
            f"Сообщений этого разговора в памяти: {len(await services.grisha.history(place.context(speaker)))}",
            f"Выученных ответов: {known.patterns.patterns}, пригодились раз: {known.patterns.uses}",
        ]
        if place.private and services.people.is_admin(speaker):
            load, everybody = await services.inbox.load(), await services.people.everybody()
            lines += [f"  {pattern.uses} × «{pattern.question}» → «{pattern.reply}»" for pattern in known.patterns.most_used]
            device = services.grisha.device
            lines += [
                f"Модель: {services.grisha.model_name}, устройство: {device.kind.upper()} {device.name}",
                f"Людей: {len(everybody)}, обращений: {sum(one.messages for one in everybody)}",
                f"Ждут ответа кроме тебя: {load.waiting - 1}, отложено с ошибкой: {load.quarantined}",
            ]
            lines += [f"  последняя: {load.last_reason}"] if load.last_reason else []
        return "\n".join(lines)

    async def _privacy(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        return _PRIVACY

    async def _export(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str | list[Send]:
        if not place.private:
            return f"Это личное: напиши /export мне в личном чате, @{self._services.me.username}."
        own, shared = await self._contexts(speaker)
        data = await self._services.grisha.personal_data(speaker.key, own, shared)
        everybody = {one.id: one for one in await self._services.people.everybody()}
        about = everybody.get(speaker.id)
        telegram = {"id": speaker.id, "name": speaker.name, "username": speaker.username}
        if about:
            telegram |= {"first_seen": _when(about.first_seen), "last_seen": _when(about.last_seen), "messages": about.messages}
        text = json.dumps({"telegram": telegram, **data}, ensure_ascii=False, indent=2)
        return [Send(place.chat_id, text, kind="document", thread_id=place.topic, file_name="grisha.json")]

    async def _forget_me(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str | list[Send]:
        if message.sender_chat:
            return "Здесь за тебя говорит группа или канал. Напиши /forget_me от своего имени, лучше в личном чате."
        text = "Стереть твоё имя, наши разговоры и всё, чему я научился от тебя? Вернуть будет нельзя."
        buttons = (("Стереть", f"forget:yes:{speaker.id}"), ("Не надо", f"forget:no:{speaker.id}"))
        quoted = None if place.private else message.message_id
        return [Send(place.chat_id, text, thread_id=place.topic, reply_to=quoted, buttons=buttons)]

    async def _whoami(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        services = self._services
        name = (await services.grisha.known_of(speaker.key)).name
        lines = [
            f"В Telegram: {speaker.name}" + (f" (@{speaker.username})" if speaker.username else ""),
            f"id: {speaker.id}" + ("" if place.private else f", id чата: {place.chat_id}"),
            f"Зову тебя: {name}" if name else "Имени ты мне пока не называл: напиши «меня зовут …».",
        ]
        if services.people.is_admin(speaker):
            lines.append("Ты мой хозяин.")
        return "\n".join(lines)

    async def _users(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        everybody = await self._services.people.everybody()
        return "\n".join(map(_line, everybody)) if everybody else "Со мной ещё никто не разговаривал."

    async def _block(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        user_id = await self._whom(message, argument)
        if user_id is None:
            return "Кого? /block и id, @имя из /users, или ответом на сообщение человека."
        if user_id in self._services.settings.admin_user_ids:
            return "Хозяина не блокирую."
        await self._services.people.block(user_id)
        return f"Больше не отвечаю: {user_id}. Передумаешь — /unblock {user_id}"

    async def _unblock(self, message: Message, speaker: Speaker, place: Place, argument: str) -> str:
        user_id = await self._whom(message, argument)
        if user_id is None:
            return "Кого? /unblock и id или @имя из /users."
        await self._services.people.unblock(user_id)
        return f"Снова отвечаю: {user_id}"

    async def pressed(self, query: CallbackQuery, place: Place) -> list[Send]:
        """A button below one of the bot's messages."""
        message, (action, answer, owner) = query.message, [*(query.data or "").split(":"), "", "", ""][:3]
        if action != "forget" or message is None:
            await self._acknowledge(query, "Эта кнопка больше не работает.")
            return []
        if owner != str(query.from_user.id):
            await self._acknowledge(query, "Эта кнопка не для тебя.")
            return []
        said = "Хорошо, всё остаётся как было."
        if answer == "yes":
            speaker = person(query.from_user)
            await self._services.grisha.forget_me(speaker.key, *await self._contexts(speaker))
            await self._services.people.forget(speaker)
            said = "Готово: имя, разговоры и всё, чему я научился от тебя, стёрты. Будем знакомы заново?"
            if not (await self._services.grisha.known_of(speaker.key)).may_learn:
                said += " Помню одно: на твоих словах я не учусь. Передумаешь, напиши /learn on."
        await self._acknowledge(query)
        return [Send(place.chat_id, said, kind="edit", message_id=message.message_id)]

    async def _acknowledge(self, query: CallbackQuery, text: str | None = None) -> None:
        with suppress(TelegramError, *NO_RESULT):  # it only stops the button's clock, and is refused after some seconds
            await query.answer(text)

    async def _contexts(self, speaker: Speaker) -> tuple[list[Context], list[Context]]:
        """The person's own conversations, and the shared ones that they have taken part in."""
        own, shared = await self._services.people.memories(speaker)
        return (
            [Context(memory, speaker.key, "private") for memory in own],
            [Context(memory, speaker.key, "group") for memory in shared],
        )

    async def _may_manage(self, speaker: Speaker, place: Place) -> bool:
        """Whether it is the owner, or an administrator of the group, anonymous ones included."""
        if self._services.people.is_admin(speaker) or speaker.id == place.chat_id:
            return True
        if speaker.id < 0:
            return False
        member = await self._services.bot.get_chat_member(place.chat_id, speaker.id)
        return member.status in (ChatMember.OWNER, ChatMember.ADMINISTRATOR)

    async def _whom(self, message: Message, argument: str) -> int | None:
        """The person that a command is about: by id, by @username, or the author of the message that it replies to."""
        word = argument.split()[0] if argument.split() else ""
        if word.removeprefix("-").isdecimal():
            return int(word)
        if word:
            username = word.removeprefix("@").lower()
            everybody = await self._services.people.everybody()
            return next((one.id for one in everybody if (one.username or "").lower() == username), None)
        to = message.reply_to_message
        # Whatever is written in a topic "answers" the notice that the topic was created.
        author = speaker_of(to) if to and to.forum_topic_created is None else None
        return author.id if author else None


def _when(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().isoformat(timespec="seconds")


def _line(one: Acquaintance) -> str:
    username = f" @{one.username}" if one.username else ""
    seen = datetime.fromtimestamp(one.last_seen).astimezone().strftime("%d.%m.%Y %H:%M")
    return f"{one.id} {one.name}{username}: обращений {one.messages}, последнее {seen}" + (", заблокирован" if one.blocked else "")
