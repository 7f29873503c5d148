"""Powers of what single rows move couplings, summed over rows: in single precision where that loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

EXACT = float(1 << 24)
"""Rows up to which single precision counts them one by one."""


class Sums(NamedTuple):
    """(P,) each; the fourth powers to six digits."""

    total: Floats
    square: Floats
    fourth: Floats


def summed(parts: Sequence[tuple[Singles, Floats]], mean: Floats, carry: Floats) -> Sums:
    """Of what rows move, ``(statistics - mean) @ carry``, of parts of rows: their statistics (K, m) of -1 and +1, and
    how often each occurred (m,), all together no more than ``EXACT`` times."""
    first, second, count = np.zeros(len(mean)), np.zeros((len(mean), len(mean))), 0.0
    for statistics, counts in parts:
        times = counts.astype(np.float32)
        first += statistics @ times  # whole numbers, as are the products
        second += (statistics * times) @ statistics.T
        count += float(counts.sum())
    apart = np.outer(first, mean)
    second += count * np.outer(mean, mean) - apart - apart.T
    square = np.einsum("kp,kp->p", second @ carry, carry)
    # The fourth powers of numbers near one fit in single precision.
    unit = np.where(square > 0.0, np.sqrt(square / max(count, 1.0)), 1.0)
    scaled = carry / unit
    fourth = np.zeros(len(square))
    for statistics, counts in parts:
        moved = scaled.T.astype(np.float32) @ statistics
        moved -= (mean @ scaled).astype(np.float32)[:, None]
        np.square(moved, out=moved)
        np.square(moved, out=moved)
        fourth += moved @ counts.astype(np.float32)
    return Sums((first - count * mean) @ carry, square, fourth * unit**4)
