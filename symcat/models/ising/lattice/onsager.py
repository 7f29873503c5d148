"""The infinite square lattice without field: Onsager's solution, per spin.

``F = -J sum s_i s_j`` over nearest neighbours. L. Onsager, Phys. Rev. 65, 117 (1944); C. N. Yang, Phys. Rev. 85, 808
(1952) for the magnetisation. ``k' = 2 tanh^2 2J - 1`` vanishes at the critical coupling, and K, E are the complete
elliptic integrals of the modulus ``k = 2 sinh 2J / cosh^2 2J``.
"""

from __future__ import annotations

import math

import numpy as np

from symcat.data.moments import Floats

CRITICAL_COUPLING = 0.5 * math.log(1.0 + math.sqrt(2.0))

_WEAK = 0.03
"""Below this coupling the closed form is a small difference, and the first terms of its series have all digits."""

_SERIES = (1.0, 2.0, 4.5, 12.0, 112.0 / 3.0)
"""Of log Z - log 2 - 2 log cosh J, at even powers from the fourth of tanh J (closed paths on the lattice)."""


def log_partition(coupling: float) -> float:
    """log Z per spin: ``log 2 cosh 2J + (1/pi) int_0^(pi/2) log((1 + sqrt(1 - k^2 cos^2 phi)) / 2) dphi``."""
    from scipy.integrate import quad

    tanh = math.tanh(2.0 * abs(coupling))
    k1 = (2.0 * tanh * tanh - 1.0) ** 2

    def integrand(phi: float) -> float:
        return math.log(0.5 + 0.5 * math.sqrt(k1 + (1.0 - k1) * math.sin(phi) ** 2))

    found, _ = quad(integrand, 0.0, 0.5 * math.pi, epsabs=1e-14, epsrel=1e-14, limit=400)
    twice = 2.0 * abs(coupling)
    return twice + math.log1p(math.exp(-2.0 * twice)) + float(found) / math.pi


def bond_average(coupling: Floats | float) -> Floats:
    """q, the average of s_i s_j over nearest neighbours: ``coth 2J (1 + (2/pi) k' K) / 2``, of the shape of J."""
    from scipy.special import ellipkm1

    j = np.asarray(coupling, dtype=np.float64)
    size = np.maximum(np.abs(j), _WEAK)
    tanh = np.tanh(2.0 * size)
    k1 = 2.0 * tanh * tanh - 1.0
    # k' K goes to zero with k'; at zero itself the product would be 0 * infinity.
    mean = np.where(k1 == 0.0, 0.0, k1 * ellipkm1(np.maximum(k1 * k1, 1e-300)))
    closed = 0.5 * (1.0 + 2.0 / np.pi * mean) / tanh
    v = np.tanh(np.minimum(np.abs(j), _WEAK))
    derivative = sum((4 + 2 * n) * c * v ** (3 + 2 * n) for n, c in enumerate(_SERIES))
    series = v + 0.5 * derivative * (1.0 - v * v)
    out: Floats = np.sign(j) * np.where(np.abs(j) < _WEAK, series, closed)
    return out


def energy(coupling: Floats | float) -> Floats:
    """Energy per spin in units of J (of kT J, as J is dimensionless): ``-2 q``, two bonds a spin."""
    out: Floats = -2.0 * bond_average(coupling)
    return out


def bond_average_slope(coupling: Floats | float) -> Floats:
    """dq/dJ, which diverges like a logarithm at the critical coupling (there: infinity)."""
    from scipy.special import ellipe, ellipkm1

    j = np.asarray(coupling, dtype=np.float64)
    size = np.maximum(np.abs(j), _WEAK)
    tanh = np.tanh(2.0 * size)
    k1 = 2.0 * tanh * tanh - 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        first = ellipkm1(k1 * k1)
        rest = 0.5 * np.pi + np.where(k1 == 0.0, 0.0, k1 * first)
        closed = 2.0 / np.pi * (first - ellipe(1.0 - k1 * k1) - (1.0 - tanh * tanh) * rest) / (tanh * tanh)
    v = np.tanh(np.minimum(np.abs(j), _WEAK))
    powers = [(4 + 2 * n) * c for n, c in enumerate(_SERIES)]
    series = 1.0 + 0.5 * sum(
        c * ((3 + 2 * n) * v ** (2 + 2 * n) - (5 + 2 * n) * v ** (4 + 2 * n)) for n, c in enumerate(powers)
    )
    out: Floats = np.where(np.abs(j) < _WEAK, series * (1.0 - v * v), closed)
    return out


def specific_heat(coupling: Floats | float) -> Floats:
    """Specific heat per spin in units of k: ``J^2 d^2 log Z / dJ^2 = 2 J^2 dq/dJ``."""
    j = np.asarray(coupling, dtype=np.float64)
    out: Floats = 2.0 * j * j * bond_average_slope(j)
    return out


def spontaneous_magnetisation(coupling: Floats | float) -> Floats:
    """``(1 - sinh(2J)^-4)^(1/8)`` above the critical coupling, zero below (Yang 1952)."""
    j = np.asarray(coupling, dtype=np.float64)
    inverse = 1.0 / np.sinh(2.0 * np.maximum(j, CRITICAL_COUPLING))
    out: Floats = np.where(j > CRITICAL_COUPLING, np.maximum(1.0 - inverse**4, 0.0) ** 0.125, 0.0)
    return out
