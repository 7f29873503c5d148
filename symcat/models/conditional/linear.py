"""A real column given the others: least squares, which a Gaussian law of the columns together implies.

A two-valued predictor enters with its two numbers, so that coefficients are in the user's own values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.models.base import Center, Facts, Parameters, counted
from symcat.models.batches import blank_refused
from symcat.models.conditional import least_squares, validity
from symcat.models.conditional.given_others import GivenOthers
from symcat.models.conditional.values import own_moments, own_values
from symcat.models.fit import CheckResult, Fault, Fit, Observed, Regression

_ENOUGH_DIGITS = 8.0  # of the coefficients
_ENOUGH_OF_VARIANCE = 6.0  # digits of what the predictors leave of it

_FEW_ROWS, _CONSTANT, _COLLINEAR = 1, 2, 3


class Linear(GivenOthers):
    """Least squares of the real column ``target`` on all others; the label is that of the joint class behind it."""

    facts = Facts("One column given the others: least squares", "none")
    takes = frozenset({"errors"})

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Coefficients of every group with their model-based standard errors; the intercept is always estimated."""
        own = own_moments(moments, self.schema.levels)
        found = least_squares.fit(own, self.target)
        n, known = own.count, counted(own)
        constant = validity.constant(own).any(axis=1)
        reason = np.zeros(len(n), dtype=np.int8)
        reason[np.isnan(found.intercept)] = _COLLINEAR
        reason[constant] = _CONSTANT
        reason[n <= own.dimension] = _FEW_ROWS
        with np.errstate(all="ignore"):  # no residual at all, or groups that are refused
            log_partition = 0.5 * np.log(2.0 * math.pi * found.residual_variance)
            unbiased = np.where(
                np.isnan(n), found.residual_variance, found.residual_variance * n / found.degrees_of_freedom
            )
            deviation = np.sqrt(unbiased)
        return blank_refused(
            Fit(
                label=self.label,
                count=n,
                parameters={"intercept": found.intercept, "coefficients": found.coefficients},
                standard_errors=(
                    {"intercept": found.intercept_error, "coefficients": found.coefficient_errors} if known else {}
                ),
                log_partition=log_partition,
                log_likelihood=-n * (log_partition + 0.5),
                n_parameters=len(self.others) + 2,
                statistics={},
                reason=reason,
                reasons=(
                    "",
                    validity.few_rows(own, ", an intercept and a variance"),
                    validity.constant_in_words(own),
                    self._collinear(found),
                ),
                regression=Regression(
                    target=self.target,
                    link="identity",
                    degrees_of_freedom=found.degrees_of_freedom,
                    residual_standard_deviation=np.where(reason == 0, deviation, np.nan),
                    r_squared=np.where(reason == 0, found.r_squared, np.nan),
                    condition_number=found.condition,
                ),
            )
        )

    def _collinear(self, found: least_squares.LeastSquares) -> str:
        if len(found.condition) > 1:
            return "the predictors depend on each other"
        return Fault(
            f"The predictors {self._involved(found)} depend on each other (condition number {found.condition[0]:.2g}): "
            "rounding leaves no digits of their coefficients. Drop one of them, or combine them."
        )

    def _involved(self, found: least_squares.LeastSquares) -> str:
        """The predictors of a batch of one that nearly depend on each other, from the weakest eigenvector."""
        weight = np.abs(found.weakest[0])
        names = [self.schema.columns[j] for j in self.others]
        return ", ".join(repr(names[i]) for i in np.argsort(-weight) if weight[i] > 0.2 * weight.max())

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows, from their scores (White 1980; Liang & Zeger 1986)."""
        own, every = (own_moments(averages, self.schema.levels) for averages in (groups, whole))
        about = own.about(every.mean[0])
        beta = fit.parameters["coefficients"][0]
        across = about.second[:, self.others]
        score = across[:, :, self.target] - across[:, :, self.others] @ beta
        level = about.first[:, self.target] - about.first[:, self.others] @ beta
        return self._influence(level * about.unit, score * about.unit**2, own.count, every)

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of single rows, with no product of two columns."""
        every = own_moments(whole, self.schema.levels)
        y = own_values(rows, self.schema.levels) - every.mean[0]
        residual = y[:, self.target] - y[:, self.others] @ fit.parameters["coefficients"][0]
        return self._influence(residual, y[:, self.others] * residual[:, None], np.ones(len(rows)), every)

    def leverage(self, fit: Fit, rows: Floats, whole: Moments) -> Floats:
        """(m,) the diagonal of the hat matrix (Belsley, Kuh & Welsch 1980, section 2.1)."""
        every = own_moments(whole, self.schema.levels)
        y = own_values(rows, self.schema.levels)[:, self.others] - every.mean[0, self.others]
        return np.asarray((1.0 + np.einsum("mi,mi->m", y @ self._inverse(every), y)) / every.count)

    def _influence(self, level: Floats, score: Floats, count: Floats, every: Moments) -> dict[str, Floats]:
        """From averages of the residual (B,) and of its products with the predictors about their means (B, p)."""
        weight = count / every.count
        slopes = weight[:, None] * (score @ self._inverse(every))
        return {
            "intercept": weight * level - slopes @ every.mean[0, self.others],
            "coefficients": slopes,
        }

    def _inverse(self, every: Moments) -> Floats:
        """(p, p) inverse of the covariance of the predictors."""
        about = every.about(every.mean)
        covariance = about.second[0][np.ix_(self.others, self.others)]
        scale = 1.0 / np.sqrt(np.diagonal(covariance))
        unit = scale / about.unit
        return np.asarray(np.linalg.inv(covariance * np.outer(scale, scale)) * np.outer(unit, unit))

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether rounding leaves digits of the coefficients, and of the variance that they do not explain."""
        assert fit.regression is not None
        condition, r_squared = fit.regression.condition_number, fit.regression.r_squared
        assert condition is not None
        assert r_squared is not None
        left = 1.0 - r_squared
        with np.errstate(all="ignore"):
            of_variance = np.where(left > 0.0, 15.0 + np.log10(left), 0.0)
        of_coefficients = least_squares.digits(condition)
        unknown = np.full(len(condition), np.nan)

        def collinear(group: int) -> str:
            said = (
                f"condition number {condition[group]:.3g} of the predictors' correlations leaves "
                f"{of_coefficients[group]:.0f} digits"
            )
            if of_coefficients[group] >= _ENOUGH_DIGITS:
                return said
            own = own_moments(observed.moments.groups(slice(group, group + 1)), self.schema.levels)
            return f"{said}; nearly dependent: {self._involved(least_squares.fit(own, self.target))}"

        def unexplained(group: int) -> str:
            return f"1 - R2 = {left[group]:.3g} is known to {max(of_variance[group], 0.0):.0f} digits"

        return [
            CheckResult(name, statistic, unknown, detail, weight="told", verdict=verdict, made=fit.answered)
            for name, statistic, detail, verdict in (
                ("collinearity", condition, collinear, of_coefficients >= _ENOUGH_DIGITS),
                ("residual variance", left, unexplained, of_variance >= _ENOUGH_OF_VARIANCE),
            )
        ]

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density of the target given the other columns, at encoded rows (m, d)."""
        residual = x[:, self.target] - self.predict(parameters, x[:, self.others])
        out: Floats = -0.5 * (residual / residual_deviation(log_partition)) ** 2 - log_partition
        return out

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """(m,) means of the target at encoded rows (m, p) of the other columns."""
        slopes = np.atleast_1d(parameters["coefficients"])
        return np.asarray(parameters["intercept"] + own_values(x, self.levels) @ slopes)

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        sigma = sympy.Float(residual_deviation(log_partition))
        y = sympy.Symbol(columns[self.target], real=True) - sympy.Float(float(parameters["intercept"]))
        for j, beta in zip(self.others, np.atleast_1d(parameters["coefficients"]), strict=True):
            y -= sympy.Float(float(beta)) * sympy.Symbol(columns[j], real=True)
        return y**2 / (2 * sigma**2)

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        return "(y - intercept - x . coefficients)^2 / (2 sigma^2)"


def residual_deviation(log_partition: float) -> float:
    """Maximum-likelihood standard deviation of the residuals (divided by n, not by n - p - 1)."""
    return math.exp(log_partition) / math.sqrt(2.0 * math.pi)
