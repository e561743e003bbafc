"""How much the disk fills: 5,000 turns in 50 chats with learning on, beside LangGraph's SQLite saver as it comes.

    python -m benchmarks.growth [--turns 5000] [--plain-turns 1500]

The plain saver's figure for as many turns is extrapolated from its growth after every chat has its 20 messages.
"""

import argparse
import asyncio
import collections
import sqlite3
import tempfile
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from app import open_grisha
from benchmarks.common import InstantChat, percentile, plain_settings, questions, show, take_turn
from graph.chat import ChatGraph, compile_chat
from graph.context import Context
from stores.persistence import CHECKPOINTS, STORE, VECTORS, open_persistence

CHATS = 50
TARGET_MB = 10.0
PLAIN = "plain.sqlite"


async def talk(graph: ChatGraph, turns: range, **options: Any) -> tuple[list[float], collections.Counter[str]]:
    """The turns numbered so, in all chats alike. Returns their ms, and what learning said, by its first word."""
    texts, times, learned = questions(6), [], collections.Counter[str]()
    for _ in range(turns.start):
        next(texts)
    for number in turns:
        context = Context(chat_id=f"chat-{number % CHATS}", user_id=f"person-{number % CHATS}")
        turn = await take_turn(graph, next(texts), context, **options)
        times.append(turn.ms)
        learned[turn.said["learned"].partition(":")[0]] += 1
    return times, learned


def megabytes(folder: Path, *names: str) -> float:
    """What the files take, with what SQLite keeps beside them."""
    return sum(file.stat().st_size for name in names for file in folder.glob(f"{name}*")) / 1e6


def in_use(file: Path) -> float:
    """The size of an open database, its write-ahead log taken in."""
    with sqlite3.connect(file) as database:
        pages, size = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    return float(pages * size / 1e6)


async def measure(folder: Path, turns: int, plain_turns: int) -> None:
    """Grisha first, then the plain saver on a folder of its own; sizes are taken when the files are closed."""
    ours, theirs = folder / "grisha", folder / "plain"
    theirs.mkdir()
    async with open_grisha(plain_settings(ours), model=InstantChat()) as grisha:
        empty = sum(in_use(ours / name) for name in (CHECKPOINTS, STORE, VECTORS))
        times, learned = await talk(grisha.graph, range(turns))
        kept = (await grisha.patterns.statistics(grisha.persistence.store)).patterns
    sizes = [megabytes(ours, name) for name in (CHECKPOINTS, STORE, VECTORS)]

    async with (
        open_grisha(plain_settings(folder / "parts"), model=InstantChat()) as grisha,
        open_persistence(theirs) as beside,
        AsyncSqliteSaver.from_conn_string(str(theirs / PLAIN)) as saver,
    ):
        graph = compile_chat(grisha.graph.builder, saver, beside.store)
        full = CHATS * 10
        first, _ = await talk(graph, range(full), durability="async")
        before = in_use(theirs / PLAIN)
        rest, _ = await talk(graph, range(full, plain_turns), durability="async")
        after = in_use(theirs / PLAIN)
    each = (after - before) / len(rest)
    extrapolated = after + each * (turns - plain_turns)

    rows = [
        ("Grisha", turns, *(f"{size:.2f}" for size in sizes), f"{sum(sizes):.2f}", "1.0", f"{percentile(times, 50):.1f}"),
        ("plain saver, async", plain_turns, f"{after:.2f}", "", "", "", "", f"{percentile(first + rest, 50):.1f}"),
        ("... extrapolated", turns, f"{extrapolated:.1f}", f"{sizes[1]:.2f}", f"{sizes[2]:.2f}",
         f"{extrapolated + sizes[1] + sizes[2]:.1f}", f"{(extrapolated + sizes[1] + sizes[2]) / sum(sizes):.1f}", ""),
    ]  # fmt: skip
    columns = ("persistence", "turns", "checkpoints MB", "store MB", "vectors MB", "together MB", "x Grisha", "p50 ms a turn")
    show(f"Database files after turns in {CHATS} chats", columns, rows)
    print(f"Learning said: {dict(learned)}; {kept} patterns kept. Before the first turn the files held {empty:.2f} MB.")
    print(f"A turn added {each * 1000:.0f} KB to the plain saver's file once the chats were full, to Grisha's files "
          f"{(sum(sizes) - empty) * 1000 / turns:.2f} KB on average.")  # fmt: skip
    print(
        f"Slowest turns of Grisha: p95 {percentile(times, 95):.1f}, p99 {percentile(times, 99):.1f}, longest {max(times):.0f} ms."
    )
    print(f"Target: under {TARGET_MB:.0f} MB together: {'met' if sum(sizes) < TARGET_MB else 'MISSED'}.")


def main() -> None:
    """Read the command line and measure in a temporary folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--turns", type=int, default=5_000)
    parser.add_argument("--plain-turns", type=int, default=1_500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), given.turns, given.plain_turns))


if __name__ == "__main__":
    main()
