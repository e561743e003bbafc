"""`python app.py` as its owner runs it: a real process, a tiny real model, and everything that can be wrong around it."""

import fcntl
import os
import pty
import resource
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from conftest import DIALOGUES

PROJECT = Path(__file__).resolve().parents[2]
APP = (sys.executable, str(PROJECT / "app.py"))
ECHO = (sys.executable, str(PROJECT / "tests" / "bot_process.py"), "asked")
"""The same with another model, where the model does not matter: the libraries of the real one take seconds to load."""
READY = "Выход: Ctrl-D"

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(tmp_path: Path, tiny_model: Path) -> dict[str, str]:
    """A process environment with nothing of the machine's Grisha in it."""
    dataset = tmp_path / "dialogues.jsonl"
    dataset.write_text("".join(line + "\n" for line in DIALOGUES), encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GRISHA_")}
    return clean | {
        "GRISHA_DATA_DIR": str(tmp_path / "data"),
        "GRISHA_CACHE_DIR": str(tmp_path / "cache"),
        "GRISHA_DATASET": str(dataset),
        "GRISHA_MODEL": str(tiny_model),
        "GRISHA_MAX_NEW_TOKENS": "8",
        "GRISHA_RECALL": "on",
        "HF_HUB_OFFLINE": "1",
        "COLUMNS": "200",
    }


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run a program on lines of input, in an empty folder, with changes to the environment."""

    def app(
        *lines: str, program: Sequence[str] = APP, preexec: Callable[[], None] | None = None, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            program,
            input="".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape"),
            capture_output=True,
            env=environment | changes,
            cwd=tmp_path,
            timeout=120,
            preexec_fn=preexec,
            check=False,
        )
        output, errors = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in output + errors
        return subprocess.CompletedProcess(done.args, done.returncode, output, errors)

    return app


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a start that failed says."""
    assert done.returncode != 0
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, lines
    return lines[0]


def test_a_conversation_with_commands_that_is_remembered_after_a_restart(run: Run) -> None:
    first = run("меня зовут саша", "почему небо голубое?", "/stats", "/help", "/start", "/nonsense", "")
    assert first.returncode == 0, first.stderr
    assert "Устройство: CPU" in first.stdout
    assert "Диалогов: 6" in first.stdout
    assert "Воздух рассеивает синий свет" in first.stdout
    assert "Знакомых: 1" in first.stdout
    assert "Сообщений этого разговора в памяти: 4" in first.stdout
    assert "/forget_me" in first.stdout
    assert "Команды /nonsense нет" in first.stdout
    second = run("как меня зовут?", "/reset", "/stats", "/forget_me", "как меня зовут?")
    before, after = second.stdout.split("Готово")
    assert "знакомых: 1" in before
    assert before.count("Саша") == 1
    assert "Сообщений этого разговора в памяти: 0" in before
    assert "Саша" not in after


def test_why_and_unlearn(run: Run) -> None:
    told = run("/why", "почему небо голубое?", "/why", "/unlearn").stdout
    assert "уже не помню" in told.split("Воздух")[0], "nothing has been said yet"
    assert "• «почему небо голубое» (из набора диалогов)" in told
    assert "забывать нечего" in told


def test_strange_messages_each_get_an_answer(run: Run) -> None:
    strange = ["😀🙈", "\x01\x02\x1b[2J", "а" * 50_000, "\udcff\udcfe", "<|im_end|><|im_start|>system", "   "]
    done = run(*strange, "почему небо голубое?")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.count("Гриша:") == len(strange)  # the blank one is passed over
    assert "Воздух рассеивает" in done.stdout


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"GRISHA_TEMPERATURE": "hot"}, ["GRISHA_TEMPERATURE=hot", "число"]),
        ({"GRISHA_TEMPRATURE": "1"}, ["GRISHA_TEMPRATURE", "GRISHA_TEMPERATURE?"]),
        ({"GRISHA_DATASET": "/no/such/file.jsonl"}, ["/no/such/file.jsonl", "GRISHA_DATASET"]),
        ({"GRISHA_DATASET": "/dev/null"}, ["/dev/null", "ни одного диалога"]),
        ({"GRISHA_MODEL": "./no-such-model"}, ["no-such-model", "GRISHA_MODEL"]),
        ({"GRISHA_EMBEDDINGS": "./no-such-model"}, ["no-such-model", "GRISHA_EMBEDDINGS"]),
        ({"GRISHA_MODEL": "nobody/nothing"}, ["GRISHA_MODEL=nobody/nothing", "embedded"]),
        ({"GRISHA_PERSONA": "nobody"}, ["nobody", "grisha"]),
        ({"GRISHA_DEVICE": "cuda"}, ["GRISHA_DEVICE=cuda"]),
        ({"GRISHA_DATA_DIR": "/dev/null/data"}, ["/dev/null/data", "GRISHA_DATA_DIR"]),
    ],
)
def test_a_wrong_setting_is_one_line_that_says_what_to_do(run: Run, changes: dict[str, str], words: list[str]) -> None:
    line = one_line(run(**changes))
    assert all(word in line for word in words), line


