"""Is it Gaussian? Skewness and kurtosis of the single columns, from all rows."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.loops import loop
from symcat.models import tails
from symcat.models.fit import CheckResult
from symcat.models.gaussian import kernels

Floats = NDArray[np.float64]


def skewness_and_kurtosis(moments: Moments) -> list[CheckResult]:
    """The most extreme column by skewness and by kurtosis, its p-value times the number of columns (Bonferroni)."""
    powers, groups, d = moments.column_powers, moments.n_groups, moments.dimension
    assert powers is not None
    values, scores = np.full((2, groups), np.nan), np.full((2, groups), np.nan)
    columns = np.zeros((2, groups), dtype=np.intp)
    inner = (
        kernels.skewness_law,
        kernels.null_moments,
        kernels.kurtosis_skewness,
        kernels.degrees_of,
        kernels.excess_of_tails,
        kernels.kurtosis_score,
        kernels.straightened,
    )
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
