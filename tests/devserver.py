"""`langgraph dev` on a port of the loopback, in a process of its own, as a developer starts it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from conftest import DIALOGUES

from settings import Settings

PROJECT = Path(__file__).resolve().parent.parent
_STARTED = "Application started up"


def studio_settings(folder: Path, model: Path, **changes: Any) -> Settings:
    """Settings of a test alone; the model gives its likeliest words, few of them."""
    dataset = folder / "dialogues.jsonl"
    dataset.write_text("".join(line + "\n" for line in DIALOGUES), encoding="utf-8")
    given = {
        "data_dir": folder / "data",
        "cache_dir": folder / "cache",
        "dataset": dataset,
        "model": str(model),
        "temperature": 0.0,
        "max_new_tokens": 8,
        "recall": "on",
        **changes,
    }
    return Settings(_env_file=None, **given)


class DevServer:
    """A server that was started, with all that it has printed."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Start it in `folder`, where it keeps its threads; wait until it serves, or has refused to."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRISHA_")}
        given = settings.model_dump(exclude_none=True)
        environment |= {f"GRISHA_{name.upper()}": str(value) for name, value in given.items()}
        environment |= {"LANGGRAPH_NO_VERSION_CHECK": "true", "LANGGRAPH_CLI_NO_ANALYTICS": "1", "HF_HUB_OFFLINE": "1"}
        environment["PYTHONPATH"] = str(PROJECT)  # it starts elsewhere
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [str(Path(sys.executable).with_name("langgraph")), "dev", "--config", str(PROJECT / "langgraph.json")]
        command += ["--port", str(port), "--no-browser", "--no-reload", "--n-jobs-per-worker", "4"]
        self.url = f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        self.is_serving = False
        self._ready = threading.Event()
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
        )
        self._reading = threading.Thread(target=self._read)
        self._reading.start()
        assert self._ready.wait(120), self.log

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if _STARTED in line:
                self.is_serving = True
                self._ready.set()
        self._ready.set()

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return "".join(self.lines)

    def stop(self) -> int:
        """Stop it as Ctrl-C does; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(30)
        finally:
            self.process.kill()
            self._reading.join()
            self.process.stdout.close()  # type: ignore[union-attr]


@contextmanager
def dev_server(settings: Settings, folder: Path) -> Iterator[DevServer]:
    """The server while the block runs."""
    server = DevServer(settings, folder)
    try:
        assert server.is_serving, server.log
        yield server
    finally:
        server.stop()
