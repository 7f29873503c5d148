"""The SQL macro that reads the table of the quartic of one column: ``(m1, m2, m3, m4) -> struct`` in the data's units.

The coefficients are rounded where that moves no value by 1e-13, which halves the text.
"""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import Row, number, numbers
from builders.tools.sql import case, double, let, macro

_COMMENT = (
    "{label} from the averages m1, m2, m3, m4 of x, x^2, x^3, x^4 (of x less any number near its mean): "
    "struct(mean, h, r, g, u, log_z, reason) in data units; all but mean are null where reason says why."
)
_PLACES = 15  # of the decimals of a coefficient
_STEEPEST, _WEAKEST = 4.0, 1e-6  # the largest |skewness| and the least standardised u answered


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
    """SQL of the patch at ``v.s``, ``v.t`` by arithmetic, and of the local variables there, in terms of ``o.i``."""
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
    across = f"least(floor(v.s * {double(columns / _STEEPEST)}), {columns - 1}e0)"
    along = f"greatest(least(floor((v.t - {double(lo)}) * {double(rows / (hi - lo))}), {rows - 1}e0), 0e0)"
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
    absent = "v.a IS NULL OR v.b IS NULL OR v.c IS NULL OR v.d IS NULL"
    finite = "NOT (isfinite(v.a) AND isfinite(v.b) AND isfinite(v.c) AND isfinite(v.d))"
    reasons = (
        (absent, "an average is null: no rows, or a missing value"),
        (finite, "an average is not a finite number"),
        ("NOT v.m2 > 0e0", "the variance m2 - m1^2 is not positive: the data do not vary"),
        (
            "v.e < -1e-9 * v.k",
            (
                "the kurtosis is below skewness^2 + 1, the least that any rows can have: "
                "these are not averages of the same rows"
            ),
        ),
        (f"v.t < {double(lo)}", "the kurtosis is so close to skewness^2 + 1 that the rows take two values"),
        (f"v.s > {double(_STEEPEST)}", "the skewness is beyond 4, where the table ends"),
        (
            "v.s = 0e0 AND v.k >= 3e0",
            "at skewness 0 no normalisable quartic has a kurtosis of 3, the Gaussian, or more",
        ),
        (f"v.t > {double(hi)}", "the kurtosis is above 3 + 2.6 skewness^2: a far second bump would be needed"),
    )
    return case(
        reasons, "skewness and kurtosis are so close to those of a Gaussian that the quartic coupling has no digits"
    )


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro; rows of ``segments`` in order."""
    (covered,) = coverage
    lo, hi = number(covered["lo"]), number(covered["hi"])
    tables = _tables(segments)
    place, x, y = _places(segments, lo, hi)
    m3, m4 = (
        "m.c - m.a * (3e0 * m.b - 2e0 * m.a * m.a)",
        "m.d - m.a * (4e0 * m.c - m.a * (6e0 * m.b - 3e0 * m.a * m.a))",
    )
    averages = {name: f"m{i}::DOUBLE" for i, name in enumerate("abcd", start=1)}
    central = {**{n: f"m.{n}" for n in "abcd"}, "m2": "m.b - m.a * m.a", "m3": m3, "m4": m4}
    skew = {**{n: f"c.{n}" for n in "abcd"}, "m2": "c.m2", "z": "c.m3 / c.m2 / sqrt(c.m2)", "k": "c.m4 / c.m2 / c.m2"}
    skew = {n: f"CASE WHEN c.m2 > 0e0 THEN {e} END" if n in "zk" else e for n, e in skew.items()}
    spread = {
        **{n: f"z.{n}" for n in ("a", "b", "c", "d", "m2", "z", "k")},
        "s": "abs(z.z)",
        "e": "z.k - 1e0 - z.z * z.z",
    }
    t = {
        **{n: f"e.{n}" for n in ("a", "b", "c", "d", "m2", "z", "k", "s", "e")},
        "t": "e.e / (2e0 + 1.6e0 * e.s * e.s)",
    }
    inside = (
        f"isfinite(v.a) AND v.m2 > 0e0 AND v.s <= {double(_STEEPEST)} AND v.t BETWEEN {double(lo)} AND {double(hi)} "
        "AND NOT (v.s = 0e0 AND v.k >= 3e0)"
    )
    kept = ("a", "m2", "z", "k", "s", "e", "t")
    # Null outside, and null goes through all that follows: roots and logarithms see no negative number.
    guarded = {n: f"CASE WHEN {inside} THEN {e} END" for n, e in (("m2", "v.m2"), ("e", "v.e"), ("i", place))}
    patch = {**{n: f"v.{n}" for n in kept}, **guarded, "why": _refusal(lo, hi)}
    size = round(len(numbers(segments[0]["coefficients"])) ** 0.5)
    local = {**{n: f"o.{n}" for n in (*kept, "why", "i")}, "x": _powers(x, size), "y": _powers(y, size)}
    values = {**{n: f"q.{n}" for n in (*kept, "why")}, **{f"p_{n}": _value(table) for n, table in tables.items()}}
    weak = f"CASE WHEN 12e0 * w.p_u / w.e >= {double(_WEAKEST)} THEN 12e0 * w.p_u / w.e END"
    coupled = {**{n: f"w.{n}" for n in ("a", "m2", "z", "k", "s", "e", "why", "p_g", "p_entropy")}, "u": weak}
    cubic = {
        **{n: f"u.{n}" for n in ("a", "m2", "z", "k", "s", "e", "why", "p_entropy", "u")},
        "g": "u.z * (u.p_g - 0.5e0 * u.u)",
    }
    lower = {
        **{n: f"g.{n}" for n in ("a", "m2", "z", "k", "e", "why", "p_entropy", "u", "g")},
        "h": "-0.5e0 * g.g - g.u * g.z / 6e0",
        "r": "1e0 - 0.5e0 * g.g * g.z - g.u * g.k / 6e0",
    }
    energy = "0.5e0 * f.r + f.g * f.z / 6e0 + f.u * f.k / 24e0"
    results = {
        "mean": "f.a",
        "h": "f.h / sqrt(f.m2)",
        "r": "f.r / f.m2",
        "g": "f.g / f.m2 / sqrt(f.m2)",
        "u": "f.u / f.m2 / f.m2",
        "log_z": f"f.p_entropy + 0.5e0 * ln(f.e) - ({energy}) + 0.5e0 * ln(f.m2)",
        "reason": "CASE WHEN f.u IS NULL THEN f.why END",
    }
    body = "{" + ", ".join(f"'{name}': {expression}" for name, expression in results.items()) + "}"
    steps = (
        ("f", lower),
        ("g", cubic),
        ("u", coupled),
        ("w", values),
        ("q", local),
        ("o", patch),
        ("v", t),
        ("e", spread),
    )
    for name, fields in (*steps, ("z", skew), ("c", central), ("m", averages)):
        body = let(fields, name, body)
    return macro(label, "m1, m2, m3, m4", body, _COMMENT.format(label=label))
