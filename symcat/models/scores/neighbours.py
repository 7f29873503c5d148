"""Whether rows lie among rows drawn from the fitted law as these lie among each other, whatever the departure.

Rows and drawn rows are pooled, and it is counted how many of the nearest neighbours of each are of its own kind
(Schilling 1986, J. Am. Stat. Assoc. 81:799; Henze 1988). With a sign for each kind this is a quadratic form of random
signs, whose mean and variance are known. Along what a fit absorbs, functions of single columns, correlations, and the
law's own coordinates, the rows agree with the law better than chance: the signs are taken without their part along
these, so that the level is right whatever was fitted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats
from symcat.models.fit import CheckResult
from symcat.models.goodness import polynomials

NEIGHBOURHOODS = "joint shape"
FEWEST = 100
"""Rows from which the check is made."""
MOST_ROWS = 2048
"""That are looked at, and as many of the law."""

_SHARE, _FEW, _MANY = 100, 3, 20  # neighbours: a hundredth of the rows, at least, at most
_ORDER = 6  # of the polynomials of a column that its class may absorb
_ABSORBED = 0.125  # of as many functions as there are points, at most
_SINGULAR = 1e-12
_SAME = 1e-9  # of the largest sum of squares: a function that others make up


def neighbourhoods(
    z: Floats, drawn: Floats, seed: int, slope: Callable[[Floats], Floats] | None = None
) -> CheckResult | None:
    """Of the scores (m, d) of random rows that are not weighted, against rows (D, d) of the law.

    ``slope`` takes scores (m, d) to the slopes (m, K) along the law's coordinates, those of correlations but for which
    there are none. None of few rows, and of many columns.
    """
    rng = np.random.default_rng(seed)
    m = min(len(z), len(drawn), MOST_ROWS)
    if m < FEWEST:
        return None
    rows, of_law = (one[rng.choice(len(one), m, replace=False)] for one in (z, drawn))
    pooled = np.concatenate([_apart(rows, rng), of_law])
    absorbed = _absorbed(pooled, slope)
    if absorbed is None:
        return None
    nearest = _nearest(_whitened(pooled), min(max(m // _SHARE, _FEW), _MANY))
    signs = np.where(np.arange(2 * m) < m, 1.0, -1.0)
    own = signs - absorbed @ (absorbed.T @ signs)
    mean, variance = _of_random_signs(nearest, absorbed)
    score = (float(own @ _summed(nearest, own)) - mean) / math.sqrt(variance)
    share = 0.5 + 0.5 * float(signs @ signs[nearest].sum(axis=1)) / nearest.size
    detail = (
        f"of the {nearest.shape[1]} nearest neighbours of {m} rows and as many drawn from the law {share:.1%} are of "
        f"their own kind: {score:.2g} standard errors more than by chance"
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


def _absorbed(points: Floats, slope: Callable[[Floats], Floats] | None) -> Floats | None:
    """(N, q) orthonormal: constants, functions of single columns, products of two, and the slopes; None of too many."""
    from scipy.special import ndtr

    d = points.shape[1]
    if 1 + d * _ORDER + d * (d - 1) // 2 > _ABSORBED * len(points):
        return None
    found = [np.ones((len(points), 1)), *(polynomials(ndtr(column), _ORDER) for column in points.T)]
    found += [points[:, [i]] * points[:, [j]] for i, j in combinations(range(d), 2)]
    if slope is not None:
        found.append(slope(points))
    every = np.concatenate(found, axis=1)
    size = np.sqrt((every * every).mean(axis=0))
    every /= np.where(size > 0.0, size, 1.0)
    values, directions = np.linalg.eigh(every.T @ every)
    kept = values > _SAME * values[-1]
    out: Floats = every @ (directions[:, kept] / np.sqrt(values[kept]))
    return out if kept.sum() <= 2.0 * _ABSORBED * len(points) else None


def _whitened(points: Floats) -> Floats:
    """In units of the spreads along the principal axes of all."""
    values, vectors = np.linalg.eigh(np.cov(points.T).reshape(2 * (points.shape[1],)))
    return np.asarray(points @ (vectors / np.sqrt(np.maximum(values, _SINGULAR * values[-1]))))


def _nearest(points: Floats, k: int) -> NDArray[np.intp]:
    """(N, k) the nearest others of each point."""
    from scipy.spatial import cKDTree

    itself_too = k + 1
    _, found = cKDTree(points).query(points, itself_too)
    return np.asarray(found[:, 1:], dtype=np.intp)


def _summed(nearest: NDArray[np.intp], values: Floats) -> Floats:
    """(N, ...) of each point: half the sum over its neighbours and those whose neighbour it is."""
    out = np.zeros_like(values)
    for of_one in nearest.T:
        out += values[of_one]
        np.add.at(out, of_one, values)
    return 0.5 * out


def _of_random_signs(nearest: NDArray[np.intp], absorbed: Floats) -> tuple[float, float]:
    """Mean and variance of ``s' P A P s`` with random signs s, A the links and P without what is absorbed."""
    n, k = nearest.shape
    own = np.repeat(np.arange(n), k)
    mutual = float(np.isin(own * n + nearest.ravel(), nearest.ravel() * n + own).sum())
    along = _summed(nearest, absorbed)
    inner = absorbed.T @ along
    diagonal = ((absorbed @ inner) * absorbed).sum(axis=1) - 2.0 * (absorbed * along).sum(axis=1)
    squares = 0.5 * (n * k + mutual) - 2.0 * float((along**2).sum()) + float((inner**2).sum())
    return float(diagonal.sum()), 2.0 * (squares - float((diagonal**2).sum()))
