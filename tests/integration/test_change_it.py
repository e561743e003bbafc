"""The README's "Change it", step by step as it is written, in a copy of the repository."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import DIALOGUES
from readme import ENGLISH, PROJECT

(SECTION,) = re.findall(r"## Change it\n(.*?)\n## ", ENGLISH.read_text(encoding="utf-8"), flags=re.DOTALL)
CONVERSATION = """
import asyncio, sys
from pathlib import Path
from app import open_grisha
from conftest import FakeChat, say
from settings import Settings

async def main():
    model = FakeChat()
    model.will_say("Сходи в казино, сделай пару ставок.", "Сходи лучше в парк, там красиво.")
    async with open_grisha(Settings(recall="off"), model=model) as grisha:
        print(await say(grisha, "чем заняться вечером в субботу"))

asyncio.run(main())
"""


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", SECTION, flags=re.DOTALL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository as a developer has cloned it."""
    ignored = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__")
    shutil.copytree(PROJECT, tmp_path / "grisha", ignore=ignored)
    # Few dialogues, whose vectors take no time.
    (tmp_path / "grisha" / "data" / "dialogues.jsonl").write_text("".join(f"{line}\n" for line in DIALOGUES), encoding="utf-8")
    return tmp_path / "grisha"


def run(copy: Path, *command: str, text: str = "", **environment: str) -> str:
    """What a command prints; it must succeed."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GRISHA_")}
    paths = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": f"{copy}{os.pathsep}{copy}/tests",
    }
    mine = {"GRISHA_DATA_DIR": f"{copy}/data-dir", "GRISHA_MAX_NEW_TOKENS": "8", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        command, cwd=copy, env=clean | paths | mine | environment, input=text, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_node(copy: Path) -> None:
    (code,), (change,) = blocks("py"), blocks("diff")
    (name,) = re.findall(r"\*\*A node\.\*\*.*?`(nodes/\w+\.py)`", SECTION)
    (copy / name).write_text(code, encoding="utf-8")
    run(copy, "git", "apply", "-", text=change)
    assert run(copy, sys.executable, "-c", CONVERSATION).strip() == "Сходи лучше в парк, там красиво."
    drawing = run(copy, sys.executable, "-c", "import readme; print(readme.graph_picture(readme.ENGLISH))")
    assert "generate --> censor" in drawing


@pytest.mark.parametrize(
    ("wanted", "text", "expected"),
    [
        ("GRISHA_PERSONA", "привет, расскажи о себе", r"^Марфа: \S"),
        ("GRISHA_MODEL", "привет, расскажи о себе", r"^Модель: \./my-model$"),
        ("GRISHA_DATASET", "где лежат ключи от сарая?", r"^Гриша: На гвозде за дверью\.$"),
    ],
    ids=["persona", "model", "dataset"],
)
def test_a_persona_a_model_and_a_dataset(copy: Path, tiny_model: Path, wanted: str, text: str, expected: str) -> None:
    (script,) = [block for block in blocks("bash") if wanted in block]
    shutil.copytree(tiny_model, copy / "my-model")
    printed = run(copy, "bash", "-euc", script, text=f"{text}\n", GRISHA_MODEL=str(tiny_model))
    assert re.search(expected, printed, flags=re.MULTILINE), printed
