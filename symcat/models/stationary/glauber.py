"""Glauber dynamics of two-valued columns: every column of the next row depends on the last row, and on nothing else.

``P(s_i(t+1) | s(t)) = exp(s_i(t+1) H_i) / 2 cosh H_i`` with ``H_i = h_i + sum_j J_ij s_j(t)``: of all such chains with
given averages of ``s_i`` and ``s_i(t+1) s_j(t)`` the one with the largest entropy of the next row given the last
(Roudi & Hertz 2011, Phys. Rev. Lett. 106:048702). The likelihood is that of one logistic regression for each column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.data.states import codes_of
from symcat.models.base import Floats

_STEPS = 60
_MET = 1e-10  # slopes, of one row
_LARGEST = 10.0  # of a field: beyond it a value follows for certain
_SETTLED = 1e-14
_MOST_STEPS = 100_000


@dataclass(frozen=True)
class Transitions:
    """Distinct rows that others follow (U, d), how often each occurs (U,), and the averages (U, d) of what follows."""

    rows: Floats
    counts: Floats
    following: Floats

    @classmethod
    def of(cls, batches: Iterable[Floats], dimension: int) -> Transitions:
        """From consecutive encoded rows (m, d) in batches."""
        states = 1 << dimension
        counts, sums = np.zeros(states), np.zeros((states, dimension))
        last: Floats | None = None
        for rows in batches:
            joined = rows if last is None else np.concatenate([last, rows])
            codes = codes_of(joined[:-1])
            counts += np.bincount(codes, minlength=states)
            for j in range(dimension):
                sums[:, j] += np.bincount(codes, joined[1:, j], minlength=states)
            last = np.array(joined[-1:])
        seen = np.flatnonzero(counts)
        rows = _states(dimension)[seen]
        return cls(rows, counts[seen], sums[seen] / counts[seen, None])

    @property
    def count(self) -> float:
        return float(self.counts.sum())

    def with_prior(self, weight: float) -> Transitions:
        """With further ``weight`` rows, spread evenly over all states, which all states follow alike."""
        d = self.rows.shape[1]
        every = _states(d)
        counts, sums = np.full(1 << d, weight / (1 << d)), np.zeros((1 << d, d))
        codes = codes_of(self.rows)
        counts[codes] += self.counts
        sums[codes] += self.counts[:, None] * self.following
        return Transitions(every, counts, sums / counts[:, None])


@dataclass(frozen=True)
class Maximum:
    """Where the likelihood of transitions is largest."""

    theta: Floats  # (d, d + 1): fields, and couplings to the columns of the row before
    log_likelihood: float
    information: Floats  # (d, d + 1, d + 1) of all transitions, for the coefficients of each column


def maximum(seen: Transitions) -> Maximum | None:
    """Newton's method for all columns at once, steps halved where they lead down; None where there is no maximum."""
    design = np.concatenate([np.ones((len(seen.rows), 1)), seen.rows], axis=1)
    d, n = seen.rows.shape[1], seen.count
    theta = np.zeros((d, d + 1))
    value = _values(theta, design, seen)
    for _ in range(_STEPS):
        field = design @ theta.T
        slope = ((seen.following - np.tanh(field)) * seen.counts[:, None]).T @ design
        weight = seen.counts[:, None] * (1.0 - np.tanh(field) ** 2)
        information = np.einsum("ui,ua,ub->iab", weight, design, design, optimize=True)
        if np.abs(slope).max() < _MET * n:
            inside = bool(np.abs(field).max() < _LARGEST and np.linalg.cond(information).max() < 1e12)
            return Maximum(theta, float(value.sum()), information) if inside else None
        ridge = 1e-13 * n * np.eye(d + 1)
        step = np.linalg.solve(information + ridge, slope[:, :, None])[:, :, 0]
        scale = np.ones(d)
        for _ in range(30):
            new = _values(theta + scale[:, None] * step, design, seen)
            worse = ~(new >= value - 1e-12 * n)
            if not worse.any():
                break
            scale[worse] *= 0.5
        theta, value = theta + scale[:, None] * step, new
        if not np.isfinite(theta).all() or np.abs(design @ theta.T).max() > 4.0 * _LARGEST:
            return None
    return None


