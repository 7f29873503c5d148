"""Certified values as doubles: the nearest, and two that enclose the ball."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from flint import arb

from builders.base import Level, Row, number
from builders.tools.checks import check

Values = Mapping[str, arb]


def outwards(value: arb) -> tuple[float, float, float]:
    """(nearest, lower, upper) doubles: the bounds enclose the ball."""
    lower, upper = float(value.lower()), float(value.upper())
    while arb(lower) > value.lower():
        lower = math.nextafter(lower, -math.inf)
    while arb(upper) < value.upper():
        upper = math.nextafter(upper, math.inf)
    return float(value.mid()), lower, upper


def columns(values: Values) -> Row:
    """The columns ``name``, ``name_lower`` and ``name_upper`` of a row of ``solutions``."""
    row: Row = {}
    for name, value in values.items():
        row[name], row[f"{name}_lower"], row[f"{name}_upper"] = outwards(value)
    return row


def relative_error(computed: float, exact: arb) -> float:
    """Relative where the exact value exceeds one, absolute below; rounded up."""
    return float((abs(arb(computed) - exact) / abs(exact).max(arb(1))).abs_upper())


def check_bounds(label: str, solutions: Sequence[Row], recomputed: Callable[[Row], Values], level: Level) -> Row:
    """The stored bounds enclose the recomputed balls; the residual is the largest violation."""
    worst = 0.0
    for row in solutions:
        for name, ball in recomputed(row).items():
            value, lower, upper = (arb(number(row[f"{name}{suffix}"])) for suffix in ("", "_lower", "_upper"))
            if not (lower <= ball.lower() and ball.upper() <= upper and lower <= value <= upper):
                worst = max(worst, 1e-300, relative_error(float(value.mid()), ball))
    method = "certified values recomputed lie between the stored bounds"
    return check(label, "solutions", method, level=level, points=len(solutions), residual=worst, bound=0.0)
