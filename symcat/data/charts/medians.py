"""Medians of many groups of weighted values at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_ROUNDING = 1e-12
"""Of all weight together: what is as near to half of a group's is half of it."""


def medians(x: Floats, weight: Floats, group_of: NDArray[np.intp], groups: int) -> Floats:
    """(G,) the value that half of the weight of its group lies below and half above; 0 of a group without rows.

    Where that is so between two values, the middle of them: with equal weights the usual median. ``weight`` (m,) is
    positive, and counts are as good as repeated values.
    """
    order = _ascending(x, group_of, groups)
    reached = np.concatenate([[0.0], np.cumsum(weight[order])])
    stop = np.cumsum(np.bincount(group_of, minlength=groups))
    start = np.concatenate([[0], stop[:-1]])
    half, rounding = 0.5 * (reached[start] + reached[stop]), _ROUNDING * reached[-1]
    some = stop > start
    first, last = start[some], stop[some] - 1
    lower = np.searchsorted(reached[1:], half[some] - rounding, side="left")
    upper = np.searchsorted(reached[1:], half[some] + rounding, side="right")
    out = np.zeros(groups)
    out[some] = 0.5 * x[order[np.clip(lower, first, last)]] + 0.5 * x[order[np.clip(upper, first, last)]]
    return out


def _ascending(x: Floats, group_of: NDArray[np.intp], groups: int) -> NDArray[np.intp]:
    """The rows group by group, ascending in each: sorted once, then by the digits of the group, for which numpy's
    stable sort of short integers needs no comparisons."""
    order = np.argsort(x)
    for shift in range(0, max(groups - 1, 1).bit_length(), 16):
        digit = (group_of[order] >> shift).astype(np.uint16)
        order = order[np.argsort(digit, kind="stable")]
    return order
