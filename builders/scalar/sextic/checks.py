"""Checks of the table, used when the entry is built and when it is verified."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from flint import acb, arb

from builders.base import Level, Row
from builders.scalar.checks import Certified, methods_meet
from builders.scalar.sextic.ball import State
from builders.scalar.sextic.solutions import point_of, states, values
from builders.scalar.sextic.words import LOOKUP_BOUND
from builders.tools.bounds import relative_error
from builders.tools.checks import CannotCertify
from symcat.models.scalar import sextic_reduced as reduced
from symcat.models.scalar.sextic_table import read

SOLVED = Certified(("r", "u", "w", "log_z"), LOOKUP_BOUND, read, states, values, point_of)
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
    return methods_meet(label, len(solutions), worst, level)
