"""Tests of a fitted law of one column against the rows it was fitted to, with what the fit has absorbed removed.

Averages of functions whose mean is zero under the law vary less when its parameters were fitted to the same rows: what
the scores explain of them is gone (Pierce 1982, Ann. Stat. 10:475). What is left is compared with its own covariance,
so that the level is right whatever was fitted (Rao & Robson 1974 for cells; Thas 2010, ch. 4, for smooth tests).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from symcat.models import tails
from symcat.models.base import Floats
from symcat.models.fit import CheckResult, Fit, Observed
from symcat.models.shares import shares_below

FEWEST = 20
"""Rows from which the tests are made."""

MOST_TESTED = 4096
"""Groups that are tested one after the other."""
_MOST_ROWS = 8192  # of a group

_ORDER = 6  # of the polynomials of a smooth test
_NODES = 400  # of the sums over a law
_SPANNED = 1e-8
_ABSORBED = 0.1  # of its own variance, which a direction must have left to be tested


def smooth(
    sample: Floats,
    cdf: Callable[[Floats], Floats],
    ppf: Callable[[Floats], Floats],
    scores: Callable[[Floats], Floats],
    information: Floats | None = None,
    *,
    order: int = _ORDER,
    spread_ties: bool = False,
) -> CheckResult | None:
    """Neyman's smooth test (1937) that shares below the rows of a sample (m,) are uniform; None of few rows.

    ``scores`` takes values (m,) to (m, k) of the fitted parameters, whose information of a row is (k, k), the mean
    square of the scores if left out. ``order`` is that of the polynomials, above what the fit can absorb. Rows with one
    value are spread over its surroundings where ``spread_ties``.
    """
    if len(sample) < FEWEST:
        return None
    shares = shares_below(cdf, sample) if spread_ties else cdf(sample)
    at, root = _rule()
    return _tested(shares, _at_nodes(order), root * scores(ppf(at)), information)


def smooth_over(
    cdf: Callable[[Floats], Floats], sample: Floats, below: Floats, weight: Floats, scores: Floats, order: int
) -> CheckResult | None:
    """The same of a law that is known at points (m,): the shares ``below`` them, what each counts, and scores (m, k).

    Rows with one value are spread over its surroundings.
    """
    if len(sample) < FEWEST:
        return None
    root = np.sqrt(weight)[:, None]
    return _tested(shares_below(cdf, sample), (root * polynomials(below, order)).T, root * scores, None)


def _tested(shares: Floats, at_nodes: Floats, score: Floats, information: Floats | None) -> CheckResult:
    """From the shares below the rows, and the polynomials (K, m) and the scores (m, k) at nodes, times their roots."""
    order = len(at_nodes)
    if information is None:
        score = orthonormal(score)
        information = np.eye(score.shape[1])
    mean = polynomials(shares, order).mean(axis=0)
    value, degrees = remaining(mean, np.eye(order), at_nodes @ score, information, len(shares))
    detail = (
        f"shares of the law below {len(shares)} rows against uniform ones: chi-square {value:.3g} with {degrees} "
        "degrees of freedom"
    )
    return CheckResult.single("shape", value, tails.chi_square_of(value, degrees), detail, rows=len(shares))


@cache
def _rule() -> tuple[Floats, Floats]:
    """Nodes (m,) of the Gauss-Legendre rule on (0, 1), and the roots (m, 1) of its weights."""
    from scipy.special import roots_legendre

    nodes, weights = roots_legendre(_NODES)
    return 0.5 * (1.0 + nodes), np.sqrt(0.5 * weights)[:, None]


@cache
def _at_nodes(order: int) -> Floats:
    """(K, m) the polynomials at these nodes times the roots of the weights."""
    at, root = _rule()
    return np.ascontiguousarray((root * polynomials(at, order)).T)


def in_groups(
    fit: Fit, observed: Observed, one: Callable[[dict[str, Any], Floats], CheckResult | None]
) -> tuple[CheckResult, ...]:
    """A test of single tables, ``one(parameters, sample)``, made in every group that has rows enough.

    Not of rows that count fractions, nor of more than ``MOST_TESTED`` groups, which would take longer than the fits.
    """
    if observed.sample is not None and fit.answered[0]:
        found = one({name: value[0] for name, value in fit.parameters.items()}, observed.sample[:, 0])
        return () if found is None else (found,)
    wanted = fit.answered & (fit.count >= FEWEST)
    if observed.rows_of is None or not 0 < wanted.sum() <= MOST_TESTED:
        return ()
    table = observed.rows_of(wanted)
    if table is None or (table.weight != np.rint(table.weight)).any():
        return ()
    results: dict[int, CheckResult] = {}
    for group in np.flatnonzero(wanted).tolist():
        rows, times = table.rows_of(group)
        if times.sum() <= _MOST_ROWS:
            sample = np.repeat(rows[:, 0], times.astype(np.intp))
        else:
            dice = np.random.default_rng(group)
            sample = dice.choice(rows[:, 0], size=_MOST_ROWS, replace=True, p=times / times.sum())
        tested = one({name: value[group] for name, value in fit.parameters.items()}, sample)
        if tested is not None:
            results[group] = tested
    if not results:
        return ()
    made = np.zeros(len(wanted), dtype=np.bool_)
    made[list(results)] = True
    statistic, p_value = np.full(len(wanted), np.nan), np.full(len(wanted), np.nan)
    for group, tested in results.items():
        statistic[group], p_value[group] = tested.statistic[0], tested.p_value[0]
    name = next(iter(results.values())).name
    return (CheckResult(name, statistic, p_value, lambda group: results[group].detail(0), made=made, rows=_MOST_ROWS),)


def remaining(
    mean: Floats, covariance: Floats, cross: Floats, information: Floats | None, n: float
) -> tuple[float, int]:
    """Chi-square and its degrees of freedom of the means (K,) over n rows of functions that have mean zero.

    ``covariance`` (K, K) is that of the functions, ``cross`` (K, k) theirs with the scores, of which ``information``
    (k, k) is the covariance; None if they are orthonormal.
    """
    variances, directions = _left(covariance, cross, information)
    return float(n * ((directions.T @ mean) ** 2 / variances).sum()), len(variances)


def gradient(mean: Floats, covariance: Floats, cross: Floats, information: Floats | None) -> Floats:
    """(K,) by which of the functions, and how strongly, that chi-square grows: up to a factor."""
    variances, directions = _left(covariance, cross, information)
    found: Floats = directions @ (directions.T @ mean / variances)
    return found


def _left(covariance: Floats, cross: Floats, information: Floats | None) -> tuple[Floats, Floats]:
    """(r,) variances and (K, r) directions of what a fit has not absorbed."""
    absorbed = cross @ (cross.T if information is None else np.linalg.solve(information, cross.T))
    variances, directions = np.linalg.eigh(covariance - absorbed)
    kept = variances > _ABSORBED * np.diagonal(covariance).max()
    return variances[kept], directions[:, kept]


def orthonormal(columns: Floats, least: float = _SPANNED) -> Floats:
    """(m, r) as many as columns (m, k) span; what is below ``least`` of the largest singular value is rounding."""
    found, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(found[:, size > least * size.max(initial=0.0)])


def polynomials(u: Floats, order: int) -> Floats:
    """(m, K) Legendre's of orders one and up, orthonormal on (0, 1)."""
    orders = np.arange(1, order + 1)
    found: Floats = np.polynomial.legendre.legvander(2.0 * u - 1.0, order)[:, 1:] * np.sqrt(2.0 * orders + 1.0)
    return found
