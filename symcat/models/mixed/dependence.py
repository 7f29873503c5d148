"""Do real columns depend on two-valued ones? Wilks' likelihood-ratio test, from second moments, and ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.models.fit import CheckResult
from symcat.models.mixed.least_squares import condition
from symcat.models.tails import smallest_of, two_sided_of

ROUNDING = 1e-8
"""Deviation of a two-valued column, or what others leave of its variance, that is rounding."""

_FEWEST = 20  # sampled rows below which ranks are not tested


@dataclass(frozen=True)
class Dependence:
    """The test of zero slopes of k real columns on p two-valued ones, in a batch of one."""

    log_wilks: float  # log of the ratio of the determinants of the residuals' and the columns' covariance
    statistic: float  # Rao's F
    degrees: tuple[float, float]
    p_value: float
    bic_gain: float  # of coupling the blocks, positive where BIC wants it
    strongest: str  # the pair of columns with the largest correlation, in words

    @property
    def dependent(self) -> bool:
        """Whether BIC prefers that the blocks depend on each other."""
        return self.bic_gain > 0.0


def wilks(moments: Moments, two_valued: Sequence[int]) -> Dependence:
    """The likelihood ratio of the homogeneous conditional Gaussian model to the product of its blocks.

    Two-valued columns that are constant or follow from others are left out: they say nothing more.

    The p-value is Rao's F approximation (Rao 1951; Anderson 2003, section 8.5.4), exact where either block has one or
    two columns and the real ones are Gaussian given the others.
    """
    kept = _independent(moments, two_valued)
    if not kept:
        return Dependence(0.0, math.nan, (0.0, math.nan), math.nan, 0.0, "no two-valued column varies")
    reals = [j for j in range(moments.dimension) if j not in two_valued]
    moments = moments.part([*kept, *reals])
    k, p = len(reals), len(kept)
    given = condition(moments, range(p))
    n = float(moments.count[0])
    log_wilks = -math.inf if given.determined[0] else float(given.log_wilks[0])
    squares = k * k + p * p - 5
    root = math.sqrt((k * k * p * p - 4) / squares) if squares > 0 else 1.0
    first = float(k * p)
    second = (n - 1.0 - 0.5 * (k + p + 1)) * root - 0.5 * k * p + 1.0
    statistic, p_value = math.nan, math.nan
    if second > 0.0:
        from scipy.special import fdtrc

        statistic = math.expm1(-log_wilks / root) * second / first
        p_value = float(fdtrc(first, second, max(statistic, 0.0)))
    return Dependence(
        log_wilks=log_wilks,
        statistic=statistic,
        degrees=(first, second),
        p_value=p_value,
        bic_gain=-n * log_wilks - k * p * math.log(n),
        strongest=_strongest(moments, p),
    )


def _strongest(moments: Moments, p: int) -> str:
    """In words, which of the first p columns correlates most with which of the others."""
    second = moments.centred.second[0]
    deviation = np.sqrt(np.diagonal(second))
    with np.errstate(all="ignore"):  # a constant real column correlates with none
        correlation = np.nan_to_num((second / np.outer(deviation, deviation))[:p, p:])
    i, a = (int(v) for v in np.unravel_index(np.abs(correlation).argmax(), correlation.shape))
    return f"{moments.columns[i]!r} and {moments.columns[p + a]!r} correlate by {correlation[i, a]:.3g}"


def _independent(moments: Moments, columns: Sequence[int]) -> list[int]:
    """Those that vary and of which none follows linearly from others: as many as there are."""
    from scipy.linalg import qr

    about = moments.centred
    spread = about.second[0][np.ix_(list(columns), list(columns))]
    deviation = np.sqrt(np.maximum(np.diagonal(spread), 0.0))
    varying = np.flatnonzero(deviation * about.unit > ROUNDING)
    if not len(varying):
        return []
    scaled = spread[np.ix_(varying, varying)] / np.outer(deviation[varying], deviation[varying])
    triangle, pivot = qr(scaled, mode="r", pivoting=True)
    kept = pivot[np.abs(np.diagonal(triangle)) > ROUNDING]
    return sorted(columns[varying[i]] for i in kept)


def beyond_means(spins: Floats, reals: Floats, spin_names: Sequence[str], real_names: Sequence[str]) -> CheckResult:
    """Whether more than the means of the real columns depends on the two-valued ones, from sampled (m, p) and (m, k).

    Ranks of the distance of each real column from its median, and of the products of two, are set against each
    two-valued column; ranks of the columns themselves against products of two of these. Each rank sum is standardised
    by its variance over all permutations of the rows (Hajek, Sidak & Sen 1999, section 3.3), which needs nothing of the
    columns' laws; the largest decides, as if independent (Sidak 1967).
    """
    m, k = reals.shape
    p = spins.shape[1]
    centred = reals - np.median(reals, axis=0)
    plain = [(name, centred[:, a]) for a, name in enumerate(real_names)]
    even = [(f"the spread of {name!r}", np.abs(values)) for name, values in plain]
    even += [
        (f"the product of {real_names[a]!r} and {real_names[b]!r}", centred[:, a] * centred[:, b])
        for a in range(k)
        for b in range(a + 1, k)
    ]
    single = [(f"{name!r}", spins[:, i]) for i, name in enumerate(spin_names)]
    double = [
        (f"{spin_names[i]!r} times {spin_names[j]!r}", spins[:, i] * spins[:, j])
        for i in range(p)
        for j in range(i + 1, p)
    ]
    worst, said, tests = 0.0, "", 0
    for features, signs in ((even, single), ([(f"{name!r}", v) for name, v in plain], double)):
        if m < _FEWEST or not signs:
            continue
        scores = _standardised(np.stack([_ranks(v) for _, v in features], axis=1)).T @ _standardised(
            np.stack([s for _, s in signs], axis=1)
        )
        scores *= math.sqrt(m - 1.0) / m
        tests += scores.size
        a, i = np.unravel_index(np.abs(scores).argmax(), scores.shape)
        if abs(scores[a, i]) > abs(worst):
            worst, said = float(scores[a, i]), f"{features[a][0]} with {signs[i][0]}"
    p_value = float(smallest_of(two_sided_of(worst), tests)) if tests else 1.0
    detail = f"ranks of {said}: standard normal score {worst:.3g}, the largest of {tests}" if tests else "too few rows"
    return CheckResult.single("independence beyond the means", worst, p_value, detail)


def _ranks(values: Floats) -> Floats:
    """(m,) ranks, equal values sharing their average."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle: Floats = np.cumsum(counts) - 0.5 * (counts - 1.0)
    return middle[place]


def _standardised(columns: Floats) -> Floats:
    """Each column with mean 0 and variance 1; zeros where it is constant."""
    centred = columns - columns.mean(axis=0)
    deviation = centred.std(axis=0)
    out: Floats = centred / np.where(deviation > 0.0, deviation, 1.0)
    return out