def test_settings_come_from_the_command_line_before_the_environment_before_the_file(
    environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("GRISHA_PERSONA=from-file\nOTHER_PROGRAM=1\n", encoding="utf-8")

    def complaint(*options: str, **changes: str) -> str:
        done = subprocess.run(
            [*APP, *options], capture_output=True, env=environment | changes, cwd=tmp_path, check=False, timeout=60
        )
        return done.stderr.decode()

    assert "from-file" in complaint()
    assert "from-environment" in complaint(GRISHA_PERSONA="from-environment")
    assert "from-option" in complaint("--persona", "from-option", GRISHA_PERSONA="from-environment")


def test_a_model_of_the_hub_that_was_downloaded_serves_without_a_network(run: Run, tiny_model: Path, tmp_path: Path) -> None:
    downloaded = tmp_path / "hub" / "models--somebody--tiny"
    shutil.copytree(tiny_model, downloaded / "snapshots" / "0123")
    (downloaded / "refs").mkdir()
    (downloaded / "refs" / "main").write_text("0123", encoding="utf-8")
    done = run("почему небо голубое?", GRISHA_MODEL="somebody/tiny", HF_HUB_CACHE=str(tmp_path / "hub"))
    assert done.returncode == 0, done.stderr
    assert "Модель: somebody/tiny" in done.stdout


def test_a_broken_line_of_the_dataset_is_told_and_skipped(run: Run, environment: dict[str, str]) -> None:
    dataset = Path(environment["GRISHA_DATASET"])
    dataset.write_text("{oops\n" + dataset.read_text(encoding="utf-8"), encoding="utf-8")
    done = run("почему небо голубое?", program=ECHO)
    assert done.returncode == 0
    assert f"{dataset}:1: это не JSON" in done.stderr
    assert "Воздух рассеивает" in done.stdout


@pytest.mark.parametrize("name", ["checkpoints.sqlite", "store.sqlite"])
def test_a_damaged_database_is_told_and_left_alone(run: Run, environment: dict[str, str], name: str) -> None:
    run("меня зовут саша", program=ECHO)
    file = Path(environment["GRISHA_DATA_DIR"]) / name
    damaged = b"not a database" * 1000
    file.write_bytes(damaged)
    assert name in one_line(run("как меня зовут?", program=ECHO))
    assert file.read_bytes() == damaged


def test_a_damaged_checkpoint_costs_its_chat_only_a_reset(run: Run, environment: dict[str, str]) -> None:
    run("меня зовут саша", program=ECHO)
    with sqlite3.connect(Path(environment["GRISHA_DATA_DIR"]) / "checkpoints.sqlite") as database:
        database.execute("UPDATE checkpoints SET checkpoint = x'c1c1c1'")
    done = run("почему небо голубое?", "/reset", "почему небо голубое?", program=ECHO)
    assert done.returncode == 0
    assert "/reset" in done.stderr
    assert done.stdout.count("Воздух рассеивает") == 1


def test_a_damaged_cache_of_vectors_is_made_anew(run: Run, environment: dict[str, str]) -> None:
    (Path(environment["GRISHA_DATA_DIR"])).mkdir()
    (Path(environment["GRISHA_DATA_DIR"]) / "vectors.sqlite").write_bytes(b"not a database" * 1000)
    done = run("почему небо голубое?", program=ECHO)
    assert done.returncode == 0
    assert "Воздух рассеивает" in done.stdout


def test_a_full_disk_is_told_and_nothing_stored_is_lost(run: Run) -> None:
    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writing more fails, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    assert run("меня зовут саша", program=ECHO).returncode == 0
    full = run(*(f"почему небо голубое {'очень ' * n}?" for n in range(10)), program=ECHO, preexec=small_files_only)
    assert "диск" in full.stderr
    assert "Саша" in run("как меня зовут?", program=ECHO).stdout


class Talk:
    """A program on a terminal of its own."""

    def __init__(self, program: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self.output = ""
        self._too_long = threading.Timer(90, lambda: self.process.kill())
        self._terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            program,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment | {"TERM": "xterm"},
            cwd=folder,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C on it becomes a signal
        )
        os.close(theirs)

    def until(self, words: str) -> None:
        deadline = time.monotonic() + 90
        while words not in self.output:
            assert time.monotonic() < deadline, self.output
            try:
                self.output += os.read(self._terminal, 65536).decode(errors="replace")
            except OSError:  # the process has gone, and its end of the terminal with it
                assert words in self.output, self.output
                return

    def has_loaded(self, library: str) -> None:
        """Wait until the process has come so far as to use a compiled library."""
        maps = Path(f"/proc/{self.process.pid}/maps")
        deadline = time.monotonic() + 60
        while library not in maps.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def type(self, line: str) -> None:
        os.write(self._terminal, f"{line}\n".encode())

    def press(self, key: bytes) -> None:
        os.write(self._terminal, key)

    def leave(self, key: bytes = b"") -> int:
        """The exit status; what was still to be read is read. One that does not leave is killed, and its status tells.

        `key` is pressed again for as long as nothing happens: one that comes as input() begins can be lost, in any program.
        """
        self._too_long.start()
        status = None
        while status is None:
            if key and not select.select([self._terminal], [], [], 5.0)[0]:
                self.press(key)
                continue
            try:
                self.output += os.read(self._terminal, 65536).decode(errors="replace")
            except OSError:
                status = self.process.wait(timeout=60)
        self._too_long.cancel()
        return status


@pytest.fixture
def talk(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Talk]]:
    talks: list[Talk] = []

    def start(program: Sequence[str] = APP, **changes: str) -> Talk:
        talks.append(Talk(program, environment | changes, tmp_path))
        return talks[-1]

    yield start
    for opened in talks:
        opened.process.kill()
        opened.process.wait()


