"""``logistic.linear``: logistic regression by maximum likelihood.

Nothing is said of the predictors, and in return all distinct rows are needed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.states import MOST_COLUMNS, codes_of
from symcat.errors import InvalidData
from symcat.models.base import Center, Masses, Options
from symcat.models.batches import refused_fit
from symcat.models.conditional import validity
from symcat.models.conditional.calibration import calibration
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.logistic import LogisticRegression
from symcat.models.conditional.rows import Rows, log_likelihood
from symcat.models.conditional.search import maximum
from symcat.models.conditional.values import middle_and_half, own_moments
from symcat.models.fit import CheckResult, Fault, Fit, Moves, Observed

LABEL = "logistic.linear"

_NEEDS_ROWS = "its maximum of the likelihood needs all rows, not only averages"


class Logistic(LogisticRegression):
    """The logistic regression of ``target`` on all other columns that is fitted to rows."""

    needs = Needs(states=True)
    takes = frozenset({"prior", "intercept"})

    def __init__(self, schema: Schema, target: int, options: Options) -> None:
        super().__init__(LABEL, schema, target, intercept=options.intercept)
        self.prior = options.prior

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """No answer: averages do not tell the maximum."""
        return refused_fit(self.label, moments.count, _NEEDS_ROWS)

    def fit_rows(self, rows: Masses | None, observed: Observed, center: Center = None) -> Fit:
        """The fit of a batch of one from all its complete encoded rows, or from those that the pass has left.

        Rows of two-valued columns are counted, so that each distinct one is looked at once.
        """
        moments = observed.moments
        fault, faults = validity.faults(own_moments(moments, self.schema.levels), self.target, self.intercept)
        if fault[0]:
            return refused_fit(self.label, moments.count, faults[fault[0]])
        found = self._distinct(rows, observed)
        if found is None:
            return refused_fit(self.label, moments.count, _NEEDS_ROWS)
        real = self.schema.part(self.others).mask("real")
        about = moments.about(moments.mean if self.intercept else np.zeros(moments.dimension))
        spread = np.sqrt(np.diagonal(about.second[0])) * moments.unit
        p = len(self.others)
        k = p + int(self.intercept)
        beginning, origin = np.zeros(k), np.where(real, about.mean[0, self.others], 0.0)
        if self.intercept:
            mean = found.mean_of(self.target)
            beginning[0] = np.log((1.0 + mean) / (1.0 - mean))
        else:  # where the data's own values are zero
            middle, half = middle_and_half(self.levels)
            origin = np.where(real, 0.0, -middle / half)
        start = LogOdds(self.target, beginning, np.zeros((k, k)), origin, self.intercept)
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
            parameters=self.named(self.own_coefficients(best.odds)[None]),
            standard_errors=self.named(self.own_errors(best.odds, best.odds.covariance)[None]),
            log_partition=np.zeros(1),
            log_likelihood=np.array([log_likelihood(best.odds, found)]),
            n_parameters=k,
            statistics={},
            reason=np.zeros(1, dtype=np.int8),
            note="maximum of the logistic likelihood",
            regression=self.regression(1, self.own_covariance(best.odds, best.odds.covariance)[None]),
            checks=best.checks if shares is None else (*best.checks, shares),
            moves=Moves(lambda some: self.named(best.odds.influence(some) @ scale), self.named(best.prior @ scale)),
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand: was the maximum finite; observed against predicted shares."""
        return fit.checks

    def _distinct(self, rows: Masses | None, observed: Observed) -> Rows | None:
        """Rows with what each counts, the distinct ones where all columns are two-valued; None unless they are all."""
        at_hand = Rows.at_hand(observed, self.schema)
        counted = self.schema.only("two-valued") and len(self.schema) <= MOST_COLUMNS
        if at_hand is not None and at_hand.everything and (counted or rows is None):
            return at_hand
        if rows is None:
            return None
        batches = (_counted(*batch) for batch in rows) if counted else rows
        values, weight = (np.concatenate(parts) for parts in zip(*batches, strict=True))
        if counted:
            values, weight = _counted(values, weight)
        return Rows(values, weight, everything=True)


def _counted(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """The distinct rows of +1 and -1, and what each counts in all."""
    _, first, place = np.unique(codes_of(values), return_index=True, return_inverse=True)
    return values[first], np.bincount(place, weights=weight).astype(np.float64)
