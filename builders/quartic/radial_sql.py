"""SQL that reads the radial tables, in the units of the data: pieces of the macros.

The dyadic segments are re-expanded, exactly, on uniform cells of x = (kurtosis - 1) N / 2, so that the coefficients are
found by arithmetic, without a search.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from builders.tools.cells import substitute
from builders.tools.sql import case, double, horner, let, struct

_FEWEST = 4.0  # rows: twice as many as couplings, as the library has it


Rule = Callable[[Sequence[Sequence[float]], str, str], str]


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


def _refusal(dimension: int, highest: float) -> list[tuple[str, str | None]]:
    largest = "3" if dimension == 1 else f"{dimension + 2}/{dimension}"
    kurtosis = "v.b / v.a / v.a"
    return [
        ("v.k IS NOT NULL", None),
        ("v.a IS NULL OR v.b IS NULL", "m2 or m4 is null: no rows, or a missing value"),
        ("NOT isfinite(v.a) OR NOT isfinite(v.b)", "m2 or m4 is not a finite number"),
        ("v.a <= 0e0", "m2 is not positive: the data do not vary"),
        (f"v.n <= {double(_FEWEST)}", "there are too few rows for a fourth moment: more than 4 are needed"),
        ("isnan(v.n)", "n is not a number"),
        (
            f"{kurtosis} >= {double((dimension + 2.0) / dimension)}",
            f"kurtosis m4/m2^2 is {largest} (a Gaussian) or more: no normalisable quartic solution",
        ),
        (
            f"{kurtosis} > {double(highest)}",
            f"kurtosis m4/m2^2 is too close to {largest} to resolve u: use a Gaussian",
        ),
        (f"{kurtosis} < 1e0", "kurtosis m4/m2^2 is below 1: m2 and m4 are not moments of the same data"),
    ]


_TWO_VALUES = "kurtosis m4/m2^2 is too close to 1: all rows lie at one distance from the centre"


class Further(NamedTuple):
    """What a macro says beside: fields of ``m`` that step ``v`` keeps, of the answer, and SQL of an earlier reason."""

    kept: Sequence[str] = ()
    before: Sequence[tuple[str, str]] = ()
    after: Sequence[tuple[str, str]] = ()
    refusal: str = "NULL"


class Tables(NamedTuple):
    """The two tables on equal cells, and the slope of the first in its local variable."""

    dimension: int
    depth: int
    u: list[list[float]]
    slope: list[list[float]]
    entropy: list[list[float]]

    def position(self, w: str) -> str:
        """SQL of the distance from the first cell, in cells, at ``w = N (k - 1)``."""
        return f"{w} * {double(2.0 ** (self.depth - 1))}"

    def read(self, step: str, rule: Rule = horner) -> dict[str, str]:
        """SQL of the three polynomials, in a step with the fields i and t."""
        tables = (("pu", self.u), ("pd", self.slope), ("ps", self.entropy))
        return {name: rule(table, f"{step}.i", f"{step}.t") for name, table in tables}

    def coupling(self, step: str) -> str:
        """SQL of u of unit variance a column, in a step with the fields pu and w."""
        return f"({double(6.0 / self.dimension)} * {step}.pu * (2e0 - {step}.w) / {step}.w)"

    def slope_in_kurtosis(self, step: str) -> str:
        """SQL of du/dk in a step with the fields pu, pd and w."""
        n = float(self.dimension)
        across = f"{double(2.0**self.depth * n)} * {step}.pd * (2e0 - {step}.w)"
        return f"({double(6.0 / n)} * ({across} - {double(2.0 * n)} * {step}.pu / {step}.w) / {step}.w)"


def tables_of(dimension: int, segments: Mapping[str, Sequence[Segment]]) -> Tables:
    """On cells as long as the shortest segment."""
    depth = max(_depth(dimension, parts) for parts in segments.values())
    u, entropy = (cells(dimension, segments[name], depth) for name in ("u", "entropy"))
    slope = [[k * c for k, c in enumerate(row)][1:] for row in u]
    return Tables(dimension, depth, u, slope, entropy)


def answer(tables: Tables, lo: float, hi: float, further: Further) -> str:
    """SQL of the answer in terms of ``m``, which has a = <rho^2> and b = <rho^4> about the centre, and n, and is kept.

    ``lo`` and ``hi`` are the covered kurtosis.
    """
    dimension = tables.dimension
    n = float(dimension)
    # Null outside the coverage, and null goes through all that follows.
    kurtosis = (
        f"CASE WHEN isfinite(m.a) AND m.a > 0e0 AND m.b / m.a / m.a BETWEEN {double(lo)} AND {double(hi)} "
        f"AND NOT isnan(coalesce(m.n, 9e0)) AND coalesce(m.n, 9e0) > {double(_FEWEST)} THEN m.b / m.a / m.a END"
    )
    w = f"{double(n)} * (q.k - 1e0)"
    position = tables.position(w)
    read = tables.read("p")
    placed = {
        "m": "q.m",
        "k": "q.k",
        "w": w,
        "i": f"floor({position})::INTEGER + 1",
        "t": f"2e0 * ({position} - floor({position})) - 1e0",
    }
    fields = {
        **{name: f"p.m.{name}" for name in ("a", "b", "n", *further.kept)},
        "k": "p.k",
        "m": f"CASE WHEN p.k IS NOT NULL THEN p.m.a / {double(n)} END",
        "w": "p.w",
        "pu": read["pu"],
        "pd": f"CASE WHEN p.m.n IS NOT NULL THEN {read['pd']} END",
        "s": f"{read['ps']} + 0.5e0 * ln(0.5e0 * p.w) - {double(n / 2.0)}",
    }
    u, slope = tables.coupling("v"), tables.slope_in_kurtosis("v")
    # Minus the second derivatives of the entropy in the averages are the inverse of Fisher's information.
    of_r = f"{double(n / 2.0)} - {double(n * n / 4.0)} * v.k * {u} - {double(n * n / 6.0)} * v.k * v.k * {slope}"
    results = {
        "r": f"(1e0 - {double(n / 6.0)} * v.k * {u}) / v.m",
        "u": f"{u} / v.m / v.m",
        "r_se": f"2e0 * sqrt(({of_r}) / v.n) / v.a",
        "u_se": f"24e0 * sqrt({double(-n * n / 24.0)} * {slope} / v.n) / v.a / v.a",
        "log_z": f"v.s + {double(n * n / 24.0)} * v.k * {u} + {double(n / 2.0)} * ln(v.m)",
        "log_likelihood": f"-v.n * (v.s + {double(n / 2.0)} + {double(n / 2.0)} * ln(v.m))",
    }
    reason = f"coalesce({further.refusal}, {case(_refusal(dimension, hi), _TWO_VALUES)})"
    body = let(
        placed,
        "p",
        let(fields, "v", struct({**dict(further.before), **results, **dict(further.after), "reason": reason})),
    )
    return let({"m": "m", "k": kurtosis}, "q", body)
