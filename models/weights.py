"""Loads a causal language model and its tokenizer, from wherever its files are and however they are packed."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from errors import ModelError
from models.files import GGUF, local_file, local_folder
from models.machine import free_memory, trouble_of_the_machine

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

logger = logging.getLogger(__name__)

_GIB = 2**30
_LEFT_FREE = _GIB // 4
"""Bytes that loading and generating take beside the weights."""


@dataclass(frozen=True)
class Source:
    """Where a model comes from, and what is done to it as it is loaded."""

    name: str
    """A folder, a GGUF file, or a name on the hub: "user/model", "user/model/file.gguf"."""
    template: str | None = None
    """A chat template to use in place of the tokenizer's own."""
    adapter: str | None = None
    """A LoRA adapter: a folder or a hub id."""
    four_bit: bool = False
    """Whether the weights are kept in 4 bits; with CUDA only."""
    dtype: Literal["auto", "bfloat16", "float32"] = "auto"
    """"auto" is bfloat16, but on a processor without instructions for it, where it would be many times slower."""


def located(name: str, setting: str = "GRISHA_MODEL") -> Path:
    """The folder or the GGUF file that `name` stands for; blocks while it is downloaded.

    Raises:
        ModelError: there is no such model, or it cannot be downloaded.
    """
    return local_file(setting, name) if name.endswith(GGUF) else Path(local_folder(setting, name))


