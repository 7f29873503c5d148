"""Builder of ``z2.sextic``: a certified table of the averages of y^4 and y^6, for those of y^2 equal to 1.

What is stored is bounded and smooth to the edge where only three values are left, d = 0: ``w d / 360``, ``u + k w /
15`` with k the average of y^4, and ``entropy - log(d) / 2``.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from flint import arb, ctx

from builders.base import Level, Row, Tables, number, numbers
from builders.scalar.sextic import checks as even
from builders.scalar.sextic import starts
from builders.scalar.sextic.ball import PRECISION, State, solve
from builders.scalar.sextic.solutions import solution_rows
from builders.scalar.sextic.words import LOOKUP_BOUND, class_row, coverage_row
from builders.tools.checks import check, require
from builders.tools.patches import (
    Box,
    Patch,
    check_nodes,
    check_patches,
    check_points,
    divide,
    fit_patch,
    interpolated,
    nodes,
    patch_rows,
)
from symcat.models.scalar import sextic_reduced as reduced

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}, numpy, scipy"
LABEL = "z2.sextic"
DEGREE = 16
TAIL = 5e-12  # of the last two Chebyshev coefficients
DEEPEST = 8  # bisections of either variable
DECIMALS = 15  # of a coefficient: what is left out moves no value by 1e-13
CHECKS = 36  # points a patch on which its error is measured, none of them a node
PATCH_BOUND = 1e-11
POINTS = 400
SEED = 20261129
WHOLE = Box((reduced.FLATTEST, reduced.LEAST), (reduced.PEAKED, reduced.MOST))


def labels() -> list[str]:
    return [LABEL]


def parameters(label: str) -> Row:
    return {
        "degree": DEGREE,
        "tail": TAIL,
        "decimals": DECIMALS,
        "precision_bits": PRECISION,
        "checks_per_patch": CHECKS,
        "patch_bound": PATCH_BOUND,
        "lookup_bound": LOOKUP_BOUND,
        "seed": SEED,
    }


def _reduced(state: State) -> dict[str, arb]:
    """The stored quantities."""
    d = reduced.spread(state.fourth, state.sixth)
    return {
        "entropy": state.entropy - d.log() / 2,
        "u": state.u + state.fourth * state.w / 15,
        "w": state.w * d / 360,
    }


def _approximate(points: Sequence[tuple[arb, arb]]) -> list[Mapping[str, arb]]:
    """The same in double precision, by which the range is divided."""
    k, t = (np.array([float(point[axis].mid()) for point in points]) for axis in (0, 1))
    m = reduced.sixth_at(k, t)
    r, u, w = starts.couplings(k, m).T
    entropy = starts.log_partition(np.stack([r, u, w], axis=1)) + r / 2.0 + u * k / 24.0 + w * m / 720.0
    d = reduced.spread(k, m)
    rows = zip(entropy - np.log(d) / 2.0, u + k * w / 15.0, w * d / 360.0, strict=True)
    return [dict(zip(("entropy", "u", "w"), map(arb, map(float, row)), strict=True)) for row in rows]


def _certified(points: Sequence[tuple[arb, arb]]) -> list[Mapping[str, arb]]:
    """The stored quantities at points (k, t)."""
    at = [(k.mid(), reduced.sixth_at(k, t).mid()) for k, t in points]
    fourth, sixth = (np.array([float(point[axis]) for point in at]) for axis in (0, 1))
    found = starts.couplings(fourth, sixth)
    return [_reduced(solve(k, m, start)) for (k, m), start in zip(at, found, strict=True)]


def _patch(box: Box, at_nodes: Sequence[Mapping[str, arb]]) -> Patch:
    points = check_points(box, CHECKS)
    exact = _certified([(arb(k), arb(t)) for k, t in points])
    return fit_patch(box, DEGREE, at_nodes, points, exact, DECIMALS)


def build(label: str) -> Tables:
    with ctx.workprec(PRECISION):
        boxes = [box for box, _ in divide(_approximate, WHOLE, DEGREE, TAIL, DEEPEST)]
        at_nodes = [_certified(nodes(box, DEGREE)) for box in boxes]
        patches = [_patch(box, values) for box, values in zip(boxes, at_nodes, strict=True)]
        segments = patch_rows(label, patches)
        solutions = solution_rows(label)
        points = even.random_points(POINTS, random.Random(f"{SEED} {label}"))
        checks = [
            check_nodes(label, at_nodes),
            check_patches(label, segments, len(patches) * CHECKS, PATCH_BOUND),
            even.two_methods(label, solutions, "full"),
            *even.lookup_checks(label, segments, points, "full"),
        ]
    require(checks)
    return {
        "classes": [class_row(label)],
        "solutions": solutions,
        "segments": segments,
        "coverage": [coverage_row(label)],
        "checks": checks,
    }


def _fitted_anew(segments: Sequence[Row], dice: random.Random) -> Row:
    """A patch drawn by lot, its nodes certified once more, has the stored coefficients."""
    chosen = dice.choice(segments)["segment"]
    stored = [row for row in segments if row["segment"] == chosen]
    lo, hi = ((number(stored[0][end]), *numbers(stored[0][f"further_{end}"])) for end in ("lo", "hi"))
    box = Box((lo[0], lo[1]), (hi[0], hi[1]))
    again = interpolated(DEGREE, _certified(nodes(box, DEGREE)), DECIMALS)
    differ = sum(numbers(row["coefficients"]) != again[str(row["quantity"])] for row in stored)
    method = "a patch drawn by lot, from nodes certified anew"
    return check(LABEL, "nodes", method, level="full", points=(DEGREE + 1) ** 2, residual=float(differ), bound=0.0)


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """Recompute stored solutions, and the patches at points no build has used."""
    full = level == "full"
    dice = random.Random(f"verify {label} {level}")
    solutions = tables["solutions"] if full else dice.sample(tables["solutions"], 3)
    with ctx.workprec(PRECISION):
        return [
            even.bounds_hold(label, solutions, level),
            even.tiled(label, tables["segments"], level),
            *even.lookup_checks(label, tables["segments"], even.random_points(600 if full else 12, dice), level),
            *([even.two_methods(label, solutions, level), _fitted_anew(tables["segments"], dice)] if full else []),
        ]
