"""SQL macros that read the radial tables: ``(m2, m4) -> struct(r, u, log_z, reason)`` in the units of the data.

The dyadic segments are re-expanded, exactly, on uniform cells of x = (kurtosis - 1) N / 2, so that the coefficients are
found by arithmetic, without a search.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from builders.base import Row, number, numbers
from builders.tools.cells import substitute
from builders.tools.sql import case, double, horner, let, macro, struct

_COMMENT = (
    "{label} from m2 = <rho^2> and m4 = <rho^4> about the centre: struct(r, u, log_z, reason) in data units; "
    "r, u and log_z are null where reason says why there is no answer."
)


class Segment(NamedTuple):
    """One polynomial: ascending powers of t = (2 k - lo - hi) / (hi - lo)."""

    lo: float
    hi: float
    coefficients: Sequence[float]


def _depth(dimension: int, segments: Sequence[Segment]) -> int:
    """Bisections of the smallest segment."""
    return max(round(-math.log2((s.hi - s.lo) * dimension / 2.0)) for s in segments)


def cells(dimension: int, segments: Sequence[Segment], depth: int) -> list[list[float]]:
    """Coefficients in t = 2 (2^depth x - cell) - 1 on each of 2^depth cells."""
    rows = []
    count = 2**depth
    for cell in range(count):
        lo, hi = (1 + Fraction(2 * i, dimension * count) for i in (cell, cell + 1))
        segment = next(s for s in segments if (lo + hi) / 2 < Fraction(s.hi) or s is segments[-1])
        start, end = Fraction(segment.lo), Fraction(segment.hi)
        rows.append(
            substitute(segment.coefficients, (hi - lo) / (end - start), (lo + hi - start - end) / (end - start))
        )
    return rows


def _refusal(dimension: int, highest: float) -> str:
    largest = "3" if dimension == 1 else f"{dimension + 2}/{dimension}"
    kurtosis = "v.b / v.a / v.a"
    reasons = (
        ("v.k IS NOT NULL", None),
        ("v.a IS NULL OR v.b IS NULL", "m2 or m4 is null: no rows, or a missing value"),
        ("NOT isfinite(v.a) OR NOT isfinite(v.b)", "m2 or m4 is not a finite number"),
        ("v.a <= 0e0", "m2 is not positive: the data do not vary"),
        (
            f"{kurtosis} >= {double((dimension + 2.0) / dimension)}",
            f"kurtosis m4/m2^2 is {largest} (a Gaussian) or more: no normalisable quartic solution",
        ),
        (
            f"{kurtosis} > {double(highest)}",
            f"kurtosis m4/m2^2 is too close to {largest} to resolve u: use a Gaussian",
        ),
        (f"{kurtosis} < 1e0", "kurtosis m4/m2^2 is below 1: m2 and m4 are not moments of the same data"),
    )
    return case(reasons, "kurtosis m4/m2^2 is too close to 1: all rows lie at one distance from the centre")


def answer(dimension: int, tables: Mapping[str, Sequence[Segment]], lo: float, hi: float) -> str:
    """The body of the macro in N dimensions.

    ``tables`` has the segments of ``u`` and ``entropy`` in order, ``lo`` and ``hi`` are the covered kurtosis.
    """
    n = float(dimension)
    depth = max(_depth(dimension, segments) for segments in tables.values())
    rows = {quantity: cells(dimension, segments, depth) for quantity, segments in tables.items()}
    # Null outside the coverage, and null goes through all that follows.
    kurtosis = (
        f"CASE WHEN isfinite(m.a) AND m.a > 0e0 AND m.b / m.a / m.a BETWEEN {double(lo)} AND {double(hi)} "
        "THEN m.b / m.a / m.a END"
    )
    w = f"{double(n)} * (q.k - 1e0)"
    position = f"{w} * {double(2.0 ** (depth - 1))}"
    p_u, p_s = (horner(rows[quantity], "p.i", "p.t") for quantity in ("u", "entropy"))
    placed = {
        "a": "q.a",
        "b": "q.b",
        "k": "q.k",
        "w": w,
        "i": f"floor({position})::INTEGER + 1",
        "t": f"2e0 * ({position} - floor({position})) - 1e0",
    }
    fields = {
        "a": "p.a",
        "b": "p.b",
        "k": "p.k",
        "m": f"CASE WHEN p.k IS NOT NULL THEN p.a / {double(n)} END",
        "u": f"{double(6.0 / n)} * {p_u} * (2e0 - p.w) / p.w",
        "s": f"{p_s} + 0.5e0 * ln(0.5e0 * p.w) - {double(n / 2.0)}",
    }
    results = {
        "r": f"(1e0 - {double(n / 6.0)} * v.k * v.u) / v.m",
        "u": "v.u / v.m / v.m",
        "log_z": f"v.s + {double(n * n / 24.0)} * v.k * v.u + {double(n / 2.0)} * ln(v.m)",
        "reason": _refusal(dimension, hi),
    }
    body = let(placed, "p", let(fields, "v", struct(results)))
    return let({"a": "m2::DOUBLE", "b": "m4::DOUBLE"}, "m", let({"a": "m.a", "b": "m.b", "k": kurtosis}, "q", body))


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro of one entry; rows of ``segments`` in order."""
    tables: dict[str, list[Segment]] = {}
    for row in segments:
        segment = Segment(number(row["lo"]), number(row["hi"]), numbers(row["coefficients"]))
        tables.setdefault(str(row["quantity"]), []).append(segment)
    dimension = 1 if label == "z2.quartic" else int(label.removeprefix("o").removesuffix(".quartic"))
    (covered,) = coverage
    body = answer(dimension, tables, number(covered["lo"]), number(covered["hi"]))
    return macro(label, "m2, m4", body, _COMMENT.format(label=label))
