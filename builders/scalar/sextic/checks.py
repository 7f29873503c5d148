"""Checks of the table, used when the entry is built and when it is verified."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from flint import acb, arb

from builders.base import Level, Row
from builders.scalar.sextic.ball import State
from builders.scalar.sextic.solutions import point_of, states, values
from builders.scalar.sextic.words import LOOKUP_BOUND
from builders.tools.bounds import check_bounds, relative_error
from builders.tools.checks import CannotCertify, check, check_rounding
from builders.tools.patches import order_of, table_of
from symcat.models.patches import tiles
from symcat.models.scalar import sextic_reduced as reduced
from symcat.models.scalar.sextic_table import read

NAMES = ("r", "u", "w", "log_z")
_QUADRATURE_BOUND = 1e-20
_BITS = 110  # relative accuracy asked of the integrals of the second method
_CUT = 120.0  # nats above zero, F's value at the centre, at which they are cut


def random_points(count: int, dice: random.Random) -> list[tuple[float, float]]:
    """(<y^4>, <y^6>): half even over the table, half crowded towards its edges, where it is hardest."""
    found = []
    for j in range(count):
        x, t = dice.random(), dice.random()
        if j % 2:
            x, t = (0.5 - 0.5 * math.cos(math.pi * v) for v in (x, t))
        k = reduced.FLATTEST + (reduced.PEAKED - reduced.FLATTEST) * x
        found.append((k, reduced.sixth_at(k, reduced.LEAST + (reduced.MOST - reduced.LEAST) * t)))
    # What rounding puts outside has no answer.
    return [(k, m) for k, m in found if reduced.LEAST <= reduced.spread(k, m) / reduced.width(k) <= reduced.MOST]


def lookup_checks(
    label: str, segments: Sequence[Row], points: Sequence[tuple[float, float]], level: Level
) -> list[Row]:
    """One row for each coupling and log Z, as a lookup computes them, against certified values at ``points``."""
    found = read(table_of(segments), *np.array(points).T)
    errors: dict[str, list[float]] = {name: [] for name in NAMES}
    for j, state in enumerate(states(points)):
        for name in NAMES:
            errors[name].append(relative_error(float(getattr(found, name)[j]), getattr(state, name)))
    method = "lookup in double precision against certified values: relative above 1, absolute below"
    return [
        check_rounding(label, f"lookup of {name}", method, level=level, residuals=residuals, bound=LOOKUP_BOUND)
        for name, residuals in errors.items()
    ]


def _integrals(state: State) -> list[arb]:
    """``<y^2>, <y^4>, <y^6>`` and log Z by rigorous integration, with a bound of the tails.

    Independent of the trapezoid rule and of Krawczyk's test: only the couplings are taken from there.
    """
    end = arb(0)
    while True:
        end += arb(1) / 4
        s = end * end
        f = s * (state.r / 2 + s * (state.u / 24 + s * state.w / 720))
        slope = end * (state.r + s * (state.u / 6 + s * state.w / 120))
        bend = state.r + s * (state.u / 2 + s * state.w / 24)
        if f > _CUT and slope > 8 and bend > 0 and state.u + s * state.w / 2 > 0 and end > 1:
            break
    sums = []
    for power in (0, 2, 4, 6):

        def integrand(y: acb, _analytic: bool, power: int = power) -> acb:
            q = y * y
            return (-q * (state.r / 2 + q * (state.u / 24 + q * state.w / 720))).exp() * y**power

        small = arb(2) ** -_BITS
        body = acb.integral(integrand, acb(0), acb(end), rel_tol=small, abs_tol=small).real
        tail = (end**power * (-f).exp() / (slope - power / end)).abs_upper()
        sums.append(2 * (body + arb(0, tail)))
    if not sums[0] > 0:
        raise CannotCertify("the integral of the density is not enclosed")
    return [*(part / sums[0] for part in sums[1:]), sums[0].log()]


def two_methods(label: str, solutions: Sequence[Row], level: Level) -> Row:
    """The averages and log Z of the certified couplings by rigorous integration: the balls must meet."""
    worst = 0.0
    for state in states([point_of(row) for row in solutions]):
        wanted = (arb(1), state.fourth, state.sixth, state.log_z)
        for found, value in zip(_integrals(state), wanted, strict=True):
            miss = relative_error(0.0, found - value) / max(1.0, float(abs(value).abs_lower()))
            worst = max(worst, miss if found.overlaps(value) else 1e300)
    method = (
        "trapezoid rule and Krawczyk's test against acb.integral of the density with a proven tail bound: "
        "the balls meet, and the residual is the most they can differ by"
    )
    residual = order_of(worst)
    return check(
        label, "two methods", method, level=level, points=len(solutions), residual=residual, bound=_QUADRATURE_BOUND
    )


def bounds_hold(label: str, solutions: Sequence[Row], level: Level) -> Row:
    """The stored bounds enclose the recomputed balls."""
    points = [point_of(row) for row in solutions]
    known = dict(zip(points, states(points), strict=True))
    return check_bounds(label, solutions, lambda row: values(known[point_of(row)]), level)


def tiled(label: str, segments: Sequence[Row], level: Level) -> Row:
    """The patches fill the covered box, each point once."""
    table = table_of(segments)
    corners = np.array([table.lo.min(axis=0), table.hi.max(axis=0)])
    wanted = [[reduced.FLATTEST, reduced.LEAST], [reduced.PEAKED, reduced.MOST]]
    missing = float(not ((corners == wanted).all() and tiles(table.lo, table.hi)))
    method = "the patches fill the covered range, each point once"
    return check(label, "segments", method, level=level, points=len(segments), residual=missing, bound=0.0)
