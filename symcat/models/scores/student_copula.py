"""Student's copula of normal scores: its density, its slopes and its maximum of the likelihood.

With ``t_j = T^-1(Phi(z_j))`` of nu degrees of freedom the log of its density is that of Student's law of several
columns with correlation matrix R less those of single ones (Demarta & McNeil 2005, Int. Stat. Rev. 73:111).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from symcat import clock
from symcat.models.base import Floats
from symcat.models.scores.correlation import inverse_of, maximum
from symcat.models.scores.pattern import Pattern

LEAST, MOST = 0.5, 200.0
"""Degrees of freedom between which they are looked for."""

_FARTHEST = 6.4  # a score
_NODES = 193
_STEP = 1e-4  # of the log of the degrees of freedom
_FIRST = (1.0, 2.0, 4.0, 8.0, 16.0, 40.0, 100.0)
_NEAR, _FURTHEST, _HALVINGS = 0.05, 0.7, 6  # of steps of the log of the degrees of freedom
_ROUNDS, _DONE = 40, 1e-4  # the last in nats of all rows

Batches = Iterable[tuple[Floats, Floats]]


@dataclass(frozen=True)
class Quantiles:
    """From normal scores to Student's, by cubics between nodes of ``asinh t``: good to 1e-9."""

    nu: float

    @cached_property
    def _spline(self) -> object:
        from scipy.interpolate import CubicSpline
        from scipy.special import ndtr, stdtrit

        z = np.linspace(-_FARTHEST, 0.0, _NODES)
        t = np.arcsinh(stdtrit(self.nu, ndtr(z)))
        t[-1] = 0.0
        return CubicSpline(np.concatenate([z, -z[-2::-1]]), np.concatenate([t, -t[-2::-1]]))

    def __call__(self, z: Floats) -> Floats:
        return np.asarray(np.sinh(self._spline(z)))  # type: ignore[operator]


_quantiles = lru_cache(maxsize=16)(Quantiles)


@dataclass(frozen=True)
class Copula:
    """With correlations R (d, d) and nu degrees of freedom."""

    matrix: Floats
    nu: float

    @cached_property
    def inverse(self) -> Floats:
        return inverse_of(self.matrix)

    @property
    def quantiles(self) -> Quantiles:
        return _quantiles(self.nu)

    def log_density(self, z: Floats) -> Floats:
        """(m,) at scores (m, d)."""
        return self._of_student(self.quantiles(z))

    def _of_student(self, t: Floats) -> Floats:
        d, nu = t.shape[1], self.nu
        square = np.einsum("mi,ij,mj->m", t, self.inverse, t)
        constant = math.lgamma(0.5 * (nu + d)) + (d - 1) * math.lgamma(0.5 * nu) - d * math.lgamma(0.5 * (nu + 1.0))
        constant -= 0.5 * float(np.linalg.slogdet(self.matrix)[1])
        single = 0.5 * (nu + 1.0) * np.log1p(t * t / nu).sum(axis=1)
        return np.asarray(constant + single - 0.5 * (nu + d) * np.log1p(square / nu))

    def slopes(self, z: Floats, pattern: Pattern) -> Floats:
        """(m, P + 1) derivatives of the log density by the correlation of each pair and by log nu."""
        t = self.quantiles(z)
        pulled = t @ self.inverse
        weight = (self.nu + t.shape[1]) / (self.nu + np.einsum("mi,mi->m", pulled, t))
        by_pair = weight[:, None] * pulled[:, pattern.first] * pulled[:, pattern.second]
        ends = [Copula(self.matrix, self.nu * math.exp(sign * _STEP)).log_density(z) for sign in (1.0, -1.0)]
        return np.column_stack([by_pair - pattern.pairs(self.inverse), (ends[0] - ends[1]) / (2.0 * _STEP)])

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) normal scores."""
        from scipy.special import ndtri, stdtr

        normal = rng.standard_normal((n, len(self.matrix))) @ np.linalg.cholesky(self.matrix).T
        t = normal / np.sqrt(rng.chisquare(self.nu, size=n) / self.nu)[:, None]
        return np.asarray(-np.sign(t) * ndtri(stdtr(self.nu, -np.abs(t))))


def likeliest(start: Floats, few: Batches | None, every: Batches, pattern: Pattern) -> tuple[Copula, float] | str:
    """The maximum of the likelihood over ``every`` score with what each counts, and its value; searched among ``few``.

    In words why there is none. Correlations and degrees of freedom are improved in turn, the former by a step of EM
    with the rows' weights (Liu & Rubin 1995, Stat. Sinica 5:19).
    """
    at_first = every if few is None else few
    copula = max((Copula(start, nu) for nu in _FIRST), key=lambda one: _log_likelihood(one, at_first))
    value = -math.inf
    for rows in (every,) if few is None else (few, every):
        before = -math.inf
        for _ in range(_ROUNDS):
            clock.check()
            copula, value = _with_degrees(_with_correlations(copula, rows, pattern), rows)
            if value - before < _DONE:
                break
            before = value
        if copula.nu > 0.99 * MOST:
            return f"the degrees of freedom go beyond {MOST:g}, where the scores are Gaussian"
    if copula.nu < 1.01 * LEAST:
        return f"the degrees of freedom go below {LEAST:g}"
    return copula, value


def _log_likelihood(copula: Copula, rows: Batches) -> float:
    return sum(float(times @ copula.log_density(z)) for z, times in rows)


def _with_correlations(copula: Copula, rows: Batches, pattern: Pattern) -> Copula:
    d = len(copula.matrix)
    second, count = np.zeros((d, d)), 0.0
    for z, times in rows:
        t = copula.quantiles(z)
        weight = times * (copula.nu + d) / (copula.nu + np.einsum("mi,ij,mj->m", t, copula.inverse, t))
        second += (t * weight[:, None]).T @ t
        count += float(times.sum())
    found = maximum(second / count, pattern)
    return copula if found is None else Copula(found, copula.nu)


def _with_degrees(copula: Copula, rows: Batches) -> tuple[Copula, float]:
    """Better degrees of freedom with these correlations, by a step of Newton's method of their log, and the value."""

    def at(log_nu: float) -> tuple[Copula, float]:
        one = Copula(copula.matrix, math.exp(min(max(log_nu, math.log(LEAST)), math.log(MOST))))
        return one, _log_likelihood(one, rows)

    middle = math.log(copula.nu)
    here, below, above = _log_likelihood(copula, rows), at(middle - _NEAR)[1], at(middle + _NEAR)[1]
    slope, curvature = (above - below) / (2.0 * _NEAR), (above - 2.0 * here + below) / _NEAR**2
    step = min(max(-slope / curvature, -_FURTHEST), _FURTHEST) if curvature < 0.0 else math.copysign(_FURTHEST, slope)
    for _ in range(_HALVINGS):
        other, there = at(middle + step)
        if there >= here:
            return other, there
        step *= 0.25
    return copula, here
