"""How many sampled replies hold what no Russian chat wants: letters of a foreign script, control tokens."""

import asyncio
import itertools
import unicodedata
from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from langchain_core.messages import AIMessage
from torch import nn
from torch.nn.modules.module import register_module_forward_pre_hook
from transformers import AutoTokenizer

from benchmarks.common import show
from benchmarks.generation.engines import DEFAULT, Grisha, Plain, Prompt, Worker
from benchmarks.generation.prompts import QUESTIONS, Prompts
from benchmarks.generation.speed import progress
from prompts import load_persona

SEEDS = 5
TOKENS = 40
BATCH = 8
_CJK = {"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH", "HALFWIDTH"}
_OURS = {"LATIN", "CYRILLIC"}
_NO_SCRIPT = {"MODIFIER", "MICRO", "FEMININE", "MASCULINE"}


class Sampled(NamedTuple):
    """Sampled replies, and how many of the tokens that were drawn are control tokens."""

    texts: list[str]
    tokens: int
    control: int


def foreign_script(plain: Worker, grisha: Worker, questions: int = len(QUESTIONS)) -> None:
    """Ask both the same, and count."""
    prompts = Prompts(load_persona("grisha"), examples=0)
    asked = [prompts.one(question) for question in QUESTIONS[:questions]]
    rows = []
    for worker, sample in ((plain, sample_plain), (grisha, sample_grisha)):
        progress(f"{len(asked) * SEEDS} sampled replies, {worker.name}")
        sampled = worker.run(sample, asked)
        scripts = [letters_scripts(text) for text in sampled.texts]
        cjk = sum(not _CJK.isdisjoint(found) for found in scripts)
        foreign = sum(not found <= _OURS for found in scripts)
        count = len(scripts)
        shares = f"{cjk} ({cjk / count:.1%})", f"{foreign} ({foreign / count:.1%})"
        rows.append((worker.name, count, *shares, f"{sampled.control} of {sampled.tokens}"))
    columns = ("sampled", "replies", "with CJK", "with another script than ours", "control tokens")
    show(f"Replies of {TOKENS} tokens, temperature 1, top_k 50", columns, rows)


def letters_scripts(text: str) -> set[str]:
    """The first words of the names of the letters in `text`: written apart from what it is to check."""
    names = {unicodedata.name(char, "UNKNOWN").split()[0] for char in text if unicodedata.category(char)[0] == "L"}
    return {name.split("-")[0] for name in names} - _NO_SCRIPT


def sample_plain(engine: Plain, prompts: Sequence[Prompt]) -> Sampled:
    """By `generate`, several prompts at once, for each of which it draws as it does for one alone. A reply may end early."""
    torch.manual_seed(1)
    tokenizer, texts, drawn = engine.tokenizer, [], list[int]()
    for at in range(0, len(prompts), BATCH):
        encoded = [engine.encode(prompt) for prompt in prompts[at : at + BATCH]]
        padded = tokenizer.pad({"input_ids": encoded}, padding_side="left", return_tensors="pt")
        replies = engine.model.generate(
            **padded,
            max_new_tokens=TOKENS,
            do_sample=True,
            num_return_sequences=SEEDS,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            **DEFAULT,
        )[:, padded["input_ids"].shape[1] :]
        for reply in replies.tolist():
            reply = list(itertools.takewhile(lambda token: token != tokenizer.eos_token_id, reply))
            texts.append(tokenizer.decode(reply, skip_special_tokens=True))
            drawn += reply
    return Sampled(texts, len(drawn), sum(token in control_tokens(tokenizer) for token in drawn))


def sample_grisha(engine: Grisha, prompts: Sequence[Prompt]) -> Sampled:
    """By Grisha, all at once. What is drawn is seen as the model reads it, so that the last token of each reply is not counted."""
    control = torch.tensor(sorted(control_tokens(AutoTokenizer.from_pretrained(engine.chat.source.name))))
    seen: list[tuple[int, int]] = []

    def watch(module: nn.Module, given: tuple[Any, ...]) -> None:
        if isinstance(module, nn.Embedding) and given[0].shape[1] == 1:  # longer ones are prompts
            seen.append((given[0].numel(), int(torch.isin(given[0], control).sum())))

    async def ask() -> list[AIMessage]:
        options: dict[str, Any] = {"max_new_tokens": TOKENS, **DEFAULT}
        asked = [engine.chat.ainvoke(list(prompt), seed=seed, **options) for prompt in prompts for seed in range(SEEDS)]
        return await asyncio.gather(*asked)

    hook = register_module_forward_pre_hook(watch)
    try:
        replies = asyncio.run(ask())
    finally:
        hook.remove()
    tokens, found = map(sum, zip(*seen, strict=True))
    return Sampled([reply.text for reply in replies], tokens, found)


def control_tokens(tokenizer: Any) -> set[int]:
    """Those that are no text, as the tokenizer itself says."""
    added = tokenizer.added_tokens_decoder.items()
    return {*tokenizer.all_special_ids, *(number for number, token in added if token.special)}
