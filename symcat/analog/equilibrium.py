"""Whether replicas have forgotten where they started, judged from what they did; and errors from their differences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SETTLED_RHAT = 1.3
"""Split R-hat (Gelman & Rubin 1992; split: Vehtari et al. 2021) at which a circuit counts as settled.

R-hat^2 is 1 plus one over the independent readings in half a window, so each half then spans several relaxations, and
the windows before it as many again. Stricter bounds ask for accuracy of a single replica; here many are averaged.
"""
DRIFT = 1e-4
"""Probability of a difference of the halves, among all that are tested, below which the circuit still drifts."""


def split_rhat(first: Floats, second: Floats, within: Floats, reads: int) -> float:
    """Largest split R-hat of S statistics.

    ``first``, ``second`` (R, S) are each replica's averages over the first and second half of a window of ``reads``
    readings each, ``within`` (S,) the mean variance of the readings inside a half.
    """
    halves = np.concatenate([first, second])
    between = halves.var(axis=0, ddof=1)
    moving = between > 0.0
    if not moving.any():
        return 1.0
    # A statistic that stands still in every half, but differs between them, has not mixed at all.
    with np.errstate(divide="ignore"):
        ratio = (reads - 1) / reads + between[moving] / within[moving]
    return float(np.sqrt(ratio.max()))


def drift(first: Floats, second: Floats) -> bool:
    """Whether the averages of the second half differ, over the replicas, from those of the first.

    It sees what R-hat cannot: replicas that all creep the same way. Bonferroni's bound over the statistics.
    """
    from scipy.special import stdtrit

    difference = second - first
    replicas, statistics = difference.shape
    spread = difference.std(axis=0, ddof=1)
    moving = spread > 0.0
    if not moving.any():
        return False
    score = np.abs(difference.mean(axis=0)[moving]) * np.sqrt(replicas) / spread[moving]
    return bool(score.max() > -stdtrit(replicas - 1, DRIFT / statistics / 2.0))


def of_series(readings: Floats) -> tuple[float, bool]:
    """Split R-hat and drift of readings (n, R, S) of S statistics; at least four readings are needed."""
    n = len(readings)
    half = n // 2
    if half < 2:
        return float("inf"), False
    first, second = readings[n - 2 * half : n - half], readings[n - half :]
    within = 0.5 * (first.var(axis=0, ddof=1).mean(axis=0) + second.var(axis=0, ddof=1).mean(axis=0))
    a, b = first.mean(axis=0), second.mean(axis=0)
    return split_rhat(a, b, within, half), drift(a, b)


def between(values: Floats) -> tuple[Floats, Floats]:
    """Mean and standard error over the leading axis of independent groups."""
    return values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(len(values))


class Halves:
    """Split R-hat and drift of a long run in little memory: sums over its two halves.

    ``expected`` is the number of readings to come; statistics are the coordinates and their squares.
    """

    def __init__(self, expected: int) -> None:
        self.half = expected // 2
        self.skipped = expected - 2 * self.half
        self.sums: list[Floats] = []

    def add(self, block: Floats) -> None:
        """Readings (m, R, d), the next of the run."""
        if not self.sums:
            self.sums = [np.zeros((block.shape[1], 2 * block.shape[2])) for _ in range(4)]
            self.seen = -self.skipped
        lo = max(0, -self.seen)
        cut = min(max(lo, self.half - self.seen), len(block))
        for part, which in ((block[lo:cut], 0), (block[cut:], 1)):
            if len(part):
                squares = part * part
                self.sums[2 * which] += np.concatenate([part.sum(axis=0), squares.sum(axis=0)], axis=1)
                np.multiply(squares, squares, out=(fourth := np.empty_like(squares)))
                self.sums[2 * which + 1] += np.concatenate([squares.sum(axis=0), fourth.sum(axis=0)], axis=1)
        self.seen += len(block)

    def verdict(self) -> tuple[float, bool]:
        """Split R-hat, and whether the second half differs from the first; too few readings differ in nothing."""
        if self.half < 2:
            return float("inf"), False
        first, first_squares, second, second_squares = (s / self.half for s in self.sums)
        variances = (first_squares - first**2).mean(axis=0), (second_squares - second**2).mean(axis=0)
        within = 0.5 * (variances[0] + variances[1]) * self.half / (self.half - 1)
        rhat = split_rhat(first, second, np.maximum(within, 0.0), self.half)
        return rhat, drift(first, second)
