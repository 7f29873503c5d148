"""Rows of a prior that is spread evenly over all states, for classes whose likelihood may have no finite maximum."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import WEAK

Floats = NDArray[np.float64]

HELD = "errors, t and p of what only the prior holds are the prior's, and say nothing of the data"
"""Of coefficients whose maximum is infinite without it."""


def prior_rows(prior: float | Literal["weak"] | None, shut: NDArray[np.bool_], count: Floats) -> Floats:
    """(G,) rows of the prior: those asked for, or the weak one where it is needed and rows were counted.

    Not a number where it would be needed and there is none.
    """
    if prior is None or np.isnan(count).all():
        return np.where(shut, np.nan, 0.0)
    if isinstance(prior, str):
        return np.where(shut, WEAK, 0.0)
    return np.full(len(shut), float(prior))
