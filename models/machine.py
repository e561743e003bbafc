"""What this machine has, and what it could not do."""

import os
import platform
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from errors import ModelError


@dataclass(frozen=True)
class Device:
    """What replies are computed on: "cpu" or "cuda", with a name and the memory in GiB for people."""

    kind: str
    name: str
    memory: float


def find_device(wanted: str, notify: Callable[[str], None] = lambda _: None) -> Device:
    """CUDA when there is one and "auto" or "cuda" is wanted, else the CPU. `notify` is told of a card that cannot be used.

    Raises:
        ModelError: "cuda" is wanted and torch finds none.
    """
    import torch

    with warnings.catch_warnings(record=True) as said:  # the only way in which torch tells of an old driver
        warnings.simplefilter("always")
        has_cuda = wanted != "cpu" and torch.cuda.is_available()
    if has_cuda:
        properties = torch.cuda.get_device_properties(0)
        return Device("cuda", properties.name, properties.total_memory / 2**30)
    is_old = any(is_old_driver(str(warning.message)) for warning in said)
    trouble = "драйвер видеокарты слишком старый для установленного torch" if is_old else "видеокарта с CUDA не найдена"
    if wanted == "cuda":
        raise ModelError(
            f"GRISHA_DEVICE=cuda, но {trouble}. Проверьте драйвер и что torch собран с CUDA, или поставьте GRISHA_DEVICE=auto."
        )
    if is_old:
        notify(f"Работаю на процессоре: {trouble}. Обновите драйвер.")
    return Device("cpu", cpu_name(), total_memory())


def cpu_name() -> str:
    """The processor's name as Linux tells it, else a plain word."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:  # not Linux: the banner does without
        pass
    return platform.processor() or "CPU"


def total_memory() -> float:
    """The machine's memory in GiB, 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (AttributeError, ValueError, OSError):  # Windows
        return 0.0


def free_memory(root: Path = Path("/")) -> int | None:
    """The bytes that this process may still take, None where the system does not tell. `root`: of the file system."""
    limits = []
    try:
        limits.append(1024 * _named(root / "proc/meminfo", "MemAvailable:"))
        group = root / "sys/fs/cgroup"
        most, used = (int((group / file).read_text(encoding="utf-8")) for file in ("memory.max", "memory.current"))
        limits.append(most - used + _named(group / "memory.stat", "inactive_file"))  # what is only kept of files gives way
    except (OSError, ValueError):  # not Linux; not in a container, or in one without a limit
        pass
    return min(limits, default=None)


def _named(file: Path, name: str) -> int:
    """The number behind `name` in a file of such lines."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name} "):
            return int(line.split()[1])
    raise ValueError(f"{file} has no {name}")


def trouble_of_the_machine(error: Exception) -> str | None:
    """What the machine could not do, when it is that and not the files of a model: a sentence in Russian."""
    said = str(error)
    if is_out_of_memory(error):
        return "не хватает памяти. Закройте лишнее или возьмите модель меньше"
    if is_old_driver(said):
        return "драйвер видеокарты слишком старый для установленного torch. Обновите драйвер или поставьте GRISHA_DEVICE=cpu"
    if "no kernel image" in said:
        return "видеокарта слишком старая для установленного torch. Поставьте GRISHA_DEVICE=cpu"
    return None


def is_out_of_memory(error: Exception) -> bool:
    """Whether it says that the memory, of the machine or of its graphics card, does not suffice."""
    # Only torch's allocator for the card has a type of its own; that for the CPU, libraries and drivers have but their words.
    words = r"out.of.memory|can(?:'t|not) allocate memory|DefaultCPUAllocator|ALLOC_FAILED|could not create a memory object"
    return isinstance(error, MemoryError) or bool(re.search(words, str(error), flags=re.IGNORECASE))


def is_old_driver(said: str) -> bool:
    """Whether torch complains of the driver of the graphics card."""
    return bool(re.search(r"driver.{0,80}(too old|insufficient)", said, flags=re.IGNORECASE | re.DOTALL))
