"""Dyadic segments re-expanded, exactly, on equal cells, so that SQL macros find the coefficients by arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from builders.base import Row, number, numbers
from builders.tools.sql import case, double, horner, let, macro, struct


def substitute(coefficients: Sequence[float], scale: Fraction, shift: Fraction) -> list[float]:
    """The polynomial of ``scale t + shift``, exactly until the last rounding (Horner's rule on polynomials)."""
    result = [Fraction(0)]
    for c in reversed(coefficients):
        grown = [Fraction(0)] * (len(result) + 1)
        for k, value in enumerate(result):
            grown[k] += value * shift
            grown[k + 1] += value * scale
        grown[0] += Fraction(c)
        result = grown
    return [float(c) for c in result[: len(coefficients)]]


def equal_cells(rows: Sequence[Row]) -> dict[str, list[list[float]]]:
    """Quantity -> coefficients in t = 2 (x / step - cell) - 1 on every cell, of rows of ``segments`` that begin at 0.

    A cell is as long as the shortest segment; the ends of all are whole numbers of it.
    """
    by_quantity: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: number(row["segment"])):
        by_quantity.setdefault(str(row["quantity"]), []).append(row)
    step = min(Fraction(number(row["hi"])) - Fraction(number(row["lo"])) for row in rows)
    found: dict[str, list[list[float]]] = {}
    for quantity, segments in by_quantity.items():
        cells = found.setdefault(quantity, [])
        for row in segments:
            lo, hi = Fraction(number(row["lo"])), Fraction(number(row["hi"]))
            count = (hi - lo) / step
            if count.denominator != 1 or lo != len(cells) * step:
                raise ValueError(f"{row['label']}: the segments are not whole numbers of the shortest")
            for cell in range(int(count)):
                shift = (2 * cell + 1) / count - 1
                cells.append(substitute(numbers(row["coefficients"]), 1 / count, shift))
    return found


def curve_macro(
    label: str,
    rows: Sequence[Row],
    given: Sequence[str],
    steps: Mapping[str, str],
    statistic: tuple[str, str],
    results: Mapping[str, str],
    reasons: Sequence[tuple[str, str | None]],
    otherwise: str,
    comment: str,
) -> list[str]:
    """The SQL of a macro that reads one-dimensional tables.

    Parameters
    ----------
    given : the names of the arguments, which are fields of ``m``.
    steps : fields of ``q``, made of ``m``: null where there is no answer.
    statistic : what the table is read at, made of ``q``, and the condition under which it may be worked out.
    results : the fields of the answer, made of ``v``: the fields of ``q``, and ``p_NAME`` of every quantity.
    reasons, otherwise : as ``case`` takes them, made of ``v.m``, the arguments, and ``v``.
    """
    cells = equal_cells(rows)
    count = len(next(iter(cells.values())))
    hi = max(number(row["hi"]) for row in rows)
    at, possible = statistic
    kept = {name: f"q.{name}" for name in steps}
    position = f"p.x * {double(count / hi)}"
    cell = f"least(floor({position}), {double(count - 1)})"
    placed = {**{name: f"p.{name}" for name in ("m", "x", *steps)}, "i": f"{cell}::INTEGER + 1"}
    placed["t"] = f"2e0 * ({position} - {cell}) - 1e0"
    values = {name: f"o.{name}" for name in ("m", "x", *steps)}
    values |= {f"p_{name}": horner(table, "o.i", "o.t") for name, table in cells.items()}
    found = {"m": "q.m", **kept, "x": f"CASE WHEN {possible} AND {at} BETWEEN 0e0 AND {double(hi)} THEN {at} END"}
    answered = {**results, "reason": case((("v.x IS NOT NULL", None), *reasons), otherwise)}
    body = let(values, "v", struct(answered))
    body = let(placed, "o", body)
    body = let(found, "p", body)
    body = let({"m": "m", **steps}, "q", body)
    return macro(label, ", ".join(given), let({name: f"{name}::DOUBLE" for name in given}, "m", body), comment)


def absent_or_infinite(*names: str) -> list[tuple[str, str | None]]:
    """The reasons that every macro begins with."""
    words = " or ".join(names)
    return [
        (" OR ".join(f"v.m.{name} IS NULL" for name in names), f"{words} is null: no rows, or a missing value"),
        (" OR ".join(f"NOT isfinite(v.m.{name})" for name in names), f"{words} is not a finite number"),
    ]
