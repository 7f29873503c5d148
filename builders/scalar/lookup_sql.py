"""SQL of polynomials of two variables on boxes: the pieces of the macros that read tables of patches.

The coefficients are rounded where that moves no value by 1e-13, which halves the text.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from builders.base import Row, number, numbers
from builders.tools.sql import double

_PLACES = 15  # of the decimals of a coefficient


class Axis(NamedTuple):
    """A variable of the table: its name in step ``o``, its SQL in step ``v``, and the ends of the table."""

    name: str
    sql: str
    lo: float
    hi: float


def _text(value: float) -> str:
    rounded = round(value, _PLACES)
    return "0" if rounded == 0.0 else repr(rounded).removesuffix(".0")


def size_of(segments: Sequence[Row]) -> int:
    """Coefficients along one variable."""
    return math.isqrt(len(numbers(segments[0]["coefficients"])))


def tables(segments: Sequence[Row]) -> dict[str, str]:
    """Quantity -> SQL of ``[patch][power of the first variable][power of the second]``."""
    found: dict[str, list[str]] = {}
    for row in segments:
        flat = numbers(row["coefficients"])
        size = math.isqrt(len(flat))
        text = ",".join(f"[{','.join(map(_text, flat[i * size : (i + 1) * size]))}]" for i in range(size))
        found.setdefault(str(row["quantity"]), []).append(f"[{text}]")
    return {quantity: f"'[{','.join(patches)}]'::DOUBLE[][][]" for quantity, patches in found.items()}


def value(table: str) -> str:
    """SQL of the polynomial of patch ``q.i`` where the powers of its variables are ``q.x`` and ``q.y``."""
    rows = f"list_transform(({table})[q.i], lambda row: list_inner_product(row, q.y))"
    return f"list_inner_product({rows}, q.x)"


def powers(variable: str, size: int) -> str:
    """SQL of the list of the powers of a variable, null (not a list of nulls) where there is no patch."""
    return f"CASE WHEN o.i IS NOT NULL THEN list_transform(range({size}), lambda n: pow({variable}, n)) END"


def _doubles(values: Sequence[float]) -> str:
    return f"'[{','.join(map(repr, values))}]'::DOUBLE[]"


def places(segments: Sequence[Row], axes: tuple[Axis, Axis]) -> tuple[str, str, str]:
    """SQL of the patch by arithmetic, in terms of ``v``, and of the local variables there, in terms of ``o``."""
    boxes = [
        ((number(row["lo"]), number(row["hi"])), (numbers(row["further_lo"])[0], numbers(row["further_hi"])[0]))
        for row in segments
        if row["quantity"] == segments[0]["quantity"]
    ]
    counts = [round((axis.hi - axis.lo) / min(box[j][1] - box[j][0] for box in boxes)) for j, axis in enumerate(axes)]
    cells = []
    for i in range(counts[0]):
        for j in range(counts[1]):
            at = [
                axis.lo + (k + 0.5) * (axis.hi - axis.lo) / count
                for axis, k, count in zip(axes, (i, j), counts, strict=True)
            ]
            inside = (a[0] <= at[0] <= a[1] and b[0] <= at[1] <= b[1] for a, b in boxes)
            cells.append(list(inside).index(True) + 1)
    across, along = (
        f"greatest(least(floor(({axis.sql} - {double(axis.lo)}) * {double(count / (axis.hi - axis.lo))}), "
        f"{count - 1}e0), 0e0)"
        for axis, count in zip(axes, counts, strict=True)
    )
    found = f"('[{','.join(map(str, cells))}]'::INTEGER[])[({across} * {counts[1]}e0 + {along})::INTEGER + 1]"
    middles = [[0.5 * (box[axis][0] + box[axis][1]) for box in boxes] for axis in (0, 1)]
    scales = [[2.0 / (box[axis][1] - box[axis][0]) for box in boxes] for axis in (0, 1)]
    x, y = (
        f"(o.{axis.name} - ({_doubles(middles[j])})[o.i]) * ({_doubles(scales[j])})[o.i]" for j, axis in enumerate(axes)
    )
    return found, x, y
