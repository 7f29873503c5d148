"""Do the log-odds that a joint model implies agree with the data? A score test; observed beside predicted shares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import CheckResult, chi_square_tail
from symcat.models.conditional.logistic import LogOdds, logistic
from symcat.models.ising import hypercube
from symcat.models.ising.pairwise import Pairwise

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

JOINT = "joint model"
"""Name of the check that decides between the joint model and the logistic likelihood."""

_COINCIDE = 1e-9  # of the conditional information: spread of the score that is rounding
_GROUPS = 10
_LEAST_EXPECTED = 5.0  # rows of either value that a group must expect (Cochran 1954)


@dataclass(frozen=True)
class Rows:
    """Rows to test with: distinct ones with their counts, or a sample with weights of one."""

    values: Floats  # (m, d) spins as -1 and +1
    weight: Floats  # (m,)
    everything: bool  # whether these are all rows of the data

    @property
    def count(self) -> float:
        """Number of rows they stand for."""
        return float(self.weight.sum())


def exact_information(model: Pairwise, theta: Floats, target: int) -> Floats:
    """(d, d) Fisher information that one row has of the logistic coefficients, on average over the fitted joint model.

    One transform of ``P(s) p (1 - p)`` holds its averages with every product of two spins.
    """
    d = model.dimension
    weight = model.probabilities(theta)
    split = weight.reshape(-1, 2, 1 << target)
    both = split.sum(axis=1, keepdims=True)
    up = split[:, 1:] / np.where(both > 0.0, both, 1.0)
    spread = (split * up * (1.0 - up)).reshape(1, -1)
    masks = np.array([0, *(1 << j for j in range(d) if j != target)], dtype=np.int64)
    found: Floats = hypercube.averages(spread, masks[:, None] ^ masks[None, :])[0]
    return found


def information(design: Floats, weight: Floats, log_odds: Floats) -> Floats:
    """(d, d) Fisher information of the logistic coefficients in the rows of a design (m, d)."""
    p = logistic(log_odds)
    out: Floats = (design * (weight * p * (1.0 - p))[:, None]).T @ design
    return out


def score_of_spins(odds: LogOdds, rows: Rows, info: Floats) -> CheckResult:
    """The score of the logistic likelihood at the implied coefficients, zero on average if the joint model holds.

    Its covariance is what the conditional likelihood says less what the joint one does (Hausman 1978, Econometrica
    46:1251). Nothing where the two coincide, as with a single predictor.
    """
    design, residual = _residuals(odds, rows)
    score = design.T @ (rows.weight * residual) / rows.count
    spread = info / rows.count - info @ odds.covariance @ info
    return _score_test(score, spread, info, rows.count)


def score_of_sample(odds: LogOdds, rows: Rows, n: float, influence: Floats) -> CheckResult:
    """Likewise, with the covariance from sampled rows of n and the influence (m, d) they would have on their own."""
    design, residual = _residuals(odds, rows)
    m = rows.count
    info = information(design, rows.weight, design @ odds.coefficients) / m
    score = design * residual[:, None]
    carried = m * influence @ info
    crossed = score.T @ carried
    spread = score.T @ score / m**2 + (carried.T @ carried - crossed - crossed.T) / (m * n)
    return _score_test(score.mean(axis=0), spread, info, m)


def log_likelihood(odds: LogOdds, rows: Rows) -> float:
    """Of the target given the other columns, over all the rows."""
    log_odds = odds.design(rows.values) @ odds.coefficients
    return -float(rows.weight @ np.logaddexp(0.0, -rows.values[:, odds.target] * log_odds))


def _residuals(odds: LogOdds, rows: Rows) -> tuple[Floats, Floats]:
    design = odds.design(rows.values)
    up = rows.values[:, odds.target] > 0.0
    return design, up - logistic(design @ odds.coefficients)


def _score_test(score: Floats, spread: Floats, info: Floats, m: float) -> CheckResult:
    """A quadratic form of the score (d,) in the inverse of its covariance, directions without spread damped.

    Along some directions the implied coefficients meet the likelihood equations by construction; there both the score
    and its spread vanish, and what is left is of the order of 1/m. Damping by this order leaves a weighted sum of
    chi-squares, approximated by one of the same mean and variance (Satterthwaite 1946); a tenth of the damping is
    counted as spread, for what is left. Where no direction has any, the two likelihoods have the same maximum.
    """
    factor = np.linalg.cholesky(info)
    half = np.linalg.solve(factor, spread * m)
    values, vectors = np.linalg.eigh(np.linalg.solve(factor, half.T))
    if not values[-1] > _COINCIDE:
        detail = "the maximum of the joint likelihood is also that of the logistic one"
        return CheckResult(JOINT, 0.0, math.nan, detail, verdict=True)
    along = vectors.T @ np.linalg.solve(factor, score * math.sqrt(m))
    values, damping = np.maximum(values, 0.0), 1.0 / m
    share = (values + 0.1 * damping) / (values + damping)
    statistic = float((along**2 / (values + damping)).sum())
    mean, square = share.sum(), (share**2).sum()
    from scipy.special import chdtrc

    p_value = float(chdtrc(mean**2 / square, statistic * mean / square))
    detail = f"score of the logistic likelihood, {statistic:.4g} where {mean:.3g} is expected"
    return CheckResult(JOINT, statistic, p_value, detail)


def calibration(odds: LogOdds, rows: Rows) -> CheckResult | None:
    """Observed against predicted shares of +1 in tenths of the rows by predicted share (Hosmer & Lemeshow 1980).

    Chi-square with two degrees of freedom fewer than groups, or as many if the coefficients are of more rows than
    these. None for fewer than three groups.
    """
    design = odds.design(rows.values)
    p = logistic(design @ odds.coefficients)
    up = rows.values[:, odds.target] > 0.0
    order = np.argsort(p, kind="stable")
    distinct, place = np.unique(p[order], return_inverse=True)  # equal predictions are not torn apart
    weight, seen = (_sums(place, values[order]) for values in (rows.weight, rows.weight * up))
    due = weight * distinct
    middle = (np.cumsum(weight) - 0.5 * weight) / weight.sum()
    cells = _pooled(weight, due, np.minimum((middle * _GROUPS).astype(np.intp), _GROUPS - 1))
    groups = cells[-1] + 1
    if groups < 3:
        return None
    size, observed, expected = (_sums(cells, values) for values in (weight, seen, due))
    statistic = float(((observed - expected) ** 2 / (expected * (1.0 - expected / size))).sum())
    worst = int((np.abs(observed - expected) / np.sqrt(expected * (1.0 - expected / size))).argmax())
    degrees = groups - 2 if rows.everything else groups
    detail = (
        f"chi-square with {degrees} degrees of freedom over {groups} groups by predicted share; farthest where it is "
        f"{expected[worst] / size[worst]:.3g} on average: {observed[worst] / size[worst]:.3g} observed"
    )
    return CheckResult("calibration", statistic, chi_square_tail(statistic, degrees), detail, weight="told")


def _sums(place: Integers, values: Floats) -> Floats:
    return np.asarray(np.bincount(place, weights=values), dtype=np.float64)


def _pooled(weight: Floats, due: Floats, tenth: Integers) -> Integers:
    """Group of each distinct prediction, ascending from 0: its tenth of the rows, joined until enough is expected."""
    cells = np.empty(len(weight), dtype=np.intp)
    group, held_up, held_down = 0, 0.0, 0.0
    for i in range(len(weight)):
        held_up, held_down = held_up + due[i], held_down + weight[i] - due[i]
        cells[i] = group
        last = i + 1 == len(weight) or tenth[i + 1] != tenth[i]
        if last and min(held_up, held_down) >= _LEAST_EXPECTED:
            group, held_up, held_down = group + 1, 0.0, 0.0
    cells[cells == group] = max(group - 1, 0)  # a rest that expects too little joins the group before
    return cells
