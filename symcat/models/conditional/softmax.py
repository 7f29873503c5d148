"""The maximum of the multinomial logistic likelihood, and what it says of each row that is left out.

``P(level a | x)`` is proportional to ``exp(x . beta_a)``, with ``beta`` of the first level, the reference, zero.
Newton's steps are damped; whether a coefficient is infinite is decided as in ``search``, whose proof holds of each
row's log-odds against their mean (Albert & Anderson 1984): a step that spreads no row's by as much as one shows that
all coefficients are finite, levels that are all told with certainty that they are not, and else a linear program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.models.conditional.newton import inverse
from symcat.models.conditional.separation import TOLERANCE, direction_of, fewest

FIRST_STEPS, MOST_STEPS = 15, 200
_CONVERGED = 1e-10  # change of any row's log-odds by a step
_SAFE = 0.5  # change of any row's log-odds that proves a finite maximum, rounding included
_HALVINGS = 40
_MOST_NAMED = 8  # columns
_MOST_IN_PROGRAM = 1 << 25  # numbers of the linear program


@dataclass(frozen=True)
class Levels:
    """Rows of a design (m, k), and how much of each is of which of K levels (m, K)."""

    design: Floats
    counts: Floats

    @property
    def total(self) -> Floats:
        """(m,) what each row counts."""
        return np.asarray(self.counts.sum(axis=1))

    @property
    def coefficients(self) -> int:
        """Those of all levels but the first."""
        return int((self.counts.shape[1] - 1) * self.design.shape[1])

    def with_prior(self, rows: float) -> Levels:
        """With so many rows more, spread over these as they count, the levels in equal shares."""
        if not rows:
            return self
        total = self.total
        share = rows * total / total.sum() / self.counts.shape[1]
        return Levels(self.design, self.counts + share[:, None])

    def at(self, beta: Floats) -> Point:
        """What the likelihood is, and how it changes, where the coefficients are (K - 1, k)."""
        logs = log_shares(self.design, beta)
        return Point(float((self.counts * logs).sum()), logs)

    def score(self, point: Point) -> Floats:
        """(K - 1, k) its slope."""
        left = self.counts - self.total[:, None] * np.exp(point.logs)
        return np.asarray(left[:, 1:].T @ self.design)

    def information(self, point: Point) -> Floats:
        """(c, c) Fisher's, of the coefficients level by level; it is also the observed one."""
        p, total = np.exp(point.logs[:, 1:]), self.total
        levels, k = p.shape[1], self.design.shape[1]
        out = np.empty((levels, k, levels, k))
        for a in range(levels):
            for b in range(a + 1):
                weight = total * p[:, a] * ((a == b) - p[:, b])
                out[a, :, b] = (self.design * weight[:, None]).T @ self.design
                out[b, :, a] = out[a, :, b].T
        return out.reshape(levels * k, levels * k)

    def scores(self, beta: Floats, place: NDArray[np.intp]) -> Floats:
        """(m, K - 1, k) the slope of the log-likelihood of each row, of which the level is at ``place`` (m,)."""
        left = -np.exp(log_shares(self.design, beta))
        left[np.arange(len(place)), place] += 1.0
        return np.asarray(left[:, 1:, None] * self.design[:, None, :])

    def all_certain(self, beta: Floats) -> bool:
        """Whether every row is of the level that the coefficients prefer: they part the levels completely."""
        along = np.column_stack([np.zeros(len(self.design)), self.design @ beta.T])
        margin = TOLERANCE * float(np.abs(beta).max(initial=0.0))
        seen = self.counts > 0.0
        best = np.sort(along, axis=1)
        alone = (best[:, -1] - best[:, -2] > margin) & (seen.sum(axis=1) == 1)
        return bool((alone & (along.argmax(axis=1) == seen.argmax(axis=1))).all())

    def parted(self) -> Floats | None:
        """(K - 1, k) a combination that is never against the observed level and sometimes decides it; None if there is
        none. Raises MemoryError where the linear program would be too large."""
        levels, k = self.counts.shape[1], self.design.shape[1]
        rows, place = np.nonzero(self.counts > 0.0)
        if len(rows) * (levels - 1) * self.coefficients > _MOST_IN_PROGRAM:
            raise MemoryError
        signed = np.zeros((len(rows), levels - 1, levels, k))
        at = np.arange(len(rows))
        for j in range(levels - 1):
            other = j + (j >= place)
            signed[at, j, place] += self.design[rows]
            signed[at, j, other] -= self.design[rows]
        found = direction_of(signed[:, :, 1:].reshape(-1, self.coefficients))
        return None if found is None else found.reshape(levels - 1, k)

    def one_apart(self, first: int) -> tuple[int, Floats] | None:
        """A level of which a combination (k,) of few columns parts every row from those of all others; None if there is
        none. The columns before ``first`` are kept."""
        seen = self.counts > 0.0
        for a in range(seen.shape[1]):
            signed = np.concatenate([self.design[seen[:, a]], -self.design[np.delete(seen, a, axis=1).any(axis=1)]])
            direction = direction_of(signed, strict=True)
            if direction is not None:
                return a, fewest(signed, direction, first, strict=True)
        return None

    def left_out(self, beta: Floats, covariance: Floats) -> float:
        """The log-likelihood of each row from all others, summed: one Newton step from the maximum of all.

        Of a row that counts several times, one at a time is left out (approximate leave-one-out, Pregibon 1981;
        Rahnama Rad & Maleki 2020).
        """
        levels, k = beta.shape
        logs = log_shares(self.design, beta)
        p = np.exp(logs[:, 1:])
        shaped = covariance.reshape(levels, k, levels, k)
        lever = np.empty((len(p), levels, levels))
        for a in range(levels):
            for b in range(a + 1):
                lever[:, a, b] = np.einsum("mi,mi->m", self.design @ shaped[a, :, b], self.design)
                lever[:, b, a] = lever[:, a, b]
        spread = np.einsum("ma,ab->mab", p, np.eye(levels)) - p[:, :, None] * p[:, None, :]
        along = logs[:, 1:] - logs[:, :1]
        total = 0.0
        for y in range(levels + 1):
            seen = np.flatnonzero(self.counts[:, y] > 0.0)
            if not len(seen):
                continue
            share = np.minimum(self.counts[seen, y], 1.0)[:, None]
            left = -p[seen]
            if y:
                left[:, y - 1] += 1.0
            inner = np.eye(levels) - share[:, :, None] * (spread[seen] @ lever[seen])
            moved = np.einsum("mab,mb->ma", lever[seen], np.linalg.solve(inner, left[:, :, None])[:, :, 0])
            without = np.column_stack([np.zeros(len(seen)), along[seen] - share * moved])
            total += float(self.counts[seen, y] @ (without[:, y] - _log_sum(without)))
        return total


