"""One-dimensional tables: a parameter and log Z of classes with one reduced statistic, from certified values."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from flint import arb, ctx
from numpy.typing import NDArray

from builders.base import Level, Row
from builders.tools import chebyshev
from builders.tools.bounds import relative_error
from builders.tools.checks import check
from builders.tools.segments import check_segments, ends, polynomials, segment_rows

PRECISION = 200
SEGMENT_BOUND = 5e-13
LOOKUP_BOUND = 1e-10
"""Of the parameter, relative, and of log Z, relative above 1 and absolute below."""

Values = dict[str, arb]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """The table of a class: what is stored, as functions of its argument in [0, hi], and how it is used.

    ``certified`` takes the argument to the stored quantities, ``exact`` to the parameter and log Z themselves;
    ``used`` makes these of arguments and stored quantities, as a lookup does.
    """

    label: str
    hi: float
    certified: Callable[[arb], Values]
    exact: Callable[[arb], tuple[arb, arb]]
    used: Callable[[Floats, dict[str, Floats]], tuple[Floats, Floats]]


def build(curve: Curve) -> list[Row]:
    """Rows of ``segments``."""
    with ctx.workprec(PRECISION):
        found = chebyshev.bisect(curve.certified, lambda i, depth: curve.hi * (i / 2.0**depth), SEGMENT_BOUND)
    return segment_rows(curve.label, found)


def parameters() -> Row:
    """What is asked for of every such table."""
    return {"degree": chebyshev.DEGREE, "precision_bits": PRECISION, "segment_bound": SEGMENT_BOUND}


def built_checks(curve: Curve, rows: Sequence[Row], points: int, dice: random.Random) -> list[Row]:
    """Those that are stored: the errors of the polynomials, and of what a lookup makes of them."""
    seen = len({row["segment"] for row in rows}) * chebyshev.CHECKS
    return [check_segments(curve.label, rows, seen, SEGMENT_BOUND), *lookup_checks(curve, rows, points, dice, "full")]


def lookup_checks(curve: Curve, rows: Sequence[Row], points: int, dice: random.Random, level: Level) -> list[Row]:
    """Parameter and log Z from the polynomials against certified values: half of the points near the ends."""
    near = [10.0 ** dice.uniform(-6.0, -0.5) for _ in range(points // 2)]
    at = [curve.hi * (x if j % 2 else 1.0 - x) for j, x in enumerate(near)]
    at += [dice.uniform(0.0, curve.hi) for _ in range(points - len(at))]
    x = np.array(at)
    pieces = polynomials(rows, sorted({str(row["quantity"]) for row in rows}))
    found = curve.used(x, {name: piece(x) for name, piece in pieces.items()})
    worst = [0.0, 0.0]
    with ctx.workprec(PRECISION):
        for j, point in enumerate(at):
            parameter, log_z = curve.exact(arb(point))
            relative = float((arb(float(found[0][j])) / parameter - 1).abs_upper())
            worst = [max(worst[0], relative), max(worst[1], relative_error(float(found[1][j]), log_z))]
    method = (
        "lookup in double precision against certified values: the parameter relative; log Z relative above 1, "
        "absolute below"
    )
    names = ("lookup of the parameter", "lookup of log_z")
    return [
        check(curve.label, name, method, level=level, points=points, residual=residual, bound=LOOKUP_BOUND)
        for name, residual in zip(names, worst, strict=True)
    ]


def contiguous(curve: Curve, rows: Sequence[Row], level: Level) -> Row:
    """Segments follow each other without a gap over the range, and those of both quantities are the same."""
    names = sorted({str(row["quantity"]) for row in rows})
    found = [ends(rows, name) for name in names]
    gaps = sum(a[1] != b[0] for part in found for a, b in pairwise(part))
    gaps += sum(not (part[0][0] == 0.0 and part[-1][1] == curve.hi) or part != found[0] for part in found)
    method = "no gap between segments"
    return check(curve.label, "segments", method, level=level, points=len(rows), residual=float(gaps), bound=0.0)


def verified(curve: Curve, rows: Sequence[Row], level: Level) -> list[Row]:
    """At points no build has used."""
    points, dice = 400 if level == "full" else 12, random.Random(f"verify {curve.label} {level}")
    return [contiguous(curve, rows, level), *lookup_checks(curve, rows, points, dice, level)]


def coverage(curve: Curve, statistic: str, below: str, above: str) -> Row:
    """The row of ``coverage``."""
    return {
        "label": curve.label,
        "statistic": statistic,
        "lo": 0.0,
        "hi": curve.hi,
        "below": below,
        "above": above,
        "max_error": LOOKUP_BOUND,
    }
