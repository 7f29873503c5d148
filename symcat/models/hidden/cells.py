"""The rows of one column in few cells: its distinct values where these are few, else cells that keep mean and variance.

Their ends are quantiles of the rows, so that a narrow component has cells as narrow, and points at equal distances, so
that an outlying row has its own. A value that many rows share is a cell by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from symcat.models.base import Floats
from symcat.models.hidden.mixture import Cells

Pieces = Iterable[tuple[Floats, Floats | None]]

MOST_DISTINCT = 4096
"""Distinct values that are kept as they are."""
MOST_HELD = 1 << 16
"""Rows of which the distinct values are looked for."""


def distinct(pieces: Pieces) -> Cells | None:
    """Every distinct value; None where there are too many rows, or values, for that."""
    held, total = [], 0
    for values, counts in pieces:
        total += len(values)
        if total > MOST_HELD:
            return None
        held.append((values, np.ones(len(values)) if counts is None else counts))
    values, counts = (np.concatenate(parts) for parts in zip(*held, strict=True))
    order = np.argsort(values, kind="stable")
    values, counts = values[order], counts[order]
    first = np.flatnonzero(np.concatenate([[True], values[1:] > values[:-1]]))
    counts = np.add.reduceat(counts, first)
    seen = counts > 0.0
    return Cells(values[first][seen], counts[seen]) if seen.sum() <= MOST_DISTINCT else None


def condensed(pieces: Pieces, sample: Floats, cells: int) -> Cells:
    """About so many cells; ``sample`` are values that say where they end."""
    quantiles = np.quantile(sample, np.linspace(0.0, 1.0, cells // 2 + 1), method="inverted_cdf")
    ends = np.unique(np.concatenate([quantiles, np.linspace(sample.min(), sample.max(), cells // 2 + 1)]))
    sums = np.zeros((3, 2 * len(ends) + 1))
    shift = np.zeros(sums.shape[1])  # about which squares are summed
    shift[1::2] = ends
    shift[2::2], shift[0] = ends, ends[0]
    for values, counts in pieces:
        # An even place is between two ends, an odd one an end itself.
        at = np.searchsorted(ends, values, side="left") + np.searchsorted(ends, values, side="right")
        away = values - shift[at]
        c = np.ones(len(values)) if counts is None else counts
        for k, one in enumerate((c, c * away, c * away * away)):
            sums[k] += np.bincount(at, one, minlength=sums.shape[1])
    some = sums[0] > 0.0
    count, mean, square = sums[:, some] / np.where([[False], [True], [True]], sums[0, some], 1.0)
    return Cells(shift[some] + mean, count, np.maximum(square - mean * mean, 0.0))
