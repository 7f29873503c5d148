"""The maximum of the logistic likelihood: damped Newton steps, with a prior where a coefficient would be infinite.

All groups of a batch step at once; those that have arrived leave. One fit is a batch of one.

Whether a coefficient is infinite is decided, not guessed. All are finite exactly if some positive weights balance the
signed rows (Albert & Anderson 1984, by Gordan's theorem). The weights ``1 - P(what was observed)`` do so up to the
score; moved by the next Newton step they do so exactly, each by a share of itself that is below the change of its row's
log-odds. So a step that changes no row's log-odds by as much as one proves a finite maximum. Log-odds of the right sign
in every row prove that there is none. Where the steps get to neither a linear program looks for the separation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.errors import InvalidData
from symcat.models.base import WEAK
from symcat.models.conditional.log_odds import LogOdds
from symcat.models.conditional.newton import CONVERGED, newton
from symcat.models.conditional.problem import Problem
from symcat.models.conditional.rows import Rows

Prior = float | Literal["weak"] | None

_FIRST_STEPS, _MOST_STEPS = 12, 200
_SOME = 8192  # rows from which the steps of many more begin

NOT_ENDED = (
    "The search for the maximum of the logistic likelihood did not end: the predictors are nearly dependent, "
    "or of very different spread. Leave one out, or change the units."
)


@dataclass(frozen=True)
class Maxima:
    """The maxima of g groups, in the coordinates of the problem, and the prior that each was found with."""

    beta: Floats  # (g, k)
    covariance: Floats  # (g, k, k)
    ended: NDArray[np.bool_]  # (g,) whether there is one
    prior_rows: Floats  # (g,)
    infinite: NDArray[np.bool_]  # (g,) whether a combination of columns separates the target
    problem: Problem
    names: Sequence[str]
    intercept: bool

    def why_infinite(self, group: int) -> str:
        """In words, which columns separate the target of a group, and what follows; empty where none do."""
        if not self.infinite[group]:
            return ""
        said = self.problem.separation(group, self.names, intercept=self.intercept)
        return f"{said}: the maximum of the likelihood is infinite"

    def refusal(self, group: int) -> str:
        """Why a group has no maximum."""
        said = self.why_infinite(group)
        if not said or self.prior_rows[group]:
            return NOT_ENDED
        return (
            f"{said[0].upper()}{said[1:]}. Ask for prior='weak' or a number of rows, or leave the columns out with "
            "columns=."
        )


def maxima(problem: Problem, beginning: Floats, names: Sequence[str], prior: Prior, *, intercept: bool) -> Maxima:
    """The maximum of every group; ``beginning`` (g, k) are the coefficients to begin with, ``names`` the columns'."""
    groups, rows = problem.total.shape
    stated = isinstance(prior, int | float)
    worth = np.full(groups, float(prior) if isinstance(prior, int | float) else 0.0)
    searched = problem.with_prior(worth)
    start = beginning
    if rows >= 4 * _SOME:
        of_some = newton(searched.thinned(rows // _SOME), beginning, _FIRST_STEPS)
        start = np.where(of_some.proves_finite[:, None], of_some.beta, beginning)
    found = newton(searched, start, _FIRST_STEPS)
    infinite = np.zeros(groups, dtype=np.bool_)
    if not (stated and worth.any()):
        doubtful = np.flatnonzero(~found.proves_finite)
        if len(doubtful):
            infinite[doubtful] = problem.of(doubtful).agree(found.beta[doubtful])
        for group in doubtful[~infinite[doubtful]].tolist():
            infinite[group] = bool(problem.separation(group, names, intercept=intercept))
    refused = infinite & (prior is None)
    worth[infinite & ~refused] = WEAK
    again = np.flatnonzero(((found.reach >= CONVERGED) | infinite) & ~refused)
    if len(again):
        usable = found.proves_finite[again] & ~infinite[again]
        begin = np.where(usable[:, None], found.beta[again], beginning[again])
        more = newton(problem.of(again).with_prior(worth[again]), begin, _MOST_STEPS)
        found.put(again, more.beta, more.reach, more.covariance)
    ended = found.proves_finite & ~refused
    return Maxima(found.beta, found.covariance, ended, worth, infinite, problem, names, intercept)


@dataclass(frozen=True)
class Maximum:
    """The maximum-likelihood log-odds of a batch of one, with a prior where one was needed or asked for."""

    odds: LogOdds
    prior: Floats  # (A, d) how far the rows of the prior move the coefficients, A = 0 where there is none
    prior_rows: float


def maximum(rows: Rows, start: LogOdds, deviation: Floats, names: Sequence[str], prior: Prior) -> Maximum:
    """Log-odds of a column in all rows of the data, as a batch of one.

    ``start`` says which column, from where the others are counted, and the coefficients to begin with; ``deviation``
    (p,) is the scale of each of these in the search, and ``names`` are theirs.

    Raises
    ------
    InvalidData : a coefficient is infinite and there is no prior; or the search did not end.
    """
    scale = np.concatenate([np.ones(int(start.intercept)), deviation])
    up = rows.weight * (rows.values[:, start.target] > 0.0)
    design = np.ascontiguousarray((start.design(rows.values) / scale).T)
    problem = Problem(design[None], rows.weight[None], up[None])
    found = maxima(problem, (start.coefficients * scale)[None], names, prior, intercept=start.intercept)
    if not found.ended[0]:
        raise InvalidData(found.refusal(0))
    return of_one(found, start, scale)


def of_one(found: Maxima, start: LogOdds, scale: Floats) -> Maximum:
    """The maximum of a batch of one, from ``start`` in the units that the search divides by ``scale`` (k,)."""
    covariance = found.covariance[0]
    odds = replace(
        start, coefficients=found.beta[0] / scale, covariance=np.asarray(covariance / np.outer(scale, scale))
    )
    rows = float(found.prior_rows[0])
    return Maximum(odds, found.problem.score_of_prior(found.beta, rows) @ covariance / scale, rows)
