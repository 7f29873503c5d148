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
from symcat.models.conditional.log_odds import LogOdds, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.separation import TOLERANCE, separated

Prior = float | Literal["weak"] | None
Groups = NDArray[np.intp]

_FIRST_STEPS, _MOST_STEPS = 12, 200
_CONVERGED = 1e-10  # change of any row's log-odds by a step
_SAFE = 0.5  # change of any row's log-odds that proves a finite maximum, rounding included
_MOST_CONDITION = 1e12  # of the scaled information: beyond it the steps are rounding
_HALVINGS = 40
_SOME = 8192  # rows from which the steps of many more begin

NOT_ENDED = (
    "The search for the maximum of the logistic likelihood did not end: the predictors are nearly dependent, "
    "or of very different spread. Leave one out, or change the units."
)


@dataclass(frozen=True)
class Problem:
    """Rows of the designs of g groups side by side: how many each stands for, and in how many the target is +1.

    A group of fewer rows than others has rows of zeros, which stand for none.
    """

    design: Floats  # (g, k, m): column by column, which is how it is multiplied
    total: Floats  # (g, m)
    up: Floats  # (g, m)

    def of(self, groups: Groups | NDArray[np.bool_]) -> Problem:
        """Some of the groups."""
        return Problem(self.design[groups], self.total[groups], self.up[groups])

    def thinned(self, step: int) -> Problem:
        """Every so many-th of the rows."""
        return Problem(
            np.ascontiguousarray(self.design[:, :, ::step]),
            np.ascontiguousarray(self.total[:, ::step]),
            np.ascontiguousarray(self.up[:, ::step]),
        )

    def with_prior(self, rows: Floats) -> Problem:
        """With (g,) so many rows more, spread over these as their weights are, half of them +1 and half -1."""
        if not rows.any():
            return self
        share = self._share(rows)
        return Problem(self.design, self.total + share, self.up + 0.5 * share)

    def _share(self, rows: Floats) -> Floats:
        return np.asarray(rows[:, None] * self.total / self.total.sum(axis=1, keepdims=True))

    def log_odds(self, beta: Floats) -> Floats:
        """(g, m) where the coefficients are (g, k)."""
        return np.asarray((beta[:, None, :] @ self.design)[:, 0])

    def at(self, log_odds: Floats) -> Point:
        """What the likelihoods are, and how they change, where the rows have these log-odds (g, m)."""
        size = np.abs(log_odds)
        small = np.exp(-size)
        nearer = 1.0 / (1.0 + small)
        farther = small * nearer
        positive = log_odds >= 0.0
        down = self.total - self.up
        against, towards = np.where(positive, down, self.up), np.where(positive, self.up, down)
        # All digits where it is near zero.
        lost = size * against + self.total * np.log1p(small)
        score = towards * farther - against * nearer
        return Point(-lost.sum(axis=1), np.where(positive, score, -score), self.total * nearer * farther)

    def information(self, spread: Floats) -> Floats:
        """(g, k, k) Fisher's, which is also the observed one."""
        out: Floats = (self.design * spread[:, None]) @ self.design.transpose(0, 2, 1)
        return out

    def score_of_prior(self, beta: Floats, rows: float) -> Floats:
        """(k, k) of a batch of one, a square root of the sum of squares of the scores of the rows of ``with_prior``.

        Of ``share`` rows at each, half of them +1 and half -1. (0, k) where it added none.
        """
        if not rows:
            return np.empty((0, beta.shape[1]))
        share, p = self._share(np.array([rows]))[0], logistic(self.log_odds(beta)[0])
        square = 0.5 * share * ((1.0 - p) ** 2 + p**2)
        return np.asarray(np.linalg.qr(self.design[0].T * np.sqrt(square)[:, None], mode="r"))

    def agree(self, beta: Floats) -> NDArray[np.bool_]:
        """(g,) whether the log-odds are on the side of what was observed in every row: complete separation."""
        log_odds = self.log_odds(beta)
        margin = TOLERANCE * np.abs(beta).max(axis=1, initial=0.0)[:, None]
        against = ((self.up > 0.0) & ~(log_odds > margin)) | ((self.total > self.up) & ~(log_odds < -margin))
        return np.asarray(~against.any(axis=1))

    def separation(self, group: int, names: Sequence[str], *, intercept: bool) -> str:
        """In words, what separates the two values of the target in a group; empty if nothing does."""
        there = self.total[group] > 0.0
        design = self.design[group].T[there]
        return separated(design, self.total[group, there], self.up[group, there], names, intercept=intercept)


@dataclass(frozen=True)
class Point:
    """Log-likelihoods (g,); by what the designs are to be multiplied for each row's score, and for the information."""

    likelihood: Floats
    score: Floats  # (g, m)
    spread: Floats  # (g, m)

    def of(self, groups: Groups | NDArray[np.bool_]) -> Point:
        """Some of the groups."""
        return Point(self.likelihood[groups], self.score[groups], self.spread[groups])


@dataclass(frozen=True)
class _Iterate:
    """Where the steps have come to: the coefficients, and how far the next step would move any row's log-odds."""

    beta: Floats  # (g, k)
    reach: Floats  # (g,) infinite where no step could be made
    covariance: Floats  # (g, k, k)

    @classmethod
    def at(cls, beta: Floats) -> _Iterate:
        """Before the first step."""
        groups, k = beta.shape
        return cls(beta.copy(), np.full(groups, np.inf), np.full((groups, k, k), np.nan))

    @property
    def proves_finite(self) -> NDArray[np.bool_]:
        return self.reach < _SAFE

    def put(self, groups: Groups, beta: Floats, reach: Floats, covariance: Floats) -> None:
        """Some of the groups have come to here."""
        self.beta[groups], self.reach[groups], self.covariance[groups] = beta, reach, covariance


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
        of_some = _newton(searched.thinned(rows // _SOME), beginning, _FIRST_STEPS)
        start = np.where(of_some.proves_finite[:, None], of_some.beta, beginning)
    found = _newton(searched, start, _FIRST_STEPS)
    infinite = np.zeros(groups, dtype=np.bool_)
    if not (stated and worth.any()):
        doubtful = np.flatnonzero(~found.proves_finite)
        if len(doubtful):
            infinite[doubtful] = problem.of(doubtful).agree(found.beta[doubtful])
        for group in doubtful[~infinite[doubtful]].tolist():
            infinite[group] = bool(problem.separation(group, names, intercept=intercept))
    refused = infinite & (prior is None)
    worth[infinite & ~refused] = WEAK
    again = np.flatnonzero(((found.reach >= _CONVERGED) | infinite) & ~refused)
    if len(again):
        usable = found.proves_finite[again] & ~infinite[again]
        begin = np.where(usable[:, None], found.beta[again], beginning[again])
        more = _newton(problem.of(again).with_prior(worth[again]), begin, _MOST_STEPS)
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


def _newton(problem: Problem, beta: Floats, steps: int) -> _Iterate:
    """Newton's steps uphill, each halved until the likelihood does not fall."""
    found = _Iterate.at(beta)
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
        arrived = sure & (reach < _CONVERGED)
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