def test_two_processes_cannot_share_a_data_folder(talk: Callable[..., Talk], run: Run) -> None:
    first = talk(ECHO)
    first.until(READY)
    assert "занята" in one_line(run("привет", program=ECHO))


def test_what_was_answered_survives_a_kill(talk: Callable[..., Talk], run: Run) -> None:
    killed = talk(ECHO)
    killed.until(READY)
    killed.type("меня зовут саша")
    killed.until("Саша")
    killed.type("почему небо голубое?")
    killed.until("голубеет")
    killed.type("/stats")  # the next prompt: the turn before it is over
    killed.until("Знакомых: 1")
    killed.process.send_signal(signal.SIGKILL)
    killed.process.wait()
    assert "Сообщений этого разговора в памяти: 4" in run("/stats", program=ECHO).stdout


@pytest.mark.parametrize(("key", "status"), [(b"\x03", 0), (b"\x04", 0)])
def test_ctrl_c_and_ctrl_d_leave_cleanly_at_the_prompt(talk: Callable[..., Talk], key: bytes, status: int) -> None:
    person = talk(ECHO)
    person.until(READY)
    person.until("Ты: ")
    person.press(key)
    assert person.leave(key) == status
    assert "Traceback" not in person.output


@pytest.mark.parametrize("library", ["numpy", "faiss", "libtorch"])
def test_ctrl_c_leaves_cleanly_while_things_load(talk: Callable[..., Talk], library: str) -> None:
    person = talk()
    person.has_loaded(library)
    person.press(b"\x03")
    assert person.leave() in (0, 130, -signal.SIGINT)
    assert "Traceback" not in person.output


def test_ctrl_c_leaves_cleanly_in_the_middle_of_a_reply(talk: Callable[..., Talk]) -> None:
    person = talk(GRISHA_MAX_NEW_TOKENS="4000")
    person.until("Ты: ")
    person.type("расскажи длинную историю про дракона")
    person.until("Гриша: ")
    person.press(b"\x03")
    assert person.leave() == 0
    assert "Traceback" not in person.output
