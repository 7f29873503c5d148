"""Piecewise polynomials from Chebyshev points, bisected until their double-precision evaluation is accurate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from flint import arb, ctx, fmpz_poly

from builders.tools.bounds import relative_error
from builders.tools.checks import CannotCertify, round_up
from builders.tools.segments import Segment
from symcat.models.piecewise import PiecewisePolynomial

DEGREE = 10
CHECKS = 24  # points a segment on which its error is measured, none of them a node
Values = dict[str, arb]


@cache
def _to_powers(degree: int) -> list[list[int]]:
    return [[int(c) for c in fmpz_poly.chebyshev_t(k).coeffs()] for k in range(degree + 1)]


def nodes(degree: int) -> list[arb]:
    """The values ``cos((2 k + 1) pi / (2 m))`` of t, k = 0..m-1, with m = degree + 1, that determine a polynomial."""
    return [_cos(2 * k + 1, 2 * degree + 2, ctx.prec) for k in range(degree + 1)]


def powers_through(values: Sequence[arb]) -> list[arb]:
    """Ascending powers of t of the polynomial through ``values`` at as many ``nodes``."""
    m = len(values)
    powers = [arb(0)] * m
    for j in range(m):
        terms = (v * _cos(j * (2 * k + 1), 2 * m, ctx.prec) for k, v in enumerate(values))
        c = sum(terms, arb(0)) * (1 if j == 0 else 2) / m
        for i, weight in enumerate(_to_powers(m - 1)[j]):
            powers[i] += c * weight
    return powers


def interpolate(values: Sequence[arb]) -> list[float]:
    """The same, as they are stored."""
    return [float(p.mid()) for p in powers_through(values)]


@cache
def _cos(numerator: int, denominator: int, bits: int) -> arb:
    return (arb(numerator) / denominator).cos_pi()


def check_positions(count: int, shift: float = 0.37) -> list[float]:
    """``count`` values of t, dense near the ends and away from the nodes."""
    return [float(((arb(j) + arb(shift)) / count).cos_pi().mid()) for j in range(count)]


def check_points(lo: float, hi: float, count: int) -> list[float]:
    """The check positions on [lo, hi]."""
    return [0.5 * (lo + hi) + 0.5 * (hi - lo) * t for t in check_positions(count)]


def _relative_error(name: str, computed: float, exact: arb) -> float:
    return relative_error(computed, exact)


def _as_they_are(coefficients: list[float], values: Sequence[arb]) -> list[float]:
    return coefficients


def fit_segment(
    function: Callable[[arb], Values],
    lo: float,
    hi: float,
    *,
    degree: int = DEGREE,
    checks: int = CHECKS,
    error: Callable[[str, float, arb], float] = _relative_error,
    rounded: Callable[[list[float], Sequence[arb]], list[float]] = _as_they_are,
) -> Segment:
    """Interpolate every quantity of ``function`` on [lo, hi], and measure the error in double precision.

    ``error`` is that of a computed value of a quantity against the exact one; ``rounded`` are coefficients as they are
    stored, from the values of the function at the nodes.
    """
    middle, half = (arb(lo) + arb(hi)) / 2, (arb(hi) - arb(lo)) / 2
    at_nodes = [function(middle + half * t) for t in nodes(degree)]
    xs = check_points(lo, hi, checks)
    exact = [function(arb(x)) for x in xs]
    coefficients, errors = {}, {}
    for name in at_nodes[0]:
        values = [node[name] for node in at_nodes]
        coefficients[name] = rounded(interpolate(values), values)
        piece = PiecewisePolynomial(np.array([lo, hi]), np.array([coefficients[name]]))
        computed = piece(np.array(xs))
        errors[name] = round_up(max(error(name, float(c), e[name]) for c, e in zip(computed, exact, strict=True)))
    return Segment(lo, hi, coefficients, errors)


def bisect(
    function: Callable[[arb], Values], at: Callable[[int, int], float], bound: float, deepest: int = 14
) -> list[Segment]:
    """Segments over [0, 1] of a dyadic coordinate: ``at(i, depth)`` is the argument (a double) at ``i / 2^depth``.

    Raises CannotCertify when ``deepest`` bisections do not reach ``bound``.
    """
    done: list[Segment] = []
    todo = [(0, 0)]
    while todo:
        i, depth = todo.pop()
        segment = fit_segment(function, at(i, depth), at(i + 1, depth))
        if max(segment.errors.values()) <= bound:
            done.append(segment)
        elif depth == deepest:
            raise CannotCertify(f"no polynomial of degree {DEGREE} meets {bound} on [{segment.lo}, {segment.hi}]")
        else:
            todo += [(2 * i + 1, depth + 1), (2 * i, depth + 1)]
    return done
