"""The maximum of the logistic likelihood: damped Newton steps, with a prior where a coefficient would be infinite.

Whether one is infinite is decided, not guessed. All are finite exactly if some positive weights balance the signed rows
(Albert & Anderson 1984, by Gordan's theorem). The weights ``1 - P(what was observed)`` do so up to the score; moved by
the next Newton step they do so exactly, each by a share of itself that is below the change of its row's log-odds. So a
step that changes no row's log-odds by as much as one proves a finite maximum. Where the steps do not get there a linear
program looks for the separation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from symcat.data.moments import Floats
from symcat.errors import InvalidData
from symcat.models.base import WEAK
from symcat.models.conditional.log_odds import LogOdds, logistic
from symcat.models.conditional.rows import Rows
from symcat.models.conditional.separation import separated
from symcat.models.fit import FINITE_MAXIMUM, CheckResult

Prior = float | Literal["weak"] | None

_FIRST_STEPS, _MOST_STEPS = 12, 200
_CONVERGED = 1e-10  # change of any row's log-odds by a step
_SAFE = 0.5  # change of any row's log-odds that proves a finite maximum, rounding included
_MOST_CONDITION = 1e12  # of the scaled information: beyond it the steps are rounding
_HALVINGS = 40
_SOME = 8192  # rows from which the steps of many more begin


@dataclass(frozen=True)
class Maximum:
    """The maximum-likelihood log-odds, with a prior where one was needed or asked for."""

    odds: LogOdds
    prior: Floats  # (A, d) how far the rows of the prior move the coefficients, A = 0 where there is none
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True)
class _Problem:
    """Distinct rows of a design (m, d): how many rows each stands for, and in how many of them the target is +1."""

    design: Floats
    total: Floats
    up: Floats

    def thinned(self, step: int) -> _Problem:
        """Every so many-th of the rows."""
        return _Problem(np.asfortranarray(self.design[::step]), self.total[::step], self.up[::step])

    def with_prior(self, rows: float) -> _Problem:
        """With that many rows more, spread over these as their weights are, half of them +1 and half -1."""
        share = rows * self.total / self.total.sum()
        return _Problem(self.design, self.total + share, self.up + 0.5 * share)

    def at(self, log_odds: Floats) -> _Point:
        """What the likelihood is, and how it changes, where the rows have these log-odds (m,)."""
        small = np.exp(-np.abs(log_odds))
        nearer = 1.0 / (1.0 + small)
        farther = small * nearer
        positive = log_odds >= 0.0
        p, q = np.where(positive, nearer, farther), np.where(positive, farther, nearer)
        down = self.total - self.up
        # All digits where it is near zero.
        against = np.abs(log_odds) * np.where(positive, down, self.up) + self.total * np.log1p(small)
        return _Point(-float(against.sum()), self.up * q - down * p, self.total * nearer * farther)

    def score_of_prior(self, beta: Floats, rows: float) -> Floats:
        """(d, d) a square root of the sum of squares of the scores of the rows that ``with_prior`` has added.

        Of ``share`` rows at each, half of them +1 and half -1. (0, d) where it added none.
        """
        if not rows:
            return np.empty((0, len(beta)))
        share = rows * self.total / self.total.sum()
        p = logistic(self.design @ beta)
        square = 0.5 * share * ((1.0 - p) ** 2 + p**2)
        return np.asarray(np.linalg.qr(self.design * np.sqrt(square)[:, None], mode="r"))

    def information(self, spread: Floats) -> Floats:
        """(d, d) Fisher's, which is also the observed one."""
        out: Floats = (self.design * spread[:, None]).T @ self.design
        return out


@dataclass(frozen=True)
class _Point:
    """Log-likelihood; by what the design is to be multiplied for each row's score (m,), and for the information."""

    likelihood: float
    score: Floats
    spread: Floats


@dataclass(frozen=True)
class _Iterate:
    """Where the steps have come to: the coefficients, and how far the next step would move any row's log-odds."""

    beta: Floats
    reach: float
    covariance: Floats

    @property
    def proves_finite(self) -> bool:
        return self.reach < _SAFE


