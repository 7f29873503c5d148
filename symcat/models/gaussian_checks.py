"""Is it Gaussian? Skewness and kurtosis, of single columns from all rows and of all columns jointly from the sample."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import CheckResult, two_sided
from symcat.moments import Moments

Floats = NDArray[np.float64]


def run(about: Moments, sample: Floats, mean: Floats, precision: Floats) -> Sequence[CheckResult]:
    """Checks of a batch of one, from the moments about the sample mean and the sampled rows, (m, d)."""
    assert about.column_powers is not None
    n, names = float(about.count[0]), about.columns
    deviation = np.sqrt(np.diagonal(about.second[0]))
    skewness = about.column_powers[0, :, 0] / deviation**3
    kurtosis = about.column_powers[0, :, 1] / deviation**4
    # Exact mean and variance of both for n Gaussian rows: Fisher 1930; Mardia 1970 gives them for d columns.
    skew_error = math.sqrt(6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0))) if n > 2.0 else math.inf
    expected = 3.0 * (n - 1.0) / (n + 1.0)
    spread = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) ** 2 * (n + 3.0) * (n + 5.0))
    kurtosis_error = math.sqrt(spread) if n > 3.0 else math.inf
    found = [
        _worst("skewness", skewness, 0.0, skew_error, names),
        _worst("kurtosis", kurtosis, expected, kurtosis_error, names),
    ]
    if about.dimension > 1 and len(sample) > about.dimension:
        found.append(_joint_kurtosis(sample, mean, precision))
    return found


def _worst(name: str, values: Floats, expected: float, error: float, columns: Sequence[str]) -> CheckResult:
    """The most extreme column, its p-value multiplied by the number of columns (Bonferroni)."""
    scores = (values - expected) / error
    worst = int(np.argmax(np.abs(scores)))
    return CheckResult(
        name=name,
        statistic=float(values[worst]),
        p_value=min(1.0, len(values) * two_sided(float(scores[worst]))),
        detail=f"{values[worst]:.5g} in column {columns[worst]!r}; a Gaussian has {expected:.5g} +- {error:.2g}",
    )


def _joint_kurtosis(sample: Floats, mean: Floats, precision: Floats) -> CheckResult:
    """Mardia 1970, Biometrika 57:519: the mean of the squared Mahalanobis distances squared."""
    m, d = sample.shape
    y = sample - mean
    value = float((np.einsum("mi,ij,mj->m", y, precision, y) ** 2).mean())
    expected = d * (d + 2.0) * (m - 1.0) / (m + 1.0)
    error = math.sqrt(8.0 * d * (d + 2.0) / m)
    return CheckResult(
        name="joint kurtosis",
        statistic=value,
        p_value=two_sided((value - expected) / error),
        detail=f"{value:.5g}; {d} Gaussian columns have {expected:.5g} +- {error:.2g} (Mardia)",
    )
