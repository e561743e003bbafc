"""How fast, how faithful and how clean replies are generated, beside transformers' own `generate`.

    python -m benchmarks.generation [--repeats 3] [--device cpu] [part ...]

On the CPU with the embedded model; each model in a process of its own, each in turns, medians. The references: for one stream
`generate` in float32, for many chats `generate` in bfloat16 as transformers loads this model, one reply after another, as the
article's bot does it. With `--device cuda` the speed of a model of Qwen2-1.5B's shape.
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import torch
from transformers import AutoTokenizer

from benchmarks.common import plain_settings
from benchmarks.generation import gpu
from benchmarks.generation.engines import Kind, Worker
from benchmarks.generation.faithful import faithfulness
from benchmarks.generation.process import memory, second_start
from benchmarks.generation.prompts import fresh_personas
from benchmarks.generation.scripts import foreign_script
from benchmarks.generation.speed import many_chats, one_stream, progress, turns_of_chat
from models.embedded import embedded_folder

UNUSED = "<mask>"
ALONE = ("memory", "start", "faithful")
TOGETHER = ("stream", "chats", "turns", "scripts")
"""The parts in which models are compared that wait for each other."""
PARTS = (*ALONE, *TOGETHER)


def on_cpu(folder: Path, whole: Path, repeats: int, parts: list[str]) -> None:
    """Run `parts` with the embedded model: Grisha's as he keeps it in `folder`, transformers' as it comes, in `whole`."""
    if "memory" in parts:
        memory(folder.parent)
    if "start" in parts:
        second_start(repeats)
    if "faithful" in parts:
        faithfulness(str(folder), str(whole))
    if set(parts).isdisjoint(TOGETHER):
        return
    with ExitStack() as stack:
        endless, as_it_comes = (stack.enter_context(without_end(one)) for one in (folder, whole))
        progress("loading")
        single, half, exact, grisha = (
            stack.enter_context(Worker(kind))
            for kind in (
                Kind("generate, float32", as_it_comes, plain=torch.float32),
                Kind("generate, bfloat16", as_it_comes, plain=torch.bfloat16),
                Kind("Grisha, engine exact", endless, engine="exact"),
                Kind("Grisha", endless),
            )
        )
        personas = fresh_personas()
        if "stream" in parts:
            one_stream([single, half, exact, grisha], personas, repeats)
        if "chats" in parts:
            many_chats([half, single, grisha], personas, repeats)
        if "turns" in parts:
            turns_of_chat(grisha, personas, repeats)
        if "scripts" in parts:
            foreign_script(half, grisha)


@contextmanager
def without_end(folder: Path) -> Iterator[str]:
    """The model in `folder` with another end of a reply, a token that Gemma has no use for: every reply is as long as it may be."""
    with tempfile.TemporaryDirectory() as copy:
        for file in folder.iterdir():
            (Path(copy) / file.name).symlink_to(file.resolve())
        own = Path(copy) / "generation_config.json"
        config = json.loads(own.read_text(encoding="utf-8"))
        own.unlink()
        token = AutoTokenizer.from_pretrained(folder).convert_tokens_to_ids(UNUSED)
        own.write_text(json.dumps(config | {"eos_token_id": token}), encoding="utf-8")
        yield copy


def main() -> None:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"on the CPU; all without: {', '.join(PARTS)}")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(unknown)}")
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        settings = plain_settings(Path(scratch))
        if given.device == "cuda":
            gpu.measure(Path(scratch), given.repeats)
        else:
            folder, whole = (embedded_folder(settings.cache_dir, progress, whole=whole) for whole in (False, True))
            on_cpu(folder, whole, given.repeats, given.parts or list(PARTS))
    print(f"{time.perf_counter() - begun:.0f} s in all, {os.cpu_count()} cores, load of the machine {os.getloadavg()[1]:.1f}.")


if __name__ == "__main__":
    main()
