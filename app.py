"""Grisha: opens everything by the settings, and the command line. The only place where everything meets."""

import gc
import signal

if __name__ == "__main__":
    # What is imported and loaded stays: to look for garbage in it again and again takes a quarter of the start.
    gc.disable()
    # Ctrl-C while the libraries load, which takes seconds, leaves as quietly as it does later. An exception would not do: libraries
    # take one that comes while they load for a failure of their own.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from random import Random
from typing import Annotated

import typer
from langchain_core.language_models import BaseChatModel
from pydantic_settings import BaseSettings

import terminal
from errors import GrishaError
from graph.build import Parts, build_graph
from graph.chat import compile_chat
from grisha import Grisha, Notify, Progress
from language.words import morph
from models.chat import ChatModel, Sampling, get_chat_model
from models.embeddings import get_embeddings, vectors_name
from models.machine import Device, find_device
from nodes.personas import Personas
from prompts import load_persona
from settings import Settings, TelegramSettings, default_text, is_secret, load_settings, load_telegram_settings, option
from stores.dialogues import Dataset, load_dataset
from stores.patterns import Patterns
from stores.persistence import VECTORS, only_process, open_persistence, storage_errors
from stores.retriever import BACKGROUND, Retriever, calibrate, searchable
from stores.situations import Situations
from stores.vectors import Embedder


@asynccontextmanager
async def open_grisha(
    settings: Settings,
    *,
    model: BaseChatModel | None = None,
    notify: Notify = lambda line: None,
    progress: Progress = lambda done, total: None,
) -> AsyncIterator[Grisha]:
    """Load models and data, open the data folder, and compile the graph. Everything is let go of at the end.

    Args:
        settings: from `load_settings`, or made in the program that embeds Grisha.
        model: a chat model to use in place of the one that the settings name.
        notify: told, in Russian, what is worth saying while things load.
        progress: told (done, total) of the questions of the dataset that have to be embedded, from another thread.

    Raises:
        GrishaError: something cannot be opened; its message says what to do.
    """
    persona = load_persona(settings.persona)
    device = await asyncio.to_thread(find_device, settings.device, notify)
    dataset = await asyncio.to_thread(load_dataset, settings.dataset)
    for broken in dataset.broken[:5]:
        notify(f"Пропускаю строку набора: {broken}")
    if len(dataset.broken) > 5:
        notify(f"И ещё {len(dataset.broken) - 5} таких строк.")

    async with AsyncExitStack() as stack:
        stack.enter_context(only_process(settings.data_dir))
        persistence = await stack.enter_async_context(open_persistence(settings.data_dir))
        # The model loads while the search opens: each takes seconds, on one core.
        loading = asyncio.ensure_future(_given(model) if model else asyncio.to_thread(_load_model, settings, device, notify))
        stack.push_async_callback(_close_loaded, loading)
        retriever, patterns, embedder = await asyncio.to_thread(_open_search, settings, dataset, device, progress)
        stack.callback(embedder.close)
        chat = await loading
        with storage_errors(settings.data_dir):
            await patterns.load(persistence.store)
        parts = Parts(
            model=chat.model,
            personas=Personas({"": persona, settings.persona: persona}, Random(settings.seed)),
            retriever=retriever,
            patterns=patterns,
            situations=Situations(embedder, retriever.thresholds),
            prompt_tokens=min(filter(None, (settings.prompt_tokens, chat.prompt_tokens))),
            recall=chat.is_embedded if settings.recall == "auto" else settings.recall == "on",
            least_logprob=chat.least_logprob,
            learn=settings.learn,
        )
        graph = compile_chat(build_graph(parts), persistence.checkpointer, persistence.store)
        gc.freeze()  # what has been opened stays
        gc.enable()
        yield Grisha(graph, persona, dataset.dialogues, device, chat.name, persistence, patterns)


async def _given(model: BaseChatModel) -> ChatModel:
    return ChatModel(model, model._llm_type)


async def _close_loaded(loading: asyncio.Future[ChatModel]) -> None:
    """Let go of the model, also when something else has failed while it was loading."""
    with suppress(GrishaError):  # it did not load: whoever waited for it has been told
        (await loading).close()


def _load_model(settings: Settings, device: Device, notify: Notify) -> ChatModel:
    sampling = Sampling(
        temperature=settings.temperature,
        top_p=settings.top_p,
        repetition_penalty=settings.repetition_penalty,
        max_new_tokens=settings.max_new_tokens,
        seed=settings.seed,
        engine=settings.engine,
    )
    return get_chat_model(
        settings.model,
        device,
        sampling,
        settings.cache_dir,
        notify,
        adapter=settings.adapter,
        four_bit=settings.quantization == "4bit",
        server_model=settings.model_name,
        api_key=settings.api_key,
    )


