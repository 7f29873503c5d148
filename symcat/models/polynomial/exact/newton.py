"""Damped Newton's method on the convex dual ``log Z(theta) + theta . averages``: no step lowers the likelihood.

Mead & Papanicolaou, J. Math. Phys. 25, 2404 (1984). Steps are along polynomials orthonormal for the current density: of
one column by their QR factors over the points, of several by Cholesky's factor of the covariance scaled to a unit
diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact.grid import Grid, Summed
from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]

STEPS = 100
_HALVINGS = 20
_ENOUGH = 1e-11
"""Newton's decrement, in standard deviations of the statistics, at which a search ends."""
_ROUNDING = 1e-7
"""The decrement below which a step that does not halve it has met rounding."""
_ARMIJO = 1e-4
_ON_ONE_POINT = 0.6
"""Share of a point in the density above which the sum no longer is the integral."""


@dataclass(frozen=True)
class Dual:
    """A point of the search: couplings (M,) of all monomials, and what they imply."""

    theta: Floats
    summed: Summed
    value: float  # log Z + theta . averages: less the mean log-likelihood
    factor: Floats  # (K, K) upper triangular R, with R'R the covariance of the statistics
    step: Floats  # (K,) Newton's
    decrement: float  # of Newton, in standard deviations
    residual: float  # the largest difference of an average from the data's, in standard deviations of the model

    @property
    def largest_share(self) -> float:
        """Of one point in the density."""
        return float(1.0 / np.exp(-self.summed.energy).sum())


@dataclass(frozen=True)
class Problem:
    """Averages (M,) of all monomials, and the statistics whose averages are to be met, as sums of these (K, M)."""

    averages: Floats
    statistics: Floats
    terms: Terms

    def at(self, grid: Grid, theta: Floats) -> Dual | None:
        """A point of the search; None where the grid cannot tell the statistics apart."""
        return self.given(theta, grid.summed(theta), grid.powers[0] if self.terms.dimension == 1 else None)

    def given(self, theta: Floats, summed: Summed, powers: Floats | None = None) -> Dual | None:
        """The same from what the couplings imply; of one column along the ``powers`` of its points."""
        from scipy.linalg import solve_triangular

        if not np.isfinite(summed.log_partition):
            return None
        means = summed.averages[self.terms.at]
        gradient = self.statistics @ (self.averages - means)
        factor = self._factor(powers, summed, means)
        if factor is None:
            return None
        along = solve_triangular(factor, gradient, trans="T")
        return Dual(
            theta=theta,
            summed=summed,
            value=summed.log_partition + float(theta @ self.averages),
            factor=factor,
            step=solve_triangular(factor, along),
            decrement=float(np.linalg.norm(along)),
            residual=float(np.abs(gradient / np.sqrt((factor**2).sum(axis=0))).max()),
        )

    def value(self, grid: Grid, theta: Floats) -> float:
        """The dual, infinite where it cannot be had."""
        found = grid.log_partition(theta) + float(theta @ self.averages)
        return found if np.isfinite(found) else np.inf

    def _factor(self, powers: Floats | None, summed: Summed, means: Floats) -> Floats | None:
        if powers is not None:
            weight = np.exp(-summed.energy)
            values = (powers[:, : self.terms.count] - means) @ self.statistics.T
            found: Floats = np.asarray(np.linalg.qr(np.sqrt(weight / weight.sum())[:, None] * values, mode="r"))
            return found if np.isfinite(found).all() and np.diagonal(found).all() else None
        covariance = self.statistics @ self.covariance(summed, means) @ self.statistics.T
        if not (np.isfinite(covariance).all() and (np.diagonal(covariance) > 0.0).all()):
            return None
        size = np.sqrt(np.diagonal(covariance))
        try:
            upper = np.linalg.cholesky(covariance / np.outer(size, size)).T
        except np.linalg.LinAlgError:
            return None
        out: Floats = upper * size
        return out

    def covariance(self, summed: Summed, means: Floats) -> Floats:
        """(M, M) of the monomials in the model."""
        chosen = self.terms.exponents
        products: Floats = summed.averages[tuple((chosen[:, None, :] + chosen[None, :, :]).transpose(2, 0, 1))]
        return products - np.outer(means, means)


def search(problem: Problem, grid: Grid, theta: Floats, steps: int = STEPS) -> Dual | None:
    """The couplings of the largest likelihood on a grid, from ``theta``; None where the grid is too coarse for them."""
    here = problem.at(grid, theta)
    for _ in range(steps):
        clock.check()
        if here is None or here.largest_share > _ON_ONE_POINT:
            return None
        if here.decrement < _ENOUGH:
            break
        moved = _stepped(problem, grid, here)
        if moved is None:
            break
        before, here = here, moved
        if before.decrement < _ROUNDING and here.decrement >= 0.5 * before.decrement:
            break
    return here


def _stepped(problem: Problem, grid: Grid, here: Dual) -> Dual | None:
    """Newton's step, halved until it raises the likelihood by some of what it promises; None where none does."""
    length, direction = 1.0, problem.statistics.T @ here.step
    rounding = 1e-14 * max(1.0, abs(here.value))
    for _ in range(_HALVINGS):
        clock.check()
        theta = here.theta - length * direction
        if problem.value(grid, theta) <= here.value - _ARMIJO * length * here.decrement**2 + rounding:
            return problem.at(grid, theta)
        length *= 0.5
    return None
