"""Writes a sheet with the replies of two variants of Grisha under letters, for a person to judge; then counts the marks.

    python -m benchmarks.replies sheet.txt          # "final" messages; --part work for those at hand
    python -m benchmarks.replies sheet.txt --count  # when each pair of brackets holds four digits

"before" says whatever the embedded model wrote and is fit to send; "after" is Grisha as he is. Both have the shipped dataset, but
not the dialogues whose replies recall would have given: what is measured is what he says where nothing is known.

A reply gets 0, 1 or 2 for each of these, in this order:
    1. It answers the message: 2 it takes up what was said; 1 it could follow on many messages, but on this one too; 0 it does not.
    2. It makes sense: 2 it is clear, and true as far as it claims anything; 1 doubtful or vague; 0 nonsense, false, or harmful.
    3. It is Grisha: 2 a friendly program that says "ты", of itself in the masculine; 1 flat; 0 against character, gender or tact.
    4. It is Russian and whole: 2 without a mistake; 1 a slip, or no end mark; 0 broken or cut.
"""

import argparse
import asyncio
import json
import random
import re
import statistics
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from langchain_core.messages import AIMessage, HumanMessage
from langgraph.runtime import Runtime

from app import _open_search
from benchmarks.common import plain_settings, show
from graph.context import Context
from graph.state import State
from models.chat import Sampling, get_chat_model
from models.machine import find_device
from nodes.clean import Clean
from nodes.fallback import Fallback
from nodes.generate import Generate
from nodes.personas import Personas
from nodes.routes import after_clean
from prompts import load_persona
from settings import Settings
from stores.dialogues import load_dataset
from stores.situations import Situations

_MESSAGES = Path(__file__).with_name("messages.jsonl")
_RELEVANCE = 0.76
"""As measured on the shipped dataset; given, it holds for every example, also beside a known one."""
_CRITERIA = ("answers", "sense", "character", "language")
_MARKED = re.compile(r"^([AB]) \[\s*([012])\s*([012])\s*([012])\s*([012])\s*\]", re.MULTILINE)


async def _said(nodes: tuple[Generate, Clean, Fallback], state: State) -> tuple[str, str]:
    """The reply of a turn from `generate` on, and where it came from."""
    generate, clean, fallback = nodes
    runtime = Runtime(context=Context("1", "1"), stream_writer=lambda _: None)
    told = cast(dict[str, Any], state)
    while True:
        told |= await generate(state, runtime)
        told |= await clean(state, runtime)
        match after_clean(state):
            case "usable":
                break
            case "given up":
                told |= await fallback(state, runtime)
                break
    return state["reply"], state["origin"]


async def _replies(part: str) -> tuple[list[dict[str, Any]], Mapping[str, list[tuple[str, str]]]]:
    with tempfile.TemporaryDirectory() as folder:
        return await _replies_in(plain_settings(Path(folder), relevance=_RELEVANCE), part)


async def _replies_in(settings: Settings, part: str) -> tuple[list[dict[str, Any]], Mapping[str, list[tuple[str, str]]]]:
    cases = [case for line in _MESSAGES.read_text(encoding="utf-8").splitlines() if (case := json.loads(line))["split"] == part]
    device = find_device("cpu", print)
    retriever, _, embedder = _open_search(settings, load_dataset(settings.dataset), device, lambda done, total: None)
    chat = get_chat_model("embedded", device, Sampling(seed=1), settings.cache_dir, print)
    grisha = load_persona("grisha")
    plain = grisha.model_copy(update={"gender": None, "situations": ()})
    said = {}
    for name, persona, least in (("before", plain, None), ("after", grisha, chat.least_logprob)):
        personas = Personas({"": persona}, random.Random(1))
        nodes = (
            Generate(chat.model, personas, 2048, least),
            Clean(personas),
            Fallback(personas, Situations(embedder, retriever.thresholds)),
        )
        turns = []
        for case in cases:
            roles = {"user": HumanMessage, "assistant": AIMessage}
            messages = [roles[turn["role"]](turn["content"]) for turn in case["messages"]]
            found = await retriever.find(messages[-1].text, None)
            unknown = [example for example in found.examples if example not in found.known]
            turns.append(_said(nodes, State(messages=messages, examples=unknown)))
        said[name] = await asyncio.gather(*turns)
    chat.close()
    embedder.close()
    return cases, said


def _write(file: Path, part: str) -> None:
    cases, said = asyncio.run(_replies(part))
    dice, lines, keys = random.Random(), [], []
    for number, case in enumerate(cases):
        order = dice.sample(["before", "after"], 2)
        keys.append(dict(zip("AB", order, strict=True)))
        lines += [f"{'Гриша' if turn['role'] == 'assistant' else 'Человек'}: {turn['content']}" for turn in case["messages"]]
        lines += [f"{letter} [    ] {' '.join(said[name][number][0].split())}" for letter, name in keys[-1].items()] + [""]
    file.write_text("\n".join(lines), encoding="utf-8")
    file.with_suffix(".key").write_text(json.dumps(keys), encoding="utf-8")
    for name, given in said.items():
        print(name, dict(Counter(origin for _, origin in given)))


def _count(file: Path) -> None:
    keys = json.loads(file.with_suffix(".key").read_text(encoding="utf-8"))
    marks = _MARKED.findall(file.read_text(encoding="utf-8"))
    if len(marks) != 2 * len(keys):
        raise SystemExit(f"{len(marks)} of {2 * len(keys)} replies have four marks")
    given: dict[str, list[Sequence[int]]] = {"before": [], "after": []}
    for place, (letter, *four) in enumerate(marks):
        given[keys[place // 2][letter]].append([int(mark) for mark in four])
    rows = []
    for name, all_marks in given.items():
        means = [statistics.mean(column) for column in zip(*all_marks, strict=True)]
        good = sum(min(four) >= 1 and sum(four) >= 6 for four in all_marks)
        rows.append([name, *(f"{mean:.2f}" for mean in means), f"{sum(means):.2f}", f"{100 * good / len(all_marks):.0f} %"])
    show("Replies, 0 to 2 each", ["", *_CRITERIA, "of 8", "acceptable (none 0, 6 and more)"], rows)
    sums = list(zip(*(map(sum, marks) for marks in given.values()), strict=True))
    better, worse = sum(after > before for before, after in sums), sum(after < before for before, after in sums)
    print(f"after is better {better}, worse {worse}, equal {len(sums) - better - worse}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--part", choices=("work", "final"), default="final")
    parser.add_argument("--count", action="store_true")
    given = parser.parse_args()
    if given.count:
        _count(given.file)
    else:
        _write(given.file, given.part)
