"""Whether an exchange looks private or abusive to a regression that has read many: what the rules have no words for.

training/harm.py fits it. It stands beside the rules, which know for certain what they find: it refuses what they have passed, and
where they only suspect a story of somebody's life it may clear the exchange.
"""

import re
from collections.abc import Collection
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from language.learning.traits import traits
from language.personal.life import OWN_STORY
from language.personal.privacy import find_personal_data

_WEIGHTS = files("language.learning") / "harm.npz"
PRIVATE, ABUSIVE = -0.25, -0.6
"""From which log-odds an exchange counts as such: found on exchanges whose writers the regression had not read."""
_CALM, _CALM_OF_SOMEBODY = -1.75, -2.2
"""The log-odds of being private below which what somebody tells of themselves may be shared, and if it holds a name or a number."""
_DECENT = -2.0
"""The log-odds of being abusive below which it may."""
_OF_SOMEBODY = re.compile(r"\d|(?<=[\w,;:»)] )[«\"]?[A-ZА-ЯЁ]")
_LOOKS = "looks private"


class Odds(NamedTuple):
    """The log-odds that an exchange is of a kind that must not be shared."""

    private: float
    abusive: float


@lru_cache(maxsize=1)  # one exchange is asked about several times in a row
def odds(question: str, reply: str) -> Odds:
    """What the regression thinks of an exchange."""
    found = traits(question, reply)
    weights, bias = _weights()
    sums = weights[:, list(found)] @ np.array(list(found.values())) + bias
    return Odds(*sums.tolist())


def find_private(question: str, reply: str, known_names: Collection[str] = ()) -> list[str]:
    """The kinds of personal data for which an exchange must not be shared, the names of the people of this chat among them."""
    found = find_personal_data(f"{' '.join(question.split())}\n{reply}", known_names)
    if found == [OWN_STORY] and _may_be_told(question, odds(question, reply)):
        return []
    return found or ([_LOOKS] if odds(question, reply).private >= PRIVATE else [])


def _may_be_told(question: str, likely: Odds) -> bool:
    calm = _CALM_OF_SOMEBODY if _OF_SOMEBODY.search(question) else _CALM
    return likely.private < calm and likely.abusive < _DECENT


def looks_abusive(question: str, reply: str) -> bool:
    """Whether an exchange is most likely abusive."""
    return odds(question, reply).abusive >= ABUSIVE


@lru_cache(maxsize=1)
def _weights() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A row of weights for each of `Odds`, and what is added to each."""
    with _WEIGHTS.open("rb") as file, np.load(file) as fitted:
        return fitted["weights"] * fitted["steps"][:, None], fitted["bias"]
