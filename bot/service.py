"""The bot as a whole: opened, run until it is told to stop, and drained."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from telegram import (
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    User,
)
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

import terminal
from bot.address import Me, name_forms
from bot.chats import open_chats
from bot.client import Client, only_process_of
from bot.commands import MENU, Entry
from bot.conversation import Conversation
from bot.database import open_database
from bot.delivery import NO_RESULT, Delivery, seconds
from bot.inbox import Inbox
from bot.intake import ALLOWED_UPDATES, Intake
from bot.lanes import Lanes
from bot.people import open_people
from bot.polling import look_for_another, poll
from bot.services import Services
from bot.webhook import serve_webhook
from errors import SettingsError
from grisha import Grisha, Notify, Progress
from settings import TelegramSettings

logger = logging.getLogger(__name__)

_REFUSALS = 3
"""How often Telegram must refuse the token at the start before it is believed."""


def run(
    open_grisha: Callable[[Notify, Progress], AbstractAsyncContextManager[Grisha]], settings: TelegramSettings, data_dir: Path
) -> int:
    """Serve people until SIGTERM or Ctrl-C. Returns the exit status.

    Args:
        open_grisha: opens what answers; told what to show while that loads.
        settings: of the bot.
        data_dir: where the bot's own file lies.

    Raises:
        GrishaError: the owner has something to mend; the message says what.
    """
    try:
        with only_process_of(settings):
            asyncio.run(_run(open_grisha, settings, data_dir))
    except KeyboardInterrupt:  # while things were loading, or for the second time: whatever was taken in is in the inbox
        return 130
    return 0


async def _run(
    open_grisha: Callable[[Notify, Progress], AbstractAsyncContextManager[Grisha]], settings: TelegramSettings, data_dir: Path
) -> None:
    async with AsyncExitStack() as stack:
        bot = Client(settings)
        stack.push_async_callback(bot.shutdown)
        account = await _log_in(bot)
        # Takes some seconds, and so does the loading of models.
        preparing = asyncio.create_task(_prepare(bot, settings))
        stack.callback(preparing.cancel)
        grisha = await stack.enter_async_context(terminal.open_with_progress(open_grisha))
        await preparing
        stop, loop = asyncio.Event(), asyncio.get_running_loop()

        def ask_to_stop(*_: object) -> None:
            if stop.is_set():
                raise KeyboardInterrupt
            loop.call_soon_threadsafe(stop.set)

        # From here on the first signal asks, and what is under way is finished. Windows has no signal handlers of the loop's.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, ask_to_stop)
        await serve(bot, account, grisha, settings, data_dir, stop)


async def serve(
    bot: Client,
    account: User,
    grisha: Grisha,
    settings: TelegramSettings,
    data_dir: Path,
    stop: asyncio.Event,
    line_after: float = 8.0,
) -> None:
    """Serve people until `stop` is set; then finish what is under way, within the deadline of the settings.

    Args:
        bot: the client, logged in.
        account: the bot's own.
        grisha: opened.
        settings: of the bot.
        data_dir: where the bot's own file lies.
        stop: asks to stop.
        line_after: seconds without a word after which a person is told how many are before them.

    Raises:
        GrishaError: the owner has something to mend; the message says what.
    """
    async with open_database(data_dir) as database:
        inbox, chats = Inbox(database), await open_chats(database)
        people = await open_people(database, settings)
        me = Me(account.id, account.username or "", name_forms(grisha.persona.name))
        delivery = Delivery(bot, inbox, chats)
        lanes = Lanes(Conversation(Services(grisha, bot, me, settings, inbox, people, chats, delivery, line_after)).serve)
        intake = Intake(bot, inbox, chats, lanes, settings.telegram_queue)

        left = await intake.replay()
        _greet(grisha, account, settings, left)
        menu = asyncio.create_task(_register_commands(bot, settings))
        try:
            async with _reception(bot, intake, settings) as reception:
                stopped = asyncio.create_task(stop.wait())
                await asyncio.wait({stopped, reception}, return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
            if not reception.cancelled() and (error := reception.exception()):
                raise error
        finally:
            menu.cancel()
            await asyncio.gather(menu, return_exceptions=True)
            terminal.say("Останавливаюсь: дописываю начатые ответы, остальное подождёт до следующего запуска.")
            late = await lanes.stop(settings.telegram_stop_seconds)
            if late:
                terminal.say(f"Не успел дописать ответов: {late}. Допишу при следующем запуске.")


async def _log_in(bot: Client) -> User:
    """The bot's own account; waits for as long as Telegram cannot be reached.

    Raises:
        SettingsError: Telegram does not know the token.
    """
    refusals, pause = 0, 1.0
    while True:
        try:
            await bot.initialize()
            return await bot.get_me()
        except InvalidToken:
            refusals += 1
            if refusals == _REFUSALS:
                raise SettingsError(
                    "Telegram не знает токена из TELEGRAM_BOT_TOKEN. Проверьте, что скопировали его целиком; "
                    "новый выдаёт @BotFather командой /token."
                ) from None
        except RetryAfter as error:
            pause = seconds(error)
        except (TelegramError, *NO_RESULT) as error:
            terminal.say(
                f"Telegram не отвечает ({type(error).__name__}), пробую снова через {pause:.0f} с. Проверьте сеть и TELEGRAM_PROXY."
            )
        await asyncio.sleep(pause)
        pause = min(pause * 2, 60.0)


@asynccontextmanager
async def _reception(bot: Client, intake: Intake, settings: TelegramSettings) -> AsyncIterator[asyncio.Task[None]]:
    """Take updates in while the block runs; the task ends only with an error that the owner has to mend."""
    async with AsyncExitStack() as stack:
        if settings.telegram_webhook:
            secret = settings.telegram_webhook_secret.get_secret_value()
            listen, port = settings.telegram_webhook_listen, settings.telegram_webhook_port
            await stack.enter_async_context(serve_webhook(intake, settings.telegram_webhook, listen, port, secret))
            task = asyncio.create_task(_announce(bot, settings.telegram_webhook, secret))
        else:
            task = asyncio.create_task(poll(bot, intake))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.wait([task])


async def _announce(bot: Client, url: str, secret: str) -> None:
    """Tell Telegram where to call, and wait for ever: the webhook stays, so that Telegram keeps what comes while we are away."""
    # One connection: with several, the updates of a chat could overtake each other.
    await _until_done(lambda: bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=1))
    await asyncio.Event().wait()


async def _prepare(bot: Client, settings: TelegramSettings) -> None:
    """See to it that updates come to this process alone, and by the way that the settings name."""
    if not settings.telegram_webhook:
        await _until_done(lambda: bot.delete_webhook(drop_pending_updates=False))
        await look_for_another(bot)


async def _until_done(call: Callable[[], object]) -> None:
    """Make a call that Telegram must carry out before anything else, as often as it takes."""
    pause = 1.0
    while True:
        try:
            await call()  # type: ignore[misc]  # a coroutine of the library
            return
        except BadRequest as error:
            raise SettingsError(f"Telegram не принимает настройку: {error.message}. Проверьте TELEGRAM_WEBHOOK.") from None
        except RetryAfter as error:
            pause = seconds(error)
        except (TelegramError, *NO_RESULT) as error:
            logger.warning("Telegram cannot be reached (%s), trying again in %.0f s", type(error).__name__, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, 60.0)


async def _register_commands(bot: Client, settings: TelegramSettings) -> None:
    """Put the commands into Telegram's menu: for private chats, for groups, and all of them for the owner."""
    everybody = [entry for entry in MENU if not entry.owner_only]
    menus: list[tuple[BotCommandScope, list[Entry]]] = [
        (BotCommandScopeAllPrivateChats(), everybody),
        (BotCommandScopeAllGroupChats(), [entry for entry in everybody if entry.in_groups]),
        *((BotCommandScopeChat(admin), list(MENU)) for admin in sorted(settings.admin_user_ids)),
    ]
    for scope, entries in menus:
        try:
            await _until_done(
                lambda scope=scope, entries=entries: bot.set_my_commands(  # type: ignore[misc]
                    [BotCommand(entry.name, entry.description) for entry in entries], scope=scope
                )
            )
        except SettingsError:
            logger.info("the owner has not written to the bot yet, their menu comes with the next start")


def _greet(grisha: Grisha, account: User, settings: TelegramSettings, left: int) -> None:
    """What the owner sees once the bot is there."""
    terminal.say(f"{grisha.persona.name} в Telegram: @{account.username}. Модель: {grisha.model_name}. Выход: Ctrl-C.")
    if left:
        terminal.say(f"С прошлого раза ждут ответа: {left}. Отвечаю.")
    if not account.can_read_all_group_messages:
        terminal.say(
            "В группах Telegram показывает мне только команды, @упоминания и ответы. Чтобы я откликался и на имя: "
            "@BotFather, /setprivacy, Disable, потом удалите меня из группы и добавьте снова."
        )
    if not settings.admin_user_ids:
        terminal.say(
            "Хозяин не задан: команды /users, /block и вся статистика откроются, когда ваш id из /whoami будет в ADMIN_USER_IDS."
        )
