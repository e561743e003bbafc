"""How likely a name that stands in a message is the user's: weights for what is around it, which training/names.py fits.

The frames know what people say, one by one; the weights know what they usually say, and what a frame is worth.
"""

import json
import math
from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files

from language.names import lists
from language.names.candidates import Candidate, candidates
from language.names.first_names import is_ambiguous
from language.names.spots import Framed
from language.names.surroundings import Surroundings
from language.names.tokens import Message

_LIKELY = 0.8
_LIKELY_FRAMED = 0.55
"""Where a frame has the name: people introduce themselves more plainly than in the messages on which the weights are fitted."""
ALWAYS = ""
"""The name of the weight that counts for every candidate."""


def likeliest(message: Message, framed: Sequence[Framed]) -> Candidate | None:
    """The name in the message that is likeliest the user's, if it is likely enough."""
    among = candidates(message, framed)
    if not among:
        return None
    around = Surroundings(message, among, framed)
    likely = {one: _likelihood(around.features(one)) for one in among}
    enough = [one for one in among if likely[one] >= least(message, one, is_meant=around.is_meant(one))]
    return max(enough, key=likely.__getitem__, default=None)


def least(message: Message, one: Candidate, *, is_meant: bool) -> float:
    """From which likelihood on the name is taken for the user's; `is_meant` tells that a frame has it so."""
    token = message.at(one.place)
    # Whom the bot's own name means, and what "я лев" and "я соня" mean, the rules know better.
    if token.low in lists.BOT_NAMES:
        return 0.0 if is_meant else math.inf
    unclear = is_ambiguous(token) and message.low(one.place - 1) == "я"
    return _LIKELY_FRAMED if is_meant else math.inf if unclear else _LIKELY


def _likelihood(features: Collection[str]) -> float:
    known = _weights()
    return 1 / (1 + math.exp(-known[ALWAYS] - sum(known.get(feature, 0.0) for feature in sorted(features))))


@cache
def _weights() -> dict[str, float]:
    text = files("language.names").joinpath("weights.json").read_text(encoding="utf-8")
    return {feature: float(weight) for feature, weight in json.loads(text).items()}
