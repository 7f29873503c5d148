"""log Z and averages of one or two real columns by sums over a grid that is as wide as the density.

The trapezoidal rule is exact but for rounding where the density ends within the grid (Trefethen & Weideman, SIAM Rev.
56, 385, 2014).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Parameters
from symcat.models.polynomial.tensors import energy, widths

Floats = NDArray[np.float64]

POINTS = {1: 4001, 2: 401}
"""Along each column, by number of columns."""
REACH = 12.0
"""Widths of a column to either side that a grid covers at first."""

NEGLIGIBLE = 45.0
"""Nats above the lowest energy, where the density has ended."""

_FILLED = 0.3  # of the grid's half width, at least, by what is not negligible


@dataclass(frozen=True)
class Grid:
    """Points along each column, and F at all of them."""

    axes: tuple[Floats, ...]
    energy: Floats

    @classmethod
    def of(cls, parameters: Parameters, dimension: int) -> Grid:
        """The grid on which the density of the parameters ends, and which it fills."""
        half = REACH * widths(parameters, dimension)
        while True:
            axes = tuple(np.linspace(-h, h, POINTS[dimension]) for h in half)
            values = energy(parameters, _points(axes)).reshape([len(axis) for axis in axes])
            near = np.argwhere(values < values.min() + NEGLIGIBLE)
            size: Floats = np.array(values.shape) - 1.0
            outermost = np.maximum(size - 2 * near.min(axis=0), 2 * near.max(axis=0) - size) / size  # of the half width
            ended = outermost < 1.0
            if ended.all() and (outermost > _FILLED).all():
                return cls(axes, values)
            # Wider where the density has not ended, narrower where most of the grid is empty.
            half = half * np.where(ended, np.clip(1.2 * outermost, 0.05, 1.0), 2.0)

    @property
    def steps(self) -> Floats:
        """(d,) between points along each column."""
        return np.array([axis[1] - axis[0] for axis in self.axes])

    @property
    def points(self) -> Floats:
        """(m, d) all points."""
        return _points(self.axes)

    @cached_property
    def log_partition(self) -> float:
        """log Z."""
        lowest = float(self.energy.min())
        return float(np.log(np.exp(lowest - self.energy).sum() * self.steps.prod())) - lowest

    @cached_property
    def probabilities(self) -> Floats:
        """(m,) of the cells around the points."""
        weight = np.exp(self.energy.min() - self.energy).reshape(-1)
        out: Floats = weight / weight.sum()
        return out

    def draw(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent points, each moved within its cell."""
        cumulative = np.cumsum(np.exp(self.energy.min() - self.energy))
        place = np.searchsorted(cumulative, rng.random(n) * cumulative[-1], side="right")
        at = np.unravel_index(np.minimum(place, self.energy.size - 1), self.energy.shape)
        moved = [
            axis[i] + (rng.random(n) - 0.5) * step for axis, i, step in zip(self.axes, at, self.steps, strict=True)
        ]
        return np.stack(moved, axis=1)


def _points(axes: tuple[Floats, ...]) -> Floats:
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes))
