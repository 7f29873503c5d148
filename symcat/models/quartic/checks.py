"""Does the radial quartic describe what it was not fitted to? The next even moment, the odd ones, the directions.

The directions at second order are those of the covariance; at fourth order along the columns, which averages tell of
every group; at third, fourth and sixth order in all directions, from the sampled rows of a single table.

Each check compares an average with the fitted model's; its variance is that of the statistic under the model less what
the fit has absorbed (the residual of its regression on the fitted statistics; Pierce 1982).
"""

from __future__ import annotations

import math
from functools import partial

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.loops import loop
from symcat.models import few_rows, tails
from symcat.models.base import Center
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.quartic import check_kernels as kernels
from symcat.models.quartic import radial
from symcat.models.quartic.directions import NAMES, degrees, directions
from symcat.models.quartic.orthogonal import cubic, of_line
from symcat.models.tables import Table
from symcat.models.tails import two_sided_of

Floats = NDArray[np.float64]

FEWEST = 20
"""Rows from which the checks are made. But for the sixth moment of one column (``few_rows``) their laws are those of
many rows; of rows drawn from the class, about a known or the likelihood's centre, 20 are rejected by each at the level
of 0.001 in 0 to 0.0011 of all groups, 50 in up to 0.002, whatever the shape. Ten rows cannot reach that level, so that
passing would say nothing."""
_TOO_FEW = f"made from {FEWEST} rows on"


def run(fit: Fit, observed: Observed, center: Center, table: Table) -> list[CheckResult]:
    """Checks of G groups; the sixth moment of several columns is that of the sample of a batch of one."""
    moments, sample = observed.moments, observed.sample
    powers = moments.column_powers
    found = []
    if moments.dimension == 1 and powers is not None and powers.shape[2] > 3:
        found = [_sixth_moments(fit, moments, table)]
    elif sample is not None:  # <|x - c|^6> needs a third-order tensor; the sample of rows does without
        found = [_sixth_moment_of_sample(fit, moments, sample)]
    found += _symmetries(fit, moments, center)
    if moments.dimension == 1:
        return found
    if powers is not None:
        found.append(_axes(fit, moments))
    if sample is not None:
        y = (sample - fit.parameters["mean"][0]) / moments.unit
        of_sample = directions(y, FEWEST) if fit.answered[0] else None
        found += of_sample or [_not_made(NAMES[degree], 1) for degree in degrees(moments.dimension)]
    return found


def _sixth_moments(fit: Fit, moments: Moments, table: Table) -> CheckResult:
    """Of one column, from all rows."""
    made = fit.answered & (moments.count >= FEWEST)
    if not made.any():
        return _not_made("sixth moment", moments.n_groups)
    kurtosis, (shift, _, u) = fit.statistics["kurtosis"], _in_unit(fit, moments)
    left, measured, score = (np.full(moments.n_groups, np.nan) for _ in range(3))
    changed = np.full((moments.n_groups, 3), np.nan)
    left[made], changed[made] = of_line(table, kurtosis[made])
    arrays = (moments.first, moments.second, moments.column_powers, shift, u, kurtosis, left)
    compare = loop(moments.n_groups, kernels.sixth_moments, kernels.sixth_moment)
    compare(made, moments.count, *arrays, measured, score)

    def detail(group: int) -> str:
        if not made[group]:
            return _TOO_FEW
        expected = measured[group] - score[group] * math.sqrt(left[group] / moments.count[group])
        return _compared(measured[group], expected)

    with np.errstate(invalid="ignore"):
        p_value = tails.two_sided(few_rows.normal(score, moments.count, changed))
    return CheckResult("sixth moment", score, p_value, detail, made=made)


