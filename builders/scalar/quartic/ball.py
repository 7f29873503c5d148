"""Certified couplings of the standardised quartic ``F = h y + r y^2/2 + g y^3/6 + u y^4/24`` (python-flint, Arb).

Mean 0, variance 1, skewness and kurtosis are four equations for four couplings. Newton's rule finds them; Krawczyk's
test proves that a box holds exactly one solution (the equations are the gradient of a convex function, so it is the
only one). The integrals are sums of the trapezoid rule, whose error for an integrand f analytic in the strip |Im y| < a
is at most ``2 M / (exp(2 pi a / step) - 1)``, M an upper bound of ``integral |f(x + ib)| dx`` over |b| <= a (theorem
5.1 of Trefethen & Weideman 2014). Here ``Re F(x + ib) = F - b^2 F''/2 + b^4 u/24 >= min(F, F - a^2 F''/2)``, so that M
is enclosed cell by cell in ball arithmetic, and all that is cut off is bounded by how fast F grows there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, arb_poly

from builders.scalar.quartic.starts import window
from builders.tools.checks import CannotCertify

PRECISION = 160  # bits of every certified evaluation
_DIGITS = 80.0  # nats below the largest integrand to which integrals are asked for
_TAIL = 30.0  # further nats at which they are cut: the eighth power weighs the tails
_CELL = 3  # steps over which the integrand in the strip is bounded at once
_HIGHEST = 8  # power whose average is needed, by the equations' derivatives
_STEPS = 4
_NEAR = 1e-11  # how far from its start, relative above 1, a solution is looked for
_FIRST, _GROWTH, _CELLS = 0.05, 1.02, 1000  # cells on which a slope is bounded, wider further out
_WIDENINGS = 5  # tries of a box, each 2^8 times wider
_FACTORIALS = (1, 2, 6, 24)


@dataclass(frozen=True)
class State:
    """The standardised fit at one skewness and kurtosis: every field is a ball that encloses the true value."""

    skewness: arb
    kurtosis: arb
    h: arb
    r: arb
    g: arb
    u: arb
    log_z: arb
    entropy: arb


class _Rule(NamedTuple):
    """The points of the trapezoid rule, and what the sums leave out, of every power alike."""

    step: arb
    points: list[arb]
    least: float  # about the least value of F: the integrands are powers times exp(least - F)
    error: arb


class _Averages(NamedTuple):
    """``<y^n>``, n = 0 .. 8, and log Z."""

    powers: list[arb]
    log_z: arb


def _polynomial(couplings: Sequence[arb]) -> arb_poly:
    return arb_poly([0, *(c / f for c, f in zip(couplings, _FACTORIALS, strict=True))])


def _strip(couplings: np.ndarray, least: float, lo: float, hi: float) -> tuple[float, float]:
    """The half-width of the strip that allows the widest step, and this step."""
    h, r, g, u = couplings
    x = np.linspace(lo, hi, 400)
    f = x * (h + x * (r / 2 + x * (g / 6 + x * u / 24))) - least
    curvature = r + x * (g + x * u / 2)
    sharpest = math.sqrt(max(curvature[f < 20].max(), 1e-3))
    a = np.geomspace(1.0, 30.0, 24)[:, None] / sharpest
    grown = np.minimum(f, f - a * a * curvature / 2)
    top = -grown.min(axis=1, keepdims=True)
    log_m = top + np.log(np.exp(-grown - top).sum(axis=1, keepdims=True) * (x[1] - x[0]))
    log_m += _HIGHEST * np.log(np.maximum(1.0, 1.0 + a))
    steps = 2 * math.pi * a / (log_m + _DIGITS)
    best = int(steps.argmax())
    return float(a[best, 0]), float(steps[best, 0])


def _rule(couplings: Sequence[arb]) -> _Rule:
    """The rule for all couplings in the balls given, with a proven bound of its error."""
    middle = np.array([float(c.mid()) for c in couplings])
    least, lo, hi = (float(v[0]) for v in window(middle[None], _DIGITS + _TAIL))
    a, step = _strip(middle, least, lo, hi)
    step = math.ldexp(math.floor(math.ldexp(step, 12)), -12)  # so that the points are exact
    first, last = math.floor(lo / step), math.ceil(hi / step)
    points = [arb(i * step) for i in range(first, last + 1)]
    free_energy = _polynomial(couplings)
    strip = _strip_integral(free_energy, arb(a), points, arb(step), least)
    inside = 2 * strip / ((2 * arb.pi() * a / step).exp() - 1)
    outside = _beyond(free_energy, arb(0), points[-1], 1, least) + _beyond(free_energy, arb(0), points[0], -1, least)
    return _Rule(arb(step), points, least, (inside + outside).upper())


def _strip_integral(free_energy: arb_poly, a: arb, points: Sequence[arb], step: arb, least: float) -> arb:
    """At least ``integral max(1, |x| + a)^8 exp(least - min(F, F - a^2 F''/2)) dx``: M for every power to the eighth.

    Cell by cell of a few steps each: on a cell a function lies above its middle value less its largest slope times
    half the cell.
    """
    lowered = free_energy - free_energy.derivative().derivative() * (a * a / 2)
    half = step * _CELL / 2
    middles = [x + half for x in points[:-1:_CELL]]  # the last cell may reach beyond the end
    cells = [arb(x, half) for x in middles]
    total = arb(0)
    values = []
    for polynomial in (free_energy, lowered):
        at = polynomial.evaluate(middles)
        slopes = polynomial.derivative().evaluate(cells)
        values.append([v - abs(slope) * half for v, slope in zip(at, slopes, strict=True)])
    for x, f, g in zip(cells, *values, strict=True):
        total += (abs(x) + a).max(arb(1)) ** _HIGHEST * (least - f.lower().min(g.lower())).exp()
    ends = ((points[-1], 1), (points[0], -1))
    beyond = [_beyond(p, a, end, side, least) for p in (free_energy, lowered) for end, side in ends]
    return (total * step * _CELL + sum(beyond, arb(0))).upper()


def _beyond(polynomial: arb_poly, a: arb, end: arb, side: int, least: float) -> arb:
    """At least the integral of ``(|x| + a)^8 exp(least - polynomial)`` beyond an end, and the trapezoid sum there.

    The polynomial rises faster than the logarithm of the power, so that the integrand falls at least as exp(-c x): the
    sum, which begins one step out, lies below the integral of a falling function.
    """
    c = _slowest_rise(polynomial(arb_poly([end, side]))) - _HIGHEST / (abs(end) + a)
    if not (c > 0 and side * end + a > 1):
        raise CannotCertify(f"the density does not fall beyond {end.str(10)}")
    return (abs(end) + a) ** _HIGHEST * (least - polynomial(end)).exp() / c


def _slowest_rise(outwards: arb_poly) -> arb:
    """A lower bound of the derivative of a quartic over [0, infinity).

    It may dip where a second minimum is near: cell by cell, up to where it increases for good.
    """
    rise = outwards.derivative()
    bend = rise.derivative()
    twist = bend.derivative()
    if not twist.derivative()[0] > 0:
        raise CannotCertify("the leading coupling is not proven to be positive")
    edges = [arb(0)]
    while not (bend(edges[-1]) > 0 and twist(edges[-1]) > 0):
        if len(edges) > _CELLS:
            raise CannotCertify("the free energy does not become convex")
        edges.append((edges[-1] * arb(_GROWTH) + arb(_FIRST)).mid())
    bounds = [rise(edges[-1])]
    for lo, hi in pairwise(edges):
        middle, half = (lo + hi) / 2, (hi - lo) / 2
        bounds.append(rise(middle) - abs(bend(arb(middle, half))) * half)
    return reduce(arb.min, bounds).lower()


def _averages(couplings: Sequence[arb], rule: _Rule) -> _Averages:
    values = _polynomial(couplings).evaluate(rule.points)
    weights = [(rule.least - f).exp() for f in values]
    sums = []
    for power in range(_HIGHEST + 1):
        if power:
            weights = [w * x for w, x in zip(weights, rule.points, strict=True)]
        sums.append(sum(weights, arb(0)) * rule.step + arb(0, rule.error))
    return _Averages([s / sums[0] for s in sums], sums[0].log() - rule.least)


def _derivatives(m: Sequence[arb]) -> arb_mat:
    """Of the averages by the couplings."""
    return arb_mat(4, 4, [-(m[i + j + 2] - m[i + 1] * m[j + 1]) / _FACTORIALS[j] for i in range(4) for j in range(4)])


def solve(skewness: arb, kurtosis: arb, start: Sequence[float]) -> State:
    """The certified fit at a skewness and kurtosis, at the midpoints of the balls given, from couplings near it.

    Raises CannotCertify if no box about them is proven to hold the solution.
    """
    skewness, kurtosis = skewness.mid(), kurtosis.mid()
    wanted = (arb(0), arb(1), skewness, kurtosis)
    at = [arb(float(c)) for c in start]
    near = [arb(c, (abs(c) + 1) * _NEAR) for c in at]
    rule = _rule(near)
    for _ in range(_STEPS):
        averages = _averages(at, rule)
        inverse = _derivatives(averages.powers).mid().inv().mid()
        step = inverse * arb_mat(4, 1, [averages.powers[i + 1] - wanted[i] for i in range(4)])
        moved = [step[i, 0] for i in range(4)]
        if all(abs(moved[i].mid()) < arb(2) ** -80 * (abs(at[i]) + 1) for i in range(4)):
            break
        at = [(at[i] - moved[i]).mid() for i in range(4)]
    else:
        raise CannotCertify(
            f"Newton's rule does not settle at skewness {skewness.str(12)}, kurtosis {kurtosis.str(12)}"
        )
    radius = [2 * moved[i].abs_upper() + (abs(at[i]) + 1) * arb(2) ** -120 for i in range(4)]
    for _ in range(_WIDENINGS):
        box = [arb(at[i], radius[i].upper()) for i in range(4)]
        inside = _averages(box, rule)
        error = arb_mat(4, 4, [int(i == j) for i in range(4) for j in range(4)]) - inverse * _derivatives(inside.powers)
        spread = error * arb_mat(4, 1, [arb(0, r.upper()) for r in radius])
        proven = [at[i] - moved[i] + spread[i, 0] for i in range(4)]
        if all(near[i].contains(box[i]) and box[i].contains_interior(proven[i]) for i in range(4)):
            break
        radius = [r * 2**8 for r in radius]
    else:
        raise CannotCertify(f"no proven box at skewness {skewness.str(12)}, kurtosis {kurtosis.str(12)}")
    # log Z by the mean value theorem: its derivatives are the averages, enclosed over the box.
    shift = [(proven[i] - at[i]) / _FACTORIALS[i] for i in range(4)]
    log_z = averages.log_z - sum((inside.powers[i + 1] * shift[i] for i in range(4)), arb(0))
    entropy = log_z + sum((proven[i] * wanted[i] / _FACTORIALS[i] for i in range(4)), arb(0))
    h, r, g, u = proven
    return State(skewness, kurtosis, h, r, g, u, log_z, entropy)
