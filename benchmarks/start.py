"""How long `python app.py` takes to its first prompt, and how much memory it needs after three generated replies.

    python -m benchmarks.start [--repeats 3]

Beside it, in turns: a process that only imports torch and transformers. The converted model has to lie in the cache folder
already (one start of Grisha puts it there); the first start fills an empty data folder, the others find it filled.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.common import show

PROJECT = Path(__file__).resolve().parent.parent
LAST_OF_BANNER = "Команды: /help"
QUESTIONS = (
    "расскажи про своё детство на даче",
    "чем заняться дождливым вечером в городе",
    "какой суп сварить из тыквы и чечевицы",
)
TARGET_SECONDS, TARGET_GB = 10.0, 2.5


class Start(NamedTuple):
    """One life of a process: seconds of the clock and of the processor, peaks in GB; of the replies the median and the mean."""

    prompt: float
    cpu: float
    peak_at_prompt: float
    reply: float
    reply_cpu: float
    peak: float


def peak_gb(pid: int) -> float:
    """The most memory that a process has had resident so far."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e9


def cpu_seconds(pid: int) -> float:
    """The processor time that a process has used so far, all its threads together."""
    user, system = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def spawn(data: Path) -> Start:
    """Start Grisha on a pipe, ask the questions, let him go.

    Raises:
        RuntimeError: Grisha ended before he had answered.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRISHA_")}
    # Recall off: each question shall reach the model.
    command = [sys.executable, "app.py", "--data-dir", str(data), "--recall", "off", "--learn", "false", "--model", "embedded"]
    begun = time.perf_counter()
    with subprocess.Popen(command, cwd=PROJECT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin
        assert child.stdout

        def read_to(mark: str) -> None:
            assert child.stdout
            for line in child.stdout:
                if line.startswith(mark):
                    return
            raise RuntimeError(f"app.py ended with status {child.wait()} before it printed {mark!r}")

        read_to(LAST_OF_BANNER)
        prompt, cpu, peak_at_prompt = time.perf_counter() - begun, cpu_seconds(child.pid), peak_gb(child.pid)
        replies = []
        for question in QUESTIONS:
            asked = time.perf_counter()
            child.stdin.write(question + "\n")
            child.stdin.flush()
            read_to("Гриша: ")
            replies.append(time.perf_counter() - asked)
        reply_cpu, peak = (cpu_seconds(child.pid) - cpu) / len(QUESTIONS), peak_gb(child.pid)
        child.stdin.close()
    return Start(prompt, cpu, peak_at_prompt, statistics.median(replies), reply_cpu, peak)


def import_alone() -> float:
    """The seconds of a process that imports what every model of transformers needs."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import torch; from transformers import AutoModelForCausalLM"], cwd="/", check=True)
    return time.perf_counter() - begun


def main() -> None:
    """Read the command line and measure on a temporary data folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    with tempfile.TemporaryDirectory() as folder:
        first = spawn(Path(folder))
        imports, later = [], []
        for _ in range(repeats):
            imports.append(import_alone())
            later.append(spawn(Path(folder)))
    middle = Start(*(statistics.median(values) for values in zip(*later, strict=True)))
    floor = statistics.median(imports)
    rows = [
        (name, *(f"{value:.2f}" for value in start), f"{start.prompt / floor:.2f}")
        for name, start in (("first, empty data folder", first), (f"second, median of {repeats}", middle))
    ]
    rows.append(("import torch, transformers", f"{floor:.2f}", "", "", "", "", "", "1.00"))
    columns = ("start", "prompt, s", "CPU, s", "peak at prompt, GB", "a reply, s", "CPU, s", "peak after 3, GB", "x imports")
    show("Start of python app.py, embedded model", columns, rows)
    print(
        "To the prompt, each: "
        + ", ".join(f"{start.prompt:.2f}" for start in later)
        + f" s. Load of the machine: {os.getloadavg()[1]:.1f}."
    )
    in_time, small = middle.prompt <= TARGET_SECONDS, max(start.peak for start in (first, *later)) <= TARGET_GB
    print(f"Target: second start within {TARGET_SECONDS:.0f} s: {'met' if in_time else 'MISSED'}.")
    print(f"Target: peak within {TARGET_GB} GB: {'met' if small else 'MISSED'}.")


if __name__ == "__main__":
    main()
