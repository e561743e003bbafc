"""How likely a name that stands in a message is the user's: weights for what is around it, which training/names.py fits.

The frames know what people say, one by one; the weights know what they usually say. Where no frame finds a name they add a
likely one, and they take back what a frame has found where hardly anybody would mean it.
"""

import json
import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from language.names import lists
from language.names.candidates import Candidate, Surroundings, candidates, is_ambiguous
from language.names.spots import Framed
from language.names.tokens import Message
from language.words import fold

_LIKELY = 0.8
_LIKELY_AMBIGUOUS = 0.9
"""From where on a word that is not only a name is taken for one."""
_UNLIKELY = 0.02
_LONGEST = 150
"""Tokens of a message whose names are weighed: in a longer one nobody is the likelier for what is around, and it takes its time."""
ALWAYS = ""
"""The name of the weight that counts for every candidate."""


class Likelihood:
    """The names in a message, and how likely each is the user's."""

    def __init__(self, message: Message, framed: Sequence[Framed]) -> None:
        self._message = message
        self._framed = framed
        among = candidates(message, framed) if len(message.tokens) <= _LONGEST else []
        around = Surroundings(message, among) if among else None
        self._likely = {one: _likelihood(around.features(one)) for one in among} if around else {}

    def doubts(self, name: str) -> bool:
        """Whether a name that the rules have found is hardly the user's."""
        return max((likely for one, likely in self._likely.items() if fold(one.name) == fold(name)), default=1) < _UNLIKELY

    def likeliest(self) -> Candidate | None:
        """The likeliest name, if any is likely enough; none that a frame has, but that is not meant, nor the bot's."""
        meant, refused = ({one.place for one in self._framed if one.is_meant is meant} for meant in (True, False))
        likely = {one: sure for one, sure in self._likely.items() if one.place not in refused - meant and self._suffices(one, sure)}
        return max(likely, key=likely.__getitem__, default=None)

    def _suffices(self, one: Candidate, sure: float) -> bool:
        token = self._message.at(one.place)
        if not is_ambiguous(token):
            return token.low not in lists.BOT_NAMES and sure >= _LIKELY
        # What "я лев" and "я соня" mean the rules know better.
        return sure >= _LIKELY_AMBIGUOUS and self._message.low(one.place - 1) != "я"


def _likelihood(features: set[str]) -> float:
    known = _weights()
    return 1 / (1 + math.exp(-known[ALWAYS] - sum(known.get(feature, 0.0) for feature in sorted(features))))


@cache
def _weights() -> dict[str, float]:
    text = files("language.names").joinpath("weights.json").read_text(encoding="utf-8")
    return {feature: float(weight) for feature, weight in json.loads(text).items()}
