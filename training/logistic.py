"""A logistic regression with more features than cases, for the weights that are fitted here."""

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

_LEAST_DOUBT = 1e-4


def fit(likeness: Table, is_of_kind: NDArray[np.bool_], *, pull: float, steps: int) -> Table:
    """What each case adds to the weights, times its features: Newton's method with an unknown for each case.

    Args:
        likeness: cases x cases, the products of their features.
        is_of_kind: what is to be told, for each case.
        pull: how much the weights are pulled towards zero.
        steps: of the method.
    """
    parts: Table = np.zeros(len(likeness))
    for _ in range(steps):
        odds = likeness @ parts
        sure = 1 / (1 + np.exp(-odds))
        doubt = np.maximum(sure * (1 - sure), _LEAST_DOUBT)
        parts[:] = np.linalg.solve(likeness + np.diag(pull / doubt), odds + (is_of_kind - sure) / doubt)
    return parts
