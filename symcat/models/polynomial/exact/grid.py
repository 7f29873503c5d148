"""log Z and averages by the trapezoidal rule on a grid, one axis at a time: never a matrix of points and monomials.

The rule is exact but for rounding once the spacing is below the width of the narrowest feature, where the density ends
within the grid (Trefethen & Weideman, SIAM Rev. 56, 385, 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Weighed:
    """``exp(-F)`` at the points, of which the largest is 1."""

    lowest: float  # the least F
    energy: Floats  # F less that
    weight: Floats
    log_partition: float

    @property
    def largest_share(self) -> float:
        """Of one point in the density."""
        return float(1.0 / self.weight.sum())


@dataclass(frozen=True)
class Summed:
    """The density ``exp(-F) / Z`` at the points, and the averages that it implies."""

    weighed: Weighed
    log_partition: float
    averages: Floats  # <z^e>, an axis for the exponent of each column


@dataclass(frozen=True)
class Grid:
    """Equidistant points on a box, as many along each column as ``points`` says.

    A two-valued column has its two values, and is summed over.
    """

    lo: Floats  # (d,)
    hi: Floats  # (d,)
    points: tuple[int, ...]
    terms: Terms

    @cached_property
    def size(self) -> int:
        """How many points there are."""
        return int(np.prod(self.points))

    @property
    def spacing(self) -> float:
        """The largest, between neighbouring points."""
        return float(((self.hi - self.lo) / (np.array(self.points) - 1.0))[self.terms.real].max())

    @cached_property
    def axes(self) -> tuple[Floats, ...]:
        return tuple(np.linspace(a, b, m) for a, b, m in zip(self.lo, self.hi, self.points, strict=True))

    @cached_property
    def powers(self) -> tuple[Floats, ...]:
        """Powers of the points along each column, as high as products of two monomials and a square need them."""
        most = [1 if j in self.terms.two_valued else self.highest for j in range(len(self.axes))]
        return tuple(np.vander(axis, k + 1, increasing=True) for axis, k in zip(self.axes, most, strict=True))

    @cached_property
    def _low_powers(self) -> tuple[Floats, ...]:
        """(degree + 1, points) of each column, those of F."""
        return tuple(np.ascontiguousarray(powers[:, : self.terms.degree + 1].T) for powers in self.powers)

    @property
    def highest(self) -> int:
        return 2 * self.terms.degree + 2

    @cached_property
    def log_cell(self) -> float:
        return float(sum(np.log(self.axes[j][1] - self.axes[j][0]) for j in self.terms.real))

    def energy(self, theta: Floats) -> Floats:
        """F = sum theta_m z^m at the points."""
        out = np.zeros(self.terms.shape)
        out[self.terms.at] = theta
        for powers in self._low_powers:
            # The first axis, of exponents, becomes the last, of points.
            out = (out.reshape(len(out), -1).T @ powers).reshape(*out.shape[1:], -1)
        return out

    def weighed(self, theta: Floats) -> Weighed:
        """exp(-F) at the points, and log Z."""
        energy = self.energy(theta)
        lowest = float(energy.min())
        energy -= lowest
        weight = np.negative(energy)
        np.exp(weight, out=weight)
        return Weighed(lowest, energy, weight, float(np.log(weight.sum())) + self.log_cell - lowest)

    def summed(self, theta: Floats) -> Summed:
        """The sums over all points."""
        return self.averaged(self.weighed(theta))

    def averaged(self, weighed: Weighed) -> Summed:
        """All averages, where exp(-F) is known."""
        out = weighed.weight
        for powers in self.powers:
            # The first axis, of points, becomes the last, of exponents.
            out = (out.reshape(len(out), -1).T @ powers).reshape(*out.shape[1:], -1)
        return Summed(weighed, weighed.log_partition, out / out[(0,) * out.ndim])

    def log_partition(self, theta: Floats) -> float:
        """log Z alone."""
        return self.weighed(theta).log_partition

    def profile(self, energy: Floats, axis: int) -> Floats:
        """The least F for each value of one column."""
        others = tuple(k for k in range(energy.ndim) if k != axis)
        found: Floats = energy.min(axis=others) if others else energy
        return found
