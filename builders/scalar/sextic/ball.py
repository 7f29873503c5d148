"""Certified couplings of the standardised even sextic ``F = r y^2/2 + u y^4/24 + w y^6/720`` (python-flint, Arb).

``<y^2> = 1``, ``<y^4>`` and ``<y^6>`` are three equations for three couplings: the gradient of a convex function, so
that a box that Krawczyk's test proves to hold a solution holds the only one. The integrals are sums of the trapezoid
rule, whose error for an integrand f analytic in the strip |Im y| < a is at most ``2 M / (exp(2 pi a / step) - 1)``, M
an upper bound of ``integral |f(x + ib)| dx`` over |b| <= a (theorem 5.1 of Trefethen & Weideman 2014). Here
``Re F(x + ib) = F - b^2 F''/2 + b^4 F''''/24 - b^6 w/720``, whose terms are bounded one by one, cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from flint import arb, arb_mat, arb_poly

from builders.scalar.sextic.starts import FACTORIALS, window
from builders.tools.checks import CannotCertify

PRECISION = 160  # bits of every certified evaluation
_DIGITS = 82.0  # nats below the largest integrand to which integrals are asked for
_TAIL = 30.0  # further nats at which they are cut: the twelfth power weighs the tails
_CELL = 3  # steps over which the integrand in the strip is bounded at once
_HIGHEST = 12  # power whose average is needed, by the equations' derivatives
_NEAR = 1e-9  # how far from its start, relative above 1, a solution is looked for
_TURNS = 3  # evaluations: the start is good to ten digits, and so is every step
_WIDENINGS = 4  # tries of a box, each 2^8 times wider
_F = tuple(int(f) for f in FACTORIALS)


@dataclass(frozen=True)
class State:
    """The standardised fit at averages of y^4 and y^6: every field is a ball that encloses the true value."""

    fourth: arb
    sixth: arb
    r: arb
    u: arb
    w: arb
    log_z: arb
    entropy: arb


class _Rule(NamedTuple):
    """The trapezoid rule on the half line: the squares of its points, and what its sums leave out."""

    step: arb
    squares: list[arb]
    powers: arb_mat  # of the squares, to the sixth
    least: float  # about the least value of F: the integrands are powers times exp(least - F)
    error: arb


class _Averages(NamedTuple):
    """``<y^(2 n)>``, n = 0 .. 6, and log Z."""

    powers: list[arb]
    log_z: arb


def _in_square(couplings: Sequence[arb]) -> arb_poly:
    """F as a polynomial of y^2."""
    return arb_poly([0, *(c / f for c, f in zip(couplings, _F, strict=True))])


def _in_y(couplings: Sequence[arb]) -> arb_poly:
    r, u, w = (c / f for c, f in zip(couplings, _F, strict=True))
    return arb_poly([0, 0, r, 0, u, 0, w])


def _strip(couplings: np.ndarray, least: float, end: float) -> tuple[float, float]:
    """The half-width of the strip that allows the widest step, and this step."""
    r, u, w = couplings
    x = np.linspace(0.0, end, 150)
    s = x * x
    f = s * (r / 2 + s * (u / 24 + s * w / 720)) - least
    bend, fourth = r + s * (u / 2 + s * w / 24), u + s * w / 2
    sharpest = math.sqrt(max(bend[f < 20].max(), 1e-3))
    a = np.geomspace(1.0, 16.0, 14)[:, None] / sharpest
    lowered = f - a**2 * np.maximum(bend, 0) / 2 - a**4 * np.maximum(-fourth, 0) / 24 - a**6 * w / 720
    log_weight = _HIGHEST * np.log(np.maximum(1.0, x + a)) - lowered
    top = log_weight.max(axis=1, keepdims=True)
    log_m = top + np.log(np.exp(log_weight - top).sum(axis=1, keepdims=True) * 2 * (x[1] - x[0])) + 1.0
    steps = 2 * math.pi * a / (log_m + _DIGITS)
    best = int(steps.argmax())
    return float(a[best, 0]), float(steps[best, 0])


def _rule(couplings: Sequence[arb]) -> _Rule:
    """The rule for all couplings in the balls given, with a proven bound of its error."""
    middle = np.array([float(c.mid()) for c in couplings])
    least, end = (float(v[0]) for v in window(middle[None], _DIGITS + _TAIL))
    a, step = _strip(middle, least, end)
    step = math.ldexp(math.floor(math.ldexp(step, 14)), -14)  # so that the points are exact
    count = math.ceil(end / step / _CELL) * _CELL
    squares = [arb(i * step) ** 2 for i in range(count + 1)]
    energy = _in_y(couplings)
    last = arb(count * step)
    inside = 2 * _strip_integral(energy, arb(a), count, step, least) / ((2 * arb.pi() * a / step).exp() - 1)
    outside = 2 * _beyond(energy, arb(0), last, least)
    rows, row = [], [arb(1)] * (count + 1)
    for _ in range(_HIGHEST // 2 + 1):
        rows.append(row)
        row = [p * s for p, s in zip(row, squares, strict=True)]
    return _Rule(arb(step), squares, arb_mat(rows), least, (inside + outside).upper())


def _strip_integral(energy: arb_poly, a: arb, count: int, step: float, least: float) -> arb:
    """At least ``integral max(1, |x| + a)^12 exp(least - Re F(x + ib)) dx`` over the line, for every |b| <= a.

    On a cell a function lies above its middle value less its largest slope times half the cell.
    """
    half = arb(step) * _CELL / 2
    middles = [arb((i + _CELL / 2) * step) for i in range(0, count, _CELL)]
    cells = [arb(x, half) for x in middles]
    bend = energy.derivative().derivative()
    fourth = bend.derivative().derivative()
    w = energy[6] * _F[2]
    rest = a**6 * abs(w).upper() / 720
    total = arb(0)
    for x, middle in zip(cells, middles, strict=True):
        f = energy(middle) - abs(energy.derivative()(x)) * half
        f -= bend(x).upper().max(arb(0)) * a**2 / 2 + (-fourth(x)).upper().max(arb(0)) * a**4 / 24 + rest
        total += (x + a).upper().max(arb(1)) ** _HIGHEST * (least - f.lower()).exp()
    lowered = energy - bend * (a**2 / 2) - rest
    last = arb(count * step)
    if not (bend(last) > 0 and fourth(last) > 0):
        raise CannotCertify("the free energy is not yet convex where the integrals are cut")
    return 2 * (total * step * _CELL + _beyond(lowered, a, last, least))


def _beyond(polynomial: arb_poly, a: arb, end: arb, least: float) -> arb:
    """At least the integral of ``(x + a)^12 exp(least - polynomial)`` beyond the end, and the trapezoid sum there.

    Where all its derivatives are positive, they stay so: the polynomial rises at least as fast as at the end.
    """
    slope = polynomial.derivative()
    c = slope(end) - _HIGHEST / (end + a)
    while slope.degree() > 0:
        slope = slope.derivative()
        if not slope(end) > 0:
            raise CannotCertify("a derivative of the free energy is not positive where the integrals are cut")
    if not (c > 0 and end + a > 1):
        raise CannotCertify(f"the density does not fall beyond {end.str(10)}")
    return (end + a) ** _HIGHEST * (least - polynomial(end)).exp() / c


def _averages(couplings: Sequence[arb], rule: _Rule) -> _Averages:
    energy = _in_square(couplings)
    weights = [(rule.least - energy(s)).exp() for s in rule.squares]
    weights[0] /= 2
    column = rule.powers * arb_mat(len(weights), 1, weights)
    sums = [column[i, 0] * rule.step * 2 + arb(0, rule.error) for i in range(_HIGHEST // 2 + 1)]
    return _Averages([s / sums[0] for s in sums], sums[0].log() - rule.least)


def _derivatives(m: Sequence[arb]) -> arb_mat:
    """Of the averages by the couplings."""
    return arb_mat(3, 3, [-(m[i + j + 2] - m[i + 1] * m[j + 1]) / _F[j] for i in range(3) for j in range(3)])


def solve(fourth: arb, sixth: arb, start: Sequence[float]) -> State:
    """The certified fit at averages of y^4 and y^6, at the midpoints of the balls given, from couplings near it.

    Raises CannotCertify if no box about them is proven to hold the solution.
    """
    fourth, sixth = fourth.mid(), sixth.mid()
    wanted = (arb(1), fourth, sixth)
    at = [arb(float(c)) for c in start]
    near = [arb(c, (abs(c) + 1) * _NEAR) for c in at]
    rule = _rule(near)
    inverse = arb_mat(3, 3)
    for turn in range(_TURNS):
        averages = _averages(at, rule)
        if turn == 0:
            inverse = _derivatives(averages.powers).mid().inv().mid()
        step = inverse * arb_mat(3, 1, [averages.powers[i + 1] - wanted[i] for i in range(3)])
        moved = [step[i, 0] for i in range(3)]
        if turn < _TURNS - 1:
            at = [(at[i] - moved[i]).mid() for i in range(3)]
    radius = [2 * moved[i].abs_upper() + (abs(at[i]) + 1) * arb(2) ** -100 for i in range(3)]
    for _ in range(_WIDENINGS):
        box = [arb(at[i], radius[i].upper()) for i in range(3)]
        inside = _averages(box, rule)
        error = arb_mat(3, 3, [int(i == j) for i in range(3) for j in range(3)]) - inverse * _derivatives(inside.powers)
        spread = error * arb_mat(3, 1, [arb(0, r.upper()) for r in radius])
        proven = [at[i] - moved[i] + spread[i, 0] for i in range(3)]
        if all(near[i].contains(box[i]) and box[i].contains_interior(proven[i]) for i in range(3)):
            break
        radius = [r * 2**8 for r in radius]
    else:
        raise CannotCertify(f"no proven box at <y^4> = {fourth.str(12)}, <y^6> = {sixth.str(12)}")
    # log Z by the mean value theorem: its derivatives are the averages, enclosed over the box.
    shift = [(proven[i] - at[i]) / _F[i] for i in range(3)]
    log_z = averages.log_z - sum((inside.powers[i + 1] * shift[i] for i in range(3)), arb(0))
    entropy = log_z + sum((proven[i] * wanted[i] / _F[i] for i in range(3)), arb(0))
    r, u, w = proven
    return State(fourth, sixth, r, u, w, log_z, entropy)
