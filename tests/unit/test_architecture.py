"""Who may import whom: the direction that keeps every part understandable on its own."""

import ast
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
HOUSE = {
    *(
        "app",
        "bot",
        "errors",
        "explanation",
        "graph",
        "grisha",
        "language",
        "models",
        "nodes",
        "prompts",
        "settings",
        "stores",
        "studio",
        "terminal",
    ),
}
ALLOWED = {
    "errors": set(),
    "settings": {"errors", "settings"},
    "language": {"language"},
    "prompts": {"errors"},
    "graph/context": set(),
    "graph/state": set(),
    "models": {"errors", "models"},
    "stores": {"errors", "stores", "graph.state", "language"},
    "nodes": {"errors", "nodes", "graph.state", "graph.context", "stores", "prompts", "language"},
    "graph/build": {"graph.state", "graph.context", "nodes", "stores"},
    "graph/chat": {"graph.state", "graph.context"},
    "explanation": {"stores.pattern"},
    "grisha": {"explanation", "graph", "models", "prompts", "stores"},
    "terminal": {"errors", "explanation", "graph.context", "grisha"},
    "bot": {
        "bot",
        "errors",
        "explanation",
        "grisha",
        "graph.context",
        "language",
        "prompts",
        "settings",
        "stores.persistence",
        "terminal",
    },
    "studio": {"app", "errors", "graph", "grisha", "settings", "terminal"},
    "app": HOUSE - {"app", "studio"},
}


def files() -> list[Path]:
    return [
        file.relative_to(PROJECT)
        for name in sorted(HOUSE)
        for file in ([PROJECT / f"{name}.py"] if (PROJECT / f"{name}.py").is_file() else sorted((PROJECT / name).rglob("*.py")))
    ]


@pytest.mark.parametrize("file", files(), ids=str)
def test_imports_go_one_way(file: Path) -> None:
    here = file.with_suffix("").as_posix()
    allowed = ALLOWED.get(here, ALLOWED.get(file.parts[0].removesuffix(".py"), set()))
    if here == "graph/__init__":
        allowed = set()
    for node in ast.walk(ast.parse((PROJECT / file).read_text(encoding="utf-8"))):
        modules = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for module in modules:
            if module.split(".")[0] in HOUSE:
                assert module in allowed or module.split(".")[0] in allowed, f"{file} must not import {module}"


@pytest.mark.parametrize("file", [file for file in files() if file.parts[0] != "settings"], ids=str)
def test_only_settings_reads_the_environment(file: Path) -> None:
    source = (PROJECT / file).read_text(encoding="utf-8")
    assert "os.environ" not in source
    assert "getenv" not in source
