"""The logistic regression that a joint class implies, read from its fit: one pass over the data, no search.

The errors are carried from the joint likelihood, which says more than the conditional one wherever the joint class
holds; whether it holds for this purpose is tested by the score of the logistic likelihood.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.needs import Needs
from symcat.models.base import Center, Model, counted
from symcat.models.batches import blank_refused, concatenate_fits
from symcat.models.conditional import linearity, validity
from symcat.models.conditional.calibration import calibration
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.logistic import LogisticRegression
from symcat.models.conditional.rows import Rows, log_likelihood
from symcat.models.conditional.values import own_moments
from symcat.models.fit import FINITE_MAXIMUM, CheckResult, Fit, Observed


class ImpliedLogistic(LogisticRegression):
    """Base of the logistic regressions of ``target`` that a class of all columns together implies, its basis -1 and +1.

    What a family adds is how the log-odds, and their changes, follow from the fit of its class.
    """

    check_needs = Needs(states=True)
    one_by_one = True

    def __init__(self, joint: Model, target: int) -> None:
        super().__init__(joint.label, joint.schema, target)
        self.joint = joint
        self.needs = joint.needs

    @abstractmethod
    def joint_fit(self, moments: Moments) -> Fit:
        """The fit of the joint class."""

    @abstractmethod
    def log_odds(self, joint: Fit, moments: Moments) -> LogOdds:
        """What it implies, of a batch of one that is answered."""

    @abstractmethod
    def moved(self, joint: Fit, groups: Moments, whole: Moments) -> Floats:
        """(B, d) how far each of B groups of rows (blocks, or single rows) moves the coefficients of a batch of one."""

    @abstractmethod
    def moved_by_prior(self, joint: Fit, whole: Moments) -> Floats:
        """(A, d) likewise the rows of the prior of the joint fit."""

    @abstractmethod
    def score(self, odds: LogOdds, joint: Fit, rows: Rows, moments: Moments) -> CheckResult:
        """Whether the joint class holds as far as the log-odds go, of a batch of one."""

    def fit(self, moments: Moments, center: Center = None) -> Fit:
        """Coefficients of every group with their model-based errors, in the user's own values; group by group."""
        d, groups = len(self.schema), moments.n_groups
        fault, faults = validity.faults(own_moments(moments, self.schema.levels), self.target)
        values, errors, likelihood = np.full((groups, d), np.nan), np.full((groups, d), np.nan), np.full(groups, np.nan)
        covariance = None
        fits = []
        for g in range(groups):
            one = moments.groups(slice(g, g + 1))
            fits.append(self.joint_fit(one))
            if not fault[g] and fits[g].answered[0]:
                odds = self.log_odds(fits[g], one)
                values[g], errors[g] = self.own_coefficients(odds), self.own_errors(odds, odds.covariance)
                likelihood[g] = self._likelihood_of_averages(odds, one)
                if groups == 1 and counted(moments):
                    covariance = self.own_covariance(odds, odds.covariance)[None]
        joint = fits[0] if groups == 1 else concatenate_fits(fits)
        reason = np.where(fault > 0, fault, np.where(joint.reason > 0, joint.reason + len(faults) - 1, 0))
        return blank_refused(
            Fit(
                label=self.label,
                count=moments.count,
                parameters=self.named(values),
                standard_errors=self.named(errors) if counted(moments) else {},
                log_partition=np.zeros(groups),  # P = exp(-F), F = log(1 + exp(-s log-odds)), is normalised as it is
                log_likelihood=likelihood,
                n_parameters=d,
                statistics={},
                reason=reason.astype(np.int32),
                reasons=(*faults, *joint.reasons[1:]),
                source=joint.source,
                regression=self.regression(groups, covariance),
                joint=joint,
            )
        )

    def _likelihood_of_averages(self, odds: LogOdds, moments: Moments) -> float:
        """Log-likelihood of a batch of one where averages tell it: of at most two predictors, all two-valued.

        Their averages then give the shares of all their states. Not a number otherwise: see ``completed``.
        """
        p = len(self.others)
        if p > 2 or not self.schema.only("two-valued"):
            return np.nan
        about = moments.about(np.zeros(p + 1)).in_unit(1.0)
        mean, pair = about.first[0], about.second[0]
        states = np.array(list(product((-1.0, 1.0), repeat=p)))
        share = 1.0 + states @ mean[self.others]
        if p == 2:
            share = share + states.prod(axis=1) * pair[self.others[0], self.others[1]]
        log_odds = odds.coefficients[0] + states @ odds.coefficients[1:]
        along = np.concatenate([mean[[self.target]], pair[self.target, self.others]]) @ odds.coefficients
        normalised = np.logaddexp(0.5 * log_odds, -0.5 * log_odds) @ share / len(states)
        return float(moments.count[0] * (0.5 * along - normalised))

    def completed(self, fit: Fit, observed: Observed) -> Fit:
        """With the log-likelihood of a batch of one, where all its rows are at hand."""
        rows = self._rows(fit, observed)
        if rows is None or not rows.everything:
            return fit
        return replace(fit, log_likelihood=np.array([log_likelihood(self._odds(fit, observed.moments), rows)]))

    def influence(self, fit: Fit, groups: Moments, whole: Moments, center: Center = None) -> dict[str, Floats]:
        """Of B groups of rows, in the user's own values."""
        assert fit.joint is not None
        return self.named(self.moved(fit.joint, groups, whole) @ self._odds(fit, whole).scale(self.levels).T)

    def influence_besides(self, fit: Fit, whole: Moments) -> dict[str, Floats]:
        """Of the rows of the prior."""
        assert fit.joint is not None
        if not fit.joint.statistics["prior_rows"][0]:
            return {}
        return self.named(self.moved_by_prior(fit.joint, whole) @ self._odds(fit, whole).scale(self.levels).T)

    def checks(self, fit: Fit, observed: Observed, center: Center = None) -> Sequence[CheckResult]:
        """Whether the maximum was finite; whether the joint class holds; observed against predicted shares."""
        assert fit.joint is not None
        found = [check for check in self.joint.checks(fit.joint, observed, None) if check.name == FINITE_MAXIMUM]
        rows = self._rows(fit, observed)
        if rows is None:
            return found
        odds = self._odds(fit, observed.moments)
        found.append(self.score(odds, fit.joint, rows, observed.moments))
        if not any(check.name == FINITE_MAXIMUM for check in found):  # a prior bends the curve
            found += linearity.of_regression(self, fit, observed, self.target)
        shares = calibration(odds, rows)
        return found if shares is None else [*found, shares]

    def _odds(self, fit: Fit, moments: Moments) -> LogOdds:
        assert fit.joint is not None
        return self.log_odds(fit.joint, moments)

    def _rows(self, fit: Fit, observed: Observed) -> Rows | None:
        """Rows of a batch of one that is answered, as far as they are at hand."""
        alone = observed.moments.n_groups == 1 and bool(fit.answered[0])
        return Rows.at_hand(observed, self.schema) if alone else None
