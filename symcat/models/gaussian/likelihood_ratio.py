"""Does the covariance have the symmetry that the class forces on it? The likelihood ratio against any covariance.

Under the class the ratio has a law without parameters, of which mean and variance are exact: by Basu's theorem it is
independent of the scales ``tr(P_k W)``, whose logarithms and that of ``det W`` are those of chi-square variables
(Bartlett 1937; Anderson 2003, sections 9.3 and 10.7). A gamma law that has both is Bartlett's correction and more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models import tails
from symcat.models.fit import CheckResult
from symcat.models.gaussian import kernels
from symcat.symmetry.projectors import Projectors

Floats = NDArray[np.float64]

_MANY = 1e6
"""Rows from which the law is that of infinitely many, to all digits that matter."""


def second_about(moments: Moments, point: Floats) -> Floats:
    """(G, d, d) second moments about a point that lies ``point`` (G, d) from the origin of the moments, in its unit."""
    off = point[:, :, None] * (moments.first - point)[:, None, :]
    out: Floats = moments.second - off - off.transpose(0, 2, 1) - point[:, :, None] * point[:, None, :]
    return out


def log_determinant(moments: Moments, point: Floats | None = None) -> Floats:
    """(G,) of the covariance, or of the second moments about a point from the origin, in the unit of the moments."""
    with np.errstate(all="ignore"):  # groups that cannot be used are not numbers
        out: Floats = np.linalg.slogdet(second_about(moments, moments.first if point is None else point))[1]
    return out


def symmetry(
    count: Floats,
    log_det: Floats,
    log_det_any: Floats,
    projectors: Projectors,
    *,
    known: bool,
    common_mean: bool,
    words: str,
) -> CheckResult:
    """Of G groups: log determinants (G,) of the covariance of the class, and of one without symmetry.

    ``known`` says whether the centre is, ``common_mean`` whether an estimated one is the same in all columns.
    """
    d, rank = len(projectors.place), projectors.ranks
    common_mean = common_mean and not known
    # Where the mean is common, what the columns' own means differ adds to every part but that along the diagonal.
    added = (rank - np.round(rank * projectors.strengths(np.ones((1, d, d)))[0] / d)) * common_mean
    degrees = d * (d + 1) // 2 - len(rank) + (d - 1) * common_mean
    fewest = max(kernels.FEWEST, 2 * d) + 1
    made = (count >= fewest) & np.isfinite(log_det)
    statistic = np.where(made, count * (log_det - log_det_any), np.nan)
    rows, group = np.unique(np.where(made, count, _MANY), return_inverse=True)
    free = np.minimum(rows, _MANY)[:, None] - (not known)
    k = len(rank)
    halves = 0.5 * np.concatenate([free * rank + added, free - np.arange(d)], axis=1)
    psi, derivative = _digamma_and_derivative(halves)
    mean = (rank * (psi[:, :k] - np.log(rank))).sum(axis=1) - psi[:, k:].sum(axis=1)
    variance = derivative[:, k:].sum(axis=1) - (rank * rank * derivative[:, :k]).sum(axis=1)
    n = np.minimum(rows, _MANY)
    shape, scale = mean * mean / variance, n * variance / mean
    p_value = tails.gamma(np.maximum(statistic, 0.0) / scale[group], shape[group])

    def detail(row: int) -> str:
        if not made[row]:
            return f"made from {fewest} rows on"
        expected = n[group[row]] * mean[group[row]]
        return (
            f"{words}: twice the log likelihood ratio against any covariance is {statistic[row]:.5g}, "
            f"{expected:.4g} on average; {degrees} degrees of freedom"
        )

    return CheckResult("symmetry", statistic, p_value, detail, made=made)


def _digamma_and_derivative(x: Floats) -> tuple[Floats, Floats]:
    """By recurrence to 8 and beyond, and Stirling's series there (Abramowitz & Stegun 6.3.18, 6.4.12), to 12 digits."""
    inverse = 1.0 / (x[..., None] + np.arange(8.0))
    x = x + 8.0
    w = 1.0 / (x * x)
    tail = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))))
    tail_of_derivative = w / x * (1 / 6 - w * (1 / 30 - w * (1 / 42 - w * (1 / 30 - w * 5 / 66))))
    return (
        np.log(x) - 0.5 / x - tail - inverse.sum(axis=-1),
        1.0 / x + 0.5 * w + tail_of_derivative + (inverse * inverse).sum(axis=-1),
    )
