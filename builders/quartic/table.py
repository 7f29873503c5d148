"""Builder of ``z2.quartic`` and ``o2.quartic`` .. ``o64.quartic``: one certified table of the radial kurtosis each."""

from __future__ import annotations

import random
from fractions import Fraction
from importlib.metadata import version

from flint import ctx

from builders.base import Level, Row, Tables
from builders.quartic import checks as radial
from builders.quartic.ball import PRECISION, solve
from builders.quartic.composition import check_composition
from builders.quartic.proof import proof_checks, prove, proven_anew
from builders.quartic.reduced import QUANTITIES, reduced
from builders.quartic.series import series_rows_in_one_variable
from builders.quartic.solutions import solution_rows
from builders.quartic.words import class_row, coverage_row, limits
from builders.tools import chebyshev
from builders.tools.checks import check_same, require
from builders.tools.segments import Segment, segment_rows
from symcat.models.quartic.labels import LARGEST_TABULATED_DIMENSION, dimension_of, label_of

VERSION = "1"
SOFTWARE = f"python-flint {version('python-flint')}"
SEGMENT_BOUND = 5e-13
SEED = 20261122


def labels() -> list[str]:
    return [label_of(n) for n in range(1, LARGEST_TABULATED_DIMENSION + 1)]


def dimension(label: str) -> int:
    """N of a label of this builder."""
    n = dimension_of(label)
    if n is None:
        raise KeyError(label)
    return n


def parameters(label: str) -> Row:
    return {
        "dimension": dimension(label),
        "degree": chebyshev.DEGREE,
        "precision_bits": PRECISION,
        "segment_bound": SEGMENT_BOUND,
        "seed": SEED,
    }


def _segments(n: int) -> list[Segment]:
    def at(i: int, depth: int) -> float:
        return float(1 + Fraction(2 * i, n * 2**depth))

    return chebyshev.bisect(lambda kurtosis: reduced(n, solve(n, kurtosis)), at, SEGMENT_BOUND)


def build(label: str) -> Tables:
    n = dimension(label)
    with ctx.workprec(PRECISION):
        measured = segment_rows(label, _segments(n))
        proof = prove(n, measured)
        segments = proof.segments
        solutions = solution_rows(label, n)
        lo, hi = limits(n)
        points = [*radial.spread(n, 40), lo, hi]
        points += radial.random_points(n, 40, random.Random(f"{SEED} {label}"))
        errors = radial.lookup_errors(n, segments, points)
        checks = [
            *proof_checks(label, measured, proof, len(segments) // len(QUANTITIES) * chebyshev.CHECKS, "full"),
            radial.two_methods(label, n, solutions, "full"),
            *radial.lookup_checks(label, errors, len(points), "full"),
        ]
    if n == 1:
        checks.append(check_composition(label, [n], "full"))
    require(checks)
    tables: Tables = {
        "classes": [class_row(label, n)],
        "solutions": solutions,
        "segments": segments,
        "coverage": [coverage_row(label, n)],
        "checks": checks,
    }
    if n == 1:
        tables["corrections"] = series_rows_in_one_variable(label)
    return tables


def _one(segments: list[Row], dice: random.Random) -> list[Row]:
    """The polynomials of one segment, drawn by lot."""
    chosen = dice.choice(segments)["segment"]
    return [row for row in segments if row["segment"] == chosen]


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """Recompute stored solutions, and the polynomials at points no build has used."""
    n = dimension(label)
    dice = random.Random(f"verify {label} {level}")
    with ctx.workprec(PRECISION):
        solutions = tables["solutions"]
        sample = solutions if level == "full" else dice.sample(solutions, 2)
        points = radial.random_points(n, 200 if level == "full" else 6, dice)
        if level == "full":
            points += list(limits(n))
        errors = radial.lookup_errors(n, tables["segments"], points)
        rows = [
            radial.bounds_hold(label, n, sample, level),
            radial.contiguous(label, n, tables["segments"], level),
            proven_anew(label, n, tables["segments"] if level == "full" else _one(tables["segments"], dice), level),
            *radial.lookup_checks(label, errors, len(points), level),
        ]
        if level == "full":
            rows.append(radial.two_methods(label, n, sample, level))
    if n == 1:
        stored = tables.get("corrections", [])
        rows.append(check_same(label, "corrections", stored, series_rows_in_one_variable(label), level))
        rows.append(check_composition(label, [n], level))
    return rows
