"""How soon and how many people are answered in Telegram, beside a plain python-telegram-bot bot with the same model.

    python -m benchmarks.telegram [--chats 50] [--messages 4] [--repeats 3]

Each bot is a process of its own and talks with the fake of the Bot API over HTTP. As many chats as asked for write at the same
moment, and each writes its next message when its reply is there. The model answers after 300 ms, however many ask at once.
The plain bots ask the model and reply; one of them asks Grisha's graph instead. Grisha's bot (durable inbox and outbox, lanes,
memory, previews) is measured with a graph of one node that asks the model, and whole: with name, search, cleaning and learning;
also with the pause in which a burst of messages may go on, which is on by default.
"""

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from langgraph.graph import START, StateGraph
from pydantic import SecretStr
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from app import open_grisha
from benchmarks.common import InstantChat, percentile, plain_settings, questions, show
from bot import service
from graph.chat import compile_chat
from graph.context import Context
from graph.state import Input, Output, State
from grisha import Grisha
from settings import Settings, TelegramSettings

TESTS = Path(__file__).resolve().parent.parent / "tests"
TOKEN = "123456:TEST"
THINKING = 0.3
"""Seconds that the model takes."""
TARGET_THROUGHPUT, TARGET_P95 = 20.0, 1.3
PLAIN, CONCURRENT, GRAPH = "plain", "plain, concurrent_updates", "Grisha's graph, concurrent_updates"
BARE = "Grisha's bot, bare model"
KINDS = (BARE, CONCURRENT, "Grisha", GRAPH, "Grisha, bursts", PLAIN)


class ThinkingChat(InstantChat):
    """Answers after a while, as a server with room for everybody would."""

    async def _agenerate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        await asyncio.sleep(THINKING)
        return self._generate(messages)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        await asyncio.sleep(THINKING)
        async for chunk in super()._astream(messages, stop, run_manager, **kwargs):
            yield chunk


def serve(kind: str, url: str, folder: Path) -> None:
    """Be one of the bots, until killed."""
    settings = plain_settings(folder, recall="off")
    if kind in (PLAIN, CONCURRENT, GRAPH):
        asyncio.run(_serve_plain(kind, url, settings))
        return
    bot_settings = TelegramSettings(
        telegram_bot_token=SecretStr(TOKEN),
        telegram_api_base_url=url,
        telegram_rate_limit=0,
        telegram_burst_seconds=1.0 if "bursts" in kind else 0.0,
        _env_file=None,  # type: ignore[call-arg]  # pydantic-settings' own
    )
    service.run(lambda notify, progress: _open(kind, settings), bot_settings, settings.data_dir)


@asynccontextmanager
async def _open(kind: str, settings: Settings) -> AsyncIterator[Grisha]:
    """Grisha with the model of the benchmark; for `BARE` with a graph of one node, which does what the plain bots do."""
    model = ThinkingChat()
    async with open_grisha(settings, model=model) as grisha:
        if kind == BARE:

            async def generate(state: State) -> dict[str, Any]:
                reply = await model.ainvoke(state["messages"][-1:])
                return {"reply": reply.text, "messages": [AIMessage(reply.text)]}

            builder = StateGraph(State, context_schema=Context, input_schema=Input, output_schema=Output)
            builder.add_node("generate", generate)
            builder.add_edge(START, "generate")
            stored = grisha.persistence
            grisha = replace(grisha, graph=compile_chat(builder, stored.checkpointer, stored.store))
        yield grisha


