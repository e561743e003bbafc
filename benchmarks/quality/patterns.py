"""What was learned before the search is measured again: harmless exchanges, and some that help nobody."""

import random
import re
from collections.abc import Sequence
from itertools import product

from benchmarks.quality.cases import load

HARMLESS, UNHELPFUL = 80, 40
_OPENINGS = ("Ну,", "Слушай,", "Как тебе сказать,", "Честно говоря,", "Знаешь,", "Что ж,")
_EMPTY = (
    "тут всё по-разному бывает.",
    "зависит от обстоятельств.",
    "каждый решает сам.",
    "это уж как получится.",
    "такое дело, сам понимаешь.",
    "время покажет.",
    "в жизни чего только не случается.",
)
_WORD = re.compile(r"[^\W\d_]{4,}")


def learned(questions: Sequence[str]) -> list[tuple[str, str]]:
    """The exchanges to learn beside a dataset of `questions`: 120 pairs of a question and a reply, always the same for a dataset.

    The questions of the unhelpful ones resemble others: half are those of the duplicates' pairs that only look alike, half are the
    dataset's own with a word of another in them. Their replies say nothing, each in words of its own.
    """
    dice = random.Random(120)
    harmless = [case for case in load("exchanges") if case["split"] == "work" and case["label"] == "harmless"]
    alike = [case["other"] for case in load("duplicates") if case["split"] == "work" and not case["same"]]
    asked = [*dice.sample(alike, UNHELPFUL // 2), *_twisted(questions, UNHELPFUL - UNHELPFUL // 2, dice)]
    replies = [" ".join(halves) for halves in product(_OPENINGS, _EMPTY)]
    unhelpful = list(zip(asked, dice.sample(replies, UNHELPFUL), strict=True))
    exchanges = [*((case["question"], case["reply"]) for case in dice.sample(harmless, HARMLESS)), *unhelpful]
    dice.shuffle(exchanges)
    return exchanges


def _twisted(questions: Sequence[str], count: int, dice: random.Random) -> list[str]:
    """`count` of the questions, each with one word of another question in the place of one of its own."""
    long = [question for question in questions if len(_WORD.findall(question)) > 1]
    twisted = []
    for question in dice.sample(long, count):
        place = dice.choice(list(_WORD.finditer(question)))
        other = dice.choice(_WORD.findall(dice.choice(long)))
        twisted.append(question[: place.start()] + other.lower() + question[place.end() :])
    return twisted