@dataclass(frozen=True)
class Point:
    """The log-likelihood, and the logs of the levels' probabilities (m, K)."""

    likelihood: float
    logs: Floats


@dataclass(frozen=True)
class Maximum:
    """Where the steps have come to, and how far the next one would move any row's log-odds; infinite without one."""

    beta: Floats  # (K - 1, k)
    covariance: Floats  # (c, c), level by level
    reach: float

    @property
    def proves_finite(self) -> bool:
        return self.reach < _SAFE

    @property
    def arrived(self) -> bool:
        return self.reach < _CONVERGED


def log_shares(design: Floats, beta: Floats) -> Floats:
    """(m, K) logs of the probabilities of all levels, the reference first."""
    along = np.column_stack([np.zeros(len(design)), design @ beta.T])
    return np.asarray(along - _log_sum(along)[:, None])


def _log_sum(along: Floats) -> Floats:
    most = along.max(axis=1)
    return np.asarray(most + np.log(np.exp(along - most[:, None]).sum(axis=1)))


def newton(problem: Levels, beta: Floats, steps: int) -> Maximum:
    """Newton's steps uphill from ``beta`` (K - 1, k), each halved until the likelihood does not fall."""
    here, reach, covariance = problem.at(beta), np.inf, np.full((beta.size, beta.size), np.nan)
    for _ in range(steps):
        found, sure = inverse(problem.information(here)[None])
        if not sure[0]:
            return Maximum(beta, covariance, np.inf)
        covariance, before = found[0], reach
        step = (covariance @ problem.score(here).ravel()).reshape(beta.shape)
        along = np.column_stack([np.zeros(len(problem.design)), problem.design @ step.T])
        reach = float(np.ptp(along, axis=1).max(initial=0.0))
        if reach < _CONVERGED:
            return Maximum(beta + step, covariance, reach)
        if reach < 1e-6 and reach > 0.5 * before:  # no nearer than rounding lets it come
            break
        share = 1.0
        for _ in range(_HALVINGS):
            moved = problem.at(beta + share * step)
            if moved.likelihood >= here.likelihood - 1e-13 * abs(here.likelihood):
                break
            share *= 0.5
        beta, here = beta + share * step, moved
    return Maximum(beta, covariance, reach)


