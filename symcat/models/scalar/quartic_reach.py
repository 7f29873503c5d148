"""Where the quartic of one column would need a second hump without a row in it: beyond its table, without a search.

Above the kurtosis ``3 + 2.6 skewness^2`` the maximum has a second hump far from all rows that only serves the kurtosis.
The higher this is at the same skewness, the farther the hump, the higher the barrier before it, and the fewer rows it
holds. From the line below on the barrier is above ``kernels.BARRIER``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.scalar import reduced
from symcat.models.scalar.kernels import FEWEST_IN_A_HUMP

Floats = NDArray[np.float64]

_SKEWNESS = (0.0, 0.2, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4)
_FARTHEST = (1.001, 1.004, 1.012, 1.028, 1.07, 1.23, 1.41, 1.79, 2.07, 2.28, 2.43, 2.58, 2.6)
"""Of the table's second coordinate at these, by bisection of searches, rounded up; between them straight lines. The
last one holds from there on."""
_SHARE = 5e-4
"""Of all rows over skewness^2: more than the hump holds at the line, which is less than half of it."""


def out_of_reach(skewness: Floats, kurtosis: Floats, rows: Floats) -> NDArray[np.bool_]:
    """(G,) where that hump holds less than ``FEWEST_IN_A_HUMP`` of so many rows, and moves the kurtosis by an error.

    False where a search must tell.
    """
    with np.errstate(invalid="ignore", divide="ignore"):  # groups without rows
        s = np.abs(skewness)
        t = reduced.spread(s, kurtosis) / reduced.width(s)
        served = np.sqrt(24.0 / rows) / reduced.width(s)  # an error of the kurtosis: a hump that moves less is allowed
        beyond = t > np.interp(s, _SKEWNESS, _FARTHEST) + served
        found: NDArray[np.bool_] = beyond & (rows * _SHARE * s * s < FEWEST_IN_A_HUMP)
    return found