async def _serve_plain(kind: str, url: str, settings: Settings) -> None:
    """The library's own way: updates in memory, a handler that replies."""
    model = ThinkingChat()
    async with AsyncExitStack() as stack:
        grisha = await stack.enter_async_context(open_grisha(settings, model=model)) if "graph" in kind else None

        async def reply(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
            assert update.message is not None
            text, chat = update.message.text or "", str(update.message.chat_id)
            if grisha:
                turn: Input = {"messages": [HumanMessage(text)]}
                answer = str((await grisha.graph.ainvoke(turn, context=Context(chat, chat)))["reply"])
            else:
                answer = (await model.ainvoke(text)).text
            await update.message.reply_text(answer)

        builder = Application.builder().token(TOKEN).base_url(f"{url}/bot")
        application = builder.concurrent_updates("concurrent" in kind).build()
        application.add_handler(MessageHandler(filters.TEXT, reply))
        await stack.enter_async_context(application)
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling()
        await asyncio.Event().wait()


class Figures(NamedTuple):
    """Of one run: seconds from update to delivered reply, and replies per second."""

    p50: float
    p95: float
    per_second: float


async def measure(kind: str, chats: int, messages: int, folder: Path) -> Figures:
    """Let `chats` people have `messages` replies each."""
    sys.path.append(str(TESTS))
    from botapi import BotApi  # type: ignore[import-not-found]  # the tests are no package of the project

    texts = questions(11)
    async with BotApi(token=TOKEN) as api:
        people = {chat.id: chat for chat in (api.private(1000 + number, f"Имя{number}") for number in range(chats))}
        with _process(kind, api.url, folder):
            for chat in people.values():  # not measured: connections are made, models and dictionaries are warmed
                api.say(chat, chat, next(texts))
            await api.until(lambda: len(api.sent) == chats, timeout=120)
            seen, waits, asked = len(api.sent), list[float](), dict[int, float]()
            left = dict.fromkeys(people, messages)
            start = time.monotonic()
            for chat in people.values():
                asked[chat.id] = time.monotonic()
                api.say(chat, chat, next(texts))
            while len(waits) < chats * messages:
                await api.until(lambda: len(api.sent) > seen, timeout=120)  # noqa: B023  # awaited before `seen` changes
                new, seen = api.sent[seen:], len(api.sent)
                for sent in new:
                    waits.append(sent.at - asked[sent.chat_id])
                    left[sent.chat_id] -= 1
                    if left[sent.chat_id]:
                        asked[sent.chat_id] = time.monotonic()
                        api.say(people[sent.chat_id], people[sent.chat_id], next(texts))
            return Figures(percentile(waits, 50), percentile(waits, 95), len(waits) / (time.monotonic() - start))


@contextmanager
def _process(kind: str, url: str, folder: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "benchmarks.telegram", "--serve", kind, "--url", url, "--folder", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.kill()


def main() -> None:
    """Measure all kinds in turns, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chats", type=int, default=50)
    parser.add_argument("--messages", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--serve", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.url, given.folder)
        return
    runs: dict[str, list[Figures]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as scratch:
        for repeat in range(given.repeats):
            for kind in KINDS:
                # The default settings answer one person at a time: one message of each chat takes long enough.
                messages = 1 if kind == PLAIN else given.messages
                # The fake numbers its updates from the same one each time: a folder that knows them would take them for old ones.
                figures = asyncio.run(measure(kind, given.chats, messages, Path(scratch) / f"{kind} {repeat}"))
                print(f"{repeat + 1}/{given.repeats} {kind}: {figures}", file=sys.stderr)
                runs[kind].append(figures)
    medians = {kind: Figures(*map(statistics.median, zip(*figures, strict=True))) for kind, figures in runs.items()}
    plain, concurrent = medians[PLAIN], medians[CONCURRENT]
    rows = [
        (
            kind,
            f"{one.p50:.2f}",
            f"{one.p95:.2f}",
            f"{one.p95 / concurrent.p95:.2f}",
            f"{one.per_second:.1f}",
            f"{one.per_second / plain.per_second:.1f}",
        )
        for kind, one in medians.items()
    ]
    show(
        f"{given.chats} chats at once, a model that takes {THINKING} s, medians of {given.repeats}",
        ("bot", "p50, s", "p95, s", "p95 x concurrent", "replies a second", "x plain"),
        rows,
    )
    print(f"Targets: {TARGET_THROUGHPUT:.0f}x plain, and a p95 of at most {TARGET_P95}x of the concurrent bot with the same work.")
    for kind, rival in ((BARE, CONCURRENT), ("Grisha", GRAPH)):
        throughput, p95 = medians[kind].per_second / plain.per_second, medians[kind].p95 / medians[rival].p95
        print(f"{kind}: {throughput:.1f}x plain, p95 {p95:.2f}x {rival}")


if __name__ == "__main__":
    main()
