"""Does the radial quartic describe what it was not fitted to? The next even moment, the odd ones, the directions.

Each check compares an average with the fitted model's; its variance is that of the statistic under the model less what
the fit has absorbed (the residual of its regression on the fitted statistics; Pierce 1982).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Center, CheckResult, chi_square_tail, two_sided
from symcat.models.quartic import radial

Floats = NDArray[np.float64]


def run(about: Moments, rows: Floats, r: float, u: float, center: Center) -> Sequence[CheckResult]:
    """Checks of a batch of one: moments and sampled rows about the fitted centre, with r and u, all in one unit."""
    n = about.dimension
    predicted = radial.moments(n, r, u, (2, 4, 6, 8, 10, 12))
    found = [_sixth_moment(about, rows, predicted), _odd_moments(about, predicted, r, u, center)]
    if n > 1:
        found.append(_directions(about, predicted))
    return found


def _sixth_moment(about: Moments, rows: Floats, m: dict[int, float]) -> CheckResult:
    covariance = np.array([[m[4] - m[2] ** 2, m[6] - m[2] * m[4]], [m[6] - m[2] * m[4], m[8] - m[4] ** 2]])
    with_sixth = np.array([m[8] - m[2] * m[6], m[10] - m[4] * m[6]])
    slope = np.linalg.solve(covariance, with_sixth)
    residual = m[12] - m[6] ** 2 - with_sixth @ slope
    if about.column_powers is not None and about.dimension == 1:
        count, (a2, a4, a6) = float(about.count[0]), (about.m2[0], about.m4[0], about.column_powers[0, 0, 3])
    else:  # <|x - c|^6> needs a third-order tensor; the sample of rows does without
        q = (rows**2).sum(axis=1)
        count, (a2, a4, a6) = float(len(rows)), (q.mean(), (q**2).mean(), (q**3).mean())
    score = float((a6 - m[6] - slope @ [a2 - m[2], a4 - m[4]]) / np.sqrt(residual / count))
    return CheckResult(
        name="sixth moment",
        statistic=score,
        p_value=two_sided(score),
        detail=f"measured {a6 / m[2] ** 3:.5g}, the model says {m[6] / m[2] ** 3:.5g} (in units of the variance cubed)",
    )


def _odd_moments(about: Moments, m: dict[int, float], r: float, u: float, center: Center) -> CheckResult:
    """The third moment <y |y|^2>, zero by symmetry; about a known centre also the first."""
    n, count = about.dimension, float(about.count[0])
    drift = m[2] * (1.0 + 2.0 / n)  # <d(y_i |y|^2)/dy_i>: how the third moment moves with the centre
    third = about.m3[0]
    if center is None:
        variance = m[6] / n - drift**2 / (r + u * drift / 6.0)
        value = count * float(third @ third) / variance
        degrees = n
    elif isinstance(center, str):
        variance = m[6] / n - 2.0 * drift * m[4] / n + drift**2 * m[2] / n
        value = count * float(third @ third) / variance
        degrees = n
    else:
        covariance = np.array([[m[2], m[4]], [m[4], m[6]]]) / n
        pair = np.stack([about.first[0], third])
        value = count * float(np.einsum("ai,ab,bi->", pair, np.linalg.inv(covariance), pair))
        degrees = 2 * n
    return CheckResult(
        name="symmetry (odd moments)",
        statistic=value,
        p_value=chi_square_tail(value, degrees),
        detail=f"chi-square with {degrees} degrees of freedom; zero by symmetry",
    )


def _directions(about: Moments, m: dict[int, float]) -> CheckResult:
    """Is the covariance a multiple of the identity? Bingham's test with the model's fourth moment (Mardia & Jupp)."""
    n, count = about.dimension, float(about.count[0])
    traceless = about.second[0] - np.eye(n) * (about.m2[0] / n)
    value = count * n * (n + 2) / (2.0 * m[4]) * float((traceless**2).sum())
    degrees = n * (n + 1) // 2 - 1
    return CheckResult(
        name="isotropy of the covariance",
        statistic=value,
        p_value=chi_square_tail(value, degrees),
        detail=f"chi-square with {degrees} degrees of freedom",
    )
