"""``logistic.linear``: logistic regression by maximum likelihood.

Nothing is said of the predictors, and in return all distinct rows are needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.data.schema import Schema
from symcat.data.states import MOST_COLUMNS, States
from symcat.errors import InvalidData
from symcat.models.base import Center, Options
from symcat.models.batches import refused_fit
from symcat.models.conditional import validity
from symcat.models.conditional.calibration import calibration
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.logistic import LogisticRegression
from symcat.models.conditional.rows import Rows, log_likelihood
from symcat.models.conditional.search import maximum
from symcat.models.conditional.values import middle_and_half, own_moments
from symcat.models.fit import ROBUST, CheckResult, Fault, Fit, Observed

LABEL = "logistic.linear"

_NEEDS_ROWS = "its maximum of the likelihood needs all rows, not only averages, and takes no weights"


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

    def fit_rows(
        self, rows: Iterable[Floats] | None, observed: Observed, center: Center = None, *, ordered: bool
    ) -> Fit:
        """The fit of a batch of one from all its complete encoded rows, in batches, or from its counted states.

        Rows of two-valued columns are counted, so that each distinct one is looked at once; the robust errors are
        those of single rows then, and of consecutive blocks of rows otherwise.
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
            best = maximum(found, start, deviation, names, self.prior, ordered=ordered and not self._counted)
        except InvalidData as error:
            return refused_fit(self.label, moments.count, Fault(error))
        shares = calibration(best.odds, found)
        robust = self.named(self.own_errors(best.odds, best.robust)[None])
        return Fit(
            label=self.label,
            count=moments.count,
            parameters=self.named(self.own_coefficients(best.odds)[None]),
            standard_errors=self.named(self.own_errors(best.odds, best.odds.covariance)[None]),
            log_partition=np.zeros(1),
            log_likelihood=np.array([log_likelihood(best.odds, found)]),
            n_parameters=k,
            statistics={ROBUST + name: value for name, value in robust.items()},
            reason=np.zeros(1, dtype=np.int8),
            note="maximum of the logistic likelihood",
            regression=self.regression(1, self.own_covariance(best.odds, best.odds.covariance)[None]),
            checks=best.checks if shares is None else (*best.checks, shares),
        )

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Those made while the rows were at hand: was the maximum finite; observed against predicted shares."""
        return fit.checks

    @property
    def _counted(self) -> bool:
        """Whether the rows are few distinct ones, or may be."""
        return self.schema.only("two-valued") and len(self.schema) <= MOST_COLUMNS

    def _distinct(self, rows: Iterable[Floats] | None, observed: Observed) -> Rows | None:
        """The distinct rows with their counts where all columns are two-valued, else the rows; None without them."""
        if observed.weighted is not None:
            return None
        at_hand = Rows.at_hand(observed, self.schema)
        if at_hand is not None and at_hand.everything and (self._counted or rows is None):
            return at_hand
        if rows is None:
            return None
        if self._counted:
            states = States.joined([States.of(batch) for batch in rows])
            return Rows(states.rows, states.counts.astype(np.float64), everything=True)
        values = np.concatenate(list(rows))
        return Rows(values, np.ones(len(values)), everything=True)
