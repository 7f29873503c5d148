"""Damped Newton's method on the convex dual ``log Z(theta) + theta . averages``: no step lowers the likelihood.

Mead & Papanicolaou, J. Math. Phys. 25, 2404 (1984). Steps are along polynomials orthonormal for the current density: of
one column by their QR factors over the points, of several by Cholesky's factor of the covariance scaled to a unit
diagonal.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact.grid import Grid, Summed, Weighed
from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]

STEPS = 100
ENOUGH = 1e-11
"""Newton's decrement, in standard deviations of the statistics, at which a search ends."""
_SHORTER = 40  # times that a step is shortened
_SHARES = 0.1, 0.5  # of its length that are left, at least and at most
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
        return self.summed.weighed.largest_share


@dataclass(frozen=True)
class Problem:
    """Averages (M,) of all monomials, and the statistics whose averages are to be met, as sums of these (K, M)."""

    averages: Floats
    statistics: Floats
    terms: Terms

    def at(self, grid: Grid, theta: Floats) -> Dual | None:
        """A point of the search; None where the grid cannot tell the statistics apart."""
        return self.of(grid, theta, grid.weighed(theta))

    def of(self, grid: Grid, theta: Floats, weighed: Weighed) -> Dual | None:
        """The same where exp(-F) is known."""
        if not np.isfinite(weighed.log_partition):
            return None
        return self.given(theta, grid.averaged(weighed), grid.powers[0] if self.terms.dimension == 1 else None)

    def given(self, theta: Floats, summed: Summed, powers: Floats | None = None) -> Dual | None:
        """The same from what the couplings imply; of one column along the ``powers`` of its points."""
        from scipy.linalg.lapack import dtrtrs

        if not np.isfinite(summed.log_partition):
            return None
        means = summed.averages[self.terms.at]
        gradient = self._of_statistics(self.averages - means)
        factor = self._factor(powers, summed, means)
        if factor is None:
            return None
        along = dtrtrs(factor, gradient, trans=1)[0]
        return Dual(
            theta=theta,
            summed=summed,
            value=summed.log_partition + float(theta @ self.averages),
            factor=factor,
            step=dtrtrs(factor, along)[0],
            decrement=float(np.hypot.reduce(along)),
            residual=float(np.abs(gradient / np.sqrt((factor**2).sum(axis=0))).max()),
        )

    def value(self, weighed: Weighed, theta: Floats) -> float:
        """The dual, infinite where it cannot be had."""
        found = weighed.log_partition + float(theta @ self.averages)
        return found if np.isfinite(found) else np.inf

    @cached_property
    def _alone(self) -> NDArray[np.int64] | None:
        """(K,) the monomials that the statistics are, where each is one."""
        each = self.statistics.argmax(axis=1)
        same = self.statistics.sum(axis=1) == 1.0
        single = (np.count_nonzero(self.statistics, axis=1) == 1) & same
        return each if single.all() else None

    def _of_statistics(self, monomials: Floats) -> Floats:
        """(K, ...) from (M, ...)."""
        out: Floats = self.statistics @ monomials if self._alone is None else monomials[self._alone]
        return out

    def _factor(self, powers: Floats | None, summed: Summed, means: Floats) -> Floats | None:
        if powers is not None:
            weight = summed.weighed.weight
            values = (powers[:, : self.terms.count] - means) @ self.statistics.T
            found: Floats = np.asarray(np.linalg.qr(np.sqrt(weight / weight.sum())[:, None] * values, mode="r"))
            return found if np.isfinite(found).all() and np.diagonal(found).all() else None
        covariance = self._of_statistics(self._of_statistics(self.covariance(summed, means)).T)
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
        products: Floats = summed.averages[self.terms.products_at]
        return products - np.outer(means, means)


def search(problem: Problem, grid: Grid, theta: Floats, steps: int = STEPS, enough: float = ENOUGH) -> Dual | None:
    """The couplings of the largest likelihood on a grid, from ``theta``; None where the grid is too coarse for them.

    Newton's decrement ``enough`` is near them: its square is twice the likelihood that is left to gain.
    """
    here = problem.at(grid, theta)
    for _ in range(steps):
        clock.check()
        if here is None or here.largest_share > _ON_ONE_POINT:
            return None
        if here.decrement < enough:
            break
        moved = _stepped(problem, grid, here)
        if moved is None:
            break
        before, here = here, moved
        if before.decrement < _ROUNDING and here.decrement >= 0.5 * before.decrement:
            break
    return here


def _stepped(problem: Problem, grid: Grid, here: Dual) -> Dual | None:
    """Newton's step, shortened until it raises the likelihood by some of what it promises; None where none does."""
    length, direction, promised = 1.0, problem.statistics.T @ here.step, here.decrement**2
    rounding = 1e-14 * max(1.0, abs(here.value))
    for _ in range(_SHORTER):
        clock.check()
        theta = here.theta - length * direction
        weighed = grid.weighed(theta)
        gained = here.value - problem.value(weighed, theta)
        if gained >= _ARMIJO * length * promised - rounding:
            return problem.of(grid, theta, weighed)
        # Where the parabola through what is known has its minimum; far out F may turn down steeply at an edge.
        missed = length * promised - gained
        best = 0.5 * length * promised / missed if np.isfinite(missed) else 0.0
        length *= float(np.clip(best, *_SHARES))
    return None
