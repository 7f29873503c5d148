"""Whether the scores of each two columns depend on each other as a law of the scores says, whatever law that is.

Averages of products of Legendre's polynomials of the shares ``Phi(z_j)`` (as in Neyman's smooth tests, 1937) over the
rows are compared with those over rows drawn from the law. What the fit has absorbed of them is removed, row by row: by
the law's own coordinates, and by the margins (Pierce 1982).
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from symcat.models.base import Floats
from symcat.models.fit import CheckResult
from symcat.models.scores.joint_slopes import JointMoving
from symcat.models.tails import smallest_of

AGREEMENT = "dependence of pairs"
DRAWN = 1 << 14
FEWEST = 50
"""Rows from which the check is made."""

_ORDERS = ((1, 1), (1, 2), (2, 1), (2, 2))
_LEFT = 0.05  # of its own variance, which a direction must have left to be tested


def of_pairs(moving: JointMoving, drawn: Floats, names: tuple[str, ...]) -> CheckResult | None:
    """The largest departure among all pairs of columns; None of few rows."""
    margins = moving.margins
    z = margins.sampled
    m, d = z.shape
    if m < FEWEST:
        return None
    p = _legendre(z), _legendre(drawn)
    slope = moving.slope(drawn)
    slope -= slope.mean(axis=0)
    moved_margins = margins.moved * moving.count
    moved = moving.sampled * moving.count
    smallest, said, statistic = 1.0, "", 0.0
    pairs = list(combinations(range(d), 2))
    for i, j in pairs:
        values, of_law = (np.stack([q[a][:, i] * q[b][:, j] for a, b in _ORDERS], axis=1) for q in p)
        apart = values - of_law.mean(axis=0)
        of_law -= of_law.mean(axis=0)
        by_law = slope.T @ of_law / len(drawn)
        influence = apart + moved_margins @ _by_margins(moving, z, i, j) - moved @ by_law
        value, degrees = departure(apart, influence, of_law)
        found = _p_value(value, degrees, m)
        if found < smallest or not said:
            smallest, statistic = found, value
            said = f"{names[i]!r} and {names[j]!r}: chi-square {value:.3g} with {degrees} degrees of freedom"
    detail = f"{said}, the least likely of {len(pairs)} pairs of columns, from {m} rows"
    return CheckResult.single(AGREEMENT, statistic, float(smallest_of(smallest, len(pairs))), detail, rows=m)


def _legendre(z: Floats) -> dict[int, Floats]:
    """(m, d) by order, orthonormal for normal scores."""
    from scipy.special import ndtr

    t = 2.0 * ndtr(z) - 1.0
    return {1: np.sqrt(3.0) * t, 2: np.sqrt(5.0) * (1.5 * t * t - 0.5)}


def _by_margins(moving: JointMoving, z: Floats, i: int, j: int) -> Floats:
    """(p, 4) derivatives of the averages by the free numbers of all columns' classes."""
    p = _legendre(z)
    t = p[1] / np.sqrt(3.0)
    density = np.sqrt(2.0 / np.pi) * np.exp(-0.5 * z * z)  # dt/dz
    s = {1: np.sqrt(3.0) * density, 2: np.sqrt(5.0) * 3.0 * t * density}
    slopes = moving.margins.slopes
    starts = np.concatenate([[0], np.cumsum([one.shape[1] for one in slopes])])
    out = np.zeros((starts[-1], len(_ORDERS)))
    for k, (a, b) in enumerate(_ORDERS):
        out[starts[i] : starts[i + 1], k] = slopes[i].T @ (s[a][:, i] * p[b][:, j]) / len(z)
        out[starts[j] : starts[j + 1], k] = slopes[j].T @ (p[a][:, i] * s[b][:, j]) / len(z)
    return out


def departure(apart: Floats, influence: Floats, of_law: Floats) -> tuple[float, int]:
    """Square of the means of rows (m, 4) in units of their errors, along directions that the fit has not absorbed.

    The rows' means vary as their influence (m, 4) does. Those of drawn rows (D, 4), which were subtracted, vary as
    these do: the fit has absorbed nothing of them.
    """
    unit = 1.0 / np.maximum(apart.std(axis=0), np.finfo(float).tiny)
    centred, drawn = (influence - influence.mean(axis=0)) * unit, of_law * unit
    covariance = centred.T @ centred / (len(centred) - 1.0)
    variances, directions = np.linalg.eigh(covariance)
    kept = directions[:, variances > _LEFT]
    along = kept.T @ (apart.mean(axis=0) * unit)
    errors = kept.T @ (covariance / len(centred) + drawn.T @ drawn / len(drawn) ** 2) @ kept
    return float(along @ np.linalg.solve(errors, along)) if kept.size else 0.0, kept.shape[1]


def _p_value(squared: float, k: int, m: int) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(k, m - k, squared * (m - k) / (k * (m - 1.0)))) if k else 1.0
