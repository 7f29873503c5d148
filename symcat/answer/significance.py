"""How sure the coefficients of a conditional model are: their t- and p-values, and what else a regression reports."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from symcat.answer.records import Floats, Numbers, RegressionSummary
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.fit import Fit, Regression


def regression_summary(fit: Fit, found: Regression, schema: Schema, group: int = 0) -> RegressionSummary:
    """What a regression reports of one group beside its coefficients and their errors."""
    freedom = float(found.degrees_of_freedom[group])
    values = {name: v[group] for name, v in fit.parameters.items()}
    t: dict[str, Numbers] = {}
    p: dict[str, Numbers] = {}
    for name, value in values.items():
        if found.link == "log density":  # its numbers have no tests
            break
        errors = fit.standard_errors[name][group] if name in fit.standard_errors else np.full_like(value, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = value / errors
        t[name], p[name] = ratio, _two_sided(ratio, freedom)

    covariance = None if found.covariance is None else found.covariance[0]
    r_squared = None if found.r_squared is None else float(found.r_squared[group])
    tested = freedom if found.one_each else math.inf
    adjusted, f, f_p_value = _of_all(r_squared, len(schema) - 1, tested)

    def reported(numbers: Floats | None) -> float | None:
        return None if numbers is None else float(numbers[group])

    return RegressionSummary(
        target=schema.columns[found.target],
        predictors=schema.without(schema.columns[found.target]).columns,
        family=found.family,
        intercept=found.intercept,
        residual_standard_deviation=reported(found.residual_standard_deviation),
        degrees_of_freedom=_whole(freedom, float(fit.count[group]), sum(v.size for v in values.values())),
        r_squared=reported(found.r_squared),
        t_values=t,
        p_values=p,
        condition_number=reported(found.condition_number),
        adjusted_r_squared=adjusted,
        f_statistic=f,
        f_p_value=f_p_value,
        covariance=covariance,
    )


def critical(level: float, freedom: float) -> float:
    """Half the width of an interval at a confidence level, in standard errors: Student's, or normal if infinite."""
    if not (isinstance(level, int | float | np.floating) and 0.0 < level < 1.0):
        raise InvalidData(f"level={level!r} is not a confidence: pass a number strictly between 0 and 1.")
    if math.isinf(freedom):
        return NormalDist().inv_cdf(0.5 + 0.5 * float(level))
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.5 + 0.5 * float(level)))


def _of_all(
    r_squared: float | None, predictors: int, freedom: float
) -> tuple[float | None, float | None, float | None]:
    """Adjusted R2, and F of all predictors together with its p-value; None where there is no such number."""
    if r_squared is None or not math.isfinite(freedom):
        return None, None, None
    adjusted = 1.0 - (1.0 - r_squared) * (freedom + predictors) / freedom
    if not r_squared < 1.0:  # a perfect fit: F is infinite
        return adjusted, None, 0.0
    from scipy.special import fdtrc

    f = r_squared / predictors / ((1.0 - r_squared) / freedom)
    return adjusted, f, float(fdtrc(predictors, freedom, max(f, 0.0)))


def _two_sided(t: Floats, freedom: float) -> Floats:
    """p-values by Student's law, by the normal one where the degrees of freedom are infinite."""
    from scipy.special import ndtr, stdtr

    below: Floats = ndtr(-np.abs(t)) if math.isinf(freedom) else stdtr(freedom, -np.abs(t))
    return 2.0 * below


def _whole(freedom: float, count: float, coefficients: int) -> int:
    """Degrees of freedom as a whole number: rows less coefficients where a normal law needs none, 0 if not known."""
    if math.isinf(freedom):
        freedom = count - coefficients
    return 0 if math.isnan(freedom) else int(freedom)
