"""Averages of powers and log Z of ``exp(-F)`` on the line, enclosed in ball arithmetic (python-flint, Arb).

Beyond L, where all derivatives of F are positive, ``F(y) >= F(L) + F'(L) (y - L)``; ``y^k <= L^k exp(k (y - L) / L)``.
So the tail of ``y^k exp(-F)`` is at most ``L^k exp(-F(L)) / (F'(L) - k / L)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import acb, arb, ctx, fmpq, fmpq_poly

from builders.tools.checks import CannotCertify

BITS = 160
_TAIL = 150  # nats above the least F at whole numbers
_FARTHEST = 10**4


@dataclass(frozen=True)
class Enclosed:
    """``<y^k>`` for k = 0, 1, ..., and log Z, each a ball that holds the true value."""

    averages: list[arb]
    log_z: arb


def integrals(coefficients: Sequence[float], top: int) -> Enclosed:
    """Of ``F = sum_k coefficients_k y^k``, exact doubles, to the power ``top``. Raises CannotCertify where F falls."""
    with ctx.workprec(BITS):
        poly = fmpq_poly([fmpq(*float(c).as_integer_ratio()) for c in coefficients])
        right, left = _end(poly), _end(_mirrored(poly))
        found = [_integral(poly, k, -left, right) for k in range(top + 1)]
        for k in range(top + 1):
            tail = _tail(poly, k, right) + _tail(_mirrored(poly), k, left)
            found[k] += arb(0, tail.abs_upper())
        return Enclosed([value / found[0] for value in found], found[0].log())


def _mirrored(poly: fmpq_poly) -> fmpq_poly:
    return fmpq_poly([(-1) ** k * c for k, c in enumerate(poly.coeffs())])


def _end(poly: fmpq_poly) -> int:
    """The first whole number from which on every derivative is positive, and F high above its least value."""
    lowest = min(poly(k) for k in range(-20, 21))
    for at in range(1, _FARTHEST):
        part = poly
        while part.degree() > 0 and (part.degree() == poly.degree() or part(at) > 0):
            part = part.derivative()
        if part.degree() <= 0 and poly(at) > lowest + _TAIL:
            return at
    raise CannotCertify("F does not grow")


def _tail(poly: fmpq_poly, power: int, at: int) -> arb:
    slope = arb(poly.derivative()(at)) - arb(power) / at
    if not slope > 0:
        raise CannotCertify("F grows too slowly where it is cut")
    return arb(at) ** power * (-arb(poly(at))).exp() / slope


def _integral(poly: fmpq_poly, power: int, lo: int, hi: int) -> arb:
    def integrand(y: acb, _: bool) -> acb:
        value = acb(0)
        for c in reversed(poly.coeffs()):
            value = value * y + acb(arb(c))
        return y**power * (-value).exp()

    total = acb(0)
    for start in range(lo, hi):
        total += acb.integral(integrand, start, start + 1, abs_tol=arb(2) ** (-BITS), rel_tol=arb(2) ** (-BITS))
    return total.real