@dataclass(frozen=True)
class Found:
    """The maximum of a table, the rows of the prior that it was found with, and what parts the levels, in words."""

    maximum: Maximum
    prior_rows: float
    parted: str  # empty if nothing does

    @property
    def ended(self) -> bool:
        """Whether there is a maximum."""
        return self.maximum.proves_finite


def maximum(
    problem: Levels, beginning: Floats, names: Sequence[str], levels: Sequence[str], prior: float | None, weak: float
) -> Found:
    """The maximum, with so many rows of a ``prior``; with ``weak`` rows of one where it is infinite.

    ``beginning`` (K - 1, k) is where the steps begin. ``names`` are of the coefficients (k,), empty for an intercept.
    """
    found = newton(problem.with_prior(prior or 0.0), beginning, FIRST_STEPS)
    parted = "" if prior or found.proves_finite else _what_parts(problem, found.beta, names, levels)
    worth = prior or (weak if parted else 0.0)
    if parted and not worth:
        return Found(Maximum(found.beta, found.covariance, np.inf), 0.0, parted)
    if not found.arrived or parted:
        begin = found.beta if found.proves_finite and not parted else beginning
        found = newton(problem.with_prior(worth), begin, MOST_STEPS)
    return Found(found, worth, parted)


def _what_parts(problem: Levels, beta: Floats, names: Sequence[str], levels: Sequence[str]) -> str:
    """In words, what parts the levels; empty if nothing does."""
    first = int(not names[0])
    if problem.all_certain(beta):
        return f"{_together(names, problem.design, beta)} separates all levels of the target in all rows"
    try:
        direction = problem.parted()
    except MemoryError:
        return ""
    if direction is None:
        return ""
    alone = problem.one_apart(first)
    if alone is not None:
        level, along = alone
        what = _together(names, problem.design, along[None])
        return f"{what} separates {levels[level]} from the other levels of the target in all rows"
    what = _together(names, problem.design, direction)
    return f"{what} separates levels of the target in some rows, and is nowhere against it"


def _together(names: Sequence[str], design: Floats, beta: Floats) -> str:
    """The columns that a direction (L, k) is along, in words; the intercept has no name."""
    weight = (np.abs(beta) * np.sqrt((design**2).mean(axis=0))).max(axis=0)
    involved = [repr(name) for name, w in zip(names, weight, strict=True) if name and w > 1e-6 * weight.max()]
    named = ", ".join(involved[:_MOST_NAMED])
    named += f" and {len(involved) - _MOST_NAMED} more" * (len(involved) > _MOST_NAMED)
    return named if len(involved) == 1 else f"a combination of {named}"
