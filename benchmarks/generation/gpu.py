"""Speed on a graphics card, with random weights in the shape of Qwen2-1.5B: it does not depend on the values."""

import itertools
import json
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any, Literal

import torch
from langchain_core.messages import BaseMessage
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, Qwen2Config

from benchmarks.common import show
from benchmarks.generation.engines import GREEDY, REAL, Answer, Kind, Worker
from benchmarks.generation.prompts import QUESTIONS, Prompts, dialogues, fresh_personas
from benchmarks.generation.speed import progress
from prompts import Persona

STREAM_TOKENS, CHAT_TOKENS = 128, 64
CHATS = (1, 8, 64, 256)
LONGEST_IDLE = 30
"""In seconds; the compiler begins before."""
ONE_BY_ONE = 8
"""So many replies one after another tell how long more of them would take."""
TARGET_STREAM, TARGET_CHATS, AT_CHATS = 5.0, 25.0, 64
SHAPE: dict[str, Any] = {
    "vocab_size": 151_936,
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "max_position_embeddings": 32_768,
    "tie_word_embeddings": True,
}
TOKENS = 151_646
"""How many tokens Qwen2's tokenizer has."""
LATIN_TOKENS = 20_000
"""From there on words of Latin letters count as rare, so that what is not learned below is split as in the real vocabulary."""


def measure(scratch: Path, repeats: int) -> None:
    """Measure, or say that there is nothing to measure on."""
    if not torch.cuda.is_available():
        print("no GPU: torch finds no CUDA")
        return
    progress("making a model of Qwen2-1.5B's shape")
    folder = scratch / "model"
    size = make_model(folder, SHAPE, "cuda")
    bandwidth = copied_bytes()
    bound = bandwidth / size
    print(f"{torch.cuda.get_device_name()}: weights {size / 1e9:.2f} GB, memory {bandwidth / 1e12:.2f} TB/s as a copy has it,")
    print(f"which bounds one stream at {bound:.0f} tokens/s.")
    torch.cuda.empty_cache()
    compare(str(folder), "cuda", repeats, bound)


def make_model(folder: Path, shape: dict[str, Any], device: str) -> int:
    """Write a model with a tokenizer of its own; returns the bytes of its weights."""
    torch.manual_seed(1)
    with torch.device(device):
        model: Any = AutoModelForCausalLM.from_config(Qwen2Config(**shape), dtype=torch.bfloat16)  # type: ignore[no-untyped-call]
    end = shape["vocab_size"] - 1
    with torch.no_grad():
        # Among random scores 0 is never one of the likeliest, so that no reply ends before its time.
        model.get_input_embeddings().weight[end] = 0
    model.generation_config.eos_token_id = end
    model.save_pretrained(folder)
    make_tokenizer(min(TOKENS, shape["vocab_size"] - 64)).save_pretrained(folder)
    return sum(parameter.nbytes for parameter in model.parameters())


def make_tokenizer(tokens: int) -> PreTrainedTokenizerFast:
    """Learned from the shipped dialogues, and filled up with words of Latin letters, then with Chinese, as Qwen2's is."""
    learning = Tokenizer(models.BPE())
    learning.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learning.train_from_iterator(
        (text for turns in dialogues() for text in turns),
        trainers.BpeTrainer(
            vocab_size=8000, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), special_tokens=["<|end|>"], show_progress=False
        ),
    )
    learned = json.loads(learning.to_str())["model"]
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False)
    vocabulary: dict[str, int] = learned["vocab"]
    for number in range(len(vocabulary), tokens):
        # Never met in a text, so that no merge leads to it.
        word = f"latin{number}" if number < LATIN_TOKENS else chr(0x4E00 + number % 20_000) + chr(0x4E00 + number // 20_000)
        vocabulary[byte_level.pre_tokenize_str(word)[0][0] if number >= LATIN_TOKENS else word] = number
    whole = Tokenizer(models.BPE(vocab=vocabulary, merges=[tuple(pair) for pair in learned["merges"]]))
    whole.pre_tokenizer, whole.decoder = byte_level, decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=whole, eos_token="<|end|>")  # type: ignore[no-untyped-call]


def copied_bytes() -> float:
    """The bytes a second that the card's memory gives and takes in a copy of a gigabyte, the best of ten."""
    source = torch.empty(2**30, dtype=torch.uint8, device="cuda")
    target, best = torch.empty_like(source), float("inf")
    for _ in range(10):
        torch.cuda.synchronize()
        begun = time.perf_counter()
        target.copy_(source)
        torch.cuda.synchronize()
        best = min(best, time.perf_counter() - begun)
    return 2 * source.nbytes / best


