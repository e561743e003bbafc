"""Chat and embedding models by their names: chosen, loaded, and what is said of one that cannot serve."""

import shutil
import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from dictation import Steps
from langchain_core.messages import HumanMessage, SystemMessage

from errors import ModelError
from models.chat import Sampling, get_chat_model
from models.embedded import embedded_folder
from models.embeddings import EmbeddedEmbeddings, get_embeddings
from models.machine import Device, find_device

CPU = Device("cpu", "test", 1.0)

# Choosing and loading


def _one_line(error: ModelError, setting: str) -> None:
    assert "\n" not in str(error)
    assert setting in str(error)


def test_cuda_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ModelError) as caught:
        find_device("cuda")
    _one_line(caught.value, "GRISHA_DEVICE")
    for wanted in ("auto", "cpu"):
        found = find_device(wanted)
        assert found.kind == "cpu"
        assert found.name
        assert found.memory >= 0


def test_a_driver_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_available() -> bool:
        warnings.warn("CUDA initialization: The NVIDIA driver on your system is too old (found version 11040).", stacklevel=1)
        return False

    monkeypatch.setattr(torch.cuda, "is_available", is_available)
    with pytest.raises(ModelError, match="драйвер видеокарты слишком старый") as caught:
        find_device("cuda")
    _one_line(caught.value, "GRISHA_DEVICE")
    told: list[str] = []
    assert find_device("auto", told.append).kind == "cpu"
    assert len(told) == 1
    assert "драйвер" in told[0]
    find_device("cpu", told.append)
    assert len(told) == 1, "who wants the processor need not hear of the card"


def test_cuda_is_taken_only_where_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    card = SimpleNamespace(name="GeForce", total_memory=8 * 2**30)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda number: card)
    assert find_device("auto") == find_device("cuda") == Device("cuda", "GeForce", 8.0)
    assert find_device("cpu").kind == "cpu"


def test_a_local_folder_is_loaded_with_the_defaults_of_the_article(tiny_model: Path, tmp_path: Path) -> None:
    chat = get_chat_model(str(tiny_model), CPU, Sampling(max_new_tokens=3), tmp_path)
    try:
        assert not chat.is_embedded
        assert chat.name == str(tiny_model)
        assert chat.model.invoke("привет").usage_metadata["output_tokens"] <= 3  # type: ignore[index,attr-defined]
        params = chat.model._identifying_params
        assert (params["temperature"], params["top_p"], params["repetition_penalty"]) == (0.7, 0.9, 1.1)
    finally:
        chat.close()


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        get_chat_model(str(tmp_path / "nothing"), CPU, Sampling(), tmp_path)
    _one_line(caught.value, "GRISHA_MODEL")
    assert str(tmp_path / "nothing") in str(caught.value)


def _no_config(folder: Path) -> None:
    (folder / "config.json").unlink()


def _broken_config(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "qwen', encoding="utf-8")


def _unknown_kind(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "no-such-model"}', encoding="utf-8")


def _no_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def _half_the_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:10_000])


def _no_tokenizer(folder: Path) -> None:
    for file in folder.glob("tokenizer*"):
        file.unlink()


@pytest.mark.parametrize("damage", [_no_config, _broken_config, _unknown_kind, _no_weights, _half_the_weights, _no_tokenizer])
def test_a_folder_that_cannot_serve(tiny_model: Path, tmp_path: Path, damage: Callable[[Path], None]) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    damage(folder)
    with pytest.raises(ModelError) as caught:
        get_chat_model(str(folder), CPU, Sampling(), tmp_path)
    _one_line(caught.value, "GRISHA_MODEL")
    assert str(folder) in str(caught.value)


# The embedded model; its conversion takes a minute and is not run here


class Conversion:
    """Stands in for the child process that converts: puts a copy of `result` where it was told to, or fails with `stderr`."""

    def __init__(self) -> None:
        self.results: list[Path] = []
        self.stderr = ""
        self.status = 1
        self.runs = 0

    def __call__(self, command: list[str], **kwargs: Any) -> subprocess.CompletedProcess[str]:
        self.runs += 1
        if self.stderr:
            return subprocess.CompletedProcess(command, self.status, "", self.stderr)
        source = self.results[min(self.runs, len(self.results)) - 1]
        assert command[1:3] == ["-m", "models.embedded"]
        shutil.copytree(source, Path(command[3]) / "converted")
        return subprocess.CompletedProcess(command, 0, "", "")


@pytest.fixture
def conversion(monkeypatch: pytest.MonkeyPatch, tiny_model: Path) -> Conversion:
    fake = Conversion()
    fake.results = [tiny_model]
    monkeypatch.setattr(subprocess, "run", fake)
    return fake


