"""The tiny model of the tests in other packings: a GGUF file, and a LoRA adapter for it."""

import json
from pathlib import Path
from typing import Any

import torch
from gguf import MODEL_ARCH, GGUFWriter, TokenType, get_tensor_name_map
from transformers import AutoModelForCausalLM, AutoTokenizer


def write_gguf(tiny_model: Path, file: Path, *, template: bool = True) -> None:
    """Write the tiny model as llama.cpp's converter would; without `template` it is a base model."""
    model: Any = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    tokenizer: Any = AutoTokenizer.from_pretrained(tiny_model)
    config = model.config
    writer = GGUFWriter(file, "qwen2")
    writer.add_name("tiny")
    writer.add_file_type(0)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_rope_freq_base(10_000.0)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    tokens = sorted(tokenizer.get_vocab(), key=tokenizer.get_vocab().__getitem__)
    control = {str(token) for token in tokenizer.added_tokens_decoder.values()}
    kinds = [TokenType.CONTROL if token in control else TokenType.NORMAL for token in tokens]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    merges = json.loads((tiny_model / "tokenizer.json").read_text(encoding="utf-8"))["model"]["merges"]
    writer.add_token_merges([" ".join(pair) if isinstance(pair, list) else pair for pair in merges])
    writer.add_eos_token_id(tokenizer.eos_token_id)
    writer.add_pad_token_id(tokenizer.pad_token_id)
    if template:
        writer.add_chat_template(tokenizer.chat_template)
    names = get_tensor_name_map(MODEL_ARCH.QWEN2, config.num_hidden_layers)
    for name, values in model.state_dict().items():
        module, _, kind = name.rpartition(".")
        writer.add_tensor(f"{names.get_name(module)}.{kind}", values.numpy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_adapter(tiny_model: Path, folder: Path) -> torch.Tensor:
    """Save an adapter for the tiny model, which changes what it says; returns its logits for the ids 5, 6, 7."""
    from peft import LoraConfig, get_peft_model

    model: Any = AutoModelForCausalLM.from_pretrained(tiny_model, dtype=torch.bfloat16)
    adapted: Any = get_peft_model(model, LoraConfig(r=4, lora_alpha=64, target_modules=["q_proj", "v_proj", "down_proj"]))
    torch.manual_seed(1)
    for name, values in adapted.named_parameters():
        if "lora_B" in name:  # zeros, until it is trained
            torch.nn.init.normal_(values, std=0.5)
    adapted.save_pretrained(folder)
    with torch.inference_mode():
        logits: torch.Tensor = adapted.eval()(torch.tensor([[5, 6, 7]])).logits
    return logits
