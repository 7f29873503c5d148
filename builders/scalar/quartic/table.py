"""Builder of ``scalar.quartic``: a certified table of skewness and kurtosis.

What is stored is bounded and smooth to the edge where only two values are left, d = 0: ``u d / 12``, ``g / s + u / 2``
and ``entropy - log(d) / 2``. All three are even in the skewness, and no node lies at skewness 0.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from flint import arb, ctx

from builders.base import Level, Row, Tables, number, numbers
from builders.scalar.quartic import checks as scalar
from builders.scalar.quartic import starts
from builders.scalar.quartic.ball import PRECISION, State, solve
from builders.scalar.quartic.solutions import solution_rows
from builders.scalar.quartic.words import LOOKUP_BOUND, class_row, coverage_row
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
from symcat.models.scalar import reduced

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}, numpy, scipy"
LABEL = "scalar.quartic"
DEGREE = 16
TAIL = 5e-12  # of the last two Chebyshev coefficients
DEEPEST = 8  # bisections of either variable
CHECKS = 36  # points a patch on which its error is measured, none of them a node
PATCH_BOUND = 1e-11
POINTS = 400
SEED = 20261127
WHOLE = Box((0.0, reduced.LEAST), (reduced.STEEPEST, reduced.MOST))


def labels() -> list[str]:
    return [LABEL]


def parameters(label: str) -> Row:
    return {
        "degree": DEGREE,
        "tail": TAIL,
        "precision_bits": PRECISION,
        "checks_per_patch": CHECKS,
        "patch_bound": PATCH_BOUND,
        "lookup_bound": LOOKUP_BOUND,
        "seed": SEED,
    }


def _reduced(state: State) -> dict[str, arb]:
    """The stored quantities of a certified state with skewness above 0."""
    d = reduced.spread(state.skewness, state.kurtosis)
    return {
        "entropy": state.entropy - d.log() / 2,
        "g": state.g / state.skewness + state.u / 2,
        "u": state.u * d / 12,
    }


def _certified(points: Sequence[tuple[arb, arb]]) -> list[Mapping[str, arb]]:
    """The stored quantities at points (s, t)."""
    at = [(s.mid(), reduced.kurtosis_at(s, t).mid()) for s, t in points]
    skewness, kurtosis = (np.array([float(point[axis]) for point in at]) for axis in (0, 1))
    found = starts.couplings(skewness, kurtosis)
    return [_reduced(solve(s, k, start)) for (s, k), start in zip(at, found, strict=True)]


def _patch(box: Box, at_nodes: Sequence[Mapping[str, arb]]) -> Patch:
    # At skewness 0 the second quantity is a limit: the checks stay just beside it.
    points = [(max(s, 1e-4), t) for s, t in check_points(box, CHECKS)]
    exact = _certified([(arb(s), arb(t)) for s, t in points])
    return fit_patch(box, DEGREE, at_nodes, points, exact)


def build(label: str) -> Tables:
    with ctx.workprec(PRECISION):
        divided = divide(_certified, WHOLE, DEGREE, TAIL, DEEPEST)
        patches = [_patch(box, values) for box, values in divided]
        segments = patch_rows(label, patches)
        solutions = solution_rows(label)
        points = scalar.random_points(POINTS, random.Random(f"{SEED} {label}"))
        checks = [
            check_nodes(label, [values for _, values in divided]),
            check_patches(label, segments, len(patches) * CHECKS, PATCH_BOUND),
            scalar.even_edge(label, segments, 40, "full"),
            scalar.two_methods(label, solutions, "full"),
            *scalar.lookup_checks(label, segments, points, "full"),
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
    again = interpolated(DEGREE, _certified(nodes(box, DEGREE)))
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
            scalar.bounds_hold(label, solutions, level),
            scalar.tiled(label, tables["segments"], level),
            scalar.even_edge(label, tables["segments"], 40 if full else 4, level),
            *scalar.lookup_checks(label, tables["segments"], scalar.random_points(600 if full else 12, dice), level),
            *([scalar.two_methods(label, solutions, level), _fitted_anew(tables["segments"], dice)] if full else []),
        ]