def compare(folder: str, device: str, repeats: int, bound: float, chats: Sequence[int] = CHATS) -> None:
    """One stream and many chats, each model in turns. `bound`: the most tokens a second that one stream can have."""
    personas = fresh_personas()
    compiled: Literal["auto", "compiled"] = "auto" if device == "cuda" else "compiled"
    streams: dict[str, list[Answer]] = {}
    asked: dict[int, list[list[Answer]]] = {0: [], **{count: [] for count in chats}}  # 0: one after another
    with (
        Worker(Kind("generate, bfloat16", folder, device, plain=torch.bfloat16)) as plain,
        Worker(Kind("Grisha, engine exact", folder, device, engine="exact")) as exact,
        Worker(Kind("Grisha", folder, device, engine=compiled, most_at_once=max(chats))) as grisha,
    ):
        progress("compiling")
        grisha.answer(_prompts(next(personas), 1), CHAT_TOKENS, GREEDY)
        took = grisha.run(_until_compiled)
        print(f"The compiler was done {took:.0f} s after the first reply." if took else "Nothing was compiled.")
        for repeat in range(-1, repeats):  # the one before 0 warms up
            progress(f"cuda, {repeat + 1} of {repeats}")
            # Each with a persona of its own, of which nothing is known yet.
            first, *others = _prompts(next(personas), 1 + ONE_BY_ONE)
            round_streams = {worker.name: worker.answer([first], STREAM_TOKENS, GREEDY)[0] for worker in (plain, exact, grisha)}
            one_by_one = plain.answer(others, CHAT_TOKENS, REAL)
            together = {count: grisha.answer(_prompts(next(personas), count), CHAT_TOKENS, REAL) for count in chats}
            if repeat >= 0:
                for name, answer in round_streams.items():
                    streams.setdefault(name, []).append(answer)
                asked[0].append(one_by_one)
                for count, answers in together.items():
                    asked[count].append(answers)
        memory = {worker.name: worker.run(_peak_memory) for worker in (plain, exact, grisha)}

    speeds = {name: median(answer.speed for answer in answers) for name, answers in streams.items()}
    rows: list[tuple[object, ...]] = [
        (
            name,
            f"{speed:.1f}",
            f"{speed / speeds[plain.name]:.2f}",
            f"{speed / bound:.0%}",
            f"{median(answer.first for answer in streams[name]) * 1000:.0f}",
            f"{memory[name]:.2f}",
        )
        for name, speed in speeds.items()
    ]
    columns = ("one stream", "tokens/s", "x", "of the bound", "first token, ms", "peak memory of the card in all, GB")
    show(f"{STREAM_TOKENS} tokens, {repeats} repeats", columns, rows)
    speed_of_one, many, rows = 0.0, 0.0, []
    for count, rounds in asked.items():
        speed = median(sum(answer.tokens for answer in answers) / max(answer.last for answer in answers) for answers in rounds)
        speed_of_one = speed_of_one or speed
        middle = median(median(answer.first for answer in answers) for answers in rounds)
        slowest = median(max(answer.first for answer in answers) for answers in rounds)
        what = f"{count} at once" if count else f"{ONE_BY_ONE} by generate, one after another"
        rows.append((what, f"{speed:.0f}", f"{speed / speed_of_one:.1f}", f"{middle:.2f}", f"{slowest:.2f}"))
        if count == AT_CHATS:
            many = speed / speed_of_one
    show(f"Chats, {CHAT_TOKENS} tokens each", ("chats", "tokens/s", "x", "first token, median, s", "slowest, s"), rows)
    print(f"Target, {AT_CHATS} chats {TARGET_CHATS:g}x: {many:.1f}x, {'met' if many >= TARGET_CHATS else 'MISSED'}.")
    ratio = speeds[grisha.name] / speeds[plain.name]
    print(f"Target, one stream {TARGET_STREAM:g}x plain generate: {ratio:.2f}x, {'met' if ratio >= TARGET_STREAM else 'MISSED'}.")


def _prompts(persona: Persona, count: int) -> list[list[BaseMessage]]:
    prompts = Prompts(persona)
    return [prompts.one(question) for question in itertools.islice(itertools.cycle(QUESTIONS), count)]


def _until_compiled(engine: object) -> float:
    """Wait until the compiler is done, which begins when a model has been idle for ten seconds; how long that took, 0 for never."""
    begun = time.perf_counter()
    while not (compilers := [thread for thread in threading.enumerate() if thread.name == "compile-model"]):
        if time.perf_counter() - begun > LONGEST_IDLE:
            return 0.0
        time.sleep(0.1)
    for thread in compilers:
        thread.join()
    return time.perf_counter() - begun


def _peak_memory(engine: object) -> float:
    """In GB, of the worker's own process."""
    return torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else 0.0
