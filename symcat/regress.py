"""A conditional model as a Solution: one column given the others."""

from __future__ import annotations

import math

import numpy as np

from symcat.answer.records import Check, RegressionSummary, Step
from symcat.answer.solution import Solution
from symcat.data.moments import Moments
from symcat.errors import InvalidData
from symcat.models.conditional import linear as regression

ENOUGH_DIGITS = 8.0


def regress(
    moments: Moments,
    target: int | str,
    blocks: Moments | None,
    version: str,
    n_missing: int = 0,
    seed: int | None = None,
) -> Solution:
    """Least squares of ``target`` (a column's name or position) on the other columns of a batch of one.

    Raises InvalidData when there is no such column, when a column is constant, when there are fewer rows than
    parameters, or when the predictors depend on each other so closely that rounding leaves no digits.
    """
    at = position(moments, target)
    predictors = tuple(name for i, name in enumerate(moments.columns) if i != at)
    if not predictors:
        raise InvalidData(f"There is no column to predict {moments.columns[at]!r} from: give at least two columns.")
    found = regression.fit(moments, at)
    _refuse(moments, found, predictors)
    n = float(moments.count[0])
    counted = not math.isnan(n)
    variance, freedom = float(found.residual_variance[0]), float(found.degrees_of_freedom[0])
    parameters = {"intercept": found.intercept[0], "coefficients": found.coefficients[0]}
    errors = {"intercept": found.intercept_error[0], "coefficients": found.coefficient_errors[0]}
    log_partition = 0.5 * math.log(2.0 * math.pi * variance) if variance > 0.0 else -math.inf
    log_likelihood = -n * (log_partition + 0.5)
    size = len(predictors) + 2
    summary, robust = None, None
    if counted:
        from scipy.special import stdtr

        with np.errstate(divide="ignore"):
            t = {name: parameters[name] / errors[name] for name in parameters}
        p = {name: 2.0 * stdtr(freedom, -np.abs(value)) for name, value in t.items()}
        if blocks is not None:
            intercept, slopes = regression.robust_errors(found, blocks, at)
            robust = {"intercept": intercept, "coefficients": slopes}
        scale = math.sqrt(variance * n / freedom)
    else:
        t = p = {name: np.full_like(value, np.nan) for name, value in parameters.items()}
        scale = math.sqrt(variance)
    summary = RegressionSummary(
        target=moments.columns[at],
        predictors=predictors,
        residual_standard_deviation=scale,
        degrees_of_freedom=int(freedom) if counted else 0,
        r_squared=float(found.r_squared[0]),
        t_values=t,
        p_values=p,
        condition_number=float(found.condition[0]),
    )
    return Solution(
        label="gaussian.full",
        source="closed_form",
        columns=moments.columns,
        parameters=parameters,
        standard_errors=errors if counted else None,
        robust_standard_errors=robust,
        log_partition=log_partition,
        log_likelihood=log_likelihood if counted else None,
        bic=size * math.log(n) - 2.0 * log_likelihood if counted else None,
        n_parameters=size,
        n_rows=int(n) if counted else None,
        n_missing=n_missing,
        regression=summary,
        checks=_checks(found, predictors),
        trail=(Step(strategy="closed_form", outcome="answered", reason="normal equations about the mean"),),
        catalogue_version=version,
        seed=seed,
    )


def position(moments: Moments, target: int | str) -> int:
    """The place of the target among the columns; InvalidData when there is no such column."""
    if isinstance(target, str):
        if target not in moments.columns:
            raise InvalidData(
                f"There is no column {target!r} to predict; the columns are: {', '.join(moments.columns)}."
            )
        return moments.columns.index(target)
    if not -moments.dimension <= target < moments.dimension:
        raise InvalidData(f"There is no column {target} to predict; there are {moments.dimension}, counted from 0.")
    return target % moments.dimension


def involved(found: regression.Regression, predictors: tuple[str, ...]) -> str:
    """The predictors that nearly depend on each other, from the weakest eigenvector."""
    weight = np.abs(found.weakest[0])
    return ", ".join(repr(predictors[i]) for i in np.argsort(-weight) if weight[i] > 0.2 * weight.max())


def _refuse(moments: Moments, found: regression.Regression, predictors: tuple[str, ...]) -> None:
    n = float(moments.count[0])
    if n <= moments.dimension:
        raise InvalidData(
            f"{int(n)} rows cannot determine {len(predictors)} coefficients, an intercept and a variance: "
            f"at least {moments.dimension + 1} rows are needed. Give more rows or fewer columns."
        )
    if np.isnan(found.intercept[0]):
        raise InvalidData(
            f"The predictors {involved(found, predictors)} depend on each other (condition number "
            f"{found.condition[0]:.2g}): rounding leaves no digits of their coefficients. "
            "Drop one of them, or combine them."
        )


def _checks(found: regression.Regression, predictors: tuple[str, ...]) -> tuple[Check, ...]:
    condition, digits = float(found.condition[0]), float(found.digits[0])
    detail = f"condition number {condition:.3g} of the predictors' correlations leaves {digits:.0f} digits"
    passed = digits >= ENOUGH_DIGITS
    if not passed:
        detail += f"; nearly dependent: {involved(found, predictors)}"
    exact = float(1.0 - found.r_squared[0])
    left = 15.0 + math.log10(exact) if exact > 0.0 else 0.0
    return (
        Check(name="collinearity", statistic=condition, p_value=None, passed=passed, detail=detail),
        Check(
            name="residual variance",
            statistic=exact,
            p_value=None,
            passed=left >= 6.0,
            detail=f"1 - R2 = {exact:.3g} is known to {max(left, 0.0):.0f} digits",
        ),
    )
