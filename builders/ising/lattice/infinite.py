"""The infinite ring and the infinite square lattice: certified averages per spin.

Square lattice: Onsager, Phys. Rev. 65, 117 (1944). With ``k' = 2 tanh^2 2J - 1`` (signed, zero at the critical point)
and ``k^2 = 1 - k'^2`` the average over bonds is ``coth(2 J) (1 + k' / agm(1, |k'|)) / 2``.
"""

from __future__ import annotations

import numpy as np
from flint import acb, arb, ctx

from builders.ising.lattice.ball import PRECISION, Averages, State

WORKING = 2 * PRECISION  # at weak coupling q is a small difference


class InfiniteRing:
    """``q = tanh J``, ``log Z = log 2 cosh J`` per spin."""

    pairs = 1

    def __init__(self) -> None:
        self.least = arb(-1)

    def averages(self, j: arb) -> Averages:
        twice = (2 * j).exp()
        above = 2 * twice / (1 + twice)
        return Averages(above, 2 - above, above * (2 - above))

    def log_z(self, j: arb) -> arb:
        return (2 * j.cosh()).log()

    def guess(self, position: float) -> float:
        return position / 2.0


class InfiniteSquare:
    """Onsager's solution."""

    pairs = 2

    def __init__(self) -> None:
        self.least = arb(-1)
        near = np.geomspace(1e-13, 20.0, 300)
        with ctx.workprec(WORKING):
            critical = float(critical_coupling().mid())
        j = np.concatenate([critical - near[near < critical - 1e-6][::-1], critical + near])
        found = [self.averages(arb(float(x))) for x in j]
        self._grid = np.array([float((f.above / f.below).log().mid()) for f in found]), j

    def averages(self, j: arb) -> Averages:
        with ctx.workprec(WORKING):
            if j < 0:
                turned = self.averages(-j)
                return Averages(turned.below, turned.above, turned.slope)
            tanh = (2 * j).tanh()
            k1 = 2 * tanh * tanh - 1
            mean = k1 / arb(1).agm(abs(k1))
            q = (1 + mean) / tanh / 2
            complete = arb.pi() / 2 * mean  # k' K(k)
            second = acb(1 - k1 * k1).elliptic_e().real
            slope = complete / k1 - second - (1 - tanh * tanh) * (arb.pi() / 2 + complete)
            return Averages(1 + q, 1 - q, 2 / arb.pi() * slope / (tanh * tanh))

    def log_z(self, j: arb) -> arb:
        """``log 2 cosh 2J + (1/pi) int_0^(pi/2) log((1 + sqrt(k'^2 + k^2 cos^2 phi)) / 2) dphi`` per spin."""
        tanh = (2 * j).tanh()
        k1 = (2 * tanh * tanh - 1) ** 2

        def integrand(phi: acb, analytic: bool) -> acb:
            # phi counts from the point where the root is nearest to a branch
            root = (k1 + (1 - k1) * phi.sin() ** 2).sqrt(analytic=analytic)
            return ((1 + root) / 2).log(analytic=analytic)

        total = acb.integral(integrand, 0, acb.pi() / 2, rel_tol=arb(2) ** -90, abs_tol=arb(2) ** -90)
        return (2 * (2 * j).cosh()).log() + total.real / arb.pi()

    def guess(self, position: float) -> float:
        return float(np.interp(abs(position), *self._grid)) * (1.0 if position > 0.0 else -1.0)


def critical_coupling() -> arb:
    """``log(1 + sqrt 2) / 2``: the lattice is its own dual there (Kramers & Wannier 1941)."""
    return (1 + arb(2).sqrt()).log() / 2


def critical_state() -> State:
    """At the critical point: ``q = 1 / sqrt 2``, ``log Z = log(2) / 2 + 2 G / pi`` with Catalan's constant."""
    q, j = 1 / arb(2).sqrt(), critical_coupling()
    log_z = arb(2).log() / 2 + 2 * arb.const_catalan() / arb.pi()
    return State(q, j, log_z, log_z - 2 * j * q)
