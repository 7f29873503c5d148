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


def _refusal(tables: Tables) -> list[tuple[str, str | None]]:
    dimension = tables.dimension
    largest = "(N + 2)/N" if dimension is None else "3" if dimension == 1 else f"{dimension + 2}/{dimension}"
    kurtosis = "v.b / v.a / v.a"
    unknown = [
        ("v.d IS NULL", "the dimension is null"),
        ("v.p IS NULL", f"the dimension is not one of the tabulated, {tables.offered}"),
    ]
    return [
        ("v.k IS NOT NULL", None),
        *(unknown if dimension is None else []),
        ("v.a IS NULL OR v.b IS NULL", "m2 or m4 is null: no rows, or a missing value"),
        ("NOT isfinite(v.a) OR NOT isfinite(v.b)", "m2 or m4 is not a finite number"),
        ("v.a <= 0e0", "m2 is not positive: the data do not vary"),
        (f"v.n <= {double(_FEWEST)}", "there are too few rows for a fourth moment: more than 4 are needed"),
        ("isnan(v.n)", "n is not a number"),
        (
            f"{kurtosis} >= {tables.gaussian('v')}",
            f"kurtosis m4/m2^2 is {largest} (a Gaussian) or more: no normalisable quartic solution",
        ),
        (
            f"{kurtosis} > {tables.highest('v')}",
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
    """The two tables on equal cells, and the slope of the first in its local variable.

    Of one dimension; or of several, one after another, where ``m`` has the dimension d and, by dimension, p: the
    covered kurtosis from p[1] to p[2], half the number of cells, p[3], and that of the cells before, p[4].
    """

    dimension: int | None
    lo: float
    hi: float
    half: float
    u: list[list[float]]
    slope: list[list[float]]
    entropy: list[list[float]]
    offered: str = ""

    @property
    def carried(self) -> tuple[str, ...]:
        """Fields that every step keeps."""
        return ("d", "p") if self.dimension is None else ()

    def times(self, step: str, factor: float, power: int = 1) -> str:
        """SQL of ``factor N^power``."""
        if self.dimension is not None:
            return double(factor * float(self.dimension) ** power)
        return f"({double(factor)}{' * ' if power > 0 else ' / '}{' * '.join([f'{step}.d'] * abs(power))})"

    def lowest(self, step: str) -> str:
        """SQL of the least covered kurtosis."""
        return f"{step}.p[1]" if self.dimension is None else double(self.lo)

    def highest(self, step: str) -> str:
        """SQL of the largest covered kurtosis."""
        return f"{step}.p[2]" if self.dimension is None else double(self.hi)

    def gaussian(self, step: str) -> str:
        """SQL of the kurtosis of a Gaussian."""
        return f"(1e0 + 2e0 / {step}.d)" if self.dimension is None else double(1.0 + 2.0 / self.dimension)

    def cells(self, step: str) -> str:
        """SQL of half the number of cells."""
        return f"{step}.p[3]" if self.dimension is None else double(self.half)

    def place(self, step: str, cell: str) -> str:
        """SQL of the place of a cell's coefficients."""
        return f"({step}.p[4] + {cell})::INTEGER + 1" if self.dimension is None else f"{cell}::INTEGER + 1"

    def position(self, step: str, w: str) -> str:
        """SQL of the distance from the first cell, in cells, at ``w = N (k - 1)``."""
        return f"{w} * {self.cells(step)}"

    def read(self, step: str, rule: Rule = horner) -> dict[str, str]:
        """SQL of e = u / (2 - w) and of the polynomials of the slope and of the entropy, in a step with i, t and w."""
        polynomial, slope, entropy = (
            rule(table, f"{step}.i", f"{step}.t") for table in (self.u, self.slope, self.entropy)
        )
        return {"e": f"{self.times(step, 6.0, -1)} * {polynomial} / {step}.w", "pd": slope, "ps": entropy}

    def coupling(self, step: str) -> str:
        """SQL of u of unit variance a column, in a step with the fields e and w."""
        return f"({step}.e * (2e0 - {step}.w))"

    def slope_in_kurtosis(self, step: str) -> str:
        """SQL of du/dk in a step with the fields e, pd and w."""
        across = f"12e0 * {self.cells(step)} * {step}.pd * (2e0 - {step}.w)"
        return f"(({across} - {self.times(step, 2.0)} * {step}.e) / {step}.w)"


def tables_of(dimension: int, segments: Mapping[str, Sequence[Segment]], lo: float, hi: float) -> Tables:
    """On cells as long as the shortest segment; ``lo`` and ``hi`` are the covered kurtosis."""
    depth = max(_depth(dimension, parts) for parts in segments.values())
    u, entropy = (cells(dimension, segments[name], depth) for name in ("u", "entropy"))
    slope = [[k * c for k, c in enumerate(row)][1:] for row in u]
    return Tables(dimension, lo, hi, 2.0 ** (depth - 1), u, slope, entropy)


def joined(tables: Mapping[int, Tables]) -> tuple[Tables, str]:
    """The tables of several dimensions as one, and SQL of the list, by dimension from 1, of what ``m.p`` is."""
    found = Tables(None, 0.0, 0.0, 0.0, [], [], [], f"{min(tables)} to {max(tables)}")
    numbers = ["NULL"] * max(tables)
    for dimension, table in sorted(tables.items()):
        numbers[dimension - 1] = f"[{table.lo!r},{table.hi!r},{table.half!r},{len(found.u)}]"
        for all_cells, own in ((found.u, table.u), (found.slope, table.slope), (found.entropy, table.entropy)):
            all_cells.extend(own)
    return found, f"('[{','.join(numbers)}]'::DOUBLE[][])"


def answer(tables: Tables, further: Further) -> str:
    """SQL of the answer in terms of ``m``, which has a = <rho^2> and b = <rho^4> about the centre, and n, and is
    kept."""
    # Null outside the coverage, and null goes through all that follows.
    kurtosis = (
        "CASE WHEN isfinite(m.a) AND m.a > 0e0 "
        f"AND m.b / m.a / m.a BETWEEN {tables.lowest('m')} AND {tables.highest('m')} "
        f"AND NOT isnan(coalesce(m.n, 9e0)) AND coalesce(m.n, 9e0) > {double(_FEWEST)} THEN m.b / m.a / m.a END"
    )
    kept = ("a", "b", "n", *tables.carried, *further.kept)
    step = {**{name: f"m.{name}" for name in kept}, "k": kurtosis}
    w = f"{tables.times('q', 1.0)} * (q.k - 1e0)"
    position = tables.position("q", w)
    placed = {
        **{name: f"q.{name}" for name in (*kept, "k")},
        "w": w,
        "i": tables.place("q", f"floor({position})"),
        "t": f"2e0 * ({position} - floor({position})) - 1e0",
    }
    read = tables.read("p")
    fields = {
        **{name: f"p.{name}" for name in (*kept, "k", "w")},
        "m": f"CASE WHEN p.k IS NOT NULL THEN {tables.times('p', 1.0, -1)} * p.a END",
        "e": read["e"],
        "pd": f"CASE WHEN p.n IS NOT NULL THEN {read['pd']} END",
        "s": f"{read['ps']} + 0.5e0 * ln(0.5e0 * p.w) - {tables.times('p', 0.5)}",
    }
    u, slope = tables.coupling("v"), tables.slope_in_kurtosis("v")
    # Minus the second derivatives of the entropy in the averages are the inverse of Fisher's information.
    of_r = (
        f"{tables.times('v', 0.5)} - {tables.times('v', 0.25, 2)} * v.k * {u} "
        f"- {tables.times('v', 1.0 / 6.0, 2)} * v.k * v.k * {slope}"
    )
    results = {
        "r": f"(1e0 - {tables.times('v', 1.0 / 6.0)} * v.k * {u}) / v.m",
        "u": f"{u} / v.m / v.m",
        "r_se": f"2e0 * sqrt(({of_r}) / v.n) / v.a",
        "u_se": f"24e0 * sqrt({tables.times('v', -1.0 / 24.0, 2)} * {slope} / v.n) / v.a / v.a",
        "log_z": f"v.s + {tables.times('v', 1.0 / 24.0, 2)} * v.k * {u} + {tables.times('v', 0.5)} * ln(v.m)",
        "log_likelihood": f"-v.n * (v.s + {tables.times('v', 0.5)} * (1e0 + ln(v.m)))",
    }
    reason = f"coalesce({further.refusal}, {case(_refusal(tables), _TWO_VALUES)})"
    body = struct({**dict(further.before), **results, **dict(further.after), "reason": reason})
    for names, name in ((fields, "v"), (placed, "p"), (step, "q")):
        body = let(names, name, body)
    return body
