"""One two-valued column given the others: logistic regression, read from the joint model where that one holds.

All columns two-valued: ``ising.pairwise``; with real ones ``mixed.conditional_gaussian``. Their maximum likelihood
takes one pass, and their coefficients are at least as precise as those of the conditional likelihood. A test says
whether the joint model holds for this purpose; if not, scikit-learn maximises the conditional likelihood.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.answer.records import RegressionSummary, Step
from symcat.answer.solution import Solution
from symcat.classify import check_record
from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics
from symcat.errors import InvalidData
from symcat.models.base import CheckResult, Observed, Options, two_sided
from symcat.models.conditional import logistic as logit
from symcat.models.conditional import logistic_checks as logit_checks
from symcat.models.conditional.logistic import LogOdds
from symcat.models.conditional.logistic_checks import Rows
from symcat.models.conditional.maximum_likelihood import maximum_likelihood
from symcat.models.gaussian.gaussian import SINGULAR
from symcat.models.ising.pairwise import Pairwise
from symcat.models.mixed import MOST_SPINS, ConditionalGaussian
from symcat.models.mixed.conditional import single_rows
from symcat.regress import position

Floats = NDArray[np.float64]
Reader = Callable[[], Iterator[Floats]]
"""Batches of all rows (m, d) once more, in order: spins as -1 and +1, NaN where a value is missing."""

LABEL = "logistic.linear"
"""Of the conditional model alone: log-odds linear in the predictors, nothing said of these."""


@dataclass(frozen=True)
class _Answer:
    """Log-odds from one of the two ways to them."""

    label: str
    odds: LogOdds
    robust: Floats  # (d, d) sandwich covariance
    checks: tuple[CheckResult, ...]

    @property
    def declined(self) -> str:
        """Why they cannot be relied on, empty where they can."""
        failed = [c for c in self.checks if c.weight == "deciding" and not c.passed]
        return "; ".join(f"{self.label} does not hold ({c.detail}; p = {c.p_value:.1g})" for c in failed)


def logistic(
    measured: Statistics, target: int | str, options: Options, version: str, *, reread: Reader | None = None
) -> Solution:
    """Logistic regression of the two-valued column ``target`` on all others, for its larger value (see ``levels``).

    Parameters
    ----------
    measured : statistics with a coding; with ``Needs.STATES`` where all columns are two-valued.
    target : a column's name or position.
    options : ``prior`` where the data leave a coefficient infinite: ``"weak"``, a number of rows, or None to refuse.
    version : of the catalogue.
    reread : a second pass over the rows, for maximum likelihood where the joint model does not hold.

    Returns
    -------
    A ``Solution`` with ``parameters`` intercept and coefficients (p,): log-odds per unit of each predictor, where a
    boolean or text counts as 0 and 1. Its robust errors are those of consecutive blocks of rows; of single rows where
    maximum likelihood saw them in no order.

    Raises
    ------
    InvalidData : no such column, or it is not two-valued; constant or linearly dependent columns; too few rows; a
        coefficient is infinite and no prior is wanted; the rows are needed again and cannot be had.
    SymcatError : maximum likelihood is needed and scikit-learn is not installed.
    """
    at, coding = _validated(measured, target)
    found, why = _joint(measured, at, coding, options)
    if found is not None and not found.declined:
        reason = "log-odds implied by the joint model, which the score of the logistic likelihood does not reject"
        trail: tuple[Step, ...] = (Step(strategy="closed_form", outcome="answered", reason=reason),)
        rows = _rows_at_hand(measured, coding)
    else:
        why = why if found is None else found.declined
        rows, ordered = _every_row(measured, coding, reread, why)
        moments = measured.moments
        deviation = np.sqrt(np.diagonal(moments.about(moments.mean).second[0])) * moments.unit
        best = maximum_likelihood(
            rows, at, moments.mean[0], deviation, measured.columns, options.prior, ordered=ordered
        )
        found = _Answer(LABEL, best.odds, best.robust, best.checks)
        trail = (
            Step(strategy="closed_form", outcome="declined", reason=why),
            Step(strategy="maximum_likelihood", outcome="answered", reason="logistic likelihood, by scikit-learn"),
        )
    return _solution(measured, coding, found, rows, trail, version, options)


def _joint(measured: Statistics, at: int, coding: Schema, options: Options) -> tuple[_Answer | None, str]:
    """What the joint model implies, with its test; or why it has no answer."""
    spins = tuple(int(j) for j in np.flatnonzero(coding.spins))
    moments, blocks, d = measured.moments, measured.blocks, len(measured.columns)
    if len(spins) > MOST_SPINS:
        return None, f"{len(spins)} two-valued columns are more than the {MOST_SPINS} of which all states are summed"
    rows = _rows_at_hand(measured, coding)
    chosen = Options(prior=options.prior, spins=spins, seed=options.seed)
    n = float(moments.count[0])
    if len(spins) == d:
        plain = Pairwise(d, Options(prior=options.prior, seed=options.seed))
        fit = plain.fit(moments, None)
        if not fit.answered[0]:
            return None, f"{plain.label}: {fit.why(0)}"
        odds = logit.implied_by_spins(plain, fit, at)
        influence = logit.influence_of_spins(plain, fit, blocks, at)
        theta = plain.theta_of({name: value[0] for name, value in fit.parameters.items()})
        score = logit_checks.score_of_spins(odds, rows, logit_checks.exact_information(plain, theta, at))
        label, every = plain.label, plain.checks(fit, Observed(moments, measured.sample, measured.states), None)
    else:
        mixed = ConditionalGaussian(d, chosen)
        fit = mixed.fit(moments, None)
        if not fit.answered[0]:
            return None, f"{mixed.label}: {fit.why(0)}"
        odds = logit.implied_by_conditional_gaussian(mixed, fit, moments, at)
        influence = logit.influence_of_conditional_gaussian(mixed, fit, blocks, at)
        alone = single_rows(rows.values, measured.columns, moments)
        each = logit.influence_of_conditional_gaussian(mixed, fit, alone, at)
        score = logit_checks.score_of_sample(odds, rows, n, each)
        label, every = mixed.label, mixed.checks(fit, Observed(moments, measured.sample, measured.states), None)
    told = [check for check in every if check.name == "finite maximum"]
    return _Answer(label, odds, influence.T @ influence, (*told, score)), ""


def _rows_at_hand(measured: Statistics, coding: Schema) -> Rows:
    """The distinct rows if all columns are spins and these were counted, else the sample."""
    states = measured.states if coding.all_spins else None
    if states is not None:
        return Rows(states.rows, states.counts.astype(np.float64), everything=True)
    sample = measured.sample
    return Rows(sample, np.ones(len(sample)), everything=len(sample) == measured.n_rows)


def _every_row(measured: Statistics, coding: Schema, reread: Reader | None, why: str) -> tuple[Rows, bool]:
    """All rows of the data, and whether they are in its order."""
    rows = _rows_at_hand(measured, coding)
    if coding.all_spins and rows.everything:
        return rows, False
    if reread is not None:
        batches = [batch[~np.isnan(batch).any(axis=1)] for batch in reread()]
        values = np.concatenate(batches)
        return Rows(values, np.ones(len(values)), everything=True), True
    if rows.everything:
        return rows, False
    raise InvalidData(
        f"Statistics alone cannot answer: {why}, and maximum likelihood needs all rows. Pass the data itself."
    )


def _solution(
    measured: Statistics,
    coding: Schema,
    found: _Answer,
    rows: Rows,
    trail: tuple[Step, ...],
    version: str,
    options: Options,
) -> Solution:
    odds, n = found.odds, measured.n_rows
    predictors = coding.without(measured.columns[odds.target])
    scale = odds.scale(predictors.levels)
    beta = scale @ odds.coefficients
    errors, robust = (np.sqrt(np.diagonal(scale @ c @ scale.T)) for c in (odds.covariance, found.robust))
    with np.errstate(divide="ignore"):
        z = beta / errors
    likelihood = logit_checks.log_likelihood(odds, rows) if rows.everything else None
    calibration = logit_checks.calibration(odds, rows)
    checks = found.checks if calibration is None else (*found.checks, calibration)
    summary = RegressionSummary(
        target=measured.columns[odds.target],
        predictors=predictors.columns,
        family="logistic",
        degrees_of_freedom=n - len(beta),
        t_values=_named(z),
        p_values=_named(np.array([two_sided(float(value)) for value in z])),
    )
    return Solution(
        label=found.label,
        source="maximum_likelihood" if found.label == LABEL else "closed_form",
        columns=measured.columns,
        parameters=_named(beta),
        standard_errors=_named(errors),
        robust_standard_errors=_named(robust),
        log_partition=0.0,  # P(target | rest) = exp(-F), F = log(1 + exp(-s log-odds)), is normalised as it stands
        log_likelihood=likelihood,
        bic=None if likelihood is None else len(beta) * math.log(n) - 2.0 * likelihood,
        n_parameters=len(beta),
        n_rows=n,
        n_missing=measured.n_missing,
        regression=summary,
        levels=coding.named(measured.columns),
        checks=tuple(check_record(check) for check in checks),
        trail=trail,
        catalogue_version=version,
        seed=options.seed,
    )


def _named(values: Floats) -> dict[str, float | Floats]:
    return {"intercept": float(values[0]), "coefficients": values[1:]}


def _validated(measured: Statistics, target: int | str) -> tuple[int, Schema]:
    """The target's place and the coding. Raises InvalidData for a table that cannot be used."""
    moments, coding = measured.moments, measured.coding
    at = position(moments, target)
    name = moments.columns[at]
    if coding is None or not coding.spins[at]:
        raise InvalidData(f"Column {name!r} is not two-valued: a logistic regression predicts one of two values.")
    if len(moments.columns) < 2:
        raise InvalidData(f"There is no column to predict {name!r} from: give at least two columns.")
    n = measured.n_rows
    if n <= moments.dimension:
        raise InvalidData(
            f"{n} rows cannot determine {moments.dimension - 1} coefficients and an intercept: at least "
            f"{moments.dimension + 1} rows are needed. Give more rows or fewer columns."
        )
    _refuse_dependent(moments, at)
    return at, coding


def _refuse_dependent(moments: Moments, at: int) -> None:
    """Raises InvalidData for a constant column, and for predictors that determine each other."""
    about = moments.about(moments.mean)
    deviation = np.sqrt(np.maximum(np.diagonal(about.second[0]), 0.0))
    rounding = 8.0 * np.finfo(float).eps * np.abs(about.origin[0]) / moments.unit
    for name, spread, floor, value in zip(moments.columns, deviation, rounding, moments.mean[0], strict=True):
        if not spread > floor:
            raise InvalidData(f"Column {name!r} is constant ({value:.6g} in every row): leave it out with columns=.")
    others = [j for j in range(moments.dimension) if j != at]
    correlation = about.second[0] / np.outer(deviation, deviation)
    values, vectors = np.linalg.eigh(correlation[np.ix_(others, others)])
    if not values[0] > SINGULAR * len(others):
        weight = np.abs(vectors[:, 0])
        together = ", ".join(repr(moments.columns[others[i]]) for i in np.flatnonzero(weight > 0.05 * weight.max()))
        raise InvalidData(
            f"Columns {together} are linearly dependent: one is a copy or a combination of the others. Leave it out."
        )
