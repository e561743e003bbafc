"""What the READMEs say is what the code does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from readme import BLOCKS, ENGLISH, PROJECT, RUSSIAN, renewed

from settings import PREFIX, Settings


@pytest.mark.parametrize("readme", [ENGLISH, RUSSIAN], ids=lambda file: file.name)
def test_generated_blocks_are_up_to_date(readme: Path) -> None:
    text = readme.read_text(encoding="utf-8")
    assert all(f"<!-- {name} -->" in text for name in BLOCKS if not (name == "commands" and readme == ENGLISH))
    assert text == renewed(readme), "run: python tests/readme.py"


def test_the_example_of_the_environment_file_names_real_settings() -> None:
    names = re.findall(rf"^#?\s*({PREFIX}\w+)=", (PROJECT / ".env.example").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert names
    assert set(names) <= {PREFIX + name.upper() for name in Settings.model_fields}


def test_the_readmes_python_example_runs_as_it_stands(tmp_path: Path, tiny_model: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", ENGLISH.read_text(encoding="utf-8"), flags=re.DOTALL)
    environment = os.environ | {"GRISHA_MODEL": str(tiny_model), "GRISHA_MAX_NEW_TOKENS": "8", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Аня" in done.stdout
