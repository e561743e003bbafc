"""The process as a whole: its memory, and how long it takes to start."""

import multiprocessing
import os
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median

from benchmarks.generation.engines import REAL
from benchmarks.generation.prompts import QUESTIONS, Prompts
from benchmarks.generation.speed import CHAT_TOKENS, CHATS, progress
from benchmarks.start import import_alone, peak_gb, spawn
from models.chat import Sampling, get_chat_model
from models.machine import find_device
from prompts import load_persona

START_SECONDS, PEAK_GB = 5.0, 1.5


def memory(cache_dir: Path) -> None:
    """The peak of a process that loads the model as Grisha does, and answers many at once."""
    progress("memory")
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        loaded, peak = process.submit(peak_of_answers, cache_dir).result()
    print(f"Memory of a process with the model alone: peak {loaded:.2f} GB once loaded, {peak:.2f} GB after {CHATS} chats at once.")
    print(f"Target: peak within {PEAK_GB} GB: {'met' if peak <= PEAK_GB else 'MISSED'}.")


def peak_of_answers(cache_dir: Path) -> tuple[float, float]:
    """In a fresh process: its peaks in GB when the model is loaded, and when it has answered."""
    model = get_chat_model("embedded", find_device("cpu"), Sampling(), cache_dir)
    loaded = peak_gb(os.getpid())
    prompts = Prompts(load_persona("grisha"))
    model.model.batch([list(prompts.one(question)) for question in QUESTIONS[:CHATS]], max_new_tokens=CHAT_TOKENS, **REAL)
    model.close()
    return loaded, peak_gb(os.getpid())


def second_start(repeats: int) -> None:
    """From nothing to the prompt, of all that Grisha is; the first start fills the data folder."""
    with tempfile.TemporaryDirectory() as data:
        progress("first start")
        spawn(Path(data))
        imports, starts = [], []
        for repeat in range(repeats):
            progress(f"second start, {repeat + 1} of {repeats}")
            imports.append(import_alone())
            starts.append(spawn(Path(data)))
    prompt, peak = median(start.prompt for start in starts), max(start.peak for start in starts)
    print(f"Second start of python app.py: {prompt:.2f} s to its prompt, {prompt / median(imports):.2f}x importing torch")
    print(f"and transformers; its peak after three replies {peak:.2f} GB (all of Grisha: model, encoder, search).")
    print(f"Target, within {START_SECONDS:.0f} s: {'met' if prompt <= START_SECONDS else 'MISSED'}.")
