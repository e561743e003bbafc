"""How the dictionary reads a word: as a name, a surname, a place or anything else."""

from functools import lru_cache
from typing import NamedTuple

from language.personal import lists
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
    return Reading(**likely, patronymic=patronymic, known=bool(morph().word_is_known(word)), lemmas=frozenset(lemmas))
