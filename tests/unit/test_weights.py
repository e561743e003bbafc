"""Every packing of weights is really loaded, from a tiny model; what cannot be is one line."""

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from dictation import Steps
from huggingface_hub import constants
from langchain_core.messages import HumanMessage, SystemMessage
from packed import write_adapter, write_gguf
from safetensors.torch import save_file

from errors import ModelError
from models.chat import ChatModel, Sampling, get_chat_model
from models.decoder import Decoder
from models.machine import Device
from models.weights import Source, load_weights

CPU, CUDA = Device("cpu", "test", 1.0), Device("cuda", "test", 8.0)
TALK = [SystemMessage("Ты Гриша."), HumanMessage("привет")]
IDS = torch.tensor([[5, 6, 7]])
# What peft asks of transformers.
pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

Load = Callable[..., ChatModel]


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    """Loads a chat model by its name, greedy and brief; closed at the end."""
    loaded: list[ChatModel] = []

    def get(name: str | Path, *notify: Callable[[str], None], device: Device = CPU, **options: Any) -> ChatModel:
        chat = get_chat_model(str(name), device, Sampling(temperature=0, max_new_tokens=12), tmp_path / "cache", *notify, **options)
        loaded.append(chat)
        return chat

    yield get
    for chat in loaded:
        chat.close()


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> None:
    """The tiny model stands where the converted copy of the embedded one does."""
    monkeypatch.setattr("models.chat.embedded_folder", lambda cache, notify, **options: tiny_model)


def complaint(load: Load, name: str | Path, **options: Any) -> str:
    """The one line that says why a model cannot be loaded."""
    with pytest.raises(ModelError) as caught:
        load(name, **options)
    line = str(caught.value)
    assert "\n" not in line
    assert line.endswith(".")
    return line


# GGUF


