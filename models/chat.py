"""Which chat model to load, on what device, and with whose defaults."""

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from langchain_core.language_models import BaseChatModel

from errors import ModelError
from models.embedded import NAME, chat_template, embedded_folder
from models.files import first_line, local_folder

if TYPE_CHECKING:
    pass

AUTO = "auto"
EMBEDDED = "embedded"
WITH_CUDA = "Qwen/Qwen2-1.5B-Instruct"
"""What "auto" means on a machine with CUDA."""


@dataclass(frozen=True)
class Sampling:
    """How replies are drawn. A temperature of None is the model's own: the article's 0.7, or 0.2 for the embedded model."""

    temperature: float | None = None
    top_p: float = 0.9
    repetition_penalty: float = 1.1
    max_new_tokens: int = 100
    seed: int | None = None


@dataclass(frozen=True)
class ChatModel:
    """A loaded chat model."""

    model: BaseChatModel
    name: str
    """As people are told."""
    is_embedded: bool = False
    close: Callable[[], None] = lambda: None
    """Lets go of the weights."""


@dataclass(frozen=True)
class Device:
    """What replies are computed on: "cpu" or "cuda", with a name and the memory in GiB for people."""

    kind: str
    name: str
    memory: float


def find_device(wanted: str) -> Device:
    """CUDA when there is one and "auto" or "cuda" is wanted, else the CPU.

    Raises:
        ModelError: "cuda" is wanted and torch finds none.
    """
    import torch

    if wanted != "cpu" and torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(0)
        return Device("cuda", properties.name, properties.total_memory / 2**30)
    if wanted == "cuda":
        raise ModelError(
            "GRISHA_DEVICE=cuda, но видеокарта с CUDA не найдена. Проверьте драйвер и что torch собран с CUDA, "
            "или поставьте GRISHA_DEVICE=auto."
        )
    return Device("cpu", _cpu_name(), _total_memory())


def get_chat_model(
    name: str, device: Device, sampling: Sampling, cache_dir: Path, notify: Callable[[str], None] = lambda _: None
) -> ChatModel:
    """Load the chat model called `name`: "auto", "embedded", a hub id or a local folder; blocks for seconds.

    "auto" is Qwen2-1.5B-Instruct with CUDA, else the embedded model; where the hub has no answer it falls back to the embedded
    model and says so through `notify`.

    Raises:
        ModelError: the model named cannot be loaded.
    """
    if name == EMBEDDED or (name == AUTO and device.kind == "cpu"):
        return _load_embedded(device, sampling, cache_dir, notify)
    if name == AUTO:
        try:
            return _load_named(WITH_CUDA, device, sampling)
        except ModelError as error:
            notify(f"{error} Пока отвечаю встроенной моделью.")
            return _load_embedded(device, sampling, cache_dir, notify)
    return _load_named(name, device, sampling)


def _load_named(name: str, device: Device, sampling: Sampling) -> ChatModel:
    from models.local import TransformersChat

    folder = local_folder("GRISHA_MODEL", name)
    model = TransformersChat(
        model_name=folder,
        device=device.kind,
        max_new_tokens=sampling.max_new_tokens,
        temperature=0.7 if sampling.temperature is None else sampling.temperature,
        top_p=sampling.top_p,
        repetition_penalty=sampling.repetition_penalty,
        seed=sampling.seed,
    )
    try:
        model.load()
    except Exception as error:  # the hub, the disk and torch each raise their own; all mean that this model cannot serve
        model.close()
        raise ModelError(
            f"Не могу загрузить модель GRISHA_MODEL={name}: {first_line(error)}. "
            "Проверьте имя, доступ в сеть и память, или поставьте GRISHA_MODEL=embedded."
        ) from error
    return ChatModel(model, name, close=model.close)


def _load_embedded(device: Device, sampling: Sampling, cache_dir: Path, notify: Callable[[str], None]) -> ChatModel:
    from models.local import TransformersChat

    def loaded(folder: Path) -> TransformersChat:
        model = TransformersChat(
            model_name=str(folder),
            device=device.kind,
            max_new_tokens=sampling.max_new_tokens,
            # The hotter, the worse: of 12 replies 7 were acceptable at 0, 4-5 at 0.5, 2 at 0.8.
            temperature=0.2 if sampling.temperature is None else sampling.temperature,
            top_p=sampling.top_p,
            repetition_penalty=sampling.repetition_penalty,
            seed=sampling.seed,
            stop=("\n",),
            template=chat_template(),
        )
        try:
            model.load()
        except BaseException:
            model.close()
            raise
        return model

    try:
        model = loaded(embedded_folder(cache_dir, notify))
    except ModelError:
        raise
    except Exception:  # a damaged copy fails in many ways; a new one is made from the wheel, and its failure is told
        notify("Копия встроенной модели повреждена, делаю новую.")
        try:
            model = loaded(embedded_folder(cache_dir, notify, renew=True))
        except ModelError:
            raise
        except Exception as error:
            raise ModelError(
                f"Не могу загрузить встроенную модель из {cache_dir}: {first_line(error)}. "
                "Удалите эту папку и запустите снова, или задайте другую в GRISHA_CACHE_DIR."
            ) from error
    return ChatModel(model, NAME, is_embedded=True, close=model.close)


def _cpu_name() -> str:
    """The processor's name as Linux tells it, else a plain word."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:  # not Linux: the banner does without
        pass
    return platform.processor() or "CPU"


def _total_memory() -> float:
    """The machine's memory in GiB, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):  # Windows
        return 0.0
