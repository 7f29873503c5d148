"""Checks that the tables of two variables share, used when an entry is built and when it is verified."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.tools.bounds import check_bounds, relative_error
from builders.tools.checks import check, check_rounding
from builders.tools.patches import Box, order_of, table_of
from symcat.models.patches import tiles

Point = tuple[float, float]

_QUADRATURE_BOUND = 1e-20


@dataclass(frozen=True)
class Certified:
    """The certified solutions of an entry, and what a lookup in double precision makes of the same averages.

    ``states`` are those at points; ``values`` what is stored of one, ``point_of`` where a stored one is; ``read`` looks
    points up in the patches. ``names`` are the couplings and log Z, in which both agree to ``bound``.
    """

    names: tuple[str, ...]
    bound: float
    read: Callable[..., Any]
    states: Callable[[Sequence[Point]], Sequence[Any]]
    values: Callable[[Any], Mapping[str, arb]]
    point_of: Callable[[Row], Point]


def lookup_checks(
    solved: Certified, label: str, segments: Sequence[Row], points: Sequence[Point], level: Level
) -> list[Row]:
    """One row for each coupling and log Z, as a lookup computes them, against certified values at ``points``."""
    found = solved.read(table_of(segments), *np.array(points).T)
    errors: dict[str, list[float]] = {name: [] for name in solved.names}
    for j, state in enumerate(solved.states(points)):
        for name in solved.names:
            errors[name].append(relative_error(float(getattr(found, name)[j]), getattr(state, name)))
    method = "lookup in double precision against certified values: relative above 1, absolute below"
    return [
        check_rounding(label, f"lookup of {name}", method, level=level, residuals=residuals, bound=solved.bound)
        for name, residuals in errors.items()
    ]


def methods_meet(label: str, points: int, worst: float, level: Level) -> Row:
    """The averages and log Z of the certified couplings by rigorous integration: the balls must meet."""
    method = (
        "trapezoid rule and Krawczyk's test against acb.integral of the density with a proven tail bound: "
        "the balls meet, and the residual is the most they can differ by"
    )
    residual = order_of(worst)
    return check(label, "two methods", method, level=level, points=points, residual=residual, bound=_QUADRATURE_BOUND)


def bounds_hold(solved: Certified, label: str, solutions: Sequence[Row], level: Level) -> Row:
    """The stored bounds enclose the recomputed balls."""
    points = [solved.point_of(row) for row in solutions]
    known = dict(zip(points, solved.states(points), strict=True))
    return check_bounds(label, solutions, lambda row: solved.values(known[solved.point_of(row)]), level)


def tiled(label: str, segments: Sequence[Row], whole: Box, level: Level) -> Row:
    """The patches fill the covered box, each point once."""
    table = table_of(segments)
    corners = np.array([table.lo.min(axis=0), table.hi.max(axis=0)])
    missing = float(not ((corners == [whole.lo, whole.hi]).all() and tiles(table.lo, table.hi)))
    method = "the patches fill the covered range, each point once"
    return check(label, "segments", method, level=level, points=len(segments), residual=missing, bound=0.0)