def has_chat_template(place: Path) -> bool:
    """Whether the model at `place` brings a chat template: one without continues a text, and knows no turns."""
    if place.suffix == GGUF:
        # Of transformers' own parts, which its pinned version allows: the reader of the package gguf takes ten seconds for this.
        from transformers.integrations.gguf.reader import read_gguf_metadata

        return "tokenizer.chat_template" in read_gguf_metadata(str(place))[0]
    if any((place / file).is_file() for file in ("chat_template.jinja", "chat_template.json")):
        return True
    try:
        config = json.loads((place / "tokenizer_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # loading it says what is wrong
        return True
    return bool(config.get("chat_template"))


def load_weights(source: Source, device: str, *, beside: float = 0.0) -> "tuple[PreTrainedModel, PreTrainedTokenizerBase]":
    """The model and its tokenizer; blocks.

    Args:
        source: the model.
        device: "cpu" or "cuda".
        beside: the memory that is wanted for other copies of the weights, where 1 is that of bfloat16.

    Raises:
        ModelError: there is no room for it, this installation cannot load it, or the adapter is of another model; a sentence in
            Russian.
        OSError, ValueError, RuntimeError: the files are damaged, or of a kind that transformers does not know (as it raises them).
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig, modeling_gguf_pytorch_utils

    from models.linear import can_pack

    place = Path(source.name).expanduser()
    place = place if place.exists() else located(source.name)
    adapter = located_adapter(source.adapter) if source.adapter else None
    is_gguf = place.suffix == GGUF
    options: dict[str, Any] = {"gguf_file": place.name} if is_gguf else {}
    folder = place.parent if is_gguf else place
    quantized: dict[str, Any] = {"quantization_config": _four_bits(device, is_gguf)} if source.four_bit else {}
    if is_gguf:  # else they stay packed where a kernel for that is installed, and nothing else here knows packed weights
        quantized = {"quantization_config": GgufConfig(dequantize=True)}
        # Its progress bar obeys no switch, and would be in the midst of a conversation or a log.
        modeling_gguf_pytorch_utils.tqdm = partial(modeling_gguf_pytorch_utils.tqdm, disable=True)  # type: ignore[attr-defined]
    is_wide = source.dtype == "float32" or (source.dtype == "auto" and device == "cpu" and not can_pack())
    _check_memory(place, device, (0.35 if source.four_bit else 2 if is_wide else 1) + beside)

    # Whoever trains an adapter for turns keeps the tokenizer with their template beside it.
    if adapter is not None and (adapter / "tokenizer_config.json").is_file():
        tokenizer = AutoTokenizer.from_pretrained(str(adapter))
    else:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), **options)
    if source.template is not None:
        tokenizer.chat_template = source.template
    if tokenizer.chat_template is None:
        raise ValueError("у модели нет шаблона чата")
    if len(tokenizer) < 256:  # transformers makes an empty one where the files are missing
        raise ValueError("нет файлов токенизатора")

    model: Any = AutoModelForCausalLM.from_pretrained(
        str(folder), dtype=torch.float32 if is_wide else torch.bfloat16, **options, **quantized
    )
    if adapter is not None:
        model = _with_adapter(model, adapter, merged=not source.four_bit)
    return (model if source.four_bit else model.to(device)).eval(), tokenizer


def _four_bits(device: str, is_gguf: bool) -> Any:
    if device != "cuda":
        raise ModelError("для GRISHA_QUANTIZATION=4bit нужна видеокарта с CUDA; без неё поставьте none")
    if is_gguf:
        raise ModelError("файл GGUF не сжимается ещё раз: поставьте GRISHA_QUANTIZATION=none или возьмите исходную модель")
    _need("bitsandbytes", "4bit")
    import torch
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]  # transformers leaves it untyped
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_use_double_quant=True, bnb_4bit_compute_dtype=torch.bfloat16
    )


def _need(package: str, extra: str) -> None:
    if find_spec(package) is None:
        raise ModelError(f'не установлен пакет {package}: pip install -e ".[{extra}]"')


def located_adapter(name: str) -> Path:
    """The folder of the LoRA adapter that `name` stands for; blocks while it is downloaded.

    Raises:
        ModelError: there is no such adapter, or it cannot be downloaded.
    """
    return Path(local_folder("GRISHA_ADAPTER", name, ("adapter_config.json",)))


def _with_adapter(model: Any, folder: Path, *, merged: bool) -> Any:
    """`model` with the adapter in its weights; weights in 4 bits would lose by it, and keep the adapter beside them."""
    _need("peft", "lora")
    from peft import PeftConfig, PeftModel

    try:
        adapted: Any = PeftModel(model, PeftConfig.from_pretrained(str(folder)))
        # PeftModel.from_pretrained passes over weights for which the model has no place.
        loaded = adapted.load_adapter(str(folder), "default", torch_device=str(model.device))
        fits = not loaded.missing_keys and not loaded.unexpected_keys
    except Exception as error:  # no such module, other shapes, damaged files: each part of it raises its own
        if trouble_of_the_machine(error):
            raise
        logger.debug("the adapter cannot be loaded", exc_info=error)
        fits = False
    if not fits:
        raise ModelError(f"адаптер GRISHA_ADAPTER={folder} повреждён или обучен для другой модели")
    return adapted.merge_and_unload() if merged else adapted.get_base_model()


def _check_memory(place: Path, device: str, share: float) -> None:
    """Refuse what cannot fit before minutes go by and the system ends the process.

    Args:
        place: the model.
        device: where its weights go.
        share: the memory they and their copies take there, where 1 is that of bfloat16.
    """
    # With their scales 4.1 bits a weight instead of 16, and embeddings, about a tenth of a model for 8 GB, stay as they are: 0.35.
    wanted = (_weights_bytes(place) + _LEFT_FREE) * share
    rooms = [("памяти", free_memory())]
    if device == "cuda":
        import torch

        torch.cuda.empty_cache()  # what an earlier try has left
        rooms.append(("памяти видеокарты", torch.cuda.mem_get_info()[0]))
    for what, free in rooms:
        if free is not None and wanted > free:
            raise ModelError(
                f"не хватает {what}: нужно {wanted / _GIB:.1f} ГБ, свободно {free / _GIB:.1f} ГБ. "
                "Закройте лишнее или возьмите модель меньше"
            )


def _weights_bytes(place: Path) -> float:
    """What the weights take in bfloat16 at least, as far as the files tell without being loaded."""
    from safetensors import safe_open

    if place.suffix == GGUF:
        from transformers.integrations.gguf.reader import read_gguf_metadata

        # The tensors' sizes take ten seconds to read. Quantized weights have at most 8.5 bits each, floats 32 or 16.
        file_type = read_gguf_metadata(str(place))[0].get("general.file_type", -1)
        return place.stat().st_size * {0: 0.5, 1: 1.0, 32: 1.0}.get(file_type, 1.9)
    total = 0.0
    for file in place.glob("*.safetensors"):
        with safe_open(file, "np") as weights:
            for name in weights.keys():  # noqa: SIM118  # not a dict
                tensor = weights.get_slice(name)
                total += prod(tensor.get_shape()) * (2 if tensor.get_dtype() in ("F64", "F32", "F16", "BF16") else 1)
    return total


@contextmanager
def told_of_the_machine() -> Iterator[None]:
    """What the machine could not do, in Russian; what is wrong with the files goes through."""
    try:
        yield
    except ModelError:
        raise
    except Exception as error:
        if trouble := trouble_of_the_machine(error):
            raise ModelError(trouble) from error
        raise
