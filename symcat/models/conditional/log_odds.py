"""Log-odds of a two-valued column, linear in the others: the coefficients of a logistic regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats
from symcat.models.conditional.values import Predictors, middle_and_half


@dataclass(frozen=True)
class LogOdds:
    """Log-odds of column ``target`` being +1: an intercept, then a coefficient for every other column in order.

    Two-valued columns enter as -1 and +1; from each column its ``origin`` is subtracted first. Without ``intercept``
    there are k = d - 1 coefficients, else k = d, and the origins must be those of the data's own values.
    """

    target: int
    coefficients: Floats  # (k,) intercept first
    covariance: Floats  # (k, k) of the estimates
    origin: Floats  # (d - 1,)
    intercept: bool = True

    def design(self, rows: Floats) -> Floats:
        """(m, k) what the coefficients multiply, of rows (m, d) of all columns."""
        others = np.delete(rows, self.target, axis=1) - self.origin
        return np.column_stack([np.ones(len(rows)), others]) if self.intercept else others

    def of(self, rows: Floats) -> Floats:
        """(m,) the log-odds at rows (m, d) of all columns."""
        slopes = self.coefficients[int(self.intercept) :]
        along = (rows - np.insert(self.origin, self.target, 0.0)) @ np.insert(slopes, self.target, 0.0)
        return np.asarray(along + self.coefficients[0] if self.intercept else along)

    def influence(self, rows: Floats) -> Floats:
        """(m, d) how far each of the rows (m, d) that the coefficients were fitted to moves them."""
        design = self.design(rows)
        residual = (rows[:, self.target] > 0.0) - logistic(design @ self.coefficients)
        return np.asarray((design * residual[:, None]) @ self.covariance)

    def scale(self, levels: Predictors) -> Floats:
        """(k, k) matrix that takes the coefficients to those of the data's own values, ``levels`` of each predictor."""
        middle, half = middle_and_half(levels)
        out = np.diag(np.concatenate([[1.0], 1.0 / half]))
        out[0, 1:] = -middle / half - self.origin
        return out if self.intercept else out[1:, 1:]


def logistic(log_odds: Floats) -> Floats:
    """(m,) probabilities of log-odds, without overflow and with all digits of the smallest."""
    small = np.exp(-np.abs(log_odds))
    out: Floats = np.where(log_odds >= 0.0, 1.0, small) / (1.0 + small)
    return out


def information(design: Floats, weight: Floats, log_odds: Floats) -> Floats:
    """(d, d) Fisher information of the logistic coefficients in the rows of a design (m, d)."""
    p = logistic(log_odds)
    out: Floats = (design * (weight * p * (1.0 - p))[:, None]).T @ design
    return out
