"""Which chat model to load, on what device, and with whose defaults."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from langchain_core.language_models import BaseChatModel
from pydantic import SecretStr

from errors import HubUnreachable, ModelError
from models.embedded import LEAST_LOGPROB, NAME, chat_template, embedded_folder
from models.files import GGUF, first_line
from models.machine import Device
from models.weights import Source, has_chat_template, located, located_adapter

if TYPE_CHECKING:
    from models.engines import Kind
    from models.local import TransformersChat

AUTO = "auto"
EMBEDDED = "embedded"
WITH_CUDA = "Qwen/Qwen2-1.5B-Instruct"
"""What "auto" means on a machine with CUDA."""


@dataclass(frozen=True)
class Sampling:
    """How replies are generated. A temperature of None is the model's own: the article's 0.7, or 0.2 for the embedded model."""

    temperature: float | None = None
    top_p: float = 0.9
    repetition_penalty: float = 1.1
    max_new_tokens: int = 100
    seed: int | None = None
    engine: "Kind" = "auto"
    """As `TransformersChat.engine`; a server has its own."""


@dataclass(frozen=True)
class ChatModel:
    """A loaded chat model."""

    model: BaseChatModel
    name: str
    """As people are told."""
    is_embedded: bool = False
    least_logprob: float | None = None
    """Replies of a lower mean log-probability are guesses; None where that tells nothing of a reply."""
    prompt_tokens: int | None = None
    """How long a prompt may be; None where that is not known."""
    close: Callable[[], None] = lambda: None
    """Lets go of the weights."""


def get_chat_model(
    name: str,
    device: Device,
    sampling: Sampling,
    cache_dir: Path,
    notify: Callable[[str], None] = lambda _: None,
    *,
    adapter: str | None = None,
    four_bit: bool = False,
    server_model: str | None = None,
    api_key: SecretStr | None = None,
) -> ChatModel:
    """Load the chat model called `name`; blocks for seconds.

    The embedded model stands in, and `notify` is told so, where the hub has no answer, which it may have again at the next start,
    and where "auto" means a model that this machine cannot load. Whatever else is wrong is an error: nobody is to talk with another
    model than the one they have named.

    Args:
        name: "auto" (Qwen2-1.5B-Instruct with CUDA, else the embedded model), "embedded", a hub id, a folder, a GGUF file, or the
            address of an OpenAI-compatible server.
        device: what to load it on.
        sampling: how replies are drawn.
        cache_dir: where the embedded model is kept.
        notify: told, in Russian, what is worth saying.
        adapter: a LoRA adapter for the model, a folder or a hub id.
        four_bit: keep the weights in 4 bits.
        server_model: what the server calls the model.
        api_key: the server's.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if "://" in name:
        if adapter or four_bit:
            setting = "GRISHA_ADAPTER" if adapter else "GRISHA_QUANTIZATION"
            raise ModelError(f"{setting} не для моделей на сервере: уберите эту настройку или задайте её серверу.")
        return _open_served(name, server_model, api_key, sampling)
    if server_model:
        raise ModelError(f"GRISHA_MODEL_NAME={server_model} — имя модели на сервере, а GRISHA_MODEL={name} не адрес сервера.")
    if adapter and name == AUTO:
        raise ModelError(f"GRISHA_ADAPTER={adapter}: задайте в GRISHA_MODEL модель, для которой он обучен.")
    try:
        adapter_folder = str(located_adapter(adapter)) if adapter else None
        if name == EMBEDDED or (name == AUTO and device.kind == "cpu"):
            return _load_embedded(device, sampling, cache_dir, notify, adapter_folder, four_bit)
        return _load_named(WITH_CUDA if name == AUTO else name, device, sampling, notify, adapter_folder, four_bit)
    except ModelError as error:
        if not isinstance(error, HubUnreachable) and (name != AUTO or device.kind == "cpu"):
            raise
        notify(f"{error} Пока отвечаю встроенной моделью.")
    # Not before the error is let go of, and with it the part of a model that has been loaded.
    return _load_embedded(device, sampling, cache_dir, notify)


def _open_served(url: str, name: str | None, api_key: SecretStr | None, sampling: Sampling) -> ChatModel:
    from models.server import open_server

    try:
        model = open_server(
            url,
            name,
            api_key,
            temperature=0.7 if sampling.temperature is None else sampling.temperature,
            top_p=sampling.top_p,
            # The only penalty that all servers know; `transformers serve` makes the same of it as we do.
            frequency_penalty=sampling.repetition_penalty - 1,
            max_tokens=sampling.max_new_tokens,
            seed=sampling.seed,
        )
    except ModelError as error:
        raise ModelError(f"GRISHA_MODEL={_shown(url)}: {_sentence(error)}") from error
    return ChatModel(model, f"{model.model_name} ({_shown(url)})")


