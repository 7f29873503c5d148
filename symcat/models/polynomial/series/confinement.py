"""Whether a quartic F of whitened columns confines them, and if it falls again far out, how high the hill before it is.

Every ray from the mean is a polynomial of its distance. Of the rays where F falls, the lowest hill is sought by
descent over directions: at the top of a hill its height changes with the direction alone as F does there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.hills import BARRIER
from symcat.models.polynomial.exact.rays import directions

Floats = NDArray[np.float64]

__all__ = ["BARRIER", "Energy", "Tensors", "barrier"]

_FOLLOWED = 64  # rays
_STEPS = 60
_NEAR, _FAR = 3.0, 1e3
"""Standard deviations: a well that is nearer is the data's own, and F is followed as far as the other."""
_POINTS = 400


class Energy(Protocol):
    """A quartic F of d columns in coordinates of variance about 1."""

    @property
    def dimension(self) -> int: ...

    @property
    def largest(self) -> float:
        """No less than the quartic form ``u n n n n`` of a unit n, about as much."""

    def along(self, units: Floats) -> Floats:
        """(5, R) F as polynomials of the distance on the rays of units (R, d), 0 at the mean."""

    def slopes(self, y: Floats) -> Floats:
        """(n, d) of F at rows (n, d)."""

    def turned(self, y: Floats) -> Floats:
        """(n, d) ``u y y y`` of rows (n, d)."""


def barrier(energy: Energy) -> tuple[float, float]:
    """The height of F above its value at the mean before it falls, on the ray where that is least, and how far out.

    Both infinite where it falls on none of the rays that were followed.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.models.polynomial.series.confinement import Tensors, barrier
    >>> one = {"h": np.zeros(2), "K": np.eye(2), "g": np.zeros((2, 2, 2)), "u": np.zeros((2, 2, 2, 2))}
    >>> one["u"][0, 0, 0, 0] = -0.1
    >>> height, distance = barrier(Tensors(one))
    >>> round(height, 1), round(distance, 1)
    (15.0, 7.7)
    """
    d = energy.dimension
    units = np.concatenate([directions(d), _lowest_of_the_quartic(energy, directions(d))])
    height, distance = _hills(energy.along(units))
    chosen = np.argsort(height)[:_FOLLOWED]
    unit, height, distance = units[chosen], height[chosen], distance[chosen]
    falls = np.isfinite(height)
    unit, height, distance = unit[falls], height[falls], distance[falls]
    if not len(unit):
        return np.inf, np.inf
    best = int(height.argmin())
    lowest, where = float(height[best]), float(distance[best])
    step = np.full(len(unit), 0.2)
    for _ in range(_STEPS):
        slope = energy.slopes(unit * distance[:, None]) * distance[:, None]
        slope -= unit * (slope * unit).sum(axis=1)[:, None]
        size = np.linalg.norm(slope, axis=1)
        moved = unit - (step / np.maximum(size, 1e-300))[:, None] * slope
        moved /= np.linalg.norm(moved, axis=1)[:, None]
        there, far = _hills(energy.along(moved))
        lower = there < height
        unit = np.where(lower[:, None], moved, unit)
        distance, height = np.where(lower, far, distance), np.where(lower, there, height)
        step = np.where(lower, 1.2 * step, 0.4 * step)
        if height.min() < lowest:
            best = int(height.argmin())
            lowest, where = float(height[best]), float(distance[best])
    return lowest, where


@dataclass(frozen=True)
class Tensors:
    """Of couplings h, K, g, u."""

    couplings: Mapping[str, Floats]

    @property
    def dimension(self) -> int:
        return len(self.couplings["h"])

    @property
    def largest(self) -> float:
        d = self.dimension
        return float(np.linalg.norm(self.couplings["u"].reshape(d * d, d * d), 2))

    def along(self, units: Floats) -> Floats:
        couplings, d = self.couplings, self.dimension
        g = units @ couplings["g"].reshape(d, -1)
        g = np.einsum("ri,rij,rj->r", units, g.reshape(-1, d, d), units, optimize=True)
        u = (self.turned(units) * units).sum(axis=1)
        k = ((units @ couplings["K"]) * units).sum(axis=1)
        out: Floats = np.array([np.zeros(len(units)), units @ couplings["h"], 0.5 * k, g / 6.0, u / 24.0])
        return out

    def slopes(self, y: Floats) -> Floats:
        couplings, d = self.couplings, self.dimension
        cubic = (y[:, :, None] * y[:, None, :]).reshape(len(y), -1) @ couplings["g"].reshape(d * d, d)
        out: Floats = couplings["h"] + y @ couplings["K"] + 0.5 * cubic + self.turned(y) / 6.0
        return out

    def turned(self, y: Floats) -> Floats:
        d = self.dimension
        pairs = (y[:, :, None] * y[:, None, :]).reshape(len(y), -1) @ self.couplings["u"].reshape(d * d, d * d)
        return np.asarray(np.einsum("nij,nj->ni", pairs.reshape(-1, d, d), y), dtype=np.float64)


def _hills(coefficients: Floats) -> tuple[Floats, Floats]:
    """(R,) the height at the first place beyond the data from which on F falls, and the place."""
    at = np.geomspace(_NEAR, _FAR, _POINTS)[:, None]
    value = np.zeros((_POINTS, coefficients.shape[1]))
    for c in coefficients[::-1]:
        value = value * at + c
    falls = np.diff(value, axis=0) < 0.0
    some, first = falls.any(axis=0), falls.argmax(axis=0)
    height = value[first, np.arange(value.shape[1])]
    return np.where(some, height, np.inf), np.where(some, at[first, 0], np.inf)


def _lowest_of_the_quartic(energy: Energy, units: Floats) -> Floats:
    """(R, d) directions, from those given, on which the quartic form is least nearby, by the shifted power method.

    Kolda & Mayo, SIAM J. Matrix Anal. Appl. 32 (2011) 1095.
    """
    shift = 3.0 * energy.largest
    units = units[: 4 * _FOLLOWED].copy()
    for _ in range(_STEPS):
        units = shift * units - energy.turned(units)
        length = np.linalg.norm(units, axis=1)
        if not length.all():
            break
        units /= length[:, None]
    return units
