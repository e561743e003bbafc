"""The memory that loading a model takes: what is refused, how much is used at a time, and that it is given back."""

import gc
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
import transformers

from errors import ModelError
from models.chat import Sampling, get_chat_model
from models.decoder import Decoder
from models.linear import CpuLinear, replace_linears
from models.local import TransformersChat
from models.machine import Device, free_memory
from models.weights import Source

CPU, CUDA = Device("cpu", "test", 1.0), Device("cuda", "test", 8.0)


@pytest.mark.parametrize(
    ("engine", "can_pack", "terabytes"),
    [("auto", True, 3), ("exact", True, 2), ("plain", True, 2), ("compiled", True, 2), ("auto", False, 5), ("exact", False, 4)],
)
def test_a_model_that_cannot_fit_is_not_begun_with(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Any, can_pack: bool, terabytes: int
) -> None:
    """The weights are a sparse file, which says that it holds so many: two in bfloat16, and one more as 8-bit numbers."""
    monkeypatch.setattr("models.linear.can_pack", lambda: can_pack)
    folder = tmp_path / "huge"
    shutil.copytree(tiny_model, folder)
    count = 2**40
    header = f'{{"a":{{"dtype":"F32","shape":[{count}],"data_offsets":[0,{4 * count}]}}}}'.encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(header).to_bytes(8, "little") + header)
        file.truncate(8 + len(header) + 4 * count)
    with pytest.raises(ModelError, match=f"не хватает памяти: нужно {1024 * terabytes}\\."):
        get_chat_model(str(folder), CPU, Sampling(engine=engine), tmp_path)


def test_what_a_container_has_left(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/meminfo").write_text("MemTotal:       9000 kB\nMemFree:        100 kB\nMemAvailable:   8000 kB\n")
    assert free_memory(tmp_path) == 8000 * 1024
    group = tmp_path / "sys/fs/cgroup"
    group.mkdir(parents=True)
    (group / "memory.current").write_text("3000000\n")
    (group / "memory.stat").write_text("anon 2000000\ninactive_file 900000\ninactive_file_of_another 7\n")
    (group / "memory.max").write_text("max\n")
    assert free_memory(tmp_path) == 8000 * 1024
    (group / "memory.max").write_text("4000000\n")
    assert free_memory(tmp_path) == 4000000 - 3000000 + 900000
    assert free_memory(tmp_path / "nothing") is None


class Loads:
    """Follows the models that are loaded; those for the card take the memory of the machine.

    As with a card, what a model leaves is free once torch is told to give it back.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.models: list[weakref.ref[Any]] = []
        self._is_free = True
        plain = transformers.AutoModelForCausalLM.from_pretrained

        def from_pretrained(*given: Any, **options: Any) -> Any:
            assert not self.alive(), "two at a time take twice the memory"
            model = plain(*given, **options)
            self.models.append(weakref.ref(model))
            self._is_free = False
            return model

        monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", from_pretrained)
        monkeypatch.setattr(transformers.PreTrainedModel, "to", lambda model, device: model)
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (8 * 2**30 if self._is_free else 0, 8 * 2**30))
        monkeypatch.setattr(torch.cuda, "empty_cache", self._give_back)

    def alive(self) -> bool:
        return any(model() is not None for model in self.models)

    def _give_back(self) -> None:
        self._is_free = not self.alive()


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loads]:
    """As Grisha starts: nobody looks for garbage."""
    gc.disable()
    yield Loads(monkeypatch)
    gc.enable()


def test_a_card_that_is_full_once_the_big_model_is_loaded(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, loads: Loads
) -> None:
    agrees = Decoder.agrees_with_model

    def fail_at_first(decoder: Decoder, head: Any) -> bool:
        monkeypatch.setattr(Decoder, "agrees_with_model", agrees)
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr("models.chat.WITH_CUDA", str(tiny_model))
    monkeypatch.setattr("models.chat.embedded_folder", lambda cache, notify, **options: tiny_model)
    monkeypatch.setattr(Decoder, "agrees_with_model", fail_at_first)
    told: list[str] = []
    chat = get_chat_model("auto", CUDA, Sampling(), tmp_path, told.append)
    chat.close()
    assert chat.is_embedded
    [line] = told
    assert line.endswith("не хватает памяти. Закройте лишнее или возьмите модель меньше. Пока отвечаю встроенной моделью.")
    assert len(loads.models) == 2


def test_a_closed_model_leaves_the_card(tiny_model: Path, monkeypatch: pytest.MonkeyPatch, loads: Loads) -> None:
    chat = TransformersChat(source=Source(str(tiny_model)), device="cuda")
    chat.load()
    given_back: list[bool] = []

    def empty_cache() -> None:
        given_back.append(not loads.alive())
        raise RuntimeError("captures_underway.empty() INTERNAL ASSERT FAILED")

    monkeypatch.setattr(torch.cuda, "empty_cache", empty_cache)
    chat.close()
    assert given_back == [True]


@pytest.mark.parametrize(("engine", "times"), [("exact", 2), ("compiled", 1), ("plain", 1)])
def test_a_model_for_transformers_is_loaded_again_only_where_it_was_changed(
    tmp_path: Path, tiny_model: Path, loads: Loads, engine: Any, times: int
) -> None:
    folder = tiny.save(tiny.OTHERS["llama4, which looks back by chunks"](), tmp_path, tiny_model)
    chat = TransformersChat(source=Source(str(folder)), engine=engine, max_new_tokens=2)
    chat.load()
    assert chat.invoke("привет").usage_metadata["output_tokens"] == 2  # type: ignore[index]
    chat.close()
    assert len(loads.models) == times


def test_layers_leave_the_memory_as_they_are_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    layers = torch.nn.Sequential(*(torch.nn.Sequential(torch.nn.Linear(8, 8)) for _ in range(6)))
    wanted, left = layers(torch.ones(1, 8)), [weakref.ref(layer[0]) for layer in layers]
    made = 0
    make = CpuLinear.__init__

    def count(*given: Any, **options: Any) -> None:
        nonlocal made
        assert sum(layer() is not None for layer in left) <= 1 + len(left) - made
        made += 1
        make(*given, **options)

    monkeypatch.setattr(CpuLinear, "__init__", count)
    replace_linears(layers, is_exact=True)
    assert made == 6
    assert torch.allclose(layers(torch.ones(1, 8)), wanted)
