"""The shares of a law below the rows of one column: uniform ones where the law is theirs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shares_below(cdf: Callable[[Floats], Floats], values: Floats) -> Floats:
    """(m,) of the rows with these values, in no order.

    A value that occurs several times stands for all that would be rounded to it: its rows are spread evenly over what
    is nearer to it than to another value.
    """
    distinct, times = np.unique(values, return_counts=True)
    single = distinct[times == 1]
    parts = [cdf(single)] if len(single) else []
    if len(distinct) > 1 and len(single) < len(distinct):
        middle = 0.5 * (distinct[1:] + distinct[:-1])
        ends = np.concatenate([[2.0 * distinct[0] - middle[0]], middle, [2.0 * distinct[-1] - middle[-1]]])
        share, repeated = cdf(ends), times > 1
        copies, start = times[repeated], share[:-1][repeated]
        rank = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
        width = np.repeat((share[1:][repeated] - start) / copies, copies)
        parts.append(np.repeat(start, copies) + (rank + 0.5) * width)
    elif not len(single):
        parts.append(np.repeat(cdf(distinct), times))
    return np.concatenate(parts)
