"""Is it Gaussian? Skewness and kurtosis, of single columns from all rows and of all columns jointly from the sample."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.loops import loop
from symcat.models import tails
from symcat.models.fit import CheckResult
from symcat.models.gaussian import kernels
from symcat.models.tails import two_sided_of

Floats = NDArray[np.float64]


def run(
    moments: Moments, sample: Floats | None, mean: Floats, precision: Floats, ranks: Sequence[int] | None
) -> list[CheckResult]:
    """Checks of G groups from their moments; of a batch of one also from sampled rows (m, d).

    ``mean`` (d,) and ``precision`` (d, d) are the fitted ones, with which the sample is compared. ``ranks`` are those
    of the projectors of the class, None for a covariance without symmetry.
    """
    found = _columns(moments)
    if sample is not None and moments.dimension > 1 and len(sample) > moments.dimension:
        found.append(_joint_kurtosis(sample, float(moments.count[0]), mean, precision, ranks))
    return found


def _columns(moments: Moments) -> list[CheckResult]:
    """The most extreme column by skewness and by kurtosis, its p-value times the number of columns (Bonferroni)."""
    powers, groups, d = moments.column_powers, moments.n_groups, moments.dimension
    assert powers is not None
    values, scores = np.full((2, groups), np.nan), np.full((2, groups), np.nan)
    columns = np.zeros((2, groups), dtype=np.intp)
    inner = (kernels.null_moments, kernels.kurtosis_degrees, kernels.kurtosis_score)
    search = loop(groups * d, kernels.worst_columns, *inner)
    with np.errstate(all="ignore"):
        search(moments.count, moments.first, moments.second, powers, values, scores, columns)

    def detail(row: int, group: int) -> str:
        n = float(moments.count[group])
        if not n > kernels.FEWEST:
            return f"made from {kernels.FEWEST + 1} rows on"
        skew_error, expected, error = kernels.null_moments(n)
        gaussian = (f"0 +- {skew_error:.2g}", f"{expected:.5g} +- {error:.2g}")[row]
        name = moments.columns[columns[row, group]]
        return f"{values[row, group]:.5g} in column {name!r}; a Gaussian has {gaussian}"

    return [
        CheckResult(
            name=name,
            statistic=values[row],
            p_value=np.minimum(1.0, d * tails.two_sided(scores[row])),
            detail=partial(detail, row),
            made=np.isfinite(scores[row]),
        )
        for row, name in enumerate(("skewness", "kurtosis"))
    ]


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
    return CheckResult.single(
        name="joint kurtosis",
        statistic=value,
        p_value=two_sided_of((value - expected) / error) if error > 0.0 else 1.0,
        detail=f"{value:.5g}; {d} Gaussian columns have {expected:.5g} +- {error:.2g} (Mardia)",
    )
