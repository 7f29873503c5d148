"""The shares of a law below the rows of one column: uniform ones where the law is theirs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MANY = 64
"""Rows in a cell from which they are not looked at one by one."""
_FIRST = 128
"""Rows that are looked at first, at equal distances."""
_PARTS = 9
"""Parts into which each search for the end of a cell is then cut at once: few calls of many rows take least time."""


def shares_below(cdf: Callable[[Floats], Floats], values: Floats) -> Floats:
    """(m,) of the rows with these values, in no order.

    A value that occurs several times stands for all that would be rounded to it: its rows are spread evenly over what
    is nearer to it than to another value.
    """
    distinct, times = np.unique(values, return_counts=True)
    single = distinct[times == 1]
    parts = [cdf(single)] if len(single) else []
    if len(distinct) > 1 and len(single) < len(distinct):
        share, repeated = cdf(ends_of_cells(distinct)), times > 1
        copies, start = times[repeated], share[:-1][repeated]
        rank = np.arange(copies.sum()) - np.repeat(np.cumsum(copies) - copies, copies)
        width = np.repeat((share[1:][repeated] - start) / copies, copies)
        parts.append(np.repeat(start, copies) + (rank + 0.5) * width)
    elif not len(single):
        parts.append(np.repeat(cdf(distinct), times))
    return np.concatenate(parts)


def ends_of_cells(distinct: Floats) -> Floats:
    """(k + 1,) where what is nearer to each of several ascending values (k,) than to another begins, and ends."""
    middle = 0.5 * (distinct[1:] + distinct[:-1])
    return np.concatenate([[2.0 * distinct[0] - middle[0]], middle, [2.0 * distinct[-1] - middle[-1]]])


def counts_in_cells(cdf: Callable[[Floats], Floats], values: Floats, cells: int) -> NDArray[np.intp]:
    """(cells,) how many of these shares lie in cells of equal width.

    Of many rows, none of which occur twice, sections of them find where the cells end.
    """
    distinct = np.unique(values)
    if len(distinct) < len(values) or len(values) < _MANY * cells:
        found = np.clip((shares_below(cdf, values) * cells).astype(np.intp), 0, cells - 1)
        return np.bincount(found, minlength=cells)
    ends = np.arange(1.0, cells)[:, None]
    step, last = np.arange(1, _PARTS), len(distinct) - 1
    looked = np.unique(np.linspace(0, last, _FIRST).astype(np.intp))
    place = np.searchsorted(cdf(distinct[looked]) * cells, ends[:, 0])
    below, above = np.concatenate([[-1], looked, [last + 1]])[[place, place + 1]]  # of the first row beyond
    while (above - below > 1).any():
        between = below[:, None] + (above - below)[:, None] * step // _PARTS
        shares = cdf(distinct[np.clip(between, 0, last)].ravel()).reshape(between.shape)
        beyond = (shares * cells >= ends) & (between > below[:, None])
        above = np.where(beyond, between, above[:, None]).min(axis=1)
        below = np.where(beyond, below[:, None], between).max(axis=1)
    return np.diff(np.concatenate([[0], above, [len(distinct)]]))
