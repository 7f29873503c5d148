"""The stored functions over whole intervals of kurtosis: a polynomial of high degree, and a proven bound of its error.

With ``x = (kurtosis - 1) N / 2`` and ``eps = 2 / N`` the equation of ``expansion.py`` reads, for ``y = P_u``,

    x (1 - x) y' = y + 2 eps x (1 - x) y^2 / D,    D = 1 - (1 + eps x) y,    P_entropy' = ((1 - x) y - 1) / (2 x).

The derivative of the right-hand side by y is ``1 + 2 eps x (1 - x) y (1 + D) / D^2``: positive where y > 0 and -1 < D <
0. So let p be any polynomial that lies there, with a margin, and misses the equation for y' by at most delta. To the
left of a point b, where the true value is enclosed, ``|p - y|`` is at most its value at b and ``(b - x) delta``: going
left, the equation brings solutions together. No ball goes into a special function, where it would blow up: p passes
through values at points, and what it misses is a polynomial too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flint import arb, arb_poly

from builders.quartic.ball import solve
from builders.quartic.reduced import reduced
from builders.tools.chebyshev import nodes, powers_through
from builders.tools.checks import CannotCertify
from builders.tools.enclosures import enclose

DEGREE = 22
TOLERANCE = 1e-17  # of the error of such a polynomial
_PARTS = 16  # of an interval, on each of which the conditions are enclosed
_DEEPEST = 8  # bisections of a segment


class Piece(NamedTuple):
    """Polynomials of t in [-1, 1], with x = middle + half t, and how far the true functions may be off."""

    middle: arb
    half: arb
    polynomials: Mapping[str, arb_poly]
    errors: Mapping[str, arb]


def pieces(dimension: int, lo: float, hi: float, deepest: int = _DEEPEST) -> list[Piece]:
    """On an interval of kurtosis, halved until the tolerance is met. Raises CannotCertify if it is not."""
    try:
        piece = _piece(dimension, lo, hi)
        if max(piece.errors.values()) < TOLERANCE:
            return [piece]
    except _Outside:
        pass
    if deepest == 0:
        raise CannotCertify(f"N = {dimension}: no polynomial of degree {DEGREE} is proven on [{lo}, {hi}]")
    middle = 0.5 * (lo + hi)
    return pieces(dimension, lo, middle, deepest - 1) + pieces(dimension, middle, hi, deepest - 1)


class _Outside(ArithmeticError):
    """The polynomial may leave the part of the plane where the argument holds."""


def _piece(dimension: int, lo: float, hi: float) -> Piece:
    a, b = ((arb(k) - 1) * dimension / 2 for k in (lo, hi))
    middle, half = (a + b) / 2, (b - a) / 2
    points = [(1 + 2 * (middle + half * t) / dimension).mid() for t in nodes(DEGREE)]
    values = [reduced(dimension, solve(dimension, k)) for k in points]
    found = {name: arb_poly([c.mid() for c in powers_through([v[name] for v in values])]) for name in values[0]}
    at_end = reduced(dimension, solve(dimension, arb(hi)))
    off = {name: abs(p(arb(1)) - at_end[name]) for name, p in found.items()}
    error = off["u"] + 2 * half * _defect(dimension, middle, half, found["u"])
    x = arb_poly([middle, half])
    slope = 2 * x * found["entropy"].derivative() * (1 / half) - (1 - x) * found["u"] + 1
    steepest = (max(miss.abs_upper() for miss in enclose(slope, _PARTS)) + error) / (2 * a)
    return Piece(middle, half, found, {"u": error.upper(), "entropy": (off["entropy"] + 2 * half * steepest).upper()})


def _defect(dimension: int, middle: arb, half: arb, y: arb_poly) -> arb:
    """How much a polynomial misses the equation for y' by, at most. Raises _Outside where the argument fails."""
    eps, x = arb(2) / dimension, arb_poly([middle, half])
    spread, d = x * (1 - x), 1 - (1 + eps * x) * y
    miss = spread * d * y.derivative() * (1 / half) - y * d - 2 * eps * spread * y * y
    margin = (1 + eps) * TOLERANCE
    worst = arb(0)
    for level, gap, rest, weight in zip(*(enclose(part, _PARTS) for part in (y, d, miss, spread)), strict=True):
        if not (level > TOLERANCE and -1 + margin < gap < -margin and weight > 0):
            raise _Outside
        worst = worst.max(rest.abs_upper() / (weight.lower() * gap.abs_lower()))
    return worst
