"""Whether the reply to one question answers another: nothing says that the two ask about different things."""

import re
from functools import lru_cache

from language.asking import wants_something
from language.questions.same import Difference, compare
from language.words import carries_content, lemma, morph, normalise, word_set, words

ASKS_WHAT = word_set("что кто как где куда откуда когда почему зачем сколько какой чей который чем")
"""What asks for more than yes or no."""
_PEOPLE = word_set(
    """
    сын дочь дочка сынок ребенок малыш мама папа мать отец муж жена брат сестра бабушка дедушка парень девушка друг подруга
    начальник начальница сосед соседка свекровь теща коллега
    """
)
"""Who has the same trouble may be helped by the same advice."""
_THANKS = re.compile(r"\W*(?:(?:большое|огромное) )?(?:спасибо|благодарю)\b", re.IGNORECASE)
_HALF = 0.5
"""Of the words of the shorter question."""


def is_question(question: str, asked: list[str]) -> bool:
    """Whether something is asked, be it without a mark: "ты любишь чай", "правда ли это"."""
    return "?" in question or "ли" in asked or any("2per" in morph().parse(word)[0].tag for word in asked)


def asks_for_more(asked: list[str]) -> bool:
    """Whether a question asks for more than yes or no; "ну что, пойдём?" does not."""
    return any(lemma(word) in ASKS_WHAT and (place == 0 or asked[place - 1] != "ну") for place, word in enumerate(asked))


def _is_attribute(word: str) -> bool:
    return morph().parse(word)[0].tag.POS in {"ADJF", "PRTF"}


def answers_too(reply: str, question: str, other: str) -> bool:
    """Whether the reply to `question` may answer the `other` one too."""
    if not carries_content(other) and not carries_content(question):
        return True  # two greetings
    if all(map(_THANKS.match, (question, other))) and not any(map(wants_something, (question, other))):
        return True
    difference = compare(question, other)
    return not difference.against and (_asks_alike(difference, question, other) or _helps(reply, difference, question, other))


def _asks_alike(difference: Difference, question: str, other: str) -> bool:
    """Whether one thing is asked about."""
    if difference.features["nouns"] or difference.features["asks_other"]:
        return False
    if all(any(map(_is_attribute, words(left))) for left in difference.texts["left"]):
        return False  # "куриные яйца" and "перепелиные"
    asked = normalise(other).split()
    if not difference.features["covered"] and asks_for_more(asked) != asks_for_more(normalise(question).split()):
        return False  # a greeting and a question
    left = difference.texts["left"]
    if any(_is_place(word) for text in left for word in words(text)):
        return False  # "в мире" and "в Африке"
    if all(left) and any(_is_thing(word) and carries_content(word) for text in left for word in words(text)):
        return False  # "одному вечером дома" and "с детьми в дождь"
    wants = any("impr" in morph().parse(word)[0].tag for word in asked)  # "дай рецепт"
    return not difference.features["verbs"] or wants or is_question(other, asked) or asks_for_more(asked)


def _helps(reply: str, difference: Difference, question: str, other: str) -> bool:
    """Whether advice fits a trouble that is told with another word, or of another person: "горло дерёт", "горло болит"."""
    if difference.features["covered"] < _HALF or not any(_is_order(word) for word in normalise(reply).split()):
        return False
    if any(word in ASKS_WHAT for asked in (question, other) for word in normalise(asked).split()[:1]):
        return False
    left = [[word for word in words(text) if lemma(word) not in _PEOPLE] for text in difference.texts["left"]]
    if any(_is_place(word) or _is_past(word) for word in left[0] + left[1]):
        return False  # "купил дом" and "сгорел дом"
    return not all(any(map(_is_thing, side)) for side in left)


def _is_order(word: str) -> bool:
    return "impr" in morph().parse(word)[0].tag


def _is_past(word: str) -> bool:
    return "past" in morph().parse(word)[0].tag


@lru_cache(maxsize=10_000)
def _is_thing(word: str) -> bool:
    return "NOUN" in morph().parse(word)[0].tag


@lru_cache(maxsize=10_000)
def _is_place(word: str) -> bool:
    return "Geox" in morph().parse(word)[0].tag
