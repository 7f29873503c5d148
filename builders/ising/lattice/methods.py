"""Second ways to the partition functions of the symmetric Ising classes, none through the density of states.

Curie-Weiss: the Gaussian integral of Hubbard and Stratonovich. Ring: the eigenvalues of the transfer matrix. Torus: the
four products over momenta of the fermions (McCoy & Wu 1973, ch. IV), half of them taken as squares. Infinite lattice:
the derivative of Onsager's integral against the arithmetic-geometric mean, and the duality of log Z.
"""

from __future__ import annotations

from flint import acb, arb

from builders.ising.lattice.infinite import InfiniteSquare
from builders.ising.lattice.levels import Levels
from builders.tools.checks import CannotCertify


def curie_weiss_log_z(d: int, j: arb) -> arb:
    """``Z = exp(-d J / 2) int exp(-x^2 / 2) (2 cosh(sqrt(J) x))^d dx / sqrt(2 pi)``; cos for negative J."""
    root = abs(j).sqrt()
    growth = d * root if j > 0 else arb(0)
    end = (growth + 25).upper()
    top = growth * growth / 2

    def integrand(x: acb, _analytic: bool) -> acb:
        wave = (acb(root) * x).cosh() if j > 0 else (acb(root) * x).cos()
        return (-x * x / 2 - top).exp() * wave**d

    body = acb.integral(integrand, 0, acb(end), rel_tol=arb(2) ** -100, abs_tol=arb(2) ** -160).real
    # Beyond the end the integrand is below exp(growth x - x^2 / 2), which falls faster than exp(-25 x) from there on.
    tail = (growth * end - end * end / 2 - top).exp() / (end - growth)
    half = tail.abs_upper() / 2
    return (2 * (body + arb(half, half)) / (2 * arb.pi()).sqrt()).log() + top + d * arb(2).log() - d * j / 2


def ring_log_z(d: int, j: arb) -> arb:
    """``(2 cosh J)^d + (2 sinh J)^d``."""
    return ((2 * j.cosh()) ** d + (2 * j.sinh()) ** d).log()


def torus_log_z(side: int, j: arb) -> arb:
    """``2^(n - 1)`` times the sum over boundary conditions of ``prod sqrt(cosh^2 2J - sinh 2J (cos k + cos l))``.

    Momenta k and -k give the same factor, so a row of momenta is squared except where both are 0 or pi; those factors
    are squares themselves, of ``1 - sinh 2J`` at (0, 0), ``1 + sinh 2J`` at (pi, pi), ``cosh 2J`` at the other two. The
    product with (0, 0) counts negative.
    """
    sinh, cosh = (2 * j).sinh(), (2 * j).cosh()
    total = arb(0)
    for first in (0, 1):
        for second in (0, 1):
            sign = -1 if (first, second) == (0, 0) else 1
            total += sign * _sector(side, first, second, sinh, cosh)
    return (side * side - 1) * arb(2).log() + total.log()


def _sector(side: int, first: int, second: int, sinh: arb, cosh: arb) -> arb:
    """One product; momenta are ``pi (2 a + first) / side`` and ``pi (2 b + second) / side``."""
    product = arb(1)
    for a in range(first, 2 * side, 2):
        for b in range(second, 2 * side, 2):
            mirror = ((-a) % (2 * side), (-b) % (2 * side))
            if mirror == (a, b):
                if (a == 0) == (b == 0):
                    product *= 1 - sinh if a == 0 else 1 + sinh
                else:
                    product *= cosh
            elif (a, b) < mirror:
                product *= cosh * cosh - sinh * ((arb(a) / side).cos_pi() + (arb(b) / side).cos_pi())
    return product


def enumerated(d: int, neighbours: list[tuple[int, int]]) -> Levels:
    """The density of states by going through all 2^d states."""
    found: Levels = {}
    for code in range(1 << d):
        total = sum(1 if (code >> i & 1) == (code >> j & 1) else -1 for i, j in neighbours)
        found[total] = found.get(total, 0) + 1
    return found


def onsager_average(j: arb) -> arb:
    """q of the infinite square lattice from the derivative of its integral under the integral sign, away from J_c."""
    tanh = (2 * j).tanh()
    k1 = 2 * tanh * tanh - 1
    slope = 8 * tanh * (1 - tanh * tanh)  # of k'

    def integrand(phi: acb, analytic: bool) -> acb:
        sine = phi.sin() ** 2
        root = (k1 * k1 + (1 - k1 * k1) * sine).sqrt(analytic=analytic)
        return k1 * (1 - sine) / (root * (1 + root))

    if abs(k1) < arb(2) ** -20:
        raise CannotCertify("the derivative of the integral is singular at the critical point")
    total = acb.integral(integrand, 0, acb.pi() / 2, rel_tol=arb(2) ** -80, abs_tol=arb(2) ** -80).real
    return (2 * tanh + slope * total / arb.pi()) / 2


def duality_gap(lattice: InfiniteSquare, j: arb) -> arb:
    """``log Z(J) - log Z(J*) - log sinh 2J`` per spin, zero for ``sinh 2J sinh 2J* = 1`` (Kramers & Wannier 1941)."""
    sinh = (2 * j).sinh()
    dual = (1 / sinh).asinh() / 2
    other = lattice.log_z(dual.mid()) + arb(0, (2 * dual.rad()).abs_upper())
    return lattice.log_z(j) - other - sinh.log()
