"""Checks of the table, used when the entry is built and when it is verified."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.quartic import ball as even
from builders.scalar.checks import Certified, methods_meet
from builders.scalar.quartic.quadrature import averages
from builders.scalar.quartic.solutions import point_of, states, values
from builders.scalar.quartic.words import LOOKUP_BOUND
from builders.tools.bounds import relative_error
from builders.tools.checks import check_rounding
from builders.tools.patches import table_of
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_table import read

SOLVED = Certified(("h", "r", "g", "u", "log_z"), LOOKUP_BOUND, read, states, values, point_of)
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


def even_edge(label: str, segments: Sequence[Row], count: int, level: Level) -> list[Row]:
    """At skewness 0 the table is that of the even quartic, whose certified values come from closed forms."""
    kurtosis = [1.0 + 2.0 * (reduced.LEAST + (0.999 - reduced.LEAST) * (j + 0.5) / count) for j in range(count)]
    found = read(table_of(segments), np.zeros(count), np.array(kurtosis))
    residuals = [float(np.abs([found.h, found.g]).max())]
    for j, k in enumerate(kurtosis):
        state = even.solve(1, arb(k))
        residuals += [relative_error(float(getattr(found, n)[j]), getattr(state, n)) for n in ("r", "u", "log_z")]
    method = "lookup at skewness 0 against the certified closed forms of z2.quartic"
    return [check_rounding(label, "even edge", method, level=level, residuals=residuals, bound=_EDGE_BOUND)]


def two_methods(label: str, solutions: Sequence[Row], level: Level) -> Row:
    """The averages and log Z of the certified couplings by rigorous integration: the balls must meet."""
    worst = 0.0
    for state in states([point_of(row) for row in solutions]):
        wanted = (arb(0), arb(1), state.skewness, state.kurtosis, state.log_z)
        for found, value in zip(averages(state), wanted, strict=True):
            worst = max(worst, relative_error(0.0, found - value) if found.overlaps(value) else 1e300)
    return methods_meet(label, len(solutions), worst, level)