def _sixth_moment_of_sample(fit: Fit, moments: Moments, sample: Floats) -> CheckResult:
    """Of several columns, from the sampled rows of a batch of one."""
    if not fit.answered[0] or len(sample) < FEWEST:
        return _not_made("sixth moment", 1)
    _, r, u = _in_unit(fit, moments)
    rho, weight = radial.radial_grid(sample.shape[1], float(r[0]), float(u[0]))
    model, q = rho * rho, (((sample - fit.parameters["mean"][0]) / moments.unit) ** 2).sum(axis=1)
    third = cubic(model[None], weight[None])
    score = float(third(q[None]).mean() * np.sqrt(len(q) / third.norm[0]))
    cube = float(weight @ model) ** 3
    return CheckResult.single(
        "sixth moment",
        score,
        two_sided_of(score),
        _compared(float((q**3).mean()) / cube, float(weight @ model**3) / cube),
        rows=len(q),
    )


def _symmetries(fit: Fit, moments: Moments, center: Center) -> list[CheckResult]:
    """The odd moments, which vanish by symmetry, and of several columns the covariance, alike in every direction."""
    n, groups = moments.dimension, moments.n_groups
    names = ("symmetry (odd moments)", "isotropy of the covariance")[: 1 if n == 1 else 2]
    made = fit.answered & (moments.count >= FEWEST)
    if not made.any():
        return [_not_made(name, groups) for name in names]
    shift, r, u = _in_unit(fit, moments)
    how = kernels.ESTIMATED if center is None else kernels.MEAN if isinstance(center, str) else kernels.KNOWN
    arrays = (moments.first, moments.second, moments.m3, shift, r, u, fit.statistics["kurtosis"])
    odd, directions = np.full(groups, np.nan), np.full(groups, np.nan)
    compare = loop(groups * n * n, kernels.symmetries, kernels.sixth_moment)
    compare(made, moments.count, *arrays, how, odd, directions)
    degrees = (2 * n if how == kernels.KNOWN else n, n * (n + 1) // 2 - 1)
    return [
        CheckResult(name, values, tails.chi_square(values, free), partial(_degrees, made, free, why), made=made)
        for name, values, free, why in zip(names, (odd, directions), degrees, ("; zero by symmetry", ""), strict=False)
    ]


def _axes(fit: Fit, moments: Moments) -> CheckResult:
    """Whether the fourth powers of several columns are those of a law that rotations leave unchanged."""
    name, groups = "isotropy along the columns", moments.n_groups
    made = fit.answered & (moments.count >= FEWEST)
    if not made.any():
        return _not_made(name, groups)
    measured, score = np.full(groups, np.nan), np.full(groups, np.nan)
    arrays = (moments.first, moments.second, moments.column_powers, *_in_unit(fit, moments), fit.statistics["kurtosis"])
    compare = loop(groups * moments.dimension, kernels.axes, kernels.sixth_moment, kernels.eighth_moment)
    compare(made, moments.count, *arrays, measured, score)

    def detail(group: int) -> str:
        if not made[group]:
            return _TOO_FEW
        return f"the fourth powers of the columns add up to {measured[group]:.5g} times those of all directions"

    return CheckResult(name, score, tails.two_sided(score), detail, made=made)


def _degrees(made: NDArray[np.bool_], degrees: int, why: str, group: int) -> str:
    return f"chi-square with {degrees} degrees of freedom{why}" if made[group] else _TOO_FEW


def _not_made(name: str, groups: int) -> CheckResult:
    """A check for which no group has rows enough."""
    nothing = np.full(groups, np.nan)
    return CheckResult(name, nothing, nothing, lambda _: _TOO_FEW, made=np.zeros(groups, dtype=np.bool_))


def _in_unit(fit: Fit, moments: Moments) -> tuple[Floats, Floats, Floats]:
    """Where the fitted centre lies from the origin of the moments, (G, N), r and u, in the unit of the moments."""
    unit = moments.unit
    shift = (fit.parameters["mean"] - moments.origin) / unit
    return shift, fit.parameters["r"] * unit**2, fit.parameters["u"] * unit**4


def _compared(measured: float, expected: float) -> str:
    return f"measured {measured:.5g}, the model says {expected:.5g} (in units of the variance cubed)"