@pytest.fixture
def damaged(tiny_model: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "damaged"
    shutil.copytree(tiny_model, folder)
    _half_the_weights(folder)
    return folder


def test_the_embedded_model_is_converted_once(tmp_path: Path, conversion: Conversion) -> None:
    cache, told = tmp_path / "deep" / "cache", []
    folder = embedded_folder(cache, told.append)
    assert (folder / "config.json").is_file()
    assert len(told) == 1
    assert embedded_folder(cache, told.append) == folder
    assert (conversion.runs, len(told)) == (1, 1), "the copy is there: nothing is converted, nobody has to wait"
    (folder / "config.json").unlink()
    assert embedded_folder(cache, renew=True) == folder
    assert (folder / "config.json").is_file()
    assert conversion.runs == 2


def test_an_adapter_gets_the_model_with_all_its_tokens(tmp_path: Path, conversion: Conversion) -> None:
    outdated = tmp_path / "gemma3-270m-bf16-v1"
    outdated.mkdir()
    trimmed, whole = embedded_folder(tmp_path), embedded_folder(tmp_path, whole=True)
    assert trimmed != whole
    assert trimmed.is_dir(), "the one does not drive out the other"
    assert (embedded_folder(tmp_path), embedded_folder(tmp_path, whole=True), conversion.runs) == (trimmed, whole, 2)
    assert not outdated.exists(), "a copy of earlier versions only takes room"


def test_a_conversion_that_failed_leaves_nothing_behind(tmp_path: Path, conversion: Conversion) -> None:
    conversion.stderr = "Traceback (most recent call last):\n  ...\nMemoryError: no room\n"
    with pytest.raises(ModelError, match="MemoryError: no room") as caught:
        embedded_folder(tmp_path / "cache")
    _one_line(caught.value, "GRISHA_CACHE_DIR")
    assert [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()] == []
    conversion.stderr = ""
    assert embedded_folder(tmp_path / "cache").is_dir()


def test_a_conversion_that_ran_out_of_something_says_of_what(tmp_path: Path, conversion: Conversion) -> None:
    conversion.stderr = "safetensors_rust.SafetensorError: I/O error: No space left on device (os error 28)\n"
    with pytest.raises(ModelError, match="на диске нет места") as caught:
        get_chat_model("embedded", CPU, Sampling(), tmp_path / "cache")
    _one_line(caught.value, "GRISHA_CACHE_DIR")
    conversion.stderr, conversion.status = "killed", -9
    with pytest.raises(ModelError, match="не хватило памяти"):
        get_chat_model("embedded", CPU, Sampling(), tmp_path / "cache")


def test_a_cache_that_cannot_be_written(tmp_path: Path, conversion: Conversion) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError) as caught:
        embedded_folder(tmp_path / "file" / "cache")
    _one_line(caught.value, "GRISHA_CACHE_DIR")
    assert conversion.runs == 0


@pytest.mark.parametrize("name", ["auto", "embedded"])
def test_the_embedded_model_without_cuda(tmp_path: Path, conversion: Conversion, steps: Steps, name: str) -> None:
    chat = get_chat_model(name, CPU, Sampling(temperature=0), tmp_path / "cache")
    try:
        assert chat.is_embedded
        steps.dictate(" Привет.\nСобеседник: ещё")
        reply = chat.model.invoke([SystemMessage("Ты Гриша."), HumanMessage("привет")], logits_processor=steps)
        assert reply.text.strip() == "Привет.", "a transcript ends with its line"
        assert steps.tokenizer.decode(steps.prompts[-1]).endswith("Собеседник: привет\nГриша:")
    finally:
        chat.close()


def test_a_damaged_copy_of_the_embedded_model_is_made_again(
    tmp_path: Path, conversion: Conversion, damaged: Path, tiny_model: Path
) -> None:
    conversion.results = [damaged, tiny_model]
    told: list[str] = []
    chat = get_chat_model("embedded", CPU, Sampling(max_new_tokens=2), tmp_path / "cache", told.append)
    try:
        assert conversion.runs == 2
        assert any("повреждена" in line for line in told)
        chat.model.invoke([SystemMessage("Ты Гриша."), HumanMessage("привет")])
    finally:
        chat.close()


@pytest.mark.parametrize("damage", [_broken_config, _unknown_kind, _no_weights, _half_the_weights, _no_tokenizer])
def test_an_embedded_model_that_stays_damaged(
    tmp_path: Path, conversion: Conversion, tiny_model: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "bad"
    shutil.copytree(tiny_model, folder)
    damage(folder)
    conversion.results = [folder]
    with pytest.raises(ModelError) as caught:
        get_chat_model("embedded", CPU, Sampling(), tmp_path / "cache")
    assert conversion.runs == 2
    _one_line(caught.value, str(tmp_path / "cache"))


# Embeddings


def test_embeddings_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        get_embeddings(str(tmp_path / "nothing"), "cpu")
    _one_line(caught.value, "GRISHA_EMBEDDINGS")
    assert str(tmp_path / "nothing") in str(caught.value)


async def test_the_embedded_encoder() -> None:
    encoder = get_embeddings("embedded", "cpu")
    assert isinstance(encoder, EmbeddedEmbeddings)
    assert encoder.embed_documents([]) == []
    texts = ["как приготовить яичницу", "", "🌸", "how do I cook fried eggs"]
    vectors = torch.tensor(encoder.embed_documents(texts))
    assert vectors.shape == (4, 512)
    assert torch.allclose(vectors.norm(dim=1), torch.ones(4), atol=1e-3)
    alone = torch.tensor([encoder.embed_query(text) for text in texts])
    assert torch.allclose(vectors, alone, atol=1e-4), "in order, and the same alone as in a batch"
    assert torch.allclose(torch.tensor(await encoder.aembed_query(texts[0])), vectors[0], atol=1e-4)
    assert vectors[0] @ vectors[3] > 0.6, "the same meaning in another language"
    assert len(encoder.embed_query("слово " * 100_000)) == 512


def test_a_sentence_transformers_folder_serves_as_embeddings(tiny_model: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer

    transformer = Transformer(str(tiny_model))
    SentenceTransformer(modules=[transformer, Pooling(transformer.get_embedding_dimension())]).save(str(tmp_path / "encoder"))
    embeddings = get_embeddings(str(tmp_path / "encoder"), "cpu")
    vectors = np.array(embeddings.embed_documents(["привет", "как дела?"]))
    assert vectors.shape == (2, 32)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-3)
    assert embeddings.embed_query("привет") == pytest.approx(vectors[0].tolist(), abs=1e-3)
