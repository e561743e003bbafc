"""Cuts a model's vocabulary down to what a chat in Russian needs.

Of the embedded model's 262,144 tokens most are words of languages that nobody speaks here, and they are two thirds of its weights.
What is left of them reads Russian token by token as before; what is not spelled any more is spelled from shorter tokens or bytes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.vocabulary import OWN_SCRIPTS, Vocabulary, scripts_of

if TYPE_CHECKING:
    import torch


def needed_tokens(tokenizer: Any) -> list[int]:
    """The tokens that are kept, in the order of their numbers.

    They are those that a reply in Russian may hold; the characters of the scripts of every chat and all bytes, from which the rest
    is put together; and what has been added to the vocabulary, but not in reserve.

    Args:
        tokenizer: a fast tokenizer of transformers, of SentencePiece's kind.
    """
    texts = tokenizer.convert_ids_to_tokens(range(len(tokenizer)))
    added = {id: token.content for id, token in tokenizer.added_tokens_decoder.items()}
    reserve = {id for id, text in added.items() if text.startswith("<unused")}
    characters = {id for id, text in enumerate(texts) if len(text) == 1 and scripts_of(text) <= OWN_SCRIPTS}
    bytes_ = {id for id, text in enumerate(texts) if text.startswith("<0x") and len(text) == 6}
    common = Vocabulary(tokenizer, len(tokenizer), [tokenizer.eos_token_id]).common
    return sorted({*common.tolist(), *characters, *bytes_, *added} - reserve)


def trim_tokenizer(folder: Path, kept: Sequence[int]) -> None:
    """Leave only the tokens `kept` in the BPE tokenizer saved in `folder`, numbered anew from 0 on."""
    file = folder / "tokenizer.json"
    saved = json.loads(file.read_text(encoding="utf-8"))
    numbers = {old: new for new, old in enumerate(kept)}
    model = saved["model"]
    vocabulary = {token: numbers[old] for token, old in model["vocab"].items() if old in numbers}
    model["vocab"] = vocabulary
    model["merges"] = [[one, two] for one, two in model["merges"] if {one, two, one + two} <= vocabulary.keys()]
    saved["added_tokens"] = [token | {"id": numbers[token["id"]]} for token in saved["added_tokens"] if token["id"] in numbers]
    file.write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")


def trim_embeddings(weights: "dict[str, torch.Tensor]", config: Any, kept: Sequence[int]) -> None:
    """Leave only the rows `kept` of the token embeddings in `weights`, and say so in the model's `config`."""
    name = "model.embed_tokens.weight"
    weights[name] = weights[name][list(kept)]
    config.vocab_size = len(kept)
    for special in ("bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id"):
        setattr(config, special, kept.index(getattr(config, special)))
