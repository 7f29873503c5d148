"""``logistic.linear``: logistic regression by maximum likelihood, for data that no joint class describes.

Nothing is said of the predictors, and in return all rows are needed once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.data.states import MOST_COLUMNS, States
from symcat.errors import InvalidData
from symcat.models.base import Center, Options
from symcat.models.batches import refused_fit
from symcat.models.conditional import validity
from symcat.models.conditional.calibration import calibration
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.logistic import LogisticRegression, named
from symcat.models.conditional.rows import Rows, log_likelihood
from symcat.models.conditional.search import maximum
from symcat.models.conditional.values import own_moments
from symcat.models.fit import CheckResult, Fault, Fit, Moves, Observed

LABEL = "logistic.linear"


class Logistic(LogisticRegression):
    """The logistic regression of ``target`` on all other columns that is fitted to rows."""

    def __init__(self, schema: Schema, target: int, options: Options) -> None:
        super().__init__(LABEL, schema, target)
        self.prior = options.prior

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the maximum."""
        return refused_fit(self.label, moments.count, "its maximum of the likelihood needs all rows, not only averages")

    def fit_rows(self, rows: Iterable[Floats], moments: Moments, center: Center = None) -> Fit:
        """The fit of a batch of one from all its complete encoded rows, in batches.

        Rows of two-valued columns are counted, so that each distinct one is looked at once. Raises SymcatError where
        scikit-learn is not installed.
        """
        fault, faults = validity.faults(own_moments(moments, self.schema.levels), self.target)
        if fault[0]:
            return refused_fit(self.label, moments.count, faults[fault[0]])
        counted = self.schema.only("two-valued") and len(self.schema) <= MOST_COLUMNS
        found = _counted(rows) if counted else _as_they_are(rows)
        real = self.schema.part(self.others).mask("real")
        spread = np.sqrt(np.diagonal(moments.about(moments.mean).second[0])) * moments.unit
        p = len(self.others)
        start = LogOdds(
            self.target, np.zeros(p + 1), np.zeros((p + 1, p + 1)), np.where(real, moments.mean[0, self.others], 0.0)
        )
        names = [self.schema.columns[j] for j in self.others]
        deviation = np.where(real, spread[self.others], 1.0)
        try:
            best = maximum(found, start, deviation, names, self.prior)
        except InvalidData as error:
            return refused_fit(self.label, moments.count, Fault(error))
        shares = calibration(best.odds, found)
        scale = best.odds.scale(self.levels).T
        return Fit(
            label=self.label,
            count=moments.count,
            parameters=named(self.own_coefficients(best.odds)[None]),
            standard_errors=named(self.own_errors(best.odds, best.odds.covariance)[None]),
            log_partition=np.zeros(1),
            log_likelihood=np.array([log_likelihood(best.odds, found)]),
            n_parameters=p + 1,
            statistics={},
            reason=np.zeros(1, dtype=np.int8),
            note="logistic likelihood, by scikit-learn",
            regression=self.regression(1),
            checks=best.checks if shares is None else (*best.checks, shares),
            moves=Moves(lambda some: named(best.odds.influence(some) @ scale), named(best.prior @ scale)),
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand: was the maximum finite; observed against predicted shares."""
        return fit.checks


def _counted(rows: Iterable[Floats]) -> Rows:
    states = States.joined([States.of(batch) for batch in rows])
    return Rows(states.rows, states.counts.astype(np.float64), everything=True)


def _as_they_are(rows: Iterable[Floats]) -> Rows:
    values = np.concatenate(list(rows))
    return Rows(values, np.ones(len(values)), everything=True)