def _open_search(settings: Settings, dataset: Dataset, device: Device, progress: Progress) -> tuple[Retriever, Patterns, Embedder]:
    """The index of the dataset, with thresholds measured on it, and the still empty mirror of the patterns."""
    morph()  # the first message should not wait for the dictionary
    embeddings = get_embeddings(settings.embeddings, device.kind)
    with storage_errors(settings.data_dir):
        embedder = Embedder(embeddings, vectors_name(settings.embeddings), settings.data_dir / VECTORS)
        exchanges = searchable(dataset.exchanges)
        # The background first: it tells the width of the vectors where a dataset has no question to search by.
        background = embedder.embed(BACKGROUND)
        vectors = embedder.embed([exchange.question for exchange in exchanges], progress).reshape(-1, background.shape[1])
    thresholds = calibrate(vectors, background)
    if settings.relevance is not None:
        thresholds = replace(thresholds, relevance=settings.relevance, company=settings.relevance)
    patterns = Patterns(embedder, settings.max_patterns, thresholds.unrelated)
    return Retriever(exchanges, vectors, patterns, embedder, settings.examples, thresholds), patterns, embedder


def _options(command: Callable[[typer.Context, dict[str, str]], None], **kinds: type[BaseSettings]) -> Callable[..., None]:
    """`command` with an option for every setting that is no secret, which reach it as one dict of those that were given.

    Each kind of settings has its panel of the help, by its keyword.
    """

    def with_options(context: typer.Context, **given: str | None) -> None:
        command(context, {name: value for name, value in given.items() if value is not None})

    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)]
    for panel, kind in kinds.items():
        for name, field in kind.model_fields.items():
            if is_secret(field):
                continue
            extra = field.json_schema_extra
            russian = str(extra["russian"]) if isinstance(extra, dict) else ""
            default = default_text(field)
            help_line = russian + (f" По умолчанию {default}." if default else "")
            shown = Annotated[str | None, typer.Option(option(name), help=help_line, metavar="…", rich_help_panel=panel)]
            parameters.append(inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=shown))
    with_options.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # read by typer
    with_options.__doc__ = command.__doc__
    return with_options


def chat(context: typer.Context, given: dict[str, str]) -> None:
    """Разговор с Гришей в терминале; с командой telegram — бот в Telegram.

    Каждую настройку можно задать ключом, переменной окружения GRISHA_… или строкой в .env.
    """
    if context.invoked_subcommand:
        context.obj = given
        return
    try:
        settings = load_settings(given)
    except GrishaError as error:
        terminal.complain(error)
        raise typer.Exit(2) from None
    terminal.quiet(settings.log_level, settings.secrets)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    raise typer.Exit(terminal.run(lambda notify, progress: open_grisha(settings, notify=notify, progress=progress)))


def telegram(context: typer.Context, given: dict[str, str]) -> None:
    """Бот Гриши в Telegram.

    Токен от @BotFather, пароль прокси, секрет webhook и ключ сервера моделей не бывают ключами команды, их показал бы список
    процессов: задайте TELEGRAM_BOT_TOKEN, TELEGRAM_PROXY, TELEGRAM_WEBHOOK_SECRET и GRISHA_API_KEY в окружении или в .env.
    Остальное можно и ключом.
    """
    given = context.obj | given
    try:
        settings = load_settings({name: value for name, value in given.items() if name in Settings.model_fields})
        bot_settings = load_telegram_settings({name: given[name] for name in given if name in TelegramSettings.model_fields})
    except GrishaError as error:
        terminal.complain(error)
        raise typer.Exit(2) from None
    terminal.quiet(settings.log_level, settings.secrets | bot_settings.secrets)
    # Imported here: Telegram's library takes a third of a second, which a conversation in the terminal need not wait.
    from bot import service

    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        status = service.run(
            lambda notify, progress: open_grisha(settings, notify=notify, progress=progress), bot_settings, settings.data_dir
        )
    except Exception as error:  # whatever it is: a traceback would show the token
        terminal.complain(error)
        status = 1
    raise typer.Exit(status)


cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False, subcommand_metavar="[telegram]")
cli.callback(invoke_without_command=True)(_options(chat, Настройки=Settings))
cli.command("telegram", rich_help_panel="Команды")(_options(telegram, Настройки=Settings, Telegram=TelegramSettings))


if __name__ == "__main__":
    cli()
