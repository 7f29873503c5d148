"""What von Mises' law with given parameters says of its column.

Angles are ``2 pi x / (hi - lo)``. Averages and quantiles on the line are those of the numbers in the interval, which is
one turn cut open at its ends.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.base import Floats, Parameters
from symcat.models.bounded.concentration import ratio
from symcat.models.bounded.law import IntervalLaw

SLACK = 1e-6
"""Of a turn, by which rounded angles may lie beyond its ends."""

_LARGE = 100.0  # concentration, from which the distribution function is that of the sine of half the angle
_TERMS = 20
_STEPS = 60
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)


class VonMisesLaw(IntervalLaw):
    """The density ``exp(concentration cos(2 pi (x - mean) / (hi - lo))) / I_0(concentration) / (hi - lo)``."""

    def __init__(self, label: str, parameters: Parameters) -> None:
        super().__init__(label, parameters["interval"])
        self.direction = float(np.reshape(parameters["mean"], ()))
        self.concentration = float(parameters["concentration"])

    @property
    def per_unit(self) -> float:
        """Angle of one unit of the column."""
        return 2.0 * math.pi / self.width

    def away(self, x: Floats) -> Floats:
        """(m,) angles from the mean direction, within half a turn."""
        turns = (x - self.direction) / self.width
        return np.asarray(2.0 * np.pi * (turns - np.rint(turns)))

    @cached_property
    def length(self) -> tuple[float, float]:
        """The mean resultant length, and one less that."""
        of, less = ratio(np.array([self.concentration]))
        return float(of[0]), float(less[0])

    @cached_property
    def _scaled(self) -> float:
        """log Z less the concentration."""
        from scipy.special import i0e

        return math.log(self.width) + math.log(float(i0e(self.concentration)))

    @property
    def log_partition(self) -> float:
        return self._scaled + self.concentration

    def log_density(self, x: Floats) -> Floats:
        slack = SLACK * self.width
        inside = (x >= self.lo - slack) & (x <= self.hi + slack)
        half = np.sin(0.5 * self.away(np.where(inside, x, self.lo)))
        return np.where(inside, -2.0 * self.concentration * half * half - self._scaled, -np.inf)

    @cached_property
    def entropy(self) -> float:
        return self._scaled + self.concentration * self.length[1]

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        angle = self.per_unit * self.direction
        length = self.length[0]
        return {
            "mean_cos": length * math.cos(angle),
            "mean_sin": length * math.sin(angle),
            "interval": self.interval,
        }

    @cached_property
    def _grid(self) -> tuple[Floats, Floats]:
        """(m,) values all over the interval, dense near the mean direction, and probabilities that add up to one."""
        step = min(math.pi / 12.0, 1.0 / math.sqrt(self.concentration))
        cut = float(self.away(np.array([self.lo]))[0])
        edges = np.unique(np.clip(np.r_[step * np.arange(-12, 13), cut, -np.pi, np.pi], -np.pi, np.pi))
        half = 0.5 * np.diff(edges)[:, None]
        angle = (0.5 * (edges[1:] + edges[:-1])[:, None] + half * _NODES).ravel()
        sine = np.sin(0.5 * angle)
        mass = (half * _WEIGHTS).ravel() * np.exp(-2.0 * self.concentration * sine * sine)
        return self._unwound(angle), mass / mass.sum()

    def _unwound(self, angle: Floats) -> Floats:
        """(m,) the values in the interval at angles from the mean direction."""
        return np.asarray(self.lo + np.mod(self.direction - self.lo + angle / self.per_unit, self.width))

    @cached_property
    def mean(self) -> Floats:
        x, mass = self._grid
        middle = 0.5 * (self.lo + self.hi)
        return np.array([middle + mass @ (x - middle)])

    def central(self, order: int) -> Floats:
        x, mass = self._grid
        return np.array([mass @ ((x - self.mean) / self.width) ** order * self.width**order])

    def cdf(self, x: Floats) -> Floats:
        inside = np.clip(x, self.lo, self.hi)
        start = self._turned(np.array([self.lo]))
        found: Floats = np.clip(self._turned(inside) - start, 0.0, 1.0)
        return np.where(inside == self.hi, 1.0, found)

    def _turned(self, x: Floats) -> Floats:
        """(m,) probability from half a turn before the mean direction up to ``x``, one more with every turn."""
        turns = np.rint((x - self.direction) / self.width)
        return np.asarray(turns + self._from_mean(self.away(x)))

    def _from_mean(self, angle: Floats) -> Floats:
        """(m,) probability between the mean direction and an angle within half a turn of it, negative before it."""
        from scipy.special import gammainc, gammaln, i0e, ive

        k = self.concentration
        if k < _LARGE:
            j = np.arange(1.0, 20.0 + 9.0 * math.sqrt(k))
            weight = ive(j, k) / (i0e(k) * j * math.pi)
            return np.asarray(angle / (2.0 * np.pi) + np.sin(angle[:, None] * j) @ weight)
        # With v = sin(angle / 2)^2 2 k the density is exp(-v) v^(-1/2) (1 - v / 2 k)^(-1/2), which is expanded.
        order = np.arange(_TERMS) + 0.5
        weight = np.exp(2.0 * gammaln(order) - gammaln(order + 0.5) - np.arange(_TERMS) * math.log(2.0 * k))
        v = 2.0 * k * np.sin(0.5 * angle) ** 2
        return np.asarray(0.5 * np.sign(angle) * (gammainc(order, v[:, None]) @ (weight / weight.sum())))

    def ppf(self, p: Floats) -> Floats:
        """Newton's method, halving where it would leave the bracket."""
        p = np.asarray(p, dtype=np.float64)
        low, high = np.full(p.shape, self.lo), np.full(p.shape, self.hi)
        x = 0.5 * (low + high)
        for _ in range(_STEPS):
            above = self.cdf(x) - p
            low, high = np.where(above < 0.0, x, low), np.where(above < 0.0, high, x)
            with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
                step = x - above / np.exp(self.log_density(x))
            x, before = np.where((step > low) & (step < high), step, 0.5 * (low + high)), x
            if not (np.abs(x - before) > 1e-15 * self.width).any():
                break
        return np.where(p <= 0.0, self.lo, np.where(p >= 1.0, self.hi, x))

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        return self._unwound(rng.vonmises(0.0, self.concentration, size=n))
