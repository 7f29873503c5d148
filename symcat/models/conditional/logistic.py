"""A two-valued column given the others, by logistic regression: what holds however the coefficients were found.

``P(target = +1 | rest) = 1 / (1 + exp(-log-odds))`` with log-odds linear in the other columns. A two-valued predictor
enters with its two numbers, so that coefficients are in the user's own values.
"""

from __future__ import annotations

from abc import ABC
from collections.abc import Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Floats
from symcat.errors import SymcatError
from symcat.models.base import Facts, Parameters
from symcat.models.conditional.given_others import GivenOthers
from symcat.models.conditional.log_odds import LogOdds, logistic
from symcat.models.fit import Regression


class LogisticRegression(GivenOthers, ABC):
    """Log-odds of the larger value of the two-valued column ``target``, linear in all other columns."""

    facts = Facts("One two-valued column given the others: logistic regression", "none")
    takes = frozenset({"prior"})

    def own_coefficients(self, odds: LogOdds) -> Floats:
        """(d,) intercept and coefficients in the user's own values."""
        return np.asarray(odds.scale(self.levels) @ odds.coefficients)

    def own_covariance(self, odds: LogOdds, covariance: Floats) -> Floats:
        """(d, d) of these, from a covariance (d, d) of the encoded ones."""
        scale = odds.scale(self.levels)
        return np.asarray(scale @ covariance @ scale.T)

    def own_errors(self, odds: LogOdds, covariance: Floats) -> Floats:
        """(d,) their errors, likewise."""
        return np.sqrt(np.diagonal(self.own_covariance(odds, covariance)))

    def regression(self, groups: int, covariance: Floats | None = None) -> Regression:
        """What it reports beside the coefficients, whose errors are those of large samples."""
        unknown = np.full(groups, np.inf)
        return Regression(self.target, "logit", unknown, intercept=self.intercept, covariance=covariance)

    # --- using the answer ------------------------------------------------------------------------------------------

    def log_density(self, parameters: Parameters, log_partition: float, x: Floats) -> Floats:
        """(m,) natural log of the probability of the target given the other columns, at encoded rows (m, d)."""
        return -np.logaddexp(0.0, -x[:, self.target] * self.along(parameters, x[:, self.others]))

    def predict(self, parameters: Parameters, x: Floats) -> Floats:
        """(m,) probabilities of the larger value of the target, at encoded rows (m, p) of the other columns."""
        return logistic(self.along(parameters, x))

    def response(self, along: Floats) -> Floats:
        """Probabilities of the larger value."""
        return logistic(along)

    def spread(self, mean: Floats) -> Floats:
        """The variance of one toss."""
        return mean * (1.0 - mean)

    def observed(self, x: Floats) -> Floats:
        """1 for the larger value of the target, 0 for the smaller one."""
        return np.asarray(0.5 * (x[:, self.target] + 1.0))

    def free_energy(self, parameters: Parameters, log_partition: float, columns: Sequence[str]) -> Any:
        """A SymcatError: F would be no polynomial."""
        raise SymcatError("A logistic regression is no density of its predictors: see .parameters.")

    def formula(self, parameters: Parameters) -> str:
        """F in one line."""
        return f"log(1 + exp(-s ({self.combination}))),   s = -1, +1"
