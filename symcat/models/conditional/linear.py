"""A real column given the others: least squares, which a Gaussian law of the columns together implies.

A two-valued predictor enters with its two numbers, so that coefficients are in the user's own values.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.grouped import GroupRows
from symcat.data.moments import Floats, Moments
from symcat.models.base import Center, Facts, Parameters, counted
from symcat.models.batches import blank_refused
from symcat.models.conditional import least_squares, linearity, residuals, validity
from symcat.models.conditional.given_others import GivenOthers
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.values import own_moments, own_values
from symcat.models.fit import CheckResult, Fault, Fit, Observed, Regression

_ENOUGH_DIGITS = 8.0  # of the coefficients
_MOST_WORK = 1e5  # rows times squared columns beyond which averages are good enough where they leave enough digits
_MOST_ROWS = 8192  # of a group that are looked at again: as many as the pass keeps of a table
_ENOUGH_OF_VARIANCE = 6.0  # digits of what the predictors leave of it

_FEW_ROWS, _CONSTANT, _COLLINEAR = 1, 2, 3


class Linear(GivenOthers):
    """Least squares of the real column ``target`` on all others; the label is that of the joint class behind it."""

    facts = Facts("One column given the others: least squares", "none")
    takes = frozenset({"errors", "intercept"})

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Coefficients of every group with their model-based standard errors, from averages."""
        own = own_moments(moments, self.schema.levels)
        return self._fit(own, least_squares.fit(own, self.target, intercept=self.intercept))

    def completed(self, fit: Fit, observed: Observed) -> Fit:
        """The fit of groups from their rows, where all are at hand: their averages hold half as many digits.

        Of groups for which averages leave digits enough only where that is little work.
        """
        found = fit.regression
        assert found is not None
        assert found.digits is not None
        assert found.digits_of_variance is not None
        lacking = (found.digits < _ENOUGH_DIGITS) | (found.digits_of_variance < _ENOUGH_OF_VARIANCE)
        little = np.nansum(fit.count) * len(self.others) ** 2 <= _MOST_WORK
        wanted = np.isin(fit.reason, (0, _COLLINEAR)) & (fit.count <= _MOST_ROWS) & (lacking | little)
        table = self._rows(observed, wanted) if wanted.any() else None
        if table is None:
            return fit
        own = own_moments(observed.moments, self.schema.levels)
        best = least_squares.fit(own, self.target, intercept=self.intercept)
        for groups in table.pieces(np.flatnonzero(wanted)):
            some = table.side_by_side(groups)
            values = own_values(some.values, self.schema.levels)
            best.put(groups, least_squares.of_rows(values, some.weight, self.target, intercept=self.intercept))
        return self._fit(own, best)

    def _rows(self, observed: Observed, groups: NDArray[np.bool_]) -> GroupRows | None:
        """All rows of these groups with what each counts; None where they are not at hand."""
        if observed.rows_of is not None:
            return observed.rows_of(groups)
        rows = Rows.at_hand(observed, self.schema) if len(groups) == 1 else None
        return None if rows is None or not rows.everything else GroupRows.of_one(rows.values, rows.weight)

    def _fit(self, own: Moments, found: least_squares.LeastSquares) -> Fit:
        n, known = own.count, counted(own)
        reason = np.zeros(len(n), dtype=np.int8)
        reason[np.isnan(found.residual_variance)] = _COLLINEAR
        reason[validity.constant(own, self.intercept).any(axis=1)] = _CONSTANT
        reason[found.degrees_of_freedom <= 0.0] = _FEW_ROWS
        with np.errstate(all="ignore"):  # groups that are refused
            log_partition = 0.5 * np.log(2.0 * math.pi * found.residual_variance)
            unbiased = np.where(
                np.isnan(n), found.residual_variance, found.residual_variance * n / found.degrees_of_freedom
            )
            # What is left of a perfect fit is no residual; averages alone cannot tell, and say how large it may be.
            deviation = np.where(found.perfect & (found.digits_of_variance > 0.0), 0.0, np.sqrt(unbiased))
        answered = reason == 0
        return blank_refused(
            Fit(
                label=self.label,
                count=n,
                parameters=self.named(found.coefficients),
                standard_errors=self.named(found.errors) if known else {},
                log_partition=log_partition,
                # The likelihood of a perfect fit has no maximum.
                log_likelihood=np.where(found.perfect, np.nan, -n * (log_partition + 0.5)),
                n_parameters=found.coefficients.shape[1] + 1,
                statistics={},
                reason=reason,
                reasons=(
                    "",
                    self._few_rows(own),
                    validity.constant_in_words(own, self.intercept),
                    self._collinear(found),
                ),
                regression=Regression(
                    target=self.target,
                    link="identity",
                    degrees_of_freedom=found.degrees_of_freedom,
                    intercept=self.intercept,
                    residual_standard_deviation=np.where(answered, deviation, np.nan),
                    r_squared=np.where(answered, found.r_squared, np.nan),
                    condition_number=found.condition,
                    digits=found.digits,
                    digits_of_variance=found.digits_of_variance,
                    covariance=found.covariance if known and len(n) == 1 else None,
                ),
            )
        )

    def _few_rows(self, own: Moments) -> str:
        more = ", an intercept and a variance" if self.intercept else " and a variance"
        return validity.few_rows(own, more, len(self.others) + 1 + int(self.intercept))

    def _collinear(self, found: least_squares.LeastSquares) -> str:
        if len(found.condition) > 1:
            return "the predictors depend on each other"
        return Fault(
            f"The predictors {self._involved(found)} depend on each other (condition number {found.condition[0]:.2g}): "
            "rounding leaves fewer than two digits of their coefficients. Drop one of them, or combine them."
        )

    def _involved(self, found: least_squares.LeastSquares) -> str:
        """The predictors of a batch of one that nearly depend on each other, from the weakest eigenvector."""
        weight = np.abs(found.weakest[0])
        names = [self.schema.columns[j] for j in self.others]
        return ", ".join(repr(names[i]) for i in np.argsort(-weight) if weight[i] > 0.2 * weight.max())

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows, from their scores (White 1980; Liang & Zeger 1986)."""
        if not _is_told(fit):
            return {}
        own, every = (own_moments(averages, self.schema.levels) for averages in (groups, whole))
        residual = self._residual(fit)
        # The products of the columns, about where they start, with the residual: of all B matrices one product each.
        shift = (self._start(every) - own.origin) / own.unit
        level, moved = own.first @ residual, shift @ residual
        score = own.second @ residual - own.first * moved[:, None] - shift * (level - moved)[:, None]
        weight = own.count / every.count
        return self._influence(weight * (level - moved) * own.unit, weight[:, None] * score * own.unit**2, every)

    def row_influence(self, fit: Fit, rows: Floats, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of single rows, with no product of two columns."""
        if not _is_told(fit):
            return {}
        every = own_moments(whole, self.schema.levels)
        y = own_values(rows, self.schema.levels) - self._start(every)
        level = (y @ self._residual(fit)) / every.count
        y *= level[:, None]
        return self._influence(level, y, every)

    def leverage(self, fit: Fit, rows: Floats, whole: Moments) -> Floats | None:
        """(m,) the diagonal of the hat matrix (Belsley, Kuh & Welsch 1980, section 2.1)."""
        if not _is_told(fit):
            return None
        every = own_moments(whole, self.schema.levels)
        y = own_values(rows, self.schema.levels) - self._start(every)
        along = np.einsum("mi,mi->m", y @ self._inverse(every), y)
        return np.asarray((along + 1.0 if self.intercept else along) / every.count)

    def _residual(self, fit: Fit) -> Floats:
        """(d,) by what the columns are multiplied to give the residual, but for the intercept."""
        out = np.zeros(len(self.schema))
        out[self.target] = 1.0
        out[self.others] = -fit.parameters["coefficients"][0]
        return out

    def _influence(self, level: Floats, score: Floats, every: Moments) -> dict[str, Floats]:
        """From weighted averages of the residual (B,) and of its products with the columns (B, d), from their start."""
        slopes = score @ self._inverse(every)[:, self.others]
        if not self.intercept:
            return {"coefficients": slopes}
        return {"intercept": level - slopes @ every.mean[0, self.others], "coefficients": slopes}

    def _start(self, every: Moments) -> Floats:
        """(d,) from where the columns are counted: their means, or zero without an intercept."""
        return every.mean[0] if self.intercept else np.zeros(every.dimension)

    def _inverse(self, every: Moments) -> Floats:
        """(d, d) inverse of the predictors' products, from there; zero where the target is."""
        about = every.centred if self.intercept else every.about(self._start(every))
        among = np.ix_(self.others, self.others)
        products = about.second[0][among]
        scale = 1.0 / np.sqrt(np.diagonal(products))
        unit = scale / about.unit
        out = np.zeros_like(about.second[0])
        out[among] = np.linalg.inv(products * np.outer(scale, scale)) * np.outer(unit, unit)
        return np.asarray(out)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether rounding leaves digits of the coefficients, and of the variance that they do not explain."""
        found = fit.regression
        assert found is not None
        assert found.condition_number is not None
        assert found.r_squared is not None
        assert found.digits is not None
        assert found.digits_of_variance is not None
        condition, left, digits, of_variance = (
            found.condition_number,
            1.0 - found.r_squared,
            found.digits,
            found.digits_of_variance,
        )
        unknown = np.full(len(condition), np.nan)

        def collinear(group: int) -> str:
            said = (
                f"condition number {condition[group]:.3g} of the predictors' correlations leaves "
                f"{digits[group]:.0f} digits"
            )
            if digits[group] >= _ENOUGH_DIGITS:
                return said
            own = own_moments(observed.moments.groups(slice(group, group + 1)), self.schema.levels)
            weakest = least_squares.fit(own, self.target, intercept=self.intercept)
            return f"{said}; nearly dependent: {self._involved(weakest)}"

        def unexplained(group: int) -> str:
            known = of_variance[group]
            if math.isinf(known):
                return "a perfect fit: what is left, and all errors, are the rounding of the values"
            if known <= 0.0:
                return "what is left is below the rounding of averages, which all errors are: the fit may be perfect"
            if left[group] > 0.0:
                return f"1 - R2 = {left[group]:.3g} is known to {known:.0f} digits"
            return (
                f"1 - R2 is below the smallest share that a double holds; {known:.0f} digits of what is left are known"
            )

        return [
            CheckResult(name, statistic, unknown, detail, weight="told", verdict=verdict, made=fit.answered)
            for name, statistic, detail, verdict in (
                ("collinearity", condition, collinear, digits >= _ENOUGH_DIGITS),
                ("residual variance", left, unexplained, of_variance >= _ENOUGH_OF_VARIANCE),
            )
        ] + (self._of_residuals(fit, observed) if len(condition) == 1 and fit.answered[0] else [])

    def _of_residuals(self, fit: Fit, observed: Observed) -> list[CheckResult]:
        """What is told of the residuals of a batch of one."""
        rows = observed.sample
        if rows is None or not len(rows):
            return []
        values = {name: value[0] for name, value in fit.parameters.items()}
        target = rows[:, self.target]
        left = target - self.predict(values, np.delete(rows, self.target, axis=1))
        told = residuals.checks(left, float(target.std()))
        return [*linearity.of_regression(self, fit, observed, self.target), *told] if told else []

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the density of the target given the other columns, at encoded rows (m, d)."""
        with np.errstate(over="ignore"):
            residual = (x[:, self.target] - self.predict(parameters, x[:, self.others])) / residual_deviation(
                log_partition
            )
            return np.asarray(-0.5 * residual**2 - log_partition)

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """(m,) means of the target at encoded rows (m, p) of the other columns."""
        return self.along(parameters, x)

    def response(self, along: Floats) -> Floats:
        """The combination itself."""
        return along

    def spread(self, mean: Floats) -> Floats:
        """One, in units of the variance of the residuals."""
        return np.ones_like(mean)

    def observed(self, x: Floats) -> Floats:
        """The target."""
        return np.asarray(x[:, self.target])

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """F as a SymPy expression in the columns."""
        import sympy

        sigma = sympy.Float(residual_deviation(log_partition))
        y = sympy.Symbol(columns[self.target], real=True) - sympy.Float(float(parameters.get("intercept", 0.0)))
        for j, beta in zip(self.others, np.atleast_1d(parameters["coefficients"]), strict=True):
            y -= sympy.Float(float(beta)) * sympy.Symbol(columns[j], real=True)
        return y**2 / (2 * sigma**2)

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        return f"(y - {self.combination.replace(' + ', ' - ')})^2 / (2 sigma^2)"


def _is_told(fit: Fit) -> bool:
    """Whether averages tell the inverse of the predictors' products, of which robust errors are made."""
    assert fit.regression is not None
    assert fit.regression.condition_number is not None
    return bool(fit.regression.condition_number[0] < least_squares.REFUSE_CONDITION)


def residual_deviation(log_partition: float) -> float:
    """Maximum-likelihood standard deviation of the residuals (divided by n, not by n - p - 1)."""
    return math.exp(log_partition) / math.sqrt(2.0 * math.pi)
