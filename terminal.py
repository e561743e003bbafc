"""A conversation in the terminal: what is shown while Grisha loads, the prompt, the commands, and one line for what goes wrong."""

import asyncio
import logging
import sqlite3
import sys
import warnings
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn
from rich.text import Text

from errors import GrishaError
from explanation import FORGOTTEN_ANSWER, NOTHING_LEARNED, UNLEARNED, told
from graph.context import Context
from grisha import Grisha, Knowledge, Notify
from grisha import Progress as Report

HELP = {
    "/start": "познакомиться заново: Гриша расскажет о себе",
    "/reset": "забыть этот разговор",
    "/forget_me": "стереть всё, что Гриша о тебе знает: разговор, имя, выученное",
    "/stats": "сколько Гриша знает и помнит",
    "/why": "откуда последний ответ и чему Гриша на нём научился",
    "/unlearn": "забыть, чему он на нём научился",
    "/help": "эта подсказка",
    "/exit": "выйти; ещё можно Ctrl-C или Ctrl-D",
}
"""The commands, in the order in which /help lists them."""

_console = Console(highlight=False)
_errors = Console(stderr=True, highlight=False)


_secrets: list[str] = []
"""What is printed nowhere, longest first; the log is one for the process, and so is this."""


class _Line(logging.Formatter):
    """A log record without secrets; unless it is wanted whole, on one line, with the exception's own words for its traceback."""

    def __init__(self, is_whole: bool) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self.is_whole = is_whole

    def formatException(self, ei: Any) -> str:
        """The traceback, or nothing where `format` puts the exception on the line."""
        return super().formatException(ei) if self.is_whole else ""

    def format(self, record: logging.LogRecord) -> str:
        """The record as it may be shown."""
        text = super().format(record)
        if not self.is_whole:
            if record.exc_info and (error := record.exc_info[1]):
                text = f"{text.rstrip()}: {type(error).__name__}: {error}"
            text = " ".join(text.split())
        return _masked(text)


def _masked(text: str) -> str:
    for secret in _secrets:
        text = text.replace(secret, "***")
    return text


