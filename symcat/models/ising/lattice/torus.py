"""The square lattice of side L with periodic boundaries, without field: exact sums over boundary conditions.

``Z = 2^(L L - 1)`` times the sum over periodic and antiperiodic momenta in either direction of ``prod sqrt(cosh^2 2J -
sinh 2J (cos k + cos l))``, the doubly periodic product counted negative (Kaufman, Phys. Rev. 76, 1232, 1949; McCoy &
Wu, The Two-Dimensional Ising Model, 1973, ch. IV). For side 2 both bonds of a pair are counted.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from symcat.data.moments import Floats

_MOST_LOST = 1e5
"""By how much the products may exceed their sum: as many digits are lost."""


class Torus(NamedTuple):
    """log Z of all L^2 spins, and its first and second derivative by J: sum over the 2 L^2 bonds, and its variance."""

    log_z: float
    bond_sum: float
    bond_variance: float


def torus(side: int, coupling: float) -> Torus:
    """The partition function at one coupling J.

    Raises
    ------
    ValueError : ``side`` below 2; or an odd side with a strongly negative coupling, where the products cancel in double
        precision (the catalogue's table answers there).
    """
    if side < 2:
        raise ValueError(f"a square lattice with periodic boundaries has side 2 or more, not {side}.")
    s, c = math.sinh(2.0 * coupling), math.cosh(2.0 * coupling)
    sinh, cosh = np.array([s, 2.0 * c, 4.0 * s]), np.array([c, 2.0 * s, 4.0 * c])
    logs, jets = [], []
    for first in (0, 1):
        for second in (0, 1):
            log, factor = _sector(side, first, second, sinh, cosh)
            logs.append(log)
            jets.append(-factor if (first, second) == (0, 0) else factor)
    top = max(logs)
    parts = np.array([jet * math.exp(log - top) for log, jet in zip(logs, jets, strict=True)])
    value, slope, bend = parts.sum(axis=0)
    if not value * _MOST_LOST > np.abs(parts[:, 0]).max():
        raise ValueError(
            f"J = {coupling} on an odd torus of side {side} is too strongly antiferromagnetic for double precision: "
            "its products cancel. Read the catalogue's table instead."
        )
    mean = slope / value
    log_z = (side * side - 1) * math.log(2.0) + top + math.log(value)
    return Torus(log_z, float(mean), float(bend / value - mean * mean))


def _sector(side: int, first: int, second: int, sinh: Floats, cosh: Floats) -> tuple[float, Floats]:
    """One product: its logarithm without the factors that may change sign, and a jet (value, two derivatives).

    Momenta k and -k have the same factor, so each counts half; (0, 0), (pi, pi), (0, pi) and (pi, 0) are their own
    mirrors, and the roots of their factors are ``1 - sinh``, ``1 + sinh`` and twice ``cosh``.
    """
    a = np.arange(first, 2 * side, 2)
    b = np.arange(second, 2 * side, 2)
    own = (a[:, None] % side == 0) & (b[None, :] % side == 0)
    sums = (np.cos(np.pi * a / side)[:, None] + np.cos(np.pi * b / side)[None, :])[~own]
    s, ds, dds = sinh
    c, dc, ddc = cosh
    value = c * c - s * sums
    slope = (2.0 * c * dc - ds * sums) / value
    bend = (2.0 * dc * dc + 2.0 * c * ddc - dds * sums) / value
    exponent = np.array([0.0, 0.5 * slope.sum(), 0.5 * (bend - slope * slope).sum()])
    jet = np.array([1.0, exponent[1], exponent[2] + exponent[1] ** 2])
    one = np.array([1.0, 0.0, 0.0])
    for k, m in np.argwhere(own):
        at = (a[k] == 0, b[m] == 0)
        jet = _times(jet, cosh if at[0] != at[1] else one - sinh if at[0] else one + sinh)
    return 0.5 * float(np.log(value).sum()), jet


def _times(x: Floats, y: Floats) -> Floats:
    """Product of two jets."""
    return np.array([x[0] * y[0], x[1] * y[0] + x[0] * y[1], x[2] * y[0] + 2.0 * x[1] * y[1] + x[0] * y[2]])
