"""Texts of any kind as messages: what fits, and where it is cut."""

import random
import re
import time

import pytest

from bot.text import MESSAGE_LIMIT, split_text, utf16_length

FAMILY = "👨‍👩‍👧"
FLAG = "🇷🇺"


@pytest.mark.parametrize(("text", "length"), [("", 0), ("мир", 3), ("😀", 2), (FAMILY, 8), ("\ud83d", 1)])
def test_length_is_counted_as_telegram_counts(text: str, length: int) -> None:
    assert utf16_length(text) == length


SPLITS: list[tuple[str, int, list[str]]] = [
    ("Привет!", 4096, ["Привет!"]),
    ("  \n Привет! \n", 4096, ["Привет!"]),
    ("", 10, []),
    (" \n\n ", 10, []),
    ("\u200b\u200d" * 20, 10, []),
    # A paragraph before a line, a line before a sentence, a sentence before a word.
    ("Один два.\nТри.\n\nЧетыре пять", 20, ["Один два.\nТри.", "Четыре пять"]),
    ("Один два три\n\nЧетыре\nпять", 22, ["Один два три", "Четыре\nпять"]),
    ("Один два\nтри. Четыре пять", 15, ["Один два", "три. Четыре", "пять"]),
    ("Раз два. Три четыре", 14, ["Раз два.", "Три четыре"]),
    ("Он сказал: «Да!» Потом ушёл", 22, ["Он сказал: «Да!»", "Потом ушёл"]),
    ("один два три четыре", 12, ["один два три", "четыре"]),
    # Stops that end no sentence.
    ("Хлеб, соль и т. д. Вода", 20, ["Хлеб, соль и т. д.", "Вода"]),
    ("Было это вчера вечером. Жил в г. Псков Иван", 35, ["Было это вчера вечером.", "Жил в г. Псков Иван"]),
    ("Было это вчера вечером. На ул. Мира тихо", 33, ["Было это вчера вечером.", "На ул. Мира тихо"]),
    ("Было это вчера вечером. Он др. Иван тихо", 33, ["Было это вчера вечером.", "Он др. Иван тихо"]),
    # No seam: whole characters.
    ("я" * 25, 10, ["я" * 10, "я" * 10, "я" * 5]),
    ("😀" * 5, 5, ["😀😀", "😀😀", "😀"]),
    (FAMILY * 3, 20, [FAMILY * 2, FAMILY]),
    (FLAG * 3, 10, [FLAG * 2, FLAG]),
    ("👍🏽" * 3, 7, ["👍🏽"] * 3),
    ("е\u0301" * 5, 5, ["е\u0301" * 2, "е\u0301" * 2, "е\u0301"]),
    ("e" + "\u0301" * 9, 5, ["e" + "\u0301" * 4, "\u0301" * 5]),
    ("10\u00a0000 руб. и ещё 20\u00a0000", 22, ["10\u00a0000 руб. и ещё", "20\u00a0000"]),
    # Half surrogates.
    ("а\ud83dб", 10, ["а\ufffdб"]),
    ("\ud83d\ude00", 10, ["😀"]),
]


@pytest.mark.parametrize(("text", "limit", "parts"), SPLITS)
def test_text_is_cut_at_the_best_seam(text: str, limit: int, parts: list[str]) -> None:
    assert split_text(text, limit) == parts


def test_default_limit_is_that_of_a_message() -> None:
    assert split_text("😀" * 2048) == ["😀" * 2048]
    assert split_text("😀" * 2049) == ["😀" * 2048, "😀"]


def test_limit_without_room_for_an_emoji_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        split_text("привет", 1)


def test_cut_code_is_closed_and_opened_again_with_its_language() -> None:
    lines = [f"    x{number} = {number}" for number in range(40)]
    parts = split_text("Вот:\n```python\n" + "\n".join(lines) + "\n```\nИ всё.", 120)
    assert len(parts) > 3
    assert parts[0].startswith("Вот:\n```python\n    x0 = 0\n")
    assert all(part.startswith("```python\n    x") for part in parts[1:])
    assert all(part.endswith("\n```") for part in parts[:-1])
    assert parts[-1].endswith("\n```\nИ всё.")
    assert all(utf16_length(part) <= 120 for part in parts)
    assert [line for part in parts for line in part.split("\n") if line.startswith(" ")] == lines


def test_code_that_fits_into_one_part_is_not_cut() -> None:
    code = "```\nодин\n\nдва\n```"
    assert split_text(f"{'слово ' * 5}\n{code}", 40) == [("слово " * 5).strip(), code]
    assert split_text(f"{code}\n{'слово ' * 7}", 40) == [f"{code}\nслово слово слово", "слово слово слово слово"]
    code = "```\nодин два три\n\nтри\n```"
    assert split_text(f"слово\n{code}\nслово слово слово", 36) == [f"слово\n{code}", "слово слово слово"]


@pytest.mark.parametrize("body", ["x" * 200, " " * 200 + "x", "\n" * 200 + "x", "x\n" + " " * 200 + "y", "```x\n" * 40])
def test_unclosed_or_strange_code_ends_and_has_no_blank_part(body: str) -> None:
    parts = split_text("```py\n" + body, 50)
    assert all(utf16_length(part) <= 50 for part in parts)
    assert all(re.fullmatch(r"```py\n.*\S.*\n```", part, re.DOTALL) for part in parts)
    assert not any(re.fullmatch(r"```py\n\s*```", part) for part in parts)


HOSTILE = {
    "no spaces": "а" * 1_000_000,
    "newlines": "\n" * 999_999 + "а",
    "lines": "а\n" * 500_000,
    "combining marks": "\u0301" * 1_000_000,
    "joiners": FAMILY[:2] * 500_000,
    "flags": FLAG * 250_000,
    "stops": "." * 1_000_000,
    "quoted stops": '."' * 500_000,
    "backticks": "`" * 1_000_000,
    "unclosed fences": "````\n" + "```x\n" * 200_000,
    "indented code": "```\n" + " " * 1_000_000 + "x",
    "deep indentation": "```\nx\n" + " " * 3_000_000 + "y",
    "half surrogates": "\ud83d" * 500_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_megabyte_of_anything_is_split_in_linear_time(text: str) -> None:
    began = time.process_time()
    parts = split_text(text)
    assert time.process_time() - began < 4
    assert len(parts) < 600
    assert all(0 < utf16_length(part) <= MESSAGE_LIMIT for part in parts)


def test_nothing_but_whitespace_is_lost() -> None:
    dice = random.Random(1)
    tokens = [
        "а",
        "слово",
        " ",
        "\n",
        "\n\n",
        ". ",
        "! ",
        "т. е. ",
        FAMILY,
        FLAG,
        "\u0301",
        "\n```\n",
        "\n````\n",
        "\t",
        "\r\n",
        "😀",
        "    x = 1\n",
    ]
    for _ in range(3000):
        text = "".join(dice.choices(tokens, k=dice.randint(0, 60)))
        limit = dice.choice([10, 17, 20, 24, 40, 100])
        parts = split_text(text, limit)
        assert all(part.strip() and utf16_length(part) <= limit for part in parts), (text, limit)
        # Fences are closed and opened again, so that backticks may be more.
        assert re.sub(r"[\s`]", "", "".join(parts)) == re.sub(r"[\s`]", "", text), (text, limit)
