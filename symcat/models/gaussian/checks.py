"""Is it Gaussian? Skewness and kurtosis, of single columns from all rows and of all columns jointly from the sample."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import CheckResult, two_sided

Floats = NDArray[np.float64]

FEWEST = 7
"""Rows up to which third and fourth moments are not tested."""


def run(
    about: Moments, sample: Floats, mean: Floats, precision: Floats, ranks: Sequence[int] | None
) -> Sequence[CheckResult]:
    """Checks of a batch of one, from the moments about the sample mean and the sampled rows, (m, d).

    ``ranks`` are those of the projectors of the class, None for a covariance without symmetry.
    """
    assert about.column_powers is not None
    n, names = float(about.count[0]), about.columns
    deviation = np.sqrt(np.diagonal(about.second[0]))
    skewness = about.column_powers[0, :, 0] / deviation**3
    kurtosis = about.column_powers[0, :, 1] / deviation**4
    skew_error, expected, kurtosis_error = _null_moments(n)
    found = [
        _worst("skewness", skewness, skewness / skew_error, f"0 +- {skew_error:.2g}", names),
        _worst("kurtosis", kurtosis, _kurtosis_scores(kurtosis, n), f"{expected:.5g} +- {kurtosis_error:.2g}", names),
    ]
    if about.dimension > 1 and len(sample) > about.dimension:
        found.append(_joint_kurtosis(sample, n, mean, precision, ranks))
    return found


def _null_moments(n: float) -> tuple[float, float, float]:
    """Of n Gaussian rows: deviation of the skewness, mean and deviation of the kurtosis (Fisher 1930)."""
    skew_error = math.sqrt(6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0))) if n > FEWEST else math.inf
    spread = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) ** 2 * (n + 3.0) * (n + 5.0))
    return skew_error, 3.0 * (n - 1.0) / (n + 1.0), math.sqrt(spread) if n > FEWEST else math.inf


def _kurtosis_scores(kurtosis: Floats, n: float) -> Floats:
    """Standard normal scores of the kurtosis of n Gaussian rows, whose law is skewed (Anscombe & Glynn 1983)."""
    if n <= FEWEST:
        return np.zeros_like(kurtosis)
    _, expected, error = _null_moments(n)
    x = (kurtosis - expected) / error
    third = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
    third *= math.sqrt(6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0)))
    a = 6.0 + 8.0 / third * (2.0 / third + math.sqrt(1.0 + 4.0 / third**2))
    root = np.cbrt((1.0 - 2.0 / a) / (1.0 + x * math.sqrt(2.0 / (a - 4.0))))
    scores: Floats = (1.0 - 2.0 / (9.0 * a) - root) / math.sqrt(2.0 / (9.0 * a))
    return scores


def _worst(name: str, values: Floats, scores: Floats, gaussian: str, columns: Sequence[str]) -> CheckResult:
    """The most extreme column, its p-value multiplied by the number of columns (Bonferroni)."""
    worst = int(np.argmax(np.abs(scores)))
    return CheckResult(
        name=name,
        statistic=float(values[worst]),
        p_value=min(1.0, len(values) * two_sided(float(scores[worst]))),
        detail=f"{values[worst]:.5g} in column {columns[worst]!r}; a Gaussian has {gaussian}",
    )


def _joint_kurtosis(
    sample: Floats, n: float, mean: Floats, precision: Floats, ranks: Sequence[int] | None
) -> CheckResult:
    """The mean of the squared Mahalanobis distances squared (Mardia 1970, Biometrika 57:519).

    The covariance was fitted to n rows, of which the sample may be a few: what the scale of the sample differs from it
    is taken out by regression, which leaves the statistic as it is where the sample is all rows.
    """
    m, d = sample.shape
    y = sample - mean
    q = np.einsum("mi,ij,mj->m", y, precision, y)
    value = float((q * q).mean() - 2.0 * (d + 2.0) * (q.mean() - d))
    if ranks is None:
        expected = d * (d + 2.0) * (n - 1.0) / (n + 1.0)
        shrunk = (n - 3.0) * (n - d - 1.0) * (n - d + 1.0) / ((n + 1.0) ** 2 * (n + 3.0) * (n + 5.0))
    else:
        # Each projector has its own scale: an isotropic Gaussian in as many dimensions as its rank.
        own = sum(k * (k + 2.0) * (n - 1.0) * k / ((n - 1.0) * k + 2.0) for k in ranks)
        expected = own + d * d - sum(k * k for k in ranks)
        shrunk = 1.0 / n
    error = math.sqrt(8.0 * d * (d + 2.0) * (max(shrunk, 0.0) if m == n else 1.0 / m))
    return CheckResult(
        name="joint kurtosis",
        statistic=value,
        p_value=two_sided((value - expected) / error) if error > 0.0 else 1.0,
        detail=f"{value:.5g}; {d} Gaussian columns have {expected:.5g} +- {error:.2g} (Mardia)",
    )
