"""Do the log-odds that a joint model implies agree with the data? The score of the logistic likelihood says."""

from __future__ import annotations

import math

import numpy as np

from symcat.data.moments import Floats
from symcat.models.conditional.log_odds import LogOdds, information, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.fit import CheckResult

JOINT = "joint model"
"""Name of the check that decides between the joint model and the logistic likelihood."""

_COINCIDE = 1e-9  # of the conditional information: spread of the score that is rounding


def from_information(odds: LogOdds, rows: Rows, info: Floats) -> CheckResult:
    """The score of the logistic likelihood at the implied coefficients, zero on average if the joint model holds.

    Its covariance is what the conditional likelihood says less what the joint one does (Hausman 1978, Econometrica
    46:1251). Nothing where the two coincide, as with a single predictor.
    """
    design, residual = _residuals(odds, rows)
    score = design.T @ (rows.weight * residual) / rows.count
    spread = info / rows.count - info @ odds.covariance @ info
    return _score_test(score, spread, info, rows.count)


def from_influence(odds: LogOdds, rows: Rows, n: float, influence: Floats) -> CheckResult:
    """Likewise, with the covariance from sampled rows of n and the influence (m, d) they would have on their own."""
    design, residual = _residuals(odds, rows)
    m = rows.count
    info = information(design, rows.weight, design @ odds.coefficients) / m
    score = design * residual[:, None]
    carried = m * influence @ info
    crossed = score.T @ carried
    spread = score.T @ score / m**2 + (carried.T @ carried - crossed - crossed.T) / (m * n)
    return _score_test(score.mean(axis=0), spread, info, m)


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
    try:
        factor = np.linalg.cholesky(info)
    except np.linalg.LinAlgError:
        detail = "the implied probabilities are 0 or 1 to rounding along some combination of the predictors"
        return CheckResult.single(JOINT, math.nan, math.nan, detail, verdict=False)
    half = np.linalg.solve(factor, spread * m)
    values, vectors = np.linalg.eigh(np.linalg.solve(factor, half.T))
    if not values[-1] > _COINCIDE:
        detail = "the maximum of the joint likelihood is also that of the logistic one"
        return CheckResult.single(JOINT, 0.0, math.nan, detail, verdict=True)
    along = vectors.T @ np.linalg.solve(factor, score * math.sqrt(m))
    values, damping = np.maximum(values, 0.0), 1.0 / m
    share = (values + 0.1 * damping) / (values + damping)
    statistic = float((along**2 / (values + damping)).sum())
    mean, square = share.sum(), (share**2).sum()
    from scipy.special import chdtrc

    p_value = float(chdtrc(mean**2 / square, statistic * mean / square))
    detail = f"score of the logistic likelihood, {statistic:.4g} where {mean:.3g} is expected"
    return CheckResult.single(JOINT, statistic, p_value, detail)