def maximum(rows: Rows, start: LogOdds, deviation: Floats, names: Sequence[str], prior: Prior) -> Maximum:
    """Log-odds of a column in all rows of the data.

    ``start`` says which column, from where the others are counted, and the coefficients to begin with; ``deviation``
    (p,) is the scale of each of these in the search, and ``names`` are theirs.

    Raises
    ------
    InvalidData : a coefficient is infinite and there is no prior; or the search did not end.
    """
    scale = np.concatenate([np.ones(int(start.intercept)), deviation])
    up = rows.weight * (rows.values[:, start.target] > 0.0)
    # Column by column, which is how it is multiplied.
    problem = _Problem(np.asfortranarray(start.design(rows.values) / scale), rows.weight, up)
    worth = float(prior) if isinstance(prior, int | float) else 0.0
    searched = problem.with_prior(worth) if worth else problem
    beginning = start.coefficients * scale
    if len(problem.total) >= 4 * _SOME:
        of_some = _newton(searched.thinned(len(problem.total) // _SOME), beginning, _FIRST_STEPS)
        beginning = of_some.beta if of_some.proves_finite else beginning
    found = _newton(searched, beginning, _FIRST_STEPS)
    said = ""
    if not found.proves_finite and not worth:
        said = separated(problem.design, problem.total, problem.up, names, intercept=start.intercept)
    if said:
        said = f"{said}: the maximum of the likelihood is infinite"
        if prior is None:
            raise InvalidData(
                f"{said[0].upper()}{said[1:]}. Ask for prior='weak' or a number of rows, or leave the columns out "
                "with columns=."
            )
        worth = WEAK
        searched = problem.with_prior(worth)
        found = _newton(searched, start.coefficients * scale, _MOST_STEPS)
    elif found.reach >= _CONVERGED:
        found = _newton(searched, found.beta if found.proves_finite else start.coefficients * scale, _MOST_STEPS)
    if not found.proves_finite:
        raise InvalidData(
            "The search for the maximum of the logistic likelihood did not end: the predictors are nearly dependent, "
            "or of very different spread. Leave one out, or change the units."
        )
    checks = () if not worth else (_told(worth, said),)
    odds = replace(start, coefficients=found.beta / scale, covariance=found.covariance / np.outer(scale, scale))
    return Maximum(odds, problem.score_of_prior(found.beta, worth) @ found.covariance / scale, checks)


def _told(rows: float, said: str) -> CheckResult:
    prior = (
        f"a prior worth {rows:g} row{'s' * (rows != 1.0)} was added, spread over the rows of the data, half +1 and "
        "half -1 (Clogg et al. 1991)"
    )
    return CheckResult.single(
        FINITE_MAXIMUM, rows, np.nan, f"{said}, so {prior}" if said else prior, weight="told", verdict=not said
    )


def _newton(problem: _Problem, beta: Floats, steps: int) -> _Iterate:
    """Newton's steps uphill, each halved until the likelihood does not fall."""
    log_odds = problem.design @ beta
    here = problem.at(log_odds)
    lost = _Iterate(beta, np.inf, np.full((len(beta), len(beta)), np.nan))
    last: _Iterate | None = None
    for _ in range(steps):
        covariance = _inverse(problem.information(here.spread))
        if covariance is None:
            return lost
        step = covariance @ (here.score @ problem.design)
        along = problem.design @ step
        reach = float(np.abs(along).max())
        now = _Iterate(beta, reach, covariance)
        if not np.isfinite(reach):
            return lost
        if last is not None and reach < 1e-6 and reach > 0.5 * last.reach:
            return now  # no nearer than rounding lets it come
        if reach < _CONVERGED:
            return replace(now, beta=beta + step)
        share = 1.0
        for _ in range(_HALVINGS):
            moved = problem.at(log_odds + share * along)
            if moved.likelihood >= here.likelihood - 1e-13 * abs(here.likelihood):
                break
            share *= 0.5
        beta, log_odds, here, last = beta + share * step, log_odds + share * along, moved, now
    return last or lost


def _inverse(info: Floats) -> Floats | None:
    """The inverse, scaled to a unit diagonal; None where it would be rounding."""
    with np.errstate(all="ignore"):
        scale = 1.0 / np.sqrt(np.diagonal(info))
        scaled = info * np.outer(scale, scale)
    if not np.isfinite(scaled).all():
        return None
    values, vectors = np.linalg.eigh(scaled)
    if not values[0] * _MOST_CONDITION > values[-1]:
        return None
    found: Floats = (vectors / values) @ vectors.T * np.outer(scale, scale)
    return found
