"""Chat templates of well-known families, each with a tiny tokenizer of the same kind: what it adds, normalises and begins with.

The templates are written after those of the models, without tools and pictures. The tokenizers spell with bytes and characters.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import AutoTokenizer, PreTrainedTokenizerFast

HERE = Path(__file__).parent
_RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_CHARACTERS = sorted({*map(chr, range(0x21, 0x7F)), *_RUSSIAN, *_RUSSIAN.upper(), "▁"})
_WORDS = Regex(r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


@dataclass(frozen=True)
class Family:
    """A template and the settings of the tokenizers that come with it."""

    name: str
    kind: str
    """"bytes" as in GPT-2 with the normal form NFC, "gemma", "metaspace" as in Mistral, "prepend" as in Llama 2, "unigram"."""
    special: tuple[str, ...]
    eos: str
    bos: str | None = None
    added: tuple[str | AddedToken, ...] = ()
    """Tokens that are not marked as special."""
    template: str | None = None
    """Named as the family is, unless told otherwise."""


def _flagged(token: str, **flags: bool) -> AddedToken:
    return AddedToken(token, **({"normalized": False, "special": False} | flags))


_CHATML = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_GEMMA = ("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>")
_GEMMA_TEXT = (
    "[multimodal]",
    "<unused0>",
    "<unused1>",
    *("\n" * count for count in range(1, 6)),
    "▁▁",
    "▁▁▁",
    "<table>",
    "<b>",
    "</b>",
)
_LLAMA3 = ("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>", "<|python_tag|>")

_SENTENCE = ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")
_MISTRAL = ("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]")
_QWEN3 = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>")
_THINK = (_flagged("<think>", normalized=True), _flagged("</think>", normalized=True))
_EAGER = tuple(_flagged(token, normalized=True, lstrip=True, rstrip=True) for token in ("<|im_start|>", "<|im_end|>"))

FAMILIES = (
    Family("qwen2", "bytes", _CHATML, "<|im_end|>"),
    Family("qwen3", "bytes", _CHATML, "<|im_end|>", added=_QWEN3),
    Family("gemma3", "gemma", _GEMMA, "<eos>", "<bos>", added=_GEMMA_TEXT),
    Family("gemma2", "gemma", _GEMMA, "<eos>", "<bos>", added=_GEMMA_TEXT),
    Family("llama3", "bytes", _LLAMA3, "<|eot_id|>", "<|begin_of_text|>"),
    Family("mistral", "metaspace", _MISTRAL, "</s>", "<s>"),
    Family("llama2", "prepend", ("<unk>", "<s>", "</s>"), "</s>", "<s>"),
    Family("deepseek", "bytes", _SENTENCE, _SENTENCE[1], _SENTENCE[0], added=("<｜User｜>", "<｜Assistant｜>", *_THINK)),
    Family("eager", "bytes", ("<|endoftext|>",), "<|endoftext|>", added=_EAGER, template="qwen2"),
    Family("unigram", "unigram", ("<unk>", "<s>", "</s>"), "</s>", "<s>", added=(*_THINK, _flagged("[INST]", normalized=True)),
           template="named"),
    Family("transcript", "gemma", _GEMMA, "<eos>", "<bos>", added=_GEMMA_TEXT, template="../../models/transcript"),
)  # fmt: skip
"""`eager` and `unigram` have what is bad of all: tokens found after normalising, that take the space beside them, that the model of
the tokenizer itself makes of plain text."""


def load_all(folder: Path) -> dict[str, Any]:
    """The tokenizer of each family by its name, loaded as transformers loads those of a model."""
    return {family.name: AutoTokenizer.from_pretrained(save(family, folder / family.name)) for family in FAMILIES}


def save(family: Family, folder: Path) -> Path:
    """`folder`, with the tokenizer and the template in the files that transformers loads."""
    raw = _raw(family.kind)
    raw.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in family.special])
    raw.add_tokens([token if isinstance(token, AddedToken) else _flagged(token) for token in family.added])
    if family.bos is not None and family.kind != "unigram":
        raw.post_processor = processors.TemplateProcessing(
            single=f"{family.bos} $A", pair=f"{family.bos} $A $B", special_tokens=[(family.bos, raw.token_to_id(family.bos))]
        )
    named = {"bos_token": family.bos, "unk_token": "<unk>" if "<unk>" in family.special else None, "eos_token": family.eos}
    tokenizer: Any = PreTrainedTokenizerFast(tokenizer_object=raw, **{name: token for name, token in named.items() if token})
    tokenizer.chat_template = (HERE / f"{family.template or family.name}.jinja").read_text(encoding="utf-8").removesuffix("\n")
    tokenizer.save_pretrained(folder)
    return folder


def _raw(kind: str) -> Tokenizer:
    # Words that begin with a space have tokens of their own, as in all real ones: what precedes a text changes its spelling.
    if kind == "bytes":
        alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
        raw = Tokenizer(
            models.BPE({token: at for at, token in enumerate([*alphabet, "ĠÐ", "Ġa", "ĊĊ"])}, [("Ġ", "Ð"), ("Ġ", "a"), ("Ċ", "Ċ")])
        )
        raw.normalizer = normalizers.NFC()
        raw.pre_tokenizer = pre_tokenizers.Sequence(
            [pre_tokenizers.Split(_WORDS, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
        )
        raw.decoder = decoders.ByteLevel()
        return raw
    if kind == "unigram":
        pieces = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), *((char, -3.0) for char in [*_CHARACTERS, "\n"])]
        raw = Tokenizer(models.Unigram(pieces, unk_id=0))
        raw.normalizer = normalizers.NFKC()
        raw.pre_tokenizer = pre_tokenizers.Metaspace()
        raw.decoder = decoders.Metaspace()
        return raw
    raw = Tokenizer(_sentencepiece())
    spaces, bytes_back = decoders.Replace("▁", " "), [decoders.ByteFallback(), decoders.Fuse()]
    raw.decoder = decoders.Sequence([spaces, *bytes_back] if kind == "gemma" else [spaces, *bytes_back, decoders.Strip(" ", 1, 0)])
    if kind == "gemma":
        raw.normalizer = normalizers.Replace(" ", "▁")
        raw.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    elif kind == "metaspace":
        raw.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    else:
        raw.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return raw


@cache
def _sentencepiece_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    merges = [("▁", letter) for letter in [*_RUSSIAN, *_RUSSIAN.upper()]]
    tokens = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *_CHARACTERS, *map("".join, merges)]
    return {token: at for at, token in enumerate(tokens)}, merges


def _sentencepiece() -> models.BPE:
    vocabulary, merges = _sentencepiece_vocabulary()
    return models.BPE(vocabulary, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True)
