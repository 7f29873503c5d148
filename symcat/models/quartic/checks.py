"""Does the radial quartic describe what it was not fitted to? The next even moment, the odd ones, the directions.

Each check compares an average with the fitted model's; its variance is that of the statistic under the model less what
the fit has absorbed (the residual of its regression on the fitted statistics; Pierce 1982).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.loops import loop
from symcat.models import tails
from symcat.models.base import Center, CheckResult, Fit, Observed, Table, two_sided
from symcat.models.quartic import check_kernels as kernels
from symcat.models.quartic import radial
from symcat.models.quartic.orthogonal import cubic, norms

Floats = NDArray[np.float64]

FEWEST_SYMMETRY = 1
FEWEST_SIXTH = 1


def run(fit: Fit, observed: Observed, center: Center, table: Table) -> list[CheckResult]:
    """Checks of G groups; the sixth moment of several columns is that of the sample of a batch of one."""
    powers = observed.moments.column_powers
    if observed.moments.dimension == 1 and powers is not None and powers.shape[2] > 3:
        found = [_sixth_moments(fit, observed.moments, table)]
    else:  # <|x - c|^6> needs a third-order tensor; the sample of rows does without
        found = [] if observed.sample is None else [_sixth_moment_of_sample(fit, observed.moments, observed.sample)]
    return found + _symmetries(fit, observed.moments, center)


def _sixth_moments(fit: Fit, moments: Moments, table: Table) -> CheckResult:
    """Of one column, from all rows."""
    made = fit.answered & (moments.count >= FEWEST_SIXTH)
    kurtosis, (shift, _, u) = fit.statistics["kurtosis"], _in_unit(fit, moments)
    left, measured, score = (np.full(moments.n_groups, np.nan) for _ in range(3))
    if made.any():
        left[made] = norms(table, kurtosis[made])
        arrays = (moments.first, moments.second, moments.column_powers, shift, u, kurtosis, left)
        compare = loop(moments.n_groups, kernels.sixth_moments, kernels.sixth_moment)
        compare(made, moments.count, *arrays, measured, score)

    def detail(group: int) -> str:
        if not made[group]:
            return _too_few(FEWEST_SIXTH)
        expected = measured[group] - score[group] * math.sqrt(left[group] / moments.count[group])
        return _compared(measured[group], expected)

    return CheckResult("sixth moment", score, tails.two_sided(score), detail, made=made)


def _sixth_moment_of_sample(fit: Fit, moments: Moments, sample: Floats) -> CheckResult:
    """Of several columns, from the sampled rows of a batch of one."""
    if not fit.answered[0] or len(sample) < FEWEST_SIXTH:
        nothing = np.full(1, np.nan)
        made = np.zeros(1, dtype=np.bool_)
        return CheckResult("sixth moment", nothing, nothing, lambda _: _too_few(FEWEST_SIXTH), made=made)
    _, r, u = _in_unit(fit, moments)
    rho, weight = radial.radial_grid(sample.shape[1], float(r[0]), float(u[0]))
    model, q = rho * rho, (((sample - fit.parameters["mean"][0]) / moments.unit) ** 2).sum(axis=1)
    third = cubic(model[None], weight[None])
    score = float(third(q[None]).mean() * np.sqrt(len(q) / third.norm[0]))
    cube = float(weight @ model) ** 3
    return CheckResult.single(
        "sixth moment", score, two_sided(score), _compared(float((q**3).mean()) / cube, float(weight @ model**3) / cube)
    )


def _symmetries(fit: Fit, moments: Moments, center: Center) -> list[CheckResult]:
    """The odd moments, which vanish by symmetry, and of several columns the covariance, alike in every direction."""
    n = moments.dimension
    made = fit.answered & (moments.count >= FEWEST_SYMMETRY)
    odd, directions = np.full(moments.n_groups, np.nan), np.full(moments.n_groups, np.nan)
    if made.any():
        shift, r, u = _in_unit(fit, moments)
        how = kernels.ESTIMATED if center is None else kernels.MEAN if isinstance(center, str) else kernels.KNOWN
        arrays = (moments.first, moments.second, moments.m3, shift, r, u, fit.statistics["kurtosis"])
        compare = loop(moments.n_groups * n * n, kernels.symmetries, kernels.sixth_moment)
        compare(made, moments.count, *arrays, how, odd, directions)
    degrees = n if center is None or isinstance(center, str) else 2 * n
    found = [_chi_square("symmetry (odd moments)", odd, degrees, made, "; zero by symmetry")]
    if n > 1:
        found.append(_chi_square("isotropy of the covariance", directions, n * (n + 1) // 2 - 1, made))
    return found


def _chi_square(name: str, values: Floats, degrees: int, made: NDArray[np.bool_], why: str = "") -> CheckResult:
    words = f"chi-square with {degrees} degrees of freedom{why}"

    def detail(group: int) -> str:
        return words if made[group] else _too_few(FEWEST_SYMMETRY)

    return CheckResult(name, values, tails.chi_square(values, degrees), detail, made=made)


def _in_unit(fit: Fit, moments: Moments) -> tuple[Floats, Floats, Floats]:
    """Where the fitted centre lies from the origin of the moments, (G, N), r and u, in the unit of the moments."""
    unit = moments.unit
    shift = (fit.parameters["mean"] - moments.origin) / unit
    return shift, fit.parameters["r"] * unit**2, fit.parameters["u"] * unit**4


def _too_few(fewest: int) -> str:
    return f"made from {fewest} rows on"


def _compared(measured: float, expected: float) -> str:
    return f"measured {measured:.5g}, the model says {expected:.5g} (in units of the variance cubed)"