def _values(theta: Floats, design: Floats, seen: Transitions) -> Floats:
    """(d,) log-likelihoods."""
    field = design @ theta.T
    log_cosh = np.abs(field) + np.log1p(np.exp(-2.0 * np.abs(field)))
    found: Floats = seen.counts @ (seen.following * field - log_cosh)
    return found


@dataclass(frozen=True)
class Chain:
    """The dynamics with fields ``h`` (d,) and couplings ``J`` (d, d), of a column to those of the row before."""

    h: Floats
    J: Floats

    @property
    def dimension(self) -> int:
        return len(self.h)

    def fields(self, before: Floats) -> Floats:
        """(m, d) of the rows that follow rows (m, d)."""
        return self.h + before @ self.J.T

    def log_following(self, before: Floats, after: Floats) -> Floats:
        """(m,) log probabilities of rows ``after`` (m, d) that follow rows ``before``."""
        field = self.fields(before)
        found: Floats = (after * field - np.abs(field) - np.log1p(np.exp(-2.0 * np.abs(field)))).sum(axis=1)
        return found

    @cached_property
    def states(self) -> Floats:
        """(2^d, d) all rows."""
        return _states(self.dimension)

    def advance(self, law: Floats) -> Floats:
        """(2^d,) the law of the next row, of one (2^d,) of the last."""
        up = 0.5 * (1.0 + np.tanh(self.fields(self.states)))
        # Half of the columns at a time: the law of the next row is a sum over last rows of products of columns.
        left, right = _products(up[:, : self.dimension // 2]), _products(up[:, self.dimension // 2 :])
        found: Floats = (right.T @ (law[:, None] * left)).ravel()
        return found

    @cached_property
    def stationary(self) -> Floats:
        """(2^d,) the law that time does not change."""
        law = np.full(1 << self.dimension, 0.5**self.dimension)
        for _ in range(_MOST_STEPS):
            new = self.advance(law)
            new /= new.sum()
            if np.abs(new - law).sum() < _SETTLED:
                return new
            law = new
        return law

    @cached_property
    def entropy(self) -> float:
        """Of the next row given the last, in nats."""
        up = 0.5 * (1.0 + np.tanh(self.fields(self.states)))
        from scipy.special import entr

        return float(self.stationary @ (entr(up) + entr(1.0 - up)).sum(axis=1))

    def log_density(self, x: Floats) -> Floats:
        """(m,) of consecutive rows, given the one before; the first by the stationary law."""
        first = np.log(self.stationary[codes_of(x[:1])])
        return np.concatenate([first, self.log_following(x[:-1], x[1:])])

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) consecutive rows."""
        out = np.empty((n, self.dimension))
        row = self.states[rng.choice(len(self.states), p=self.stationary)]
        threshold = 2.0 * rng.random((n, self.dimension)) - 1.0
        for t in range(n):
            out[t] = row
            row = np.where(threshold[t] < np.tanh(self.h + self.J @ row), 1.0, -1.0)
        return out


def _states(d: int) -> Floats:
    """(2^d, d) all rows, by their codes."""
    up = ((np.arange(1 << d)[:, None] >> np.arange(d)) & 1).astype(np.float64)
    return np.asarray(2.0 * up - 1.0, dtype=np.float64)


def _products(up: Floats) -> Floats:
    """(m, 2^k) probabilities of the states of k columns that are up (m, k)."""
    out: Floats = np.ones((len(up), 1))
    for j in range(up.shape[1]):
        out = np.asarray(
            np.concatenate([out * (1.0 - up[:, j : j + 1]), out * up[:, j : j + 1]], axis=1), dtype=np.float64
        )
    return out
