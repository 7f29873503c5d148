"""The SQL macro that reads the table of the quartic of one column: ``(m1, m2, m3, m4) -> struct`` in the data's units.

The coefficients are rounded where that moves no value by 1e-13, which halves the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import Row, number, numbers
from builders.tools.sql import case, double, let, macro, struct
from symcat.models.scalar import quartic_table

_COMMENT = (
    "{label} from the averages m1, m2, m3, m4 of x, x^2, x^3, x^4, of x less any number that is less than 100 standard "
    "deviations from its mean: "
    "struct(mean, h, r, g, u, log_z, reason) in data units; all but mean are null where reason says why."
)
_PLACES = 15  # of the decimals of a coefficient
_STEEPEST, _WEAKEST = 4.0, quartic_table.WEAKEST  # the largest |skewness| and the least standardised u answered
_FARTHEST = 100.0
"""Standard deviations of the mean from zero up to which averages about zero tell the kurtosis to seven digits."""


_S, _D = "abs(v.z)", "(v.k - 1e0 - v.z * v.z)"
_T = f"({_D} / (2e0 + 1.6e0 * v.z * v.z))"
"""SQL of the coordinates of the table, from the skewness ``v.z`` and the kurtosis ``v.k``."""
_FAR = f"(v.m.a * v.m.a > {double(_FARTHEST**2)} * v.m2)"
"""SQL of whether the mean is so far from zero that little is left of central averages."""


def _text(value: float) -> str:
    rounded = round(value, _PLACES)
    return "0" if rounded == 0.0 else repr(rounded).removesuffix(".0")


def _tables(segments: Sequence[Row]) -> dict[str, str]:
    """Quantity -> SQL of ``[patch][power of s][power of t]``."""
    found: dict[str, list[str]] = {}
    for row in segments:
        flat = numbers(row["coefficients"])
        size = round(len(flat) ** 0.5)
        text = ",".join(f"[{','.join(map(_text, flat[i * size : (i + 1) * size]))}]" for i in range(size))
        found.setdefault(str(row["quantity"]), []).append(f"[{text}]")
    return {quantity: f"'[{','.join(patches)}]'::DOUBLE[][][]" for quantity, patches in found.items()}


def _value(table: str) -> str:
    """SQL of the polynomial of patch ``q.i`` where the powers of its variables are ``q.x`` and ``q.y``."""
    rows = f"list_transform(({table})[q.i], lambda row: list_inner_product(row, q.y))"
    return f"list_inner_product({rows}, q.x)"


def _powers(variable: str, size: int) -> str:
    """SQL of the list of the powers of a variable, null (not a list of nulls) where there is no patch."""
    return f"CASE WHEN o.i IS NOT NULL THEN list_transform(range({size}), lambda n: pow({variable}, n)) END"


def _doubles(values: Sequence[float]) -> str:
    return f"'[{','.join(map(repr, values))}]'::DOUBLE[]"


def _places(segments: Sequence[Row], lo: float, hi: float) -> tuple[str, str, str]:
    """SQL of the patch by arithmetic, in terms of ``v``, and of the local variables there, in terms of ``o``."""
    boxes = [
        ((number(row["lo"]), number(row["hi"])), (numbers(row["further_lo"])[0], numbers(row["further_hi"])[0]))
        for row in segments
        if row["quantity"] == segments[0]["quantity"]
    ]
    narrow, short = (min(box[axis][1] - box[axis][0] for box in boxes) for axis in (0, 1))
    columns, rows = round(_STEEPEST / narrow), round((hi - lo) / short)
    cells = []
    for i in range(columns):
        for j in range(rows):
            s, t = (i + 0.5) * _STEEPEST / columns, lo + (j + 0.5) * (hi - lo) / rows
            inside = (a[0] <= s <= a[1] and b[0] <= t <= b[1] for a, b in boxes)
            cells.append(list(inside).index(True) + 1)
    across = f"least(floor({_S} * {double(columns / _STEEPEST)}), {columns - 1}e0)"
    along = f"greatest(least(floor(({_T} - {double(lo)}) * {double(rows / (hi - lo))}), {rows - 1}e0), 0e0)"
    found = f"('[{','.join(map(str, cells))}]'::INTEGER[])[({across} * {rows}e0 + {along})::INTEGER + 1]"
    middles = [[0.5 * (box[axis][0] + box[axis][1]) for box in boxes] for axis in (0, 1)]
    scales = [[2.0 / (box[axis][1] - box[axis][0]) for box in boxes] for axis in (0, 1)]
    x, y = (
        f"(o.{name} - ({_doubles(middles[axis])})[o.i]) * ({_doubles(scales[axis])})[o.i]"
        for axis, name in enumerate("st")
    )
    return found, x, y


def _refusal(lo: float, hi: float) -> str:
    """Why there is no answer, in the words of the library."""
    absent = "v.m.a IS NULL OR v.m.b IS NULL OR v.m.c IS NULL OR v.m.d IS NULL"
    finite = "NOT (isfinite(v.m.a) AND isfinite(v.m.b) AND isfinite(v.m.c) AND isfinite(v.m.d))"
    least = "the kurtosis is below skewness^2 + 1, the least that any rows can have"
    outside = f"v.z = 0e0 AND v.k >= 3e0 OR {_T} > {double(hi)}"
    near = f"v.z * v.z < {double(_WEAKEST)} AND abs(v.k - 3e0) < {double(_WEAKEST)}"
    far = "the mean is more than 100 standard deviations from zero, so that averages about zero have lost the digits"
    reasons = (
        (absent, "an average is null: no rows, or a missing value"),
        (finite, "an average is not a finite number"),
        ("NOT v.m2 > 0e0", "the variance m2 - m1^2 is not positive: the data do not vary"),
        (_FAR, f"{far} of the shape: average x less a number near its mean"),
        (f"{_D} < -1e-9 * v.k", f"{least}: these are not averages of the same rows"),
        (f"{_T} < {double(lo)}", "the kurtosis is so close to skewness^2 + 1 that the rows take two values"),
        (f"{_S} > {double(_STEEPEST)}", "the skewness is beyond 4, where the table ends"),
        (f"({outside}) AND {near}", quartic_table.REASONS[quartic_table.NEAR_GAUSSIAN]),
        ("v.z = 0e0 AND v.k >= 3e0", quartic_table.REASONS[quartic_table.HEAVY]),
        (f"{_T} > {double(hi)}", "the kurtosis is above 3 + 2.6 skewness^2: a far second bump would be needed"),
    )
    return case(reasons, quartic_table.REASONS[quartic_table.NEAR_GAUSSIAN])


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro; rows of ``segments`` in order."""
    (covered,) = coverage
    lo, hi = number(covered["lo"]), number(covered["hi"])
    size = round(len(numbers(segments[0]["coefficients"])) ** 0.5)
    place, x, y = _places(segments, lo, hi)
    averages = {name: f"m{i}::DOUBLE" for i, name in enumerate("abcd", start=1)}
    central = {
        "m": "m",
        "m2": "m.b - m.a * m.a",
        "m3": "m.c - m.a * (3e0 * m.b - 2e0 * m.a * m.a)",
        "m4": "m.d - m.a * (4e0 * m.c - m.a * (6e0 * m.b - 3e0 * m.a * m.a))",
    }
    reduced = {
        "m": "c.m",
        "m2": "c.m2",
        "z": "CASE WHEN c.m2 > 0e0 THEN c.m3 / c.m2 / sqrt(c.m2) END",
        "k": "CASE WHEN c.m2 > 0e0 THEN c.m4 / c.m2 / c.m2 END",
    }
    inside = (
        f"isfinite(v.m.a) AND v.m2 > 0e0 AND NOT {_FAR} AND {_S} <= {double(_STEEPEST)} "
        f"AND {_T} BETWEEN {double(lo)} AND {double(hi)} AND NOT (v.z = 0e0 AND v.k >= 3e0)"
    )
    # Null outside, and null goes through all that follows: roots and logarithms see no negative number.
    guarded = {name: f"CASE WHEN {inside} THEN {e} END" for name, e in (("m2", "v.m2"), ("e", _D), ("i", place))}
    patch = {"a": "v.m.a", "z": "v.z", "k": "v.k", "s": _S, "t": _T, **guarded, "why": _refusal(lo, hi)}
    kept = ("a", "z", "k", "m2", "e", "why")
    local = {**{n: f"o.{n}" for n in (*kept, "i")}, "x": _powers(x, size), "y": _powers(y, size)}
    values = {**{n: f"q.{n}" for n in kept}, **{f"p_{n}": _value(table) for n, table in _tables(segments).items()}}
    u = "12e0 * w.p_u / w.e"
    strong = f"CASE WHEN {u} >= {double(_WEAKEST)} THEN {{}} END"
    couplings = {
        **{n: f"w.{n}" for n in (*kept, "p_entropy")},
        "u": strong.format(u),
        "g": strong.format(f"w.z * (w.p_g - 0.5e0 * {u})"),
    }
    r = "(1e0 - 0.5e0 * f.g * f.z - f.u * f.k / 6e0)"
    energy = f"(0.5e0 * {r} + f.g * f.z / 6e0 + f.u * f.k / 24e0)"
    results = {
        "mean": "f.a",
        "h": "(-0.5e0 * f.g - f.u * f.z / 6e0) / sqrt(f.m2)",
        "r": f"{r} / f.m2",
        "g": "f.g / f.m2 / sqrt(f.m2)",
        "u": "f.u / f.m2 / f.m2",
        "log_z": f"f.p_entropy + 0.5e0 * ln(f.e) - {energy} + 0.5e0 * ln(f.m2)",
        "reason": "CASE WHEN f.u IS NULL THEN f.why END",
    }
    body = struct(results)
    steps = (
        ("f", couplings),
        ("w", values),
        ("q", local),
        ("o", patch),
        ("v", reduced),
        ("c", central),
        ("m", averages),
    )
    for name, fields in steps:
        body = let(fields, name, body)
    return macro(label, "m1, m2, m3, m4", body, _COMMENT.format(label=label))
