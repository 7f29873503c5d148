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
class Summed:
    """The density ``exp(-F) / Z`` at the points, and the averages that it implies."""

    log_partition: float
    averages: Floats  # <z^e>, an axis for the exponent of each column
    energy: Floats  # F less its minimum, at the points


@dataclass(frozen=True)
class Grid:
    """Equidistant points on a box, as many along each column as ``points`` says."""

    lo: Floats  # (d,)
    hi: Floats  # (d,)
    points: tuple[int, ...]
    terms: Terms

    @property
    def size(self) -> int:
        """How many points there are."""
        return int(np.prod(self.points))

    @cached_property
    def axes(self) -> tuple[Floats, ...]:
        return tuple(np.linspace(a, b, m) for a, b, m in zip(self.lo, self.hi, self.points, strict=True))

    @cached_property
    def powers(self) -> tuple[Floats, ...]:
        """Powers of the points along each column, as high as products of two monomials and a square need them."""
        return tuple(np.vander(axis, self.highest + 1, increasing=True) for axis in self.axes)

    @property
    def highest(self) -> int:
        return 2 * self.terms.degree + 2

    @property
    def log_cell(self) -> float:
        return float(sum(np.log(axis[1] - axis[0]) for axis in self.axes))

    def energy(self, theta: Floats) -> Floats:
        """F = sum theta_m z^m at the points."""
        degree = self.terms.degree
        out = np.zeros((degree + 1,) * self.terms.dimension)
        out[self.terms.at] = theta
        for powers in self.powers:
            out = np.tensordot(out, powers[:, : degree + 1], (0, 1))
        return out

    def summed(self, theta: Floats) -> Summed:
        """The sums over all points."""
        energy = self.energy(theta)
        lowest = float(energy.min())
        energy -= lowest
        weight = np.exp(-energy)
        averages = self.contracted(weight)
        total = float(averages[(0,) * averages.ndim])
        return Summed(float(np.log(total)) + self.log_cell - lowest, averages / total, energy)

    def log_partition(self, theta: Floats) -> float:
        """log Z alone."""
        energy = self.energy(theta)
        lowest = float(energy.min())
        np.subtract(lowest, energy, out=energy)
        return float(np.log(np.exp(energy, out=energy).sum())) + self.log_cell - lowest

    def contracted(self, weight: Floats) -> Floats:
        """Sums over the points of the weight times all products of powers."""
        out = weight
        for powers in self.powers:
            out = np.tensordot(out, powers, (0, 0))
        return out

    def profile(self, energy: Floats, axis: int) -> Floats:
        """The least F for each value of one column."""
        others = tuple(k for k in range(energy.ndim) if k != axis)
        found: Floats = energy.min(axis=others) if others else energy
        return found
