"""Builder of ``z2.quartic`` and ``o2.quartic`` .. ``o64.quartic``: one certified table of the radial kurtosis each."""

from __future__ import annotations

import random
from fractions import Fraction
from importlib.metadata import version

from flint import ctx

from builders import ball, chebyshev, radial_checks
from builders.quartic.reduced import reduced
from builders.store.text import Level, Row, Tables, check, number, to_text
from builders.quartic.words import class_row, coverage_row, limits
from builders.quartic.solutions import solution_rows
from builders.quartic.series import series_rows_in_one_variable
from symcat.labels import LARGEST_TABULATED_DIMENSION, quartic, quartic_dimension

NAME = "radial"
VERSION = "1"
SOURCES: tuple[str, ...] = (
    "radial.py",
    "radial_checks.py",
    "radial_text.py",
    "ball.py",
    "chebyshev.py",
    "derived.py",
    "entry.py",
    "quadrature.py",
    "solutions.py",
    "ratio.py",
    "symbolic.py",
)
SOFTWARE = f"python-flint {version('python-flint')}"
SEGMENT_BOUND = 5e-13
SEED = 20261122


def labels() -> list[str]:
    return [quartic(n) for n in range(1, LARGEST_TABULATED_DIMENSION + 1)]


def dimension(label: str) -> int:
    """N of a label of this builder."""
    n = quartic_dimension(label)
    if n is None:
        raise KeyError(label)
    return n


def parameters(label: str) -> Row:
    return {
        "dimension": dimension(label),
        "degree": chebyshev.DEGREE,
        "precision_bits": ball.PRECISION,
        "segment_bound": SEGMENT_BOUND,
        "seed": SEED,
    }


def _segment_rows(label: str, n: int) -> tuple[list[Row], int]:
    def at(i: int, depth: int) -> float:
        return float(1 + Fraction(2 * i, n * 2**depth))

    segments = chebyshev.bisect(lambda kurtosis: reduced(n, ball.solve(n, kurtosis)), at, SEGMENT_BOUND)
    rows: list[Row] = [
        {
            "label": label,
            "quantity": quantity,
            "segment": number,
            "lo": segment.lo,
            "hi": segment.hi,
            "coefficients": segment.coefficients[quantity],
            "max_error": segment.errors[quantity],
        }
        for number, segment in enumerate(segments)
        for quantity in ("entropy", "u")
    ]
    return rows, len(segments)


def build(label: str) -> Tables:
    n = dimension(label)
    with ctx.workprec(ball.PRECISION):
        segments, count = _segment_rows(label, n)
        solutions = solution_rows(label, n)
        lo, hi = limits(n)
        points = [*radial_checks.spread(n, 40), lo, hi]
        points += radial_checks.random_points(n, 40, random.Random(f"{SEED} {label}"))
        errors = radial_checks.lookup_errors(n, segments, points)
        checks = [
            check(
                label,
                "polynomials",
                "double-precision evaluation against certified values at points that are not nodes",
                level="full",
                points=count * chebyshev.CHECKS,
                residual=max(number(row["max_error"]) for row in segments),
                bound=SEGMENT_BOUND,
            ),
            radial_checks.two_methods(label, n, solutions, "full"),
            *radial_checks.lookup_checks(label, errors, len(points), "full"),
        ]
    ball.require(checks)
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


def verify(label: str, tables: Tables, level: Level) -> list[Row]:
    """Recompute stored solutions, and the polynomials at points no build has used."""
    n = dimension(label)
    dice = random.Random(f"verify {label} {level}")
    with ctx.workprec(ball.PRECISION):
        solutions = tables["solutions"]
        sample = solutions if level == "full" else dice.sample(solutions, 2)
        points = radial_checks.random_points(n, 200 if level == "full" else 6, dice)
        if level == "full":
            points += list(limits(n))
        errors = radial_checks.lookup_errors(n, tables["segments"], points)
        rows = [
            radial_checks.bounds_hold(label, n, sample, level),
            radial_checks.contiguous(label, n, tables["segments"], level),
            *radial_checks.lookup_checks(label, errors, len(points), level),
        ]
        if level == "full":
            rows.append(radial_checks.two_methods(label, n, sample, level))
    if n == 1:
        stored, now = tables.get("corrections", []), series_rows_in_one_variable(label)
        wrong = float(to_text(stored) != to_text(now))
        rows.append(check(label, "corrections", "recomputed", level=level, points=len(now), residual=wrong, bound=0.0))
    return rows
