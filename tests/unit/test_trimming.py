"""A model whose vocabulary is cut down reads and scores Russian as before."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny import BATCHED, save
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer, Gemma3ForCausalLM, PreTrainedTokenizerFast

from models.trimming import needed_tokens, trim_embeddings, trim_tokenizer

SPECIAL = ["<pad>", "<eos>", "<bos>", "<unk>"]
MERGES = [("п", "р"), ("пр", "и"), ("▁", "при"), ("h", "e"), ("你", "好"), ("ა", "ბ"), ("!", "!")]
TEXTS = ["привет!!", "при при рип", "hello", "[при]", "🙂 да"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model whose tokenizer knows words of several scripts, and has tokens in reserve."""
    characters = sorted({*"▁приветдаhelo!你好აბ", *map("".join, MERGES)})
    tokens = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), "<unused0>", *characters]
    raw = Tokenizer(models.BPE({token: at for at, token in enumerate(tokens)}, MERGES, unk_token="<unk>", byte_fallback=True))
    raw.normalizer = normalizers.Replace(" ", "▁")
    raw.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    raw.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in [*SPECIAL, "<start_of_turn>"]])
    raw.add_tokens([AddedToken("<unused0>", normalized=False)])
    folder = tmp_path_factory.mktemp("whole")
    roles = {"pad_token": "<pad>", "eos_token": "<eos>", "bos_token": "<bos>", "unk_token": "<unk>"}
    PreTrainedTokenizerFast(tokenizer_object=raw, **roles).save_pretrained(folder / "tokenizer")
    config: Any = BATCHED["gemma3"]()
    config.update({"unk_token_id": 3, "bos_token_id": 2, "eos_token_id": 1})
    return save(config, folder / "model", folder / "tokenizer")


@pytest.fixture(scope="module")
def trimmed(whole: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("trimmed") / "model"
    shutil.copytree(whole, folder)
    kept = needed_tokens(AutoTokenizer.from_pretrained(whole))
    trim_tokenizer(folder, kept)
    config = AutoConfig.from_pretrained(whole)
    weights = AutoModelForCausalLM.from_pretrained(whole).state_dict()
    weights.pop("lm_head.weight")  # tied
    trim_embeddings(weights, config, kept)
    Gemma3ForCausalLM.from_pretrained(None, config=config, state_dict=weights).save_pretrained(folder)
    return folder


def _spelled(tokenizer: Any, text: str) -> list[str]:
    return list(tokenizer.convert_ids_to_tokens(tokenizer.encode(text, add_special_tokens=False)))


@pytest.mark.parametrize("text", TEXTS)
def test_russian_is_spelled_as_before(whole: Path, trimmed: Path, text: str) -> None:
    before, after = (AutoTokenizer.from_pretrained(folder) for folder in (whole, trimmed))
    assert _spelled(before, text) == _spelled(after, text)


def test_what_nobody_needs_is_gone(whole: Path, trimmed: Path) -> None:
    before, after = (AutoTokenizer.from_pretrained(folder) for folder in (whole, trimmed))
    gone = before.get_vocab().keys() - after.get_vocab().keys()
    assert gone == {"你", "好", "你好", "ა", "ბ", "აბ", "<unused0>"}
    assert sorted(after.get_vocab().values()) == list(range(len(after))), "the numbers have no holes: each is a row of weights"
    assert AutoConfig.from_pretrained(trimmed).vocab_size == len(after)


def test_other_scripts_are_still_read_letter_by_letter(trimmed: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(trimmed)
    ids = tokenizer.encode("при 你好 აბ", add_special_tokens=False)
    assert tokenizer.unk_token_id not in ids
    assert tokenizer.decode(ids) == "при 你好 აბ"


def test_control_tokens_stay_what_they_are(whole: Path, trimmed: Path) -> None:
    before, after = (AutoTokenizer.from_pretrained(folder) for folder in (whole, trimmed))
    assert after.all_special_tokens == before.all_special_tokens
    assert _spelled(after, "<start_of_turn>") == ["<start_of_turn>"]
    config = AutoConfig.from_pretrained(trimmed)
    assert [after.convert_ids_to_tokens(getattr(config, f"{name}_token_id")) for name in ("pad", "eos", "bos", "unk")] == SPECIAL


@torch.inference_mode()
def test_the_scores_are_those_of_the_whole_model(whole: Path, trimmed: Path) -> None:
    scores, words = [], []
    for folder in (whole, trimmed):
        tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
        scores.append(model(**tokenizer("<bos>привет", return_tensors="pt", add_special_tokens=False)).logits[0, -1])
        words.append(tokenizer.get_vocab())
    shared = words[1].keys()
    assert torch.equal(*(one[[numbers[word] for word in shared]] for one, numbers in zip(scores, words, strict=True)))
