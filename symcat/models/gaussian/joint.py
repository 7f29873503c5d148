"""Skewness and kurtosis of all columns jointly (Mardia 1970), of m sampled rows about their own mean.

The kurtosis is the mean square of the squared Mahalanobis distances, with the rows' own covariance as the class leaves
it, so that its law under the class is that of m rows, however many the class was fitted to. Its mean and variance are
exact. Its skewness is that of many rows (Mardia & Kanazawa 1983) times what few leave of it in one column.

The skewness is the sum of squares of all third moments of the whitened rows, which any linear map leaves as it is: it
sees columns that are Gaussian each and curved in each other. All Gaussian classes have the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import CheckResult
from symcat.models.gaussian import kernels
from symcat.models.tails import gamma_of, two_sided_of

Floats = NDArray[np.float64]

_MOST_NUMBERS = 4_000_000
"""Of an array of the skewness: of more rows and columns, some rows are used."""

_SURE = 1e-6  # of the smallest eigenvalue of the correlations
_FLAT = 1e-7
"""Share of the spread of a column below which the sampled rows do not tell it from the others."""


@dataclass(frozen=True)
class Scaled:
    """Sampled rows about their own mean, none larger than one, and their average products."""

    y: Floats  # (m, d)
    products: Floats  # (d, d)

    @classmethod
    def of(cls, sample: Floats) -> Scaled:
        """Of rows (m, d), one at least."""
        y = sample - sample.mean(axis=0)
        y /= max(y.max(), -y.min(), np.finfo(float).tiny)
        return cls(y, y.T @ y / len(y))

    @cached_property
    def skewness(self) -> CheckResult | None:
        """That of all columns jointly, which all classes share."""
        return joint_skewness(self)


def joint_kurtosis(
    sample: Scaled, symmetrised: Callable[[Floats], Floats], ranks: Sequence[int] | None
) -> CheckResult | None:
    """Of rows (m, d), d > 1; None where they are too few, or do not vary in all directions.

    ``symmetrised`` makes covariances (1, d, d) those of the class. ``ranks`` are those of its projectors, None where
    nothing constrains it.
    """
    m, d = sample.y.shape
    if m <= kernels.FEWEST or (ranks is None and m <= d + 1):
        return None
    covariance = symmetrised(sample.products[None])[0]
    spread = np.sqrt(np.diagonal(covariance))
    if not spread.all():
        return None
    basis = _whitened(sample.y, covariance, spread, own=ranks is None)
    if basis is None:
        return None
    q = np.einsum("mi,mi->m", basis, basis)
    if ranks is None:
        expected, variance = _law(m, d)
        worth = float(m)
    else:
        expected, variance = _law_of_parts(m, np.array(ranks, dtype=np.float64))
        # Distances in a projector of rank k are as regular as those of k times as many rows in one column.
        worth = m * (0.6 * sum(k * k for k in ranks) / d + 0.4 * d)
    statistic, error = float(q @ q) / m, math.sqrt(variance)
    many = 2.0 * math.sqrt(2.0) * (d + 8.0) / math.sqrt(d * (d + 2.0) * m)
    kept = kernels.kurtosis_skewness(worth) / (6.0 * math.sqrt(6.0 / worth))
    score = float(kernels.kurtosis_score((statistic - expected) / error, kernels.degrees_of(many * kept)))
    below, above = kernels.excess_of_tails(worth)
    return CheckResult.single(
        name="joint kurtosis",
        statistic=statistic,
        p_value=two_sided_of(kernels.straightened(score, below / d, above / d)),
        detail=f"{statistic:.5g}; {d} Gaussian columns have {expected:.5g} +- {error:.2g} (Mardia)",
        rows=m,
    )


def joint_skewness(sample: Scaled) -> CheckResult | None:
    """Of rows (m, d), d > 1; None where they are too few, or do not vary in all directions."""
    d = sample.y.shape[1]
    most = max(_MOST_NUMBERS // (d * (d + 1) // 2), math.isqrt(_MOST_NUMBERS))
    used = sample if len(sample.y) <= most else Scaled.of(sample.y[:most])
    m = len(used.y)
    spread = np.sqrt(np.diagonal(used.products))
    if m <= max(kernels.FEWEST, d + 1) or not spread.all():
        return None
    z = _whitened(used.y, used.products, spread, own=True)
    if z is None:
        return None
    free, expected = d * (d + 1) * (d + 2) // 6, d * (d + 2) * ((m + 1) * (d + 1) - 6) / ((m + 1) * (m + 3))
    skewness = _third_moments(z)
    # A gamma law of the exact mean, as wide as drawn tables have it between the tails of 0.01 and 0.0002.
    wide = 1.0 + 45.0 * m / (m * m + 1250.0)
    return CheckResult.single(
        name="joint skewness",
        statistic=skewness,
        p_value=gamma_of(0.5 * free * skewness / (expected * wide), 0.5 * free / wide),
        detail=f"{skewness:.4g}, of third moments of all columns together; {d} Gaussian columns have {expected:.4g} "
        f"on average in {m} rows (Mardia)",
        rows=m,
    )


def _third_moments(z: Floats) -> float:
    """The sum of squares of the averages of ``z_i z_j z_k`` over rows (m, d), for all i, j and k."""
    m, d = z.shape
    i, j = np.triu_indices(d)
    if len(i) < m:
        pairs = z[:, i] * z[:, j]
        return float(np.where(i == j, 1.0, 2.0) @ ((pairs.T @ z / m) ** 2).sum(axis=1))
    return float(((z @ z.T) ** 3).mean())


def _whitened(y: Floats, covariance: Floats, spread: Floats, *, own: bool) -> Floats | None:
    """Centred rows (m, d) in coordinates in which a covariance is the unit matrix; None where it is singular.

    ``own`` says that it is that of these rows, and ``spread`` is the root of its diagonal.
    """
    value, vectors = np.linalg.eigh(covariance / np.outer(spread, spread))
    if own and value[0] < _SURE:  # the products have lost digits that the rows have
        basis, upper = np.linalg.qr(y / spread)
        return None if np.abs(np.diagonal(upper)).min() < _FLAT * math.sqrt(len(y)) else basis * math.sqrt(len(y))
    return None if value[0] < _FLAT**2 else y @ (vectors / (spread[:, None] * np.sqrt(value)))


def _law(m: float, d: float) -> tuple[float, float]:
    """Mean and variance for m Gaussian rows of any covariance (Mardia 1974, Sankhya B 36:115)."""
    variance = 8.0 * d * (d + 2.0) * (m - 3.0) * (m - d - 1.0) * (m - d + 1.0)
    return d * (d + 2.0) * (m - 1.0) / (m + 1.0), variance / ((m + 1.0) ** 2 * (m + 3.0) * (m + 5.0))


def _law_of_parts(m: float, k: Floats) -> tuple[float, float]:
    """Mean and variance where the distance adds up from projectors of ranks k, each with a scale of its own.

    The part of a rank, over its average, is independent of that average (Basu), and of the other parts. So its moments
    are ratios of those of chi-square variables with k degrees of freedom, of which two rows have the correlation w.
    """
    w = 1.0 / (m - 1.0) ** 2
    f = (m - 1.0) * k
    shrunk = (1.0 - 1.0 / m) ** 2 * m * m * k * k / (f * (f + 2.0))  # of products of two
    same, other = shrunk * k * (k + 2.0), shrunk * (k * k + 2.0 * w * k)
    shrunk4 = (1.0 - 1.0 / m) ** 4 * m**4 * k**4 / (f * (f + 2.0) * (f + 4.0) * (f + 6.0))
    fourth = k * (k + 2.0) * (k + 4.0) * (k + 6.0)
    fourth2 = k * k * (k + 2.0) ** 2 + 8.0 * w * k * (k + 2.0) ** 2 + 8.0 * w * w * k * (k + 2.0)
    own = shrunk4 * (fourth / m + (1.0 - 1.0 / m) * fourth2) - same**2

    def over_pairs(values: Floats) -> float:
        return float(values.sum() ** 2 - (values * values).sum())

    cross = over_pairs(same) / m + (1.0 - 1.0 / m) * over_pairs(other) - over_pairs(k * k)
    return float(same.sum()) + over_pairs(k), float(own.sum()) + 2.0 * cross
