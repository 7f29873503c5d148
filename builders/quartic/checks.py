"""Checks of the radial tables, used when an entry is built and when it is verified."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from flint import arb

from builders.base import Level, Row
from builders.quartic.ball import State, closed_form, solve
from builders.quartic.quadrature import integrate
from builders.quartic.reduced import QUANTITIES, Derived, derive
from builders.quartic.solutions import state_of, values
from builders.quartic.words import EDGE, LOOKUP_BOUND, limits
from builders.tools.bounds import check_bounds, relative_error
from builders.tools.checks import check
from builders.tools.segments import ends, in_order, polynomials

_QUADRATURE_BOUND = 1e-30
_REACH = math.log(1 / EDGE)  # of logit(x) over the covered range
LOOKUP_METHOD = (
    "lookup in double precision against certified values: u relative; r and log Z relative above 1, absolute below"
)


def _kurtosis(dimension: int, logit: float) -> float:
    # From the nearer end, so that points close to it keep their digits.
    x = 1.0 / (1.0 + math.exp(-logit))
    lo, hi = limits(dimension)
    return min(max(1.0 + 2.0 * x / dimension, lo), hi)


def spread(dimension: int, count: int) -> list[float]:
    """Kurtosis at ``count`` points, even in logit(x) over the covered range."""
    return [_kurtosis(dimension, _REACH * (2.0 * (j + 0.5) / count - 1.0)) for j in range(count)]


def random_points(dimension: int, count: int, dice: random.Random) -> list[float]:
    """Half of the points even in logit(x), half in x."""
    lo, hi = limits(dimension)
    return [
        _kurtosis(dimension, dice.uniform(-_REACH, _REACH)) if j % 2 else dice.uniform(lo, hi) for j in range(count)
    ]


def lookup_errors(dimension: int, segments: Sequence[Row], points: Sequence[float]) -> Derived:
    """Largest errors of r, u, log Z, as a lookup computes them, against certified values at ``points``."""
    pieces = polynomials(segments, QUANTITIES)
    kurtosis = np.array(points)
    found = derive(dimension, kurtosis, pieces["u"](kurtosis), pieces["entropy"](kurtosis))
    worst = np.zeros(3)
    for j, k in enumerate(points):
        state = solve(dimension, arb(k))
        worst = np.maximum(worst, state_errors([float(values[j]) for values in found], state))
    return Derived(*worst)


def state_errors(found: Sequence[float], state: State) -> list[float]:
    """Errors of (r, u, log Z): relative, but absolute below 1 for r and log Z, which pass through zero."""
    r, u, log_z = found
    relative = float((arb(u) / state.u - 1).abs_upper())
    return [relative_error(r, state.r), relative, relative_error(log_z, state.log_z)]


def lookup_checks(label: str, errors: Derived, points: int, level: Level, method: str = LOOKUP_METHOD) -> list[Row]:
    """One row of ``checks`` for each of r, u and log Z."""
    return [
        check(
            label,
            f"lookup of {name}",
            method,
            level=level,
            points=points,
            residual=float(error),
            bound=LOOKUP_BOUND,
        )
        for name, error in errors._asdict().items()
    ]


def _distance(a: arb, b: arb) -> float:
    return math.inf if not a.overlaps(b) else relative_error(0.0, a - b) / max(1.0, float(abs(b).abs_lower()))


def two_methods(label: str, dimension: int, solutions: Sequence[Row], level: Level) -> Row:
    """The closed forms against rigorous integration: balls of log M_n, of the mean and of the kurtosis must meet."""
    worst = 0.0
    for row in solutions:
        state = state_of(dimension, row)
        integral = integrate(dimension, state.z)
        closed = closed_form(dimension, state.z)
        worst = max(worst, *(_distance(a, b) for a, b in zip(integral, closed, strict=True)))
    method = (
        "closed forms in 1F1 and U against acb.integral of the density with a proven tail bound: "
        "the balls meet, and the residual is the most they can differ by"
    )
    return check(
        label,
        "two methods",
        method,
        level=level,
        points=len(solutions),
        residual=min(worst, 1e300),
        bound=_QUADRATURE_BOUND,
    )


def bounds_hold(label: str, dimension: int, solutions: Sequence[Row], level: Level) -> Row:
    """The stored bounds enclose the recomputed balls."""
    return check_bounds(label, solutions, lambda row: values(state_of(dimension, row)), level)


def contiguous(label: str, dimension: int, segments: Sequence[Row], level: Level) -> Row:
    """Segments follow each other without a gap over the covered range."""
    lo, hi = limits(dimension)
    gaps = 0
    for quantity in QUANTITIES:
        found = ends(segments, quantity)
        gaps += sum(a[1] != b[0] for a, b in pairwise(found))
        gaps += not (found[0][0] <= lo and hi <= found[-1][1])
        gaps += [row["segment"] for row in in_order(segments, quantity)] != list(range(len(found)))
    method = "no gap between segments"
    return check(label, "segments", method, level=level, points=len(segments), residual=float(gaps), bound=0.0)
