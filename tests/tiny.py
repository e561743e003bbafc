"""Tiny models of the usual families, each with weights large enough that a wrong mask or position changes what it says."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from transformers import (
    AutoModelForCausalLM,
    CohereConfig,
    Gemma3Config,
    Gemma3TextConfig,
    GPT2Config,
    Llama4TextConfig,
    LlamaConfig,
    MambaConfig,
    MistralConfig,
    PreTrainedConfig,
    Qwen2Config,
    Qwen3Config,
)

WINDOW = 8
"""How many tokens the sliding layers look back."""

_SIZES: dict[str, Any] = {
    "vocab_size": 600,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "max_position_embeddings": 2048,
    "initializer_range": 0.3,
    "eos_token_id": 2,
    "bos_token_id": 0,
    "pad_token_id": 0,
}
_GEMMA = Gemma3TextConfig(**_SIZES, sliding_window=WINDOW, layer_types=["sliding_attention", "full_attention"])
_PICTURES = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "image_size": 28}

BATCHED: dict[str, Callable[[], PreTrainedConfig]] = {
    "qwen2": lambda: Qwen2Config(**_SIZES),
    "qwen3": lambda: Qwen3Config(**_SIZES),
    "llama": lambda: LlamaConfig(**_SIZES),
    "mistral": lambda: MistralConfig(**_SIZES, sliding_window=WINDOW),
    "gemma3": lambda: _GEMMA,
    "gemma3-for-pictures": lambda: Gemma3Config(
        text_config=_GEMMA.to_dict(), vision_config=_PICTURES | {"patch_size": 14}, eos_token_id=2
    ),
    "cohere, which scales its scores": lambda: CohereConfig(**_SIZES, logit_scale=0.0625),
    "sizes that no kernel likes": lambda: LlamaConfig(**_SIZES | {"hidden_size": 20, "head_dim": 10, "intermediate_size": 36}),
}
"""Families that are generated together."""

OTHERS: dict[str, Callable[[], PreTrainedConfig]] = {
    "mamba": lambda: MambaConfig(vocab_size=600, hidden_size=32, num_hidden_layers=2, state_size=8, eos_token_id=2),
    "llama4, which looks back by chunks": lambda: Llama4TextConfig(
        **_SIZES, attention_chunk_size=WINDOW, intermediate_size_mlp=64, num_local_experts=2
    ),
}
"""Families that are left to transformers."""

LEARNED_POSITIONS = 128


def with_learned_positions() -> PreTrainedConfig:
    """One to which a token behind its last position is an error."""
    return GPT2Config(vocab_size=600, n_embd=32, n_layer=2, n_head=2, n_positions=LEARNED_POSITIONS, eos_token_id=2, bos_token_id=0)


def without_end() -> PreTrainedConfig:
    return LlamaConfig(**_SIZES | {"eos_token_id": None})


def save(config: PreTrainedConfig, folder: Path, tokenizer_of: Path) -> Path:
    """`folder`, with a model of `config` in it and the tokenizer of another."""
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    for file in [*tokenizer_of.glob("tokenizer*"), *tokenizer_of.glob("chat_template*")]:
        shutil.copy(file, folder)
    return folder
