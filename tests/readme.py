"""The parts of both READMEs that follow from the code. `python tests/readme.py` writes them anew; test_readme.py holds them."""

import re
from pathlib import Path
from unittest.mock import sentinel

from pydantic_settings import BaseSettings

from bot.commands import MENU
from graph.build import Parts, build_graph
from settings import Settings, TelegramSettings, default_text, variable
from terminal import HELP

PROJECT = Path(__file__).resolve().parent.parent
ENGLISH, RUSSIAN = PROJECT / "README.md", PROJECT / "README.ru.md"


def settings_table(readme: Path, kind: type[BaseSettings] = Settings) -> str:
    """Every setting: its variable, default and line of help in the README's language."""
    rows = ["| variable | default | what it does |" if readme == ENGLISH else "| переменная | по умолчанию | что делает |"]
    rows.append("|---|---|---|")
    for name, field in kind.model_fields.items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        help_line = field.description if readme == ENGLISH else extra["russian"]
        default = default_text(field)
        rows.append(f"| `{variable(kind, name)}` | {f'`{default}`' if default else ''} | {help_line} |")
    return "\n".join(rows)


def telegram_settings_table(readme: Path) -> str:
    """Every setting of the bot in Telegram."""
    return settings_table(readme, TelegramSettings)


def graph_picture(readme: Path) -> str:
    """The graph as mermaid, drawn from the builder."""
    parts = Parts(sentinel.model, sentinel.personas, sentinel.retriever, sentinel.patterns, sentinel.situations)
    graph = build_graph(parts).compile().get_graph()
    graph.nodes = {name: node._replace(metadata=None) for name, node in graph.nodes.items()}  # the lines below say what they do
    drawing = graph.draw_mermaid()
    return "```mermaid\n" + drawing.partition("---\ngraph")[1].replace("---\n", "") + drawing.partition("---\ngraph")[2] + "```"


def commands_table(readme: Path) -> str:
    """The commands of the terminal."""
    return "\n".join(f"- `{name}`: {what}" for name, what in HELP.items())


def telegram_commands(readme: Path) -> str:
    """The commands of the bot in Telegram."""
    owner = " (owner)" if readme == ENGLISH else " (хозяин)"
    return "\n".join(f"- `/{entry.name}`: {entry.description}{owner if entry.owner_only else ''}" for entry in MENU)


BLOCKS = {
    "settings": settings_table,
    "telegram_settings": telegram_settings_table,
    "telegram_commands": telegram_commands,
    "graph": graph_picture,
    "commands": commands_table,
}


def renewed(readme: Path) -> str:
    """The README's text with every generated block as it should be now."""

    def block(match: re.Match[str]) -> str:
        return f"<!-- {match[1]} -->\n{BLOCKS[match[1]](readme)}\n<!-- /{match[1]} -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- /\1 -->", block, readme.read_text(encoding="utf-8"), flags=re.DOTALL)


if __name__ == "__main__":
    for file in (ENGLISH, RUSSIAN):
        file.write_text(renewed(file), encoding="utf-8")
