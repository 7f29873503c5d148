"""A mixture of Gaussians on a line, and the cells its likelihood is summed over."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symcat.models.base import Floats

HALF_LOG = 0.5 * math.log(2.0 * math.pi)


@dataclass(frozen=True)
class Mixture:
    """Weights that add up to one, means and standard deviations (K,) each."""

    weights: Floats
    means: Floats
    spreads: Floats

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def ordered(self) -> Mixture:
        """The same, by the mean: labels of components mean nothing."""
        order = np.argsort(self.means, kind="stable")
        return Mixture(self.weights[order], self.means[order], self.spreads[order])

    def moved(self, step: Floats, narrowest: float) -> Mixture:
        """By steps (3K,) of log weights, of means over spreads, and of log spreads."""
        of_weight, of_mean, of_spread = step.reshape(3, -1)
        weights = self.weights * np.exp(of_weight - of_weight.max())
        spreads = np.maximum(self.spreads * np.exp(of_spread), narrowest)
        return Mixture(weights / weights.sum(), self.means + self.spreads * of_mean, spreads)

    def terms(self, y: Floats) -> tuple[Floats, Floats]:
        """(K, m) distances ``(y - mean) / spread``, and log of weight times density but for ``log(2 pi) / 2``."""
        z = (y - self.means[:, None]) / self.spreads[:, None]
        return z, np.log(self.weights / self.spreads)[:, None] - 0.5 * z * z


@dataclass(frozen=True)
class Cells:
    """Values (m,), how many rows each stands for, and the variance of these about it."""

    values: Floats
    counts: Floats
    within: Floats | None = None  # None where every row of a cell has its value

    @property
    def total(self) -> float:
        return float(self.counts.sum())

    @property
    def piece(self) -> tuple[Floats, Floats]:
        """As rows with what each counts."""
        return self.values, self.counts

    def placed(self, at: float, unit: float) -> Cells:
        """Distances from a point in a unit."""
        return Cells((self.values - at) / unit, self.counts)