def _load_named(
    name: str, device: Device, sampling: Sampling, notify: Callable[[str], None], adapter: str | None, four_bit: bool
) -> ChatModel:
    place = located(name)
    if place.suffix == GGUF:
        notify("Распаковываю файл GGUF: большому нужно до нескольких минут…")
    try:
        is_chat_model = has_chat_template(place) or (adapter is not None and has_chat_template(Path(adapter)))
        source = Source(str(place.absolute()), None if is_chat_model else chat_template(), adapter, four_bit)
        model = _loaded(source, device, sampling, 0.7)
    except ModelError as error:
        raise ModelError(f"Не могу загрузить модель GRISHA_MODEL={name}: {_sentence(error)}") from error
    except Exception as error:  # the disk, torch and transformers each raise their own; all mean that these files cannot serve
        raise ModelError(
            f"Не могу загрузить модель GRISHA_MODEL={name}: {first_line(error)}. "
            f"Если файлы повреждены, удалите {place} и возьмите их снова; с GRISHA_MODEL=embedded отвечает встроенная модель."
        ) from error
    if not is_chat_model:
        notify(f"У модели {name} нет шаблона чата: даю ей разговор как текст, который она продолжает.")
    shown = " + ".join([name, *([adapter] if adapter else [])])
    return ChatModel(model, shown, prompt_tokens=model.prompt_tokens, close=model.close)


def _load_embedded(
    device: Device,
    sampling: Sampling,
    cache_dir: Path,
    notify: Callable[[str], None],
    adapter: str | None = None,
    four_bit: bool = False,
) -> ChatModel:
    def loaded(folder: Path) -> "TransformersChat":
        source = Source(str(folder.absolute()), chat_template(), adapter, four_bit)
        # The hotter, the worse: of 12 replies 7 were acceptable at 0, 4-5 at 0.5, 2 at 0.8.
        return _loaded(source, device, sampling, 0.2)

    try:
        try:
            model = loaded(embedded_folder(cache_dir, notify, whole=bool(adapter)))
        except ModelError:
            raise
        except Exception:  # a damaged copy fails in many ways; a new one is made from the wheel, and its failure is told
            notify("Копия встроенной модели повреждена, делаю новую.")
            model = loaded(embedded_folder(cache_dir, notify, renew=True, whole=bool(adapter)))
    except ModelError as error:
        if device.kind == "cpu" or four_bit:
            raise ModelError(f"Не могу загрузить встроенную модель: {_sentence(error)}") from error
        notify(f"На видеокарте встроенная модель не работает: {_sentence(error)} Отвечаю на процессоре.")
        return _load_embedded(replace(device, kind="cpu"), sampling, cache_dir, notify, adapter)
    except Exception as error:
        raise ModelError(
            f"Не могу загрузить встроенную модель из {cache_dir}: {first_line(error)}. "
            "Удалите эту папку и запустите снова, или задайте другую в GRISHA_CACHE_DIR."
        ) from error
    name = NAME if not adapter else f"{NAME} + {adapter}"
    return ChatModel(
        model, name, is_embedded=True, least_logprob=LEAST_LOGPROB, prompt_tokens=model.prompt_tokens, close=model.close
    )


def _loaded(source: Source, device: Device, sampling: Sampling, temperature: float) -> "TransformersChat":
    from models.local import TransformersChat

    model = TransformersChat(
        source=source,
        device=device.kind,
        max_new_tokens=sampling.max_new_tokens,
        temperature=temperature if sampling.temperature is None else sampling.temperature,
        top_p=sampling.top_p,
        repetition_penalty=sampling.repetition_penalty,
        seed=sampling.seed,
        stop=() if source.template is None else ("\n",),
        engine=sampling.engine,
        most_at_once=64 if device.kind == "cuda" else 16,
        prefix_memory=512 if device.kind == "cuda" else 96,
    )
    try:
        model.load()
    except BaseException:
        model.close()
        raise
    return model


def _sentence(error: ModelError) -> str:
    return str(error).rstrip(".") + "."


def _shown(url: str) -> str:
    """The address without a password in it."""
    address = urlsplit(url)
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