@pytest.fixture(scope="module")
def gguf(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("gguf") / "tiny.gguf"
    write_gguf(tiny_model, file)
    return file


def test_a_gguf_file_says_what_its_model_says(load: Load, gguf: Path, tiny_model: Path) -> None:
    told: list[str] = []
    assert load(gguf, told.append).model.invoke(TALK).text == load(tiny_model).model.invoke(TALK).text
    assert ["GGUF" in line for line in told] == [True], "it takes long, and nothing else is worth telling"


def test_a_gguf_file_is_unpacked(gguf: Path, tiny_model: Path) -> None:
    (model, tokenizer), (other, _) = load_weights(Source(str(gguf)), "cpu"), load_weights(Source(str(tiny_model)), "cpu")
    assert model.dtype == torch.bfloat16
    assert tokenizer.encode("привет<|im_end|>")[-1] == tokenizer.eos_token_id
    with torch.inference_mode():
        assert torch.equal(model(IDS).logits, other(IDS).logits)


def test_a_gguf_file_of_the_hub(load: Load, gguf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = tmp_path / "hub" / "models--somebody--tiny"
    (repository / "snapshots" / "0123").mkdir(parents=True)
    shutil.copy(gguf, repository / "snapshots" / "0123" / "q8.gguf")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("0123", encoding="utf-8")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert load("somebody/tiny/q8.gguf").name == "somebody/tiny/q8.gguf"
    assert "хаб недоступен" in complaint(load, "somebody/tiny/other.gguf")


def test_a_base_model_gets_the_transcript_and_the_owner_is_told(load: Load, tiny_model: Path, tmp_path: Path, steps: Steps) -> None:
    write_gguf(tiny_model, tmp_path / "base.gguf", template=False)
    shutil.copytree(tiny_model, tmp_path / "base")
    (tmp_path / "base" / "chat_template.jinja").unlink()
    for name in (tmp_path / "base.gguf", tmp_path / "base"):
        told: list[str] = []
        chat = load(name, told.append)
        assert sum("нет шаблона чата" in line for line in told) == 1
        steps.dictate(" Привет.\nСобеседник: ещё")
        assert chat.model.invoke(TALK, logits_processor=steps).text.strip() == "Привет.", "a transcript ends with its line"
        assert steps.tokenizer.decode(steps.prompts[-1]).endswith("Собеседник: привет\nГриша:")


def _not_gguf(data: bytes) -> bytes:
    return b"PK" + data


def _cut_in_the_header(data: bytes) -> bytes:
    return data[:500]


def _cut_in_the_weights(data: bytes) -> bytes:
    return data[:-50_000]


def _unknown_kind(data: bytes) -> bytes:
    return data.replace(b"qwen2", b"qwenX")


@pytest.mark.parametrize("damage", [_not_gguf, _cut_in_the_header, _cut_in_the_weights, _unknown_kind])
def test_a_bad_gguf_file(load: Load, gguf: Path, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(damage(gguf.read_bytes()))
    assert f"GRISHA_MODEL={bad}" in complaint(load, bad)


@pytest.mark.parametrize("name", ["./no-such-file.gguf", "no-such-file.gguf", "some/file.gguf"])
def test_a_gguf_file_that_is_not_there(load: Load, name: str) -> None:
    assert complaint(load, name) == f"GRISHA_MODEL={name}: такого файла нет. Проверьте путь."


# LoRA


@pytest.fixture(scope="module")
def adapted(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, torch.Tensor]:
    folder = tmp_path_factory.mktemp("adapter")
    return folder, write_adapter(tiny_model, folder)


def test_an_adapter_is_merged_into_the_weights(tiny_model: Path, adapted: tuple[Path, torch.Tensor]) -> None:
    folder, wanted = adapted
    model, _ = load_weights(Source(str(tiny_model), adapter=str(folder)), "cpu")
    plain, _ = load_weights(Source(str(tiny_model)), "cpu")
    with torch.inference_mode():
        assert (model(IDS).logits - wanted).abs().max() < 0.02 < (plain(IDS).logits - wanted).abs().max()
    assert type(model) is type(plain)


def test_a_model_with_an_adapter_talks(load: Load, tiny_model: Path, adapted: tuple[Path, torch.Tensor], embedded: None) -> None:
    folder = str(adapted[0])
    chat = load(tiny_model, adapter=folder)
    assert chat.name == f"{tiny_model} + {folder}"
    assert chat.model.invoke(TALK).text != load(tiny_model).model.invoke(TALK).text
    own = load("embedded", adapter=folder)
    assert own.is_embedded
    assert own.name.endswith(folder)


def test_an_adapter_brings_its_template(load: Load, tiny_model: Path, adapted: tuple[Path, torch.Tensor], tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "base")
    shutil.copytree(adapted[0], tmp_path / "adapter")
    (tmp_path / "base" / "chat_template.jinja").unlink()
    for file in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(tiny_model / file, tmp_path / "adapter")
    told: list[str] = []
    load(tmp_path / "base", told.append, adapter=str(tmp_path / "adapter")).model.invoke(TALK)
    assert told == []


def _other_shape(folder: Path) -> None:
    save_file({name: values[:, :16].contiguous() for name, values in _adapter_weights(folder).items()}, _file(folder))


def _other_layers(folder: Path) -> None:
    save_file({name.replace("layers.1", "layers.7"): values for name, values in _adapter_weights(folder).items()}, _file(folder))


def _other_modules(folder: Path) -> None:
    config = folder / "adapter_config.json"
    config.write_text(config.read_text(encoding="utf-8").replace("_proj", "_lin"), encoding="utf-8")


def _broken(folder: Path) -> None:
    (folder / "adapter_config.json").write_text("{", encoding="utf-8")


def _cut(folder: Path) -> None:
    _file(folder).write_bytes(_file(folder).read_bytes()[:300])


def _file(folder: Path) -> Path:
    return folder / "adapter_model.safetensors"


def _adapter_weights(folder: Path) -> dict[str, torch.Tensor]:
    from safetensors.torch import load_file

    return load_file(_file(folder))


@pytest.mark.parametrize("damage", [_other_shape, _other_layers, _other_modules, _broken, _cut])
def test_an_adapter_of_another_model(
    load: Load, tiny_model: Path, adapted: tuple[Path, torch.Tensor], tmp_path: Path, damage: Callable[[Path], None], embedded: None
) -> None:
    folder = tmp_path / "adapter"
    shutil.copytree(adapted[0], folder)
    damage(folder)
    for name in (tiny_model, "embedded"):
        line = complaint(load, name, adapter=str(folder))
        assert f"GRISHA_ADAPTER={folder}" in line
        assert "повреждён или обучен для другой модели" in line


def test_an_adapter_needs_a_folder_a_model_and_its_package(
    load: Load, tiny_model: Path, adapted: tuple[Path, torch.Tensor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"GRISHA_ADAPTER={tmp_path}" in complaint(load, tiny_model, adapter=str(tmp_path))
    assert "GRISHA_MODEL" in complaint(load, "auto", adapter=str(adapted[0]))
    _without(monkeypatch, "peft")
    assert 'pip install -e ".[lora]"' in complaint(load, tiny_model, adapter=str(adapted[0]))


# 4 bits


def _without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr("models.weights.find_spec", lambda name: None if name == package else find(name))


def test_four_bits_need_cuda_a_package_and_whole_weights(
    load: Load, tiny_model: Path, gguf: Path, embedded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (tiny_model, "auto"):
        assert "нужна видеокарта с CUDA" in complaint(load, name, four_bit=True)
    assert "GGUF" in complaint(load, gguf, four_bit=True, device=CUDA)
    _without(monkeypatch, "bitsandbytes")
    assert 'pip install -e ".[4bit]"' in complaint(load, tiny_model, four_bit=True, device=CUDA)


def test_what_is_asked_of_bitsandbytes(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    plain = transformers.AutoModelForCausalLM.from_pretrained

    def from_pretrained(name: str, **options: Any) -> Any:
        asked.update(options)
        return plain(name, dtype=options["dtype"])

    monkeypatch.setattr("models.weights.find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", from_pretrained)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (8 * 2**30, 8 * 2**30))
    load_weights(Source(str(tiny_model), four_bit=True), "cuda")
    wanted = asked["quantization_config"].to_dict()
    assert wanted["load_in_4bit"]
    assert wanted["bnb_4bit_quant_type"] == "nf4"
    assert wanted["bnb_4bit_use_double_quant"]
    assert wanted["bnb_4bit_compute_dtype"] == "bfloat16"


# Memory, the network, and the machine


def test_a_card_with_too_little_memory(load: Load, tiny_model: Path, embedded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**20, 8 * 2**30))
    assert "не хватает памяти видеокарты" in complaint(load, tiny_model, device=CUDA)
    told: list[str] = []
    chat = load("embedded", told.append, device=CUDA)
    assert chat.is_embedded
    assert "процессоре" in told[0]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has"), "не хватает памяти"),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"), "не хватает памяти"),
        (MemoryError(), "не хватает памяти"),
        (RuntimeError("The NVIDIA driver on your system is too old (found version 11040)."), "драйвер видеокарты слишком старый"),
        (RuntimeError("CUDA error: CUDA driver version is insufficient for CUDA runtime version"), "драйвер"),
        (RuntimeError("CUDA error: no kernel image is available for execution on the device"), "видеокарта слишком старая"),
    ],
)
@pytest.mark.parametrize("place", [(transformers.AutoModelForCausalLM, "from_pretrained"), (Decoder, "agrees_with_model")])
def test_what_the_machine_cannot_do(
    load: Load,
    tiny_model: Path,
    embedded: None,
    monkeypatch: pytest.MonkeyPatch,
    place: tuple[type, str],
    error: Exception,
    expected: str,
) -> None:
    def fail(*given: Any, **options: Any) -> Any:
        raise error

    monkeypatch.setattr(*place, fail)
    assert expected in complaint(load, tiny_model)
    assert expected in complaint(load, "embedded"), "and the copy of the embedded model is not taken for damaged"


def test_without_the_hub_the_embedded_model_stands_in(
    load: Load, embedded: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    told: list[str] = []
    chat = load("somebody/model", told.append)
    assert chat.is_embedded
    assert len(told) == 1
    assert "GRISHA_MODEL=somebody/model: хаб недоступен" in told[0]
    assert told[0].endswith("Пока отвечаю встроенной моделью.")
    assert "GRISHA_ADAPTER" not in load("embedded", told.append, adapter="somebody/adapter").name
    assert "GRISHA_ADAPTER=somebody/adapter: хаб недоступен" in told[1]
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert "хаб недоступен" in complaint(load, "somebody/model"), "who has switched the network off wants no other model"


def test_auto_on_a_card_that_cannot_take_the_big_model(
    load: Load, embedded: None, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.chat.WITH_CUDA", str(tiny_model))
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**20, 2**30))
    told: list[str] = []
    assert load("auto", told.append, device=CUDA).is_embedded
    assert "не хватает памяти видеокарты" in told[0]
    assert "встроенной моделью" in told[0]


def test_the_name_of_a_servers_model_without_a_server(load: Load, tiny_model: Path) -> None:
    assert "GRISHA_MODEL_NAME=other" in complaint(load, tiny_model, server_model="other")
