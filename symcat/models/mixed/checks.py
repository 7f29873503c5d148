"""Is what the two-valued columns leave of the real ones Gaussian, of one covariance, and are the means linear?

From the sampled rows; the tests are those of multivariate analysis of variance (Anderson 2003, An Introduction to
Multivariate Statistical Analysis, chapters 8 and 10).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.fit import CheckResult, Observed
from symcat.models.gaussian.gaussian import Gaussian
from symcat.models.tails import chi_square_of, smallest_of

_LEAST_FREEDOM = 10
"""Rows of each value of a column, beyond the number of real columns, for their covariance to be tested."""


def run(
    spins: Floats, residuals: Floats, precision: Floats, spin_names: Sequence[str], real_names: Sequence[str]
) -> list[CheckResult]:
    """Checks of the sampled two-valued columns (m, p) as -1 and +1 and residuals (m, k), with the precision (k, k)."""
    found = [replace(check, name=f"residual {check.name}") for check in _gaussian(residuals, precision, real_names)]
    equal = equal_covariance(spins, residuals, spin_names)
    linear = linearity(spins, residuals, spin_names)
    return found + [check for check in (equal, linear) if check is not None]


def _gaussian(residuals: Floats, precision: Floats, names: Sequence[str]) -> Sequence[CheckResult]:
    """Those of the Gaussian class: skewness and kurtosis of single columns and of all jointly."""
    m, k = residuals.shape
    model = Gaussian("gaussian.full", Schema.real(names))
    scale = 1.0 / np.sqrt(np.diagonal(precision))
    y = residuals / scale
    centred = y - y.mean(axis=0)
    powers = [(centred**power).mean(axis=0) for power in range(3, model.check_needs.power + 1)]
    moments = Moments(
        columns=tuple(names),
        count=np.array([float(m)]),
        origin=np.zeros((1, k)),
        unit=1.0,
        first=np.zeros((1, k)),
        second=(centred.T @ centred / m)[None],
        column_powers=np.stack(powers, axis=-1)[None],
    )
    fitted = {"mean": np.zeros((1, k)), "precision": (precision * np.outer(scale, scale))[None]}
    return model.checks(replace(model.fit(moments), parameters=fitted), Observed(moments, y))


def equal_covariance(spins: Floats, residuals: Floats, names: Sequence[str]) -> CheckResult | None:
    """Box's M for the two values of each column (Box 1949, with his correction to the chi-square); the worst decides.

    The p-value is that of the smallest of independent ones (Sidak 1967). None where no column has enough rows of both.
    """
    k = residuals.shape[1]
    degrees = k * (k + 1) // 2
    worst: tuple[float, float, str] | None = None
    tests = 0
    for values, name in zip(spins.T, names, strict=True):
        up, down = residuals[values > 0.0], residuals[values < 0.0]
        if min(len(up), len(down)) < k + _LEAST_FREEDOM:
            continue
        tests += 1
        freedom = np.array([len(up) - 1.0, len(down) - 1.0])
        each = [np.atleast_2d(np.cov(group, rowvar=False)) for group in (up, down)]
        logs = np.array([np.linalg.slogdet(matrix)[1] for matrix in each])
        pooled = np.tensordot(freedom / freedom.sum(), np.stack(each), axes=1)
        m = freedom.sum() * np.linalg.slogdet(pooled)[1] - freedom @ logs
        shrink = ((1.0 / freedom).sum() - 1.0 / freedom.sum()) * (2.0 * k * k + 3.0 * k - 1.0) / (6.0 * (k + 1.0))
        statistic = float((1.0 - shrink) * m)
        p_value = chi_square_of(statistic, degrees)
        if worst is None or p_value < worst[0]:
            ratio = math.exp(0.5 * (logs[0] - logs[1]) / k)
            said = f"where {name!r} is +1 the spread is {ratio:.3g} times that where it is -1, in geometric mean"
            worst = p_value, statistic, said
    if worst is None:
        return None
    detail = f"Box's M, chi-square with {degrees} degrees of freedom: {worst[2]}; the worst of {tests}"
    return CheckResult.single("equal covariance", worst[1], float(smallest_of(worst[0], tests)), detail)


def linearity(spins: Floats, residuals: Floats, names: Sequence[str]) -> CheckResult | None:
    """Whether a product of two of them adds to the means of the real columns.

    Hotelling's T^2 of each product, the worst decides. None for one column, where nothing can be added, or if no
    product varies beyond the columns themselves.
    """
    m, p = spins.shape
    k = residuals.shape[1]
    freedom = m - p - 2 - (k - 1)
    if p < 2 or freedom < 1:
        return None
    design = np.column_stack([np.ones(m), spins])
    basis = np.linalg.qr(design)[0]
    residuals = residuals - basis @ (basis.T @ residuals)
    first, second = np.triu_indices(p, 1)
    products = spins[:, first] * spins[:, second]
    products = products - basis @ (basis.T @ products)
    length = np.einsum("mq,mq->q", products, products)
    varying = np.flatnonzero(length > 1e-9 * m)
    if not len(varying):
        return None
    effect = products[:, varying].T @ residuals / np.sqrt(length[varying])[:, None]
    whitened = np.linalg.solve(np.linalg.cholesky(residuals.T @ residuals), effect.T)
    share = np.einsum("kq,kq->q", whitened, whitened)  # of the residual ellipsoid; 1 - share is Wilks' ratio
    from scipy.special import fdtrc

    q = int(share.argmax())
    explained = min(float(share[q]), 1.0)
    statistic = explained / (1.0 - explained) * freedom / k if explained < 1.0 else math.inf
    p_value = float(fdtrc(k, freedom, statistic))
    i, j = names[first[varying[q]]], names[second[varying[q]]]
    detail = f"F({k}, {freedom}) of {i!r} times {j!r}, the worst of {len(varying)} products"
    return CheckResult.single("linearity", statistic, float(smallest_of(p_value, len(varying))), detail)
