"""Standard errors of the radial quartic: from Fisher's information, and how far rows move it, for robust ones."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center
from symcat.models.fit import Fit
from symcat.models.quartic import radial as radials

Floats = NDArray[np.float64]


def model_based(reading: radials.Reading, about: Moments, r: Floats, u: Floats, center: Center) -> dict[str, Floats]:
    """Inverse Fisher information over n; r, u and the centre's are independent by symmetry.

    ``about`` are the moments about the centre, ``r`` and ``u`` (G,) in their unit.
    """
    n, m2, unit = about.dimension, about.m2, about.unit
    h22, _, h44 = radials.entropy_hessian(reading, n, m2)
    if center is None:
        information = r + u * m2 * (1.0 + 2.0 / n) / 6.0  # <F''> along each column
        mean_error = np.sqrt(1.0 / (information * about.count))
    elif isinstance(center, str):
        mean_error = np.sqrt(m2 / n / about.count)
    else:
        mean_error = np.zeros_like(m2)
    return {
        "mean": np.broadcast_to((mean_error * unit)[:, None], (len(m2), n)),
        "r": 2.0 * np.sqrt(-h22 / about.count) / unit**2,
        "u": 24.0 * np.sqrt(-h44 / about.count) / unit**4,
    }


def influence(fit: Fit, groups: Moments, every: Moments, center: Center) -> dict[str, Floats]:
    """How far each of B groups of rows moves the parameters of a batch of one: the scores through their derivative.

    Right when the model is not (White 1982, eq. 3.3). ``every`` are the averages over all rows.
    """
    about = groups.about(fit.parameters["mean"][0])
    radial = (about.first, about.m2, about.m3, about.m4)
    return _influence(fit, radial, about.count / every.count, every, center)


def row_influence(fit: Fit, rows: Floats, every: Moments, center: Center) -> dict[str, Floats]:
    """Likewise of each of the rows (m, N)."""
    y = (rows - fit.parameters["mean"][0]) / every.unit
    square = np.einsum("mi,mi->m", y, y)
    radial = (y, square, y * square[:, None], square * square)
    return _influence(fit, radial, np.broadcast_to(1.0 / every.count, len(rows)), every, center)


def _influence(
    fit: Fit, radial: tuple[Floats, Floats, Floats, Floats], share: Floats, every: Moments, center: Center
) -> dict[str, Floats]:
    """From ``y``, ``|y|^2``, ``y |y|^2`` and ``|y|^4`` of B groups, y from the centre, and their shares of all rows."""
    n, unit = every.dimension, every.unit
    first, m2, m3, m4 = radial
    whole = every.about(fit.parameters["mean"][0])
    theta2, theta4 = fit.parameters["r"][0] * unit**2 / 2.0, fit.parameters["u"][0] * unit**4 / 24.0
    weight = share[:, None]
    score = np.concatenate(
        [2.0 * theta2 * first + 4.0 * theta4 * m3, (whole.m2 - m2)[:, None], (whole.m4 - m4)[:, None]], axis=1
    )
    bread = np.empty((n + 2, n + 2))
    bread[:n, :n] = (2.0 * theta2 + 4.0 * theta4 * whole.m2[0]) * np.eye(n) + 8.0 * theta4 * whole.second[0]
    bread[:n, n], bread[:n, n + 1] = -2.0 * whole.first[0], -4.0 * whole.m3[0]
    bread[n:, :n] = bread[:n, n:].T
    bread[n:, n:] = _statistics_covariance(n, float(theta2), float(theta4))
    used = slice(None) if center is None else slice(n, None)
    if isinstance(center, str):  # the fourth moment moves with the sample mean
        score[:, n + 1] += 4.0 * first @ whole.m3[0]
    moved = (weight * score[:, used]) @ np.linalg.inv(bread[used, used])
    if center is None:
        of_mean = moved[:, :n] * unit
    elif isinstance(center, str):
        of_mean = weight * first * unit
    else:
        of_mean = np.zeros((len(moved), n))
    return {"mean": of_mean, "r": 2.0 * moved[:, -2] / unit**2, "u": 24.0 * moved[:, -1] / unit**4}


@lru_cache(maxsize=16)  # rows and blocks of one fit ask for the same
def _statistics_covariance(dimension: int, theta2: float, theta4: float) -> Floats:
    """Covariance of (rho^2, rho^4) under the model."""
    m = radials.moments(dimension, 2.0 * theta2, 24.0 * theta4, (2, 4, 6, 8))
    return np.array([[m[4] - m[2] ** 2, m[6] - m[2] * m[4]], [m[6] - m[2] * m[4], m[8] - m[4] ** 2]])
