"""Log-odds of a two-valued column, linear in the others: the coefficients of a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats
from symcat.models.conditional.values import Predictors, middle_and_half


@dataclass(frozen=True)
class LogOdds:
    """Log-odds of column ``target`` being +1: an intercept, then a coefficient for every other column in order.

    Two-valued columns enter as -1 and +1; from each column its ``origin`` is subtracted first.
    """

    target: int
    coefficients: Floats  # (d,) intercept first
    covariance: Floats  # (d, d) of the estimates
    origin: Floats  # (d - 1,)

    def design(self, rows: Floats) -> Floats:
        """(m, d) what the coefficients multiply, of rows (m, d) of all columns."""
        out = np.empty(rows.shape)
        out[:, 0] = 1.0
        out[:, 1:] = np.delete(rows, self.target, axis=1) - self.origin
        return out

    def influence(self, rows: Floats) -> Floats:
        """(m, d) how far each of the rows (m, d) that the coefficients were fitted to moves them."""
        design = self.design(rows)
        residual = (rows[:, self.target] > 0.0) - logistic(design @ self.coefficients)
        return np.asarray((design * residual[:, None]) @ self.covariance)

    def scale(self, levels: Predictors) -> Floats:
        """(d, d) matrix that takes the coefficients to those of the data's own values, ``levels`` of each predictor."""
        middle, half = middle_and_half(levels)
        out = np.diag(np.concatenate([[1.0], 1.0 / half]))
        out[0, 1:] = -middle / half - self.origin
        return out


def logistic(log_odds: Floats) -> Floats:
    """(m,) probabilities of log-odds, without overflow."""
    out: Floats = 0.5 * (1.0 + np.tanh(0.5 * log_odds))
    return out


def information(design: Floats, weight: Floats, log_odds: Floats) -> Floats:
    """(d, d) Fisher information of the logistic coefficients in the rows of a design (m, d)."""
    p = logistic(log_odds)
    out: Floats = (design * (weight * p * (1.0 - p))[:, None]).T @ design
    return out
