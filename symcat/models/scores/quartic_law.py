"""The law of normal scores whose F is a polynomial of degree four: its density, its integrals and its rows.

Scores lie between -6.4 and 6.4, and F may fall again far outside the data, behind a hill too high to matter. What lies
behind it is left out: on the ray from zero F stays at the height of the hill from there on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import factorial, prod

import numpy as np

from symcat import clock
from symcat.errors import SymcatError
from symcat.models.base import Floats
from symcat.models.polynomial.exact.terms import Terms
from symcat.models.polynomial.moved import given

NAMES = ("h", "K", "g", "u")
"""Of the couplings, as symmetric tensors: ``F = h.z + K z z / 2 + g z z z / 3! + u z z z z / 4!``."""

MOST_INTEGRATED = 4
"""Scores that are integrated over."""

_CLIMB = 10.0  # nats that F rises on a ray before it falls again, for that to be a hill
_ROUNDING = 1e-6  # nats
_ON_A_RAY = 48
_FARTHEST = 6.5  # a score
_FIRST = {1: 601, 2: 101, 3: 41, 4: 21}
_POINTS = {1: 1601, 2: 161, 3: 65, 4: 33}
"""Along each axis of a grid, by number of scores: of the first, which only tells where the mass is, and of others."""
_PLACED = 2  # times that a grid is placed by the one before
_NEGLIGIBLE = 45.0  # nats above the least F
_AT_ONCE = 1 << 14
_PILOT = 1 << 14
_ROUNDS = 400


@dataclass(frozen=True)
class Grid:
    """Points (m, d), their shares (m,) of the mass, and the ``steps`` (d, d) between neighbours, one in each row."""

    points: Floats
    shares: Floats
    steps: Floats
    log_partition: float

    @property
    def mean(self) -> Floats:
        """(d,)."""
        return np.asarray(self.shares @ self.points)

    @property
    def covariance(self) -> Floats:
        """(d, d)."""
        away = self.points - self.mean
        return np.asarray((away * self.shares[:, None]).T @ away)


@dataclass(frozen=True)
class QuarticLaw:
    """Of d scores with these couplings."""

    couplings: Mapping[str, Floats]

    @property
    def dimension(self) -> int:
        return len(self.couplings["h"])

    @cached_property
    def _terms(self) -> Terms:
        return Terms.of(self.dimension, 4)

    @cached_property
    def _theta(self) -> Floats:
        """(M,) what multiplies each monomial."""
        out = np.zeros(self._terms.count)
        for m, e in enumerate(self._terms.exponents.tolist()):
            index = tuple(j for j, times in enumerate(e) for _ in range(times))
            if index:
                out[m] = float(self.couplings[NAMES[len(index) - 1]][index]) / prod(map(factorial, e))
        return out

    def on_rays(self, z: Floats) -> Floats:
        """(m, 5) F as polynomials of the share of the way from zero to the scores (m, d)."""
        order = self._terms.exponents.sum(axis=1)
        first = np.flatnonzero(np.diff(order, prepend=-1))  # in order of their degree
        parts = [np.add.reduceat(self._terms.values(z[some]) * self._theta, first, axis=1) for some in _slices(len(z))]
        return np.concatenate(parts) if parts else np.empty((0, 5))

    def energy(self, z: Floats) -> Floats:
        """(m,) F at scores (m, d), behind a hill the height of that."""
        along = self.on_rays(z)
        out = along.sum(axis=1)
        return np.asarray(np.maximum(out, _behind(along)))

    def hidden_rows(self, z: Floats) -> int:
        """How many of the scores (m, d) lie behind a hill."""
        along = self.on_rays(z)
        return int((_behind(along) > along.sum(axis=1) + _ROUNDING).sum())

    # --- integrals ---------------------------------------------------------------------------------------------------

    @cached_property
    def grid(self) -> Grid:
        """Along the principal axes of the density. Raises SymcatError for more scores than are integrated over."""
        d = self.dimension
        if d > MOST_INTEGRATED:
            raise SymcatError(
                f"A quartic of {d} scores is integrated over for {MOST_INTEGRATED} at most: take averages from rows of "
                ".sample(n)."
            )
        found = self._on(np.zeros(d), np.eye(d) * _FARTHEST, _FIRST[d])
        for _ in range(_PLACED):
            axes = np.linalg.eigh(found.covariance)[1]
            along, cell = found.points @ axes, np.abs(found.steps @ axes).sum(axis=0)
            lo, hi = along.min(axis=0) - cell, along.max(axis=0) + cell
            found = self._on(0.5 * (lo + hi) @ axes.T, (0.5 * (hi - lo) * axes).T, _POINTS[d])
        return found

    def _on(self, center: Floats, half: Floats, points: int) -> Grid:
        """On so many points along axes of which the rows of ``half`` (d, d) lead from the centre to the end."""
        clock.check()
        d = len(center)
        along = np.linspace(-1.0, 1.0, points)
        z = center + np.stack([one.ravel() for one in np.meshgrid(*[along] * d, indexing="ij")], axis=1) @ half
        inside = (np.abs(z) <= _FARTHEST).all(axis=1)
        z = z[inside]
        along_rays = self.on_rays(z)
        energy = along_rays.sum(axis=1)
        seen = np.flatnonzero(energy < float(self.energy(np.zeros((1, d)))[0]) + _NEGLIGIBLE)
        energy[seen] = np.maximum(energy[seen], _behind(along_rays[seen]))
        weight = np.exp(energy.min() - energy)
        steps = half * (along[1] - along[0])
        cell = float(np.abs(np.linalg.det(steps)))
        kept = weight > np.exp(-_NEGLIGIBLE)
        total = float(weight.sum())
        return Grid(z[kept], weight[kept] / total, steps, float(np.log(total * cell) - energy.min()))

    @property
    def log_partition(self) -> float:
        """log Z, by the trapezoidal rule."""
        return self.grid.log_partition

    # --- rows --------------------------------------------------------------------------------------------------------

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent scores, kept by their weight: from cells of the grid, else from a wider Gaussian."""
        propose = self._cells if self.dimension <= MOST_INTEGRATED else self._gaussian
        _, weight = propose(_PILOT, rng)
        most = float(weight.max())
        parts: list[Floats] = []
        held = 0
        for _ in range(_ROUNDS):
            clock.check()
            z, weight = propose(max(_PILOT, n - held), rng)
            most = max(most, float(weight.max()))
            parts.append(z[rng.random(len(z)) * most < weight])
            held += len(parts[-1])
            if held >= n:
                return np.concatenate(parts)[:n]
        raise SymcatError("Rows of these couplings cannot be drawn: too few of those proposed are likely under them.")

    def _cells(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """(n, d) points, each moved within its cell, and the density there over that of the cell."""
        grid = self.grid
        chosen = rng.choice(len(grid.points), size=n, p=grid.shares)
        z = grid.points[chosen] + (rng.random((n, self.dimension)) - 0.5) @ grid.steps
        cell = float(np.abs(np.linalg.det(grid.steps)))
        log_density = -self.energy(z) - grid.log_partition
        return z, np.exp(log_density) * cell / grid.shares[chosen]

    def _gaussian(self, n: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
        """(n, d) rows of a Gaussian wider than the nearest, and ``exp(-F)`` over its density, but for a constant."""
        mean, covariance = self._nearest
        wider = 1.0 + 1.2 / np.sqrt(self.dimension)
        standard = rng.standard_normal((n, self.dimension))
        z = mean + np.sqrt(wider) * standard @ np.linalg.cholesky(covariance).T
        log_ratio = 0.5 * (standard * standard).sum(axis=1) - self.energy(z)
        return z, np.exp(log_ratio + float(self.energy(mean[None])[0]))

    @cached_property
    def _nearest(self) -> tuple[Floats, Floats]:
        """Mean and covariance of the Gaussian whose slope and curvature of F are right on average."""
        h, k, g, u = (np.asarray(self.couplings[name], dtype=np.float64) for name in NAMES)
        mean, covariance = np.zeros(len(h)), np.eye(len(h))
        for _ in range(_ROUNDS):
            about_mean = u @ mean
            second = about_mean @ mean + np.einsum("ijkl,kl->ij", u, covariance)
            precision = k + g @ mean + 0.5 * second
            third = about_mean + g
            slope = h + k @ mean + 0.5 * g @ mean @ mean + about_mean @ mean @ mean / 6.0
            slope = slope + 0.5 * np.einsum("ijk,jk->i", third, covariance)
            value, vector = np.linalg.eigh(0.5 * (precision + precision.T))
            value = np.maximum(value, 0.05)
            fresh = (vector / value) @ vector.T
            moved = mean - fresh @ slope
            done = max(np.abs(moved - mean).max(), np.abs(fresh - covariance).max()) < 1e-8
            mean, covariance = 0.5 * (mean + moved), 0.5 * (covariance + fresh)
            if done:
                break
        return mean, covariance

    # --- some scores known -------------------------------------------------------------------------------------------

    def given(self, known: Mapping[int, float]) -> dict[str, Floats]:
        """The couplings of the other scores, in order, where those at some positions are known."""
        return given(self.couplings, known)


def _behind(along: Floats) -> Floats:
    """(m,) the height of the hill behind which the ends of rays (m, 5) lie; minus infinity where there is none."""
    out = np.full(len(along), -np.inf)
    share = np.linspace(0.0, 1.0, _ON_A_RAY)
    powers = np.vander(share, 5, increasing=True).T
    for some in _slices(len(along)):
        value = along[some] @ powers
        highest = np.maximum.accumulate(value - np.minimum.accumulate(value, axis=1), axis=1)
        climbed = highest[:, -1] > _CLIMB
        top = np.where(highest > _CLIMB, value, -np.inf).max(axis=1)
        out[some] = np.where(climbed, top, -np.inf)
    return out


def _slices(rows: int) -> Iterator[slice]:
    return (slice(start, start + _AT_ONCE) for start in range(0, rows, _AT_ONCE))
