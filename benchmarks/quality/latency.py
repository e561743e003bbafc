"""How long names, cleaning and privacy take for a message."""

import time
from collections.abc import Callable

from benchmarks.quality.cases import Case, load, shown
from benchmarks.quality.texts import cleaned, is_shared, own_name

TOGETHER = "together"

_STEPS: dict[str, Callable[[Case], object]] = {
    "names": lambda case: own_name(case["question"]),
    "cleaning": cleaned,
    "privacy": lambda case: is_shared(case["question"], case["raw"]),
}


def measure_latency() -> list[tuple[str, list[float]]]:
    """The ms that each step, and all of them together, took for every question and reply of two sets.

    They go through the steps as in a turn, each once: none has been seen before.
    """
    exchanges = [{**case, "raw": case["reply"], "name": None} for case in load("exchanges")]
    times: dict[str, list[float]] = {step: [] for step in _STEPS}
    for case in shown([*load("cleaning"), *exchanges], "latency"):
        for step, run in _STEPS.items():
            start = time.perf_counter()
            run(case)
            times[step].append((time.perf_counter() - start) * 1000)
    return [*times.items(), (TOGETHER, [sum(turn) for turn in zip(*times.values(), strict=True)])]
