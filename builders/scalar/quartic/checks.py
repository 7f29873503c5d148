"""Checks of the table, used when the entry is built and when it is verified."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.quartic import ball as even
from builders.scalar.quartic.quadrature import averages
from builders.scalar.quartic.solutions import point_of, states, values
from builders.scalar.quartic.words import LOOKUP_BOUND
from builders.tools.bounds import check_bounds, relative_error
from builders.tools.checks import check, check_rounding
from builders.tools.patches import order_of, table_of
from symcat.models.patches import tiles
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_table import read

NAMES = ("h", "r", "g", "u", "log_z")
_QUADRATURE_BOUND = 1e-20
_EDGE_BOUND = 1e-12


def random_points(count: int, dice: random.Random) -> list[tuple[float, float]]:
    """(skewness, kurtosis): half even over the table, half crowded towards its edges, where it is hardest."""
    found = []
    for j in range(count):
        s, t = dice.random(), dice.random()
        if j % 2:
            s, t = s**3, 0.5 - 0.5 * math.cos(math.pi * t)
        s *= reduced.STEEPEST
        found.append((s, reduced.kurtosis_at(s, reduced.LEAST + (reduced.MOST - reduced.LEAST) * t)))
    # What rounding or nearness to the Gaussian puts outside has no answer.
    return [
        (s, k)
        for s, k in found
        if reduced.LEAST <= reduced.spread(s, k) / reduced.width(s) <= reduced.MOST and s > 2e-3
    ]


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


def even_edge(label: str, segments: Sequence[Row], count: int, level: Level) -> Row:
    """At skewness 0 the table is that of the even quartic, whose certified values come from closed forms."""
    kurtosis = [1.0 + 2.0 * (reduced.LEAST + (0.999 - reduced.LEAST) * (j + 0.5) / count) for j in range(count)]
    found = read(table_of(segments), np.zeros(count), np.array(kurtosis))
    residuals = [float(np.abs([found.h, found.g]).max())]
    for j, k in enumerate(kurtosis):
        state = even.solve(1, arb(k))
        residuals += [relative_error(float(getattr(found, n)[j]), getattr(state, n)) for n in ("r", "u", "log_z")]
    method = "lookup at skewness 0 against the certified closed forms of z2.quartic"
    return check_rounding(label, "even edge", method, level=level, residuals=residuals, bound=_EDGE_BOUND)


def two_methods(label: str, solutions: Sequence[Row], level: Level) -> Row:
    """The averages and log Z of the certified couplings by rigorous integration: the balls must meet."""
    worst = 0.0
    for state in states([point_of(row) for row in solutions]):
        wanted = (arb(0), arb(1), state.skewness, state.kurtosis, state.log_z)
        for found, value in zip(averages(state), wanted, strict=True):
            worst = max(worst, relative_error(0.0, found - value) if found.overlaps(value) else 1e300)
    method = (
        "trapezoid rule and Krawczyk's test against acb.integral of the density with a proven tail bound: "
        "the balls meet, and the residual is the most they can differ by"
    )
    return check(
        label,
        "two methods",
        method,
        level=level,
        points=len(solutions),
        residual=order_of(worst),
        bound=_QUADRATURE_BOUND,
    )


def bounds_hold(label: str, solutions: Sequence[Row], level: Level) -> Row:
    """The stored bounds enclose the recomputed balls."""
    known = {
        point_of(row): state for row, state in zip(solutions, states([point_of(r) for r in solutions]), strict=True)
    }
    return check_bounds(label, solutions, lambda row: values(known[point_of(row)]), level)


def tiled(label: str, segments: Sequence[Row], level: Level) -> Row:
    """The patches fill the covered box, each point once."""
    table = table_of(segments)
    corners = np.array([table.lo.min(axis=0), table.hi.max(axis=0)])
    spans = bool((corners == [[0.0, reduced.LEAST], [reduced.STEEPEST, reduced.MOST]]).all())
    missing = float(not (spans and tiles(table.lo, table.hi)))
    method = "the patches fill the covered range, each point once"
    return check(label, "segments", method, level=level, points=len(segments), residual=missing, bound=0.0)
