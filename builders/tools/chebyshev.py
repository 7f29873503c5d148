"""Piecewise polynomials from Chebyshev points, bisected until their double-precision evaluation is accurate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from flint import arb, fmpz_poly

from builders.quartic.ball import CannotCertify
from builders.store.text import round_up
from symcat.models.piecewise import PiecewisePolynomial

DEGREE = 10
CHECKS = 24  # points a segment on which its error is measured, none of them a node
Values = dict[str, arb]


class Segment:
    """The polynomials of every quantity on one interval, with the errors seen at the check points."""

    def __init__(self, lo: float, hi: float, coefficients: dict[str, list[float]], errors: dict[str, float]) -> None:
        self.lo, self.hi, self.coefficients, self.errors = lo, hi, coefficients, errors


@cache
def _to_powers(degree: int) -> list[list[int]]:
    return [[int(c) for c in fmpz_poly.chebyshev_t(k).coeffs()] for k in range(degree + 1)]


def interpolate(values: Sequence[arb]) -> list[float]:
    """Ascending powers of t of the polynomial through ``values`` at ``cos((2 k + 1) pi / (2 m))``, k = 0..m-1."""
    m = len(values)
    powers = [arb(0)] * m
    for j in range(m):
        c = sum((v * _cos(j * (2 * k + 1), 2 * m) for k, v in enumerate(values)), arb(0)) * (1 if j == 0 else 2) / m
        for i, weight in enumerate(_to_powers(m - 1)[j]):
            powers[i] += c * weight
    return [float(p.mid()) for p in powers]


@cache
def _cos(numerator: int, denominator: int) -> arb:
    return (arb(numerator) / denominator).cos_pi()


def _points(lo: float, hi: float, ts: Sequence[float]) -> list[float]:
    return [0.5 * (lo + hi) + 0.5 * (hi - lo) * t for t in ts]


def check_positions(count: int, shift: float = 0.37) -> list[float]:
    """``count`` values of t, dense near the ends and away from the nodes."""
    return [float(((arb(j) + arb(shift)) / count).cos_pi().mid()) for j in range(count)]


def relative_error(computed: float, exact: arb) -> float:
    """Relative where the exact value exceeds one, absolute below; rounded up."""
    return float((abs(arb(computed) - exact) / abs(exact).max(arb(1))).abs_upper())


def fit_segment(function: Callable[[arb], Values], lo: float, hi: float) -> Segment:
    """Interpolate every quantity of ``function`` on [lo, hi], and measure the error in double precision."""
    middle, half = (arb(lo) + arb(hi)) / 2, (arb(hi) - arb(lo)) / 2
    m = DEGREE + 1
    nodes = [function(middle + half * _cos(2 * k + 1, 2 * m)) for k in range(m)]
    xs = _points(lo, hi, check_positions(CHECKS))
    exact = [function(arb(x)) for x in xs]
    coefficients, errors = {}, {}
    for name in nodes[0]:
        coefficients[name] = interpolate([node[name] for node in nodes])
        piece = PiecewisePolynomial(np.array([lo, hi]), np.array([coefficients[name]]))
        computed = piece(np.array(xs))
        errors[name] = round_up(max(relative_error(float(c), e[name]) for c, e in zip(computed, exact, strict=True)))
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
