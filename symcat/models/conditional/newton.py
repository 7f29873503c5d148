"""Newton's steps on the logistic likelihood, damped: all groups step at once, those that have arrived leave.

A step that changes no row's log-odds by as much as one proves a finite maximum: see ``search``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.models.conditional.problem import Groups, Point, Problem

CONVERGED = 1e-10
"""Change of any row's log-odds by a step."""
_SAFE = 0.5  # change of any row's log-odds that proves a finite maximum, rounding included
_MOST_CONDITION = 1e12  # of the scaled information: beyond it the steps are rounding
_HALVINGS = 40


@dataclass(frozen=True)
class Iterate:
    """Where the steps have come to: the coefficients, and how far the next step would move any row's log-odds."""

    beta: Floats  # (g, k)
    reach: Floats  # (g,) infinite where no step could be made
    covariance: Floats  # (g, k, k)

    @classmethod
    def at(cls, beta: Floats) -> Iterate:
        """Before the first step."""
        groups, k = beta.shape
        return cls(beta.copy(), np.full(groups, np.inf), np.full((groups, k, k), np.nan))

    @property
    def proves_finite(self) -> NDArray[np.bool_]:
        return self.reach < _SAFE

    def put(self, groups: Groups, beta: Floats, reach: Floats, covariance: Floats) -> None:
        """Some of the groups have come to here."""
        self.beta[groups], self.reach[groups], self.covariance[groups] = beta, reach, covariance


def newton(problem: Problem, beta: Floats, steps: int) -> Iterate:
    """Newton's steps uphill, each halved until the likelihood does not fall."""
    found = Iterate.at(beta)
    log_odds = problem.log_odds(beta)
    here = problem.at(log_odds)
    active = np.arange(len(beta))
    for _ in range(steps):
        covariance, sure = inverse(problem.information(here.spread))
        with np.errstate(all="ignore"):  # what has no inverse
            step = (covariance @ (problem.design @ here.score[:, :, None]))[:, :, 0]
            along = problem.log_odds(step)
        reach = np.abs(along).max(axis=1)
        sure &= np.isfinite(reach)
        lost = active[~sure]
        found.put(lost, beta[~sure], np.full(len(lost), np.inf), covariance[~sure])
        arrived = sure & (reach < CONVERGED)
        # No nearer than rounding lets it come.
        stuck = sure & ~arrived & (reach < 1e-6) & (reach > 0.5 * found.reach[active])
        found.put(active[sure], np.where(arrived[:, None], beta + step, beta)[sure], reach[sure], covariance[sure])
        on = sure & ~arrived & ~stuck
        if not on.any():
            break
        if not on.all():
            problem, here, active = problem.of(on), here.of(on), active[on]
            beta, step, log_odds, along = beta[on], step[on], log_odds[on], along[on]
        share, here = _uphill(problem, log_odds, along, here)
        beta, log_odds = beta + share[:, None] * step, log_odds + share[:, None] * along
    return found


def _uphill(problem: Problem, log_odds: Floats, along: Floats, here: Point) -> tuple[Floats, Point]:
    """(g,) what share of each step does not lower the likelihood, and where it leads."""
    share = np.ones(len(log_odds))
    moved = problem.at(log_odds + along)
    least = here.likelihood - 1e-13 * np.abs(here.likelihood)
    for _ in range(_HALVINGS):
        falls = np.flatnonzero(~(moved.likelihood >= least))
        if not len(falls):
            break
        share[falls] *= 0.5
        nearer = problem.of(falls).at(log_odds[falls] + share[falls, None] * along[falls])
        moved.likelihood[falls], moved.score[falls], moved.spread[falls] = (
            nearer.likelihood,
            nearer.score,
            nearer.spread,
        )
    return share, moved


def inverse(info: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """(g, k, k) inverses, scaled to a unit diagonal, and (g,) whether they are more than rounding; else NaN."""
    with np.errstate(all="ignore"):
        scale = 1.0 / np.sqrt(np.einsum("gkk->gk", info))
        outer = scale[:, :, None] * scale[:, None, :]
        scaled = info * outer
    sure = np.isfinite(scaled).all(axis=(1, 2))
    if not sure.all():
        scaled = np.where(sure[:, None, None], scaled, np.eye(info.shape[1]))
    try:
        found = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:  # some are singular to the last digit; the others must not suffer
        sure &= np.linalg.eigvalsh(scaled)[:, 0] > 0.0
        found = np.linalg.pinv(scaled, hermitian=True)
    with np.errstate(all="ignore"):
        sure &= _largest_sum(scaled) * _largest_sum(found) < _MOST_CONDITION
        found = 0.5 * (found + found.transpose(0, 2, 1)) * outer
    found[~sure] = np.nan
    return found, sure


def _largest_sum(matrices: Floats) -> Floats:
    """(g,) the largest sum of sizes in a column: a norm."""
    return np.asarray(np.abs(matrices).sum(axis=1).max(axis=1))
