"""Do real columns depend on discrete ones? Wilks' likelihood-ratio test, from second moments, and ranks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.fit import CheckResult
from symcat.models.mixed.least_squares import condition
from symcat.models.mixed.rao import rao
from symcat.models.tails import smallest_of, two_sided_of

ROUNDING = 1e-8
"""Deviation of a two-valued column, or what others leave of its variance, that is rounding."""

_AT_ONCE = 256  # products of levels
_FEWEST = 20  # sampled rows below which ranks are not tested


@dataclass(frozen=True)
class Dependence:
    """The test of zero slopes of k real columns on p others that stand for discrete ones, in a batch of one."""

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


def wilks(moments: Moments, discrete: Sequence[int]) -> Dependence:
    """The likelihood ratio of the homogeneous conditional Gaussian model to the product of its blocks.

    Of the columns at ``discrete``, two-valued ones or indicators of levels, those that are constant or follow from
    others are left out: they say nothing more.

    The p-value is Rao's F approximation (Rao 1951; Anderson 2003, section 8.5.4), exact where either block has one or
    two columns and the real ones are Gaussian given the others.
    """
    kept = _independent(moments, discrete)
    if not kept:
        return Dependence(0.0, math.nan, (0.0, math.nan), math.nan, 0.0, "no discrete column varies")
    reals = [j for j in range(moments.dimension) if j not in discrete]
    moments = moments.part([*kept, *reals])
    k, p = len(reals), len(kept)
    given = condition(moments, range(p))
    n = float(moments.count[0])
    log_wilks = -math.inf if given.determined[0] else float(given.log_wilks[0])
    statistic, degrees, p_value = rao(log_wilks, k, p, n - 1.0)
    return Dependence(
        log_wilks=log_wilks,
        statistic=statistic,
        degrees=degrees,
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


@dataclass(frozen=True)
class Indicators:
    """Columns of numbers that say all of discrete ones: a two-valued one as it is, of others one for each level."""

    values: Floats  # (m, q)
    names: tuple[str, ...]  # (q,)
    columns: tuple[int, ...]  # (q,) which column each is of

    @classmethod
    def of(cls, schema: Schema, rows: Floats) -> Indicators:
        """Of encoded rows (m, p) of discrete columns."""
        values, names, columns = [], [], []
        for j, (name, levels) in enumerate(zip(schema.columns, schema.levels, strict=True)):
            assert levels is not None
            two = len(levels) == 2
            values += [rows[:, j]] if two else [(rows[:, j] == code).astype(np.float64) for code in range(len(levels))]
            names += [name] if two else [f"{name} = {level}" for level in levels]
            columns += [j] if two else [j] * len(levels)
        return cls(np.stack(values, axis=1), tuple(names), tuple(columns))


def moments_of_levels(schema: Schema, rows: Floats) -> Moments:
    """Averages over encoded rows (m, d) of what indicates the levels of the discrete columns, then the real ones."""
    levels = Indicators.of(schema.part(schema.discrete), rows[:, list(schema.discrete)])
    reals = rows[:, list(schema.at("real"))]
    names = (*levels.names, *(schema.columns[j] for j in schema.at("real")))
    spread = float(np.max(reals.std(axis=0), initial=0.0))
    unit = 2.0 ** round(math.log2(spread)) if spread > 0.0 else 1.0
    every = np.concatenate([levels.values, reals], axis=1)
    origin = every.mean(axis=0)
    y = (every - origin) / unit
    m = len(rows)
    return Moments(names, np.array([float(m)]), origin[None], unit, y.mean(axis=0)[None], (y.T @ y / m)[None])


def beyond_means(discrete: Floats, reals: Floats, schema: Schema, real_names: Sequence[str]) -> CheckResult:
    """Whether more than the means of the real columns depends on the discrete ones, from sampled (m, p) and (m, k).

    Ranks of the distance of each real column from its median, and of the products of two, are set against what
    indicates each level; ranks of the columns themselves against products of two of these. Each rank sum is
    standardised by its variance over all permutations of the rows (Hajek, Sidak & Sen 1999, section 3.3), which needs
    nothing of the columns' laws; the largest decides, as if independent (Sidak 1967).
    """
    m, k = reals.shape
    levels = Indicators.of(schema, discrete)
    centred = reals - np.median(reals, axis=0)
    plain = [(repr(name), centred[:, a]) for a, name in enumerate(real_names)]
    even = [(f"the spread of {name}", np.abs(values)) for name, values in plain]
    even += [
        (f"the product of {real_names[a]!r} and {real_names[b]!r}", centred[:, a] * centred[:, b])
        for a in range(k)
        for b in range(a + 1, k)
    ]
    q = range(len(levels.names))
    single = [(i,) for i in q]
    double = [(i, j) for i in q for j in q if i < j and levels.columns[i] != levels.columns[j]]
    worst, said, tests = 0.0, "", 0
    for features, sets in ((even, single), (plain, double)):
        ranks = _standardised(np.stack([_ranks(v) for _, v in features], axis=1)) if m >= _FEWEST and sets else None
        for start in range(0, 0 if ranks is None else len(sets), _AT_ONCE):
            some = sets[start : start + _AT_ONCE]
            signs = np.stack([levels.values[:, list(chosen)].prod(axis=1) for chosen in some], axis=1)
            assert ranks is not None
            scores = ranks.T @ _standardised(signs)
            scores *= math.sqrt(m - 1.0) / m
            tests += scores.size
            a, i = np.unravel_index(np.abs(scores).argmax(), scores.shape)
            if abs(scores[a, i]) > abs(worst):
                worst = float(scores[a, i])
                said = f"{features[a][0]} with " + " times ".join(repr(levels.names[j]) for j in some[i])
    p_value = float(smallest_of(two_sided_of(worst), tests)) if tests else 1.0
    detail = f"ranks of {said}: standard normal score {worst:.3g}, the largest of {tests}" if tests else "too few rows"
    return CheckResult.single("independence beyond the means", worst, p_value, detail, rows=m)


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
