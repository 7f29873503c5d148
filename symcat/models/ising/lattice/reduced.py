"""The symmetric Ising classes without field as functions of one average: the reduced variable, and the way back.

q is the average of s_i s_j over the coupled pairs. With q_0 its least value, ``t = log((q - q_0) / (1 - q))`` runs over
the whole line, and J grows about linearly with t at both ends. ``x = asinh((t - center) / width)`` spreads out the
place where J bends, near the transition; over x the catalogue stores ``J / q`` and the entropy as polynomials. Where
q_0 = -1 the class is the same with every second spin turned, so J is odd in q, and the table is read at ``|q|``.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from symcat.data.moments import Floats
from symcat.models.tables import Table

CURIE_WEISS, RING, SQUARE = "ising.curie_weiss", "ising.ring", "ising.square"
INFINITE = 0
"""The size of the infinite lattice, whose extensive quantities are per spin."""

CRITICAL_POSITION = 2.0 * math.atanh(math.sqrt(0.5))


class Reduced(NamedTuple):
    """A class of one size: its coupled pairs (per spin if infinite), the least value of q, and the variable x."""

    pairs: int
    least: Fraction
    center: float
    width: float

    @property
    def symmetric(self) -> bool:
        """Whether J is odd in q."""
        return self.least == -1

    def position(self, q: Floats) -> Floats:
        """x at the averages q."""
        at = np.abs(q) if self.symmetric else q
        x: Floats = np.arcsinh((np.log((at - float(self.least)) / (1.0 - at)) - self.center) / self.width)
        return x


def reduced(label: str, size: int) -> Reduced:
    """The reduced form of a class; ``size`` is the number of spins, of one side for the square lattice, 0 if infinite.

    The least average is that of the ground states for J -> -infinity: no magnetisation for Curie-Weiss, one unlike
    pair missing around every odd ring.
    """
    odd = size % 2
    if label == CURIE_WEISS:
        least = Fraction(-1, size if odd else size - 1)
        center = -(1.2 if odd else 1.5) * math.log(size) if size > 2 else 0.0
        return Reduced(size * (size - 1) // 2, least, center, 1.0 + size / 20.0)
    if label == RING:
        least = Fraction(-(size - 2), size) if odd else Fraction(-1)
        return Reduced(size or 1, least, 0.5 * math.log(size or 1), 2.0 if odd else 1.0)
    if label != SQUARE:
        raise ValueError(f"{label!r} has no table in one average.")
    if size == INFINITE:  # dJ/dq vanishes at the critical point like a logarithm: x resolves it
        return Reduced(2, Fraction(-1), CRITICAL_POSITION, 1e-10)
    if odd:
        return Reduced(2 * size**2, Fraction(-(size - 2), size), 0.0, 1.0)
    return Reduced(2 * size**2, Fraction(-1), CRITICAL_POSITION * max(0.0, 1.0 - 6.0 / size), 0.5)


class Reading(NamedTuple):
    """What the table says at q, arrays of one shape: J, its derivative by q, the entropy and log Z."""

    coupling: Floats
    slope: Floats
    entropy: Floats
    log_z: Floats


def read(table: Table, label: str, size: int, q: Floats) -> Reading:
    """The table at the averages q (G,), which the caller has found within its coverage; for size 0 per spin."""
    form = reduced(label, size)
    x = form.position(q)
    ratio, steepness = table.quantities["J"].evaluate(x)
    entropy = table.quantities["entropy"](x)
    at = np.abs(q) if form.symmetric else q
    stretch = form.width * np.cosh(x)  # dt/dx
    dx = (1.0 / (at - float(form.least)) + 1.0 / (1.0 - at)) / stretch
    coupling = q * ratio
    return Reading(coupling, ratio + at * steepness * dx, entropy, entropy + form.pairs * q * coupling)
