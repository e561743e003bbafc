"""How the dictionary reads a word: as a name, a surname, a place or anything else."""

from functools import lru_cache
from typing import NamedTuple

from language.personal import lists
from language.personal.everyday import EVERYDAY
from language.personal.life_lists import TALK
from language.words import fold, morph


class Reading(NamedTuple):
    """What the dictionary says of one word form: how likely each kind is, and the dictionary forms."""

    name: float
    surname: float
    patronymic: bool
    place: float
    other: float
    known: bool
    """Whether the dictionary lists the word instead of guessing by its ending."""
    lemmas: frozenset[str]
    """With `е` for `ё`."""

    @property
    def is_common(self) -> bool:
        """Whether it is a first name of everyday life."""
        return bool(self.lemmas & (lists.EVERYDAY | lists.DOUBTFUL))

    @property
    def is_bot(self) -> bool:
        """Whether it is the bot's own name."""
        return bool(self.lemmas & lists.BOT)


@lru_cache(maxsize=50_000)
def read(word: str) -> Reading:
    """How the dictionary reads a lower-case word."""
    likely = dict.fromkeys(("name", "surname", "place", "other"), 0.0)
    lemmas: set[str] = set()
    patronymic = False
    for parse in morph().parse(word):
        tag = parse.tag
        if "GRND" in tag or "Init" in tag:
            continue
        lemmas.update((fold(parse.normal_form), *fold(parse.normal_form).split("-")))
        if "Name" in tag:
            likely["name"] += 0.0 if "plur" in tag and "Fixd" not in tag else parse.score
        elif "Surn" in tag:
            likely["surname"] += parse.score
        elif "Geox" in tag or "Orgn" in tag:
            likely["place"] += parse.score
        elif "Patr" in tag:
            patronymic = True
        elif "Poss" not in tag:
            likely["other"] += parse.score
    known = bool(morph().word_is_known(word))
    if not known or likely["surname"]:
        lemmas.add(fold(word))  # "роналду", and "терешкова", of whom the dictionary makes a man
    return Reading(**likely, patronymic=patronymic, known=known, lemmas=frozenset(lemmas))


_TELLING = frozenset({"NOUN", "VERB", "INFN", "GRND", "ADJS", "PRTS", "PRTF"})
_TOLD_FREELY = EVERYDAY | TALK
_NAMES = frozenset({"Name", "Surn", "Patr", "Geox"})


@lru_cache(maxsize=50_000)
def is_everyday(word: str) -> bool:
    """Whether a lower-case word tells nothing of a person's affairs. Names are judged elsewhere."""
    if word.isascii() or len(word) == 1:
        return True
    parses = morph().parse(word)[:3]
    return any(
        parse.tag.POS not in _TELLING or not _NAMES.isdisjoint(parse.tag.grammemes) or fold(parse.normal_form) in _TOLD_FREELY
        for parse in parses
        if parse.score * 4 > parses[0].score
    )


@lru_cache(maxsize=50_000)
def is_ordinal(word: str) -> bool:
    """Whether a lower-case word counts what happens over and over: "третья"."""
    return "Anum" in morph().parse(word)[0].tag
