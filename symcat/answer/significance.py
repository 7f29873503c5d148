"""How sure the coefficients of a conditional model are: their t- and p-values, and what else a regression reports."""

from __future__ import annotations

import math

import numpy as np

from symcat.answer.records import Floats, Numbers, RegressionSummary
from symcat.data.schema import Schema
from symcat.models.fit import Fit, Regression


def regression_summary(fit: Fit, found: Regression, schema: Schema, group: int = 0) -> RegressionSummary:
    """What a regression reports of one group beside its coefficients and their errors."""
    freedom = float(found.degrees_of_freedom[group])
    values = {name: v[group] for name, v in fit.parameters.items()}
    t: dict[str, Numbers] = {}
    p: dict[str, Numbers] = {}
    for name, value in values.items():
        errors = fit.standard_errors[name][group] if fit.standard_errors else np.full_like(value, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = value / errors
        t[name], p[name] = ratio, _two_sided(ratio, freedom)

    def reported(numbers: Floats | None) -> float | None:
        return None if numbers is None else float(numbers[group])

    return RegressionSummary(
        target=schema.columns[found.target],
        predictors=schema.without(schema.columns[found.target]).columns,
        family=found.family,
        intercept="intercept" in values,
        residual_standard_deviation=reported(found.residual_standard_deviation),
        degrees_of_freedom=_whole(freedom, float(fit.count[group]), sum(v.size for v in values.values())),
        r_squared=reported(found.r_squared),
        t_values=t,
        p_values=p,
        condition_number=reported(found.condition_number),
    )


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
