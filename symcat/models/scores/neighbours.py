"""Whether rows lie among rows drawn from the fitted law as these lie among each other, whatever the departure.

Rows and drawn rows are pooled, and of the nearest neighbours of each it is counted how many are of its own kind
(Schilling 1986, J. Am. Stat. Assoc. 81:799; Henze 1988). Where both have one law the kinds are exchangeable, so that
the mean and the variance over all ways to share them out among the points are known. The share of neighbours of one
kind grows with the square of a departure, so that what the fit moves of the law counts for nothing to first order.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats
from symcat.models.fit import CheckResult

NEIGHBOURHOODS = "joint shape"
FEWEST = 100
"""Rows from which the check is made."""
MOST_ROWS = 2048
"""That are looked at, and as many of the law."""

_NUMBERS = 20_480  # likewise, of many columns
_SHARE, _FEW, _MANY = 100, 3, 20  # neighbours: a hundredth of the rows, at least, at most
_SINGULAR = 1e-12


def neighbourhoods(z: Floats, drawn: Floats, seed: int) -> CheckResult | None:
    """Of the scores (m, d) of random rows that are not weighted, against rows (D, d) of the law; None of few rows."""
    rng = np.random.default_rng(seed)
    m = min(len(z), len(drawn), MOST_ROWS, _NUMBERS // z.shape[1])
    if m < FEWEST:
        return None
    rows, of_law = (one[rng.choice(len(one), m, replace=False)] for one in (z, drawn))
    pooled = np.concatenate([_apart(rows, rng), of_law])
    nearest = _nearest(_whitened(pooled), min(max(m // _SHARE, _FEW), _MANY))
    of_rows = np.arange(len(pooled)) < m
    alike = float((of_rows[nearest] == of_rows[:, None]).sum())
    mean, variance = _of_random_kinds(nearest)
    score = (alike - mean) / math.sqrt(variance)
    share = alike / nearest.size
    detail = (
        f"of the {nearest.shape[1]} nearest neighbours of {m} rows and as many drawn from the law {share:.1%} are of "
        f"their own kind, where {mean / nearest.size:.1%} would be"
    )
    p_value = 0.5 * math.erfc(score / math.sqrt(2.0))
    return CheckResult.single(NEIGHBOURHOODS, share, p_value, detail, rows=m)


def _apart(z: Floats, rng: np.random.Generator) -> Floats:
    """Values that repeat in a column, each spread evenly to halfway to the next ones."""
    out = z.copy()
    for j, column in enumerate(z.T):
        distinct, place, times = np.unique(column, return_inverse=True, return_counts=True)
        if 1 < len(distinct) < len(column):
            half = 0.5 * np.diff(distinct)
            below, above = np.concatenate([half[:1], half]), np.concatenate([half, half[-1:]])
            share = rng.random(len(column))
            spread = column + share * above[place] - (1.0 - share) * below[place]
            out[:, j] = np.where(times[place] > 1, spread, column)
    return out


def _whitened(points: Floats) -> Floats:
    """In units of the spreads along the principal axes of all."""
    values, vectors = np.linalg.eigh(np.cov(points.T).reshape(2 * (points.shape[1],)))
    return np.asarray(points @ (vectors / np.sqrt(np.maximum(values, _SINGULAR * values[-1]))))


def _nearest(points: Floats, k: int) -> NDArray[np.intp]:
    """(N, k) the nearest others of each point."""
    from scipy.spatial import cKDTree

    return np.asarray(cKDTree(points).query(points, k + 1)[1][:, 1:], dtype=np.intp)


def _of_random_kinds(nearest: NDArray[np.intp]) -> tuple[float, float]:
    """Mean and variance of how many of the neighbours (N, k) are of a point's own kind, of two as large kinds that are
    shared out at random."""
    n, k = nearest.shape
    pairs = float(n * k)
    own = np.repeat(np.arange(n), k)
    forward, backward = own * n + nearest.ravel(), nearest.ravel() * n + own
    mutual = float(np.isin(forward, backward).sum())
    degree = k + np.bincount(nearest.ravel(), minlength=n)
    # Ordered pairs of links: those between the same two points, those that share one point, those that share none.
    same = pairs + mutual
    sharing = float((degree.astype(np.float64) ** 2).sum()) - 2.0 * same
    half = n / 2.0
    one = (half - 1.0) / (n - 1.0)
    of_three = one * (half - 2.0) / (n - 2.0)
    # Of four distinct points: all of one kind, or two of each, paired.
    of_four = of_three * (half - 3.0) / (n - 3.0) + one * half * (half - 1.0) / ((n - 2.0) * (n - 3.0))
    mean = pairs * one
    second = same * one + sharing * of_three + (pairs * pairs - same - sharing) * of_four
    return mean, second - mean * mean