def quiet(level: str, secrets: Iterable[str] = ()) -> None:
    """Send the log to standard error, one line a record (with tracebacks at DEBUG), and hush what libraries tell developers.

    From here on none of the `secrets` is printed, neither by the log nor by `complain`.
    """
    _secrets[:] = sorted(filter(None, secrets), key=len, reverse=True)
    handler = logging.StreamHandler()
    handler.setFormatter(_Line(is_whole=level == "DEBUG"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # What these say below a warning is every request, with the bot's token in its address.
    for library in ("httpx", "httpcore", "telegram", "tornado"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.root.level))
    if level != "DEBUG":
        warnings.simplefilter("ignore")
        # Imported first: it sets the levels anew.
        from transformers.utils.logging import disable_progress_bar

        for library in ("transformers", "sentence_transformers", "huggingface_hub", "pymorphy3"):
            logging.getLogger(library).setLevel(logging.ERROR)
        # An answer that is no JSON is logged as an error, whole: people's messages are in it.
        logging.getLogger("telegram.request").setLevel(logging.CRITICAL)
        disable_progress_bar()  # type: ignore[no-untyped-call]  # transformers leaves it untyped


def say(line: str) -> None:
    """One line on standard error, for a host that has no conversation in the terminal."""
    _errors.print(Text(_masked(line)), soft_wrap=True)


def complain(error: BaseException) -> None:
    """One line on standard error, in red where there is colour."""
    _errors.print(Text(explain(error), style="red"), soft_wrap=True)


def explain(error: BaseException) -> str:
    """What went wrong as one line in Russian; what nobody foresaw is named by its type, and the log has the rest at DEBUG."""
    if isinstance(error, GrishaError):
        return _masked(str(error))
    if isinstance(error, (sqlite3.Error, OSError)):
        return _masked(
            f"Не могу сохранить разговор ({error}). Проверьте место на диске и права на папку данных; сохранённое раньше цело."
        )
    logging.getLogger(__name__).debug("unforeseen", exc_info=error)
    first = (str(error).splitlines() or [""])[0]
    return _masked(f"Что-то пошло не так: {type(error).__name__} {first}".rstrip() + ". Подробности: GRISHA_LOG_LEVEL=DEBUG.")


def run(open_grisha: Callable[[Notify, Report], AbstractAsyncContextManager[Grisha]]) -> int:
    """Talk until the person leaves. Returns the exit status: 0, or 1 when Grisha could not be opened or closed."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # Whatever bytes are typed or piped in, they are shown as well as can be, and never end the conversation.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        # The loop runs for one step at a time and stands while the person types: input() stays in the main thread, where Ctrl-C
        # and Ctrl-D reach it at once.
        with asyncio.Runner() as runner:
            opened = open_with_progress(open_grisha)
            grisha = runner.run(opened.__aenter__())
            try:
                _converse(grisha, runner)
            finally:
                runner.run(opened.__aexit__(None, None, None))
    except KeyboardInterrupt:
        _console.print()
    except Exception as error:
        complain(error)
        return 1
    return 0


@asynccontextmanager
async def open_with_progress(open_grisha: Callable[[Notify, Report], AbstractAsyncContextManager[Grisha]]) -> AsyncIterator[Grisha]:
    """Grisha, opened with a spinner on standard error, and a bar for the computation that takes long; a terminal alone shows them.

    Raises:
        GrishaError: as `open_grisha`.
    """
    async with AsyncExitStack() as stack:
        columns = SpinnerColumn(), TextColumn("{task.description}"), BarColumn()
        with Progress(*columns, console=_errors, transient=True, disable=not _errors.is_terminal) as bar:
            waking = bar.add_task("Просыпаюсь…", total=None)

            def report(done: int, total: int) -> None:
                bar.update(waking, description=f"Читаю диалоги: {done} из {total}", completed=done, total=total)
                if done == total:
                    bar.reset(waking, description="Просыпаюсь…", total=None)

            manager = open_grisha(lambda line: bar.console.print(Text(line), soft_wrap=True), report)
            grisha = await stack.enter_async_context(manager)
        yield grisha


def _converse(grisha: Grisha, runner: asyncio.Runner) -> None:
    """Read a line, act on it, and again; a turn that fails costs one line."""
    context = Context()
    _console.print(Text(_banner(grisha, runner.run(grisha.knowledge())), style="dim"))
    prompt = "Ты: " if sys.stdin.isatty() else ""
    while True:
        try:
            line = input(prompt).strip()
        except EOFError:
            _console.print()
            return
        if line == "/exit":
            return
        try:
            runner.run(_act(grisha, line, context))
        except Exception as error:
            complain(error)


async def _act(grisha: Grisha, line: str, context: Context) -> None:
    """Carry out a command, or have a turn of the conversation."""
    if not line:
        return
    if not line.startswith("/"):
        await _say(grisha, line, context)
        return
    match line.split()[0].lower():
        case "/start":
            await _say(grisha, "", replace(context, is_start=True))
        case "/reset":
            await grisha.reset(context)
            _console.print("Разговор забыт, начинаем с чистого листа.")
        case "/forget_me":
            await grisha.forget_me(context.user_id, own=[context], shared=[])
            _console.print("Готово: разговор, имя и всё, чему я научился от тебя, стёрты.")
        case "/stats":
            _console.print(Text(_figures(await grisha.knowledge(), len(await grisha.history(context)))))
        case "/why":
            why = await grisha.explain(context)
            _console.print(Text(told(why) if why else FORGOTTEN_ANSWER))
        case "/unlearn":
            is_forgotten = await grisha.unlearn(context, of_anybody=True) == "forgotten"
            _console.print(UNLEARNED if is_forgotten else NOTHING_LEARNED)
        case "/help":
            _console.print(Text("\n".join(f"{name:<12} {what}" for name, what in HELP.items())))
        case unknown:
            _console.print(Text(f"Команды {unknown} нет. Все команды: /help"))


async def _say(grisha: Grisha, text: str, context: Context) -> None:
    """One turn, shown as it is written; what cleaning changes is put right in place."""
    speaker = Text(f"{grisha.persona.name}: ", style="bold")
    reply = ""
    with Live(speaker, console=_console, auto_refresh=False, transient=True) as live:
        async for reply in grisha.graph.reply(text, context):
            live.update(speaker + Text(reply), refresh=_console.is_terminal)
    _console.print(speaker + Text(reply), soft_wrap=not _console.is_terminal)  # a pipe gets one line a reply


def _banner(grisha: Grisha, known: Knowledge) -> str:
    """What runs on what, and how much is known."""
    memory = f", {grisha.device.memory:.0f} ГБ памяти" if grisha.device.memory else ""
    return (
        f"Устройство: {grisha.device.kind.upper()} {grisha.device.name}{memory}\n"
        f"Модель: {grisha.model_name}\n"
        f"Диалогов: {known.dialogues}, выученных ответов: {known.patterns.patterns}, знакомых: {known.people}\n"
        "Команды: /help. Выход: Ctrl-D."
    )


def _figures(known: Knowledge, messages: int) -> str:
    lines = [
        f"Диалогов в наборе: {known.dialogues}",
        f"Знакомых: {known.people}",
        f"Сообщений этого разговора в памяти: {messages}",
        f"Выученных ответов: {known.patterns.patterns}, пригодились раз: {known.patterns.uses}",
    ]
    lines += [f"  {pattern.uses} × «{pattern.question}» → «{pattern.reply}»" for pattern in known.patterns.most_used]
    return "\n".join(lines)
