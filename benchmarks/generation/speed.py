"""One stream, sixteen chats at once, the turns of one chat: each model in turns, medians, ratios."""

import sys
from collections.abc import Iterator, Sequence
from statistics import median

from benchmarks.common import show
from benchmarks.generation.engines import GREEDY, REAL, Answer, Worker
from benchmarks.generation.prompts import EXAMPLES, QUESTIONS, Prompts
from prompts import Persona

STREAM_TOKENS = 48
CHATS, CHAT_TOKENS = 16, 24
TURNS = 10
TARGETS = {
    "one stream, decode": 2.0,
    "one stream, prefill": 3.0,
    "16 chats, tokens/s": 5.0,
    "16 chats, slowest first token": 6.0,
    "turns 2..10, first token": 3.0,
}


def progress(line: str) -> None:
    """Say on stderr what is done."""
    print(f"... {line}", file=sys.stderr, flush=True)


def verdict(name: str, times: float) -> None:
    """Say whether something is so many times as good as what it is compared with."""
    print(f"Target, {name}: {times:.2f}x, at least {TARGETS[name]:g}x wanted: {'met' if times >= TARGETS[name] else 'MISSED'}.")


def one_stream(workers: Sequence[Worker], personas: Iterator[Persona], repeats: int) -> None:
    """A prompt of which nothing is known, then one with the same persona.

    The first of `workers` is the reference, the last Grisha.
    """
    cold: dict[str, list[Answer]] = {worker.name: [] for worker in workers}
    warm: dict[str, list[Answer]] = {worker.name: [] for worker in workers}
    for repeat in range(-1, repeats):  # the one before 0 warms up
        progress(f"one stream, {repeat + 1} of {repeats}")
        # The persona and its own examples alone: as long as the prompts of earlier measurements.
        prompts = Prompts(next(personas), examples=0)
        first, second = (prompts.one(question) for question in QUESTIONS[:2])
        for worker in workers:
            [of_first] = worker.answer([first], STREAM_TOKENS, GREEDY)
            [of_second] = worker.answer([second], 1, GREEDY)
            if repeat >= 0:
                cold[worker.name].append(of_first)
                warm[worker.name].append(of_second)
    rows, ratios = [], []
    figures = [
        (
            median(answer.speed for answer in cold[worker.name]),
            median(answer.first for answer in cold[worker.name]),
            median(answer.first for answer in warm[worker.name]),
        )
        for worker in workers
    ]
    for worker, (speed, read, reread) in zip(workers, figures, strict=True):
        ratios = [speed / figures[0][0], figures[0][1] / read, figures[0][2] / reread]
        shown = (f"{speed:.1f}", f"{ratios[0]:.2f}", f"{read:.3f}", f"{ratios[1]:.2f}", f"{reread:.3f}", f"{ratios[2]:.2f}")
        rows.append((worker.name, *shown))
    length = workers[0].run(_length, first)
    columns = ("one stream", "decode, tokens/s", "x", "first token, s", "x", "..., persona known", "x")
    show(f"One stream, a prompt of {length} tokens, {STREAM_TOKENS} tokens drawn greedily, {repeats} repeats", columns, rows)
    verdict("one stream, decode", ratios[0])
    verdict("one stream, prefill", ratios[2])


def _length(engine: object, prompt: object) -> int:
    return len(engine.encode(prompt))  # type: ignore[attr-defined]


def many_chats(workers: Sequence[Worker], personas: Iterator[Persona], repeats: int) -> None:
    """Chats that write at once, to a persona that nobody has spoken to.

    The first of `workers` is the reference, the last Grisha.
    """
    asked: dict[str, list[list[Answer]]] = {worker.name: [] for worker in workers}
    for worker in workers:  # warms up
        worker.answer([Prompts(next(personas)).one(QUESTIONS[-1])], 2, REAL)
    for repeat in range(repeats):
        prompts = Prompts(next(personas))
        questions = [prompts.one(question) for question in QUESTIONS[:CHATS]]
        for worker in workers:
            progress(f"{CHATS} chats, {repeat + 1} of {repeats}, {worker.name}")
            asked[worker.name].append(worker.answer(questions, CHAT_TOKENS, REAL))
    figures = [
        (
            median(sum(answer.tokens for answer in answers) / max(answer.last for answer in answers) for answers in rounds),
            median(median(answer.first for answer in answers) for answers in rounds),
            median(max(answer.first for answer in answers) for answers in rounds),
        )
        for rounds in asked.values()
    ]
    rows = [
        (
            name,
            f"{speed:.1f}",
            f"{speed / figures[0][0]:.2f}",
            f"{middle:.2f}",
            f"{slowest:.2f}",
            f"1/{figures[0][2] / slowest:.1f}",
        )
        for name, (speed, middle, slowest) in zip(asked, figures, strict=True)
    ]
    columns = (f"{CHATS} chats at once", "tokens/s", "x", "first token, median, s", "slowest, s", "x")
    length = workers[0].run(_length, questions[-1])
    show(f"{CHATS} chats, prompts of about {length} tokens, {CHAT_TOKENS} tokens each, {repeats} repeats", columns, rows)
    verdict("16 chats, tokens/s", figures[-1][0] / figures[0][0])
    verdict("16 chats, slowest first token", figures[0][2] / figures[-1][2])


def turns_of_chat(worker: Worker, personas: Iterator[Persona], repeats: int) -> None:
    """A chat with a persona that nobody has spoken to, turn by turn: without similar dialogues, then with several in each prompt.

    Of 200 messages that people might write 104 had no known answer in the shipped dataset, and for 77 of these nothing similar was
    found: the first is what most turns are that reach the model, the second the longest that they can be.
    """
    columns = ("first token, ms, similar dialogues in each prompt", *map(str, range(1, TURNS + 1)), "2 and later, of the first")
    rows, ratios = [], []
    for examples in (0, EXAMPLES):
        took: list[list[float]] = []
        for repeat in range(-1, repeats):  # the one before 0 warms up
            progress(f"turns of a chat, {examples} similar dialogues, {repeat + 1} of {repeats}")
            prompts = Prompts(next(personas), examples).chat(TURNS)
            took.append([worker.answer([prompt], 2, REAL)[0].first for prompt in prompts])
        by_turn = [median(turn) for turn in zip(*took[1:], strict=True)]
        ratios.append(by_turn[0] / median(by_turn[1:]))
        rows.append((examples, *(f"{turn * 1000:.0f}" for turn in by_turn), f"{1 / ratios[-1]:.2f}"))
    show(f"Turns of one chat, {repeats} repeats", columns, rows)
    verdict("turns 2..10, first token", ratios[0])
