"""The SQL macro of the even sextic of one column: ``(m2, m4, m6) -> struct`` in the units of the data."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import Row, number
from builders.scalar.lookup_sql import Axis, places, powers, size_of, tables, value
from builders.tools.sql import case, double, let, macro, struct

FLATTEST, PEAKED = 1.1, 5.5
WIDTH = (2.9089, 2.867, 1.5767, 0.2176, -0.2321, -0.0398, 0.026)
"""The range of ``<y^4>`` and the coordinates, as in ``symcat.models.scalar.sextic_reduced``, which a wheel is built
without."""
_COMMENT = (
    "{label} from the averages m2, m4, m6 of y^2, y^4, y^6 about the centre: struct(r, u, w, log_z, reason) in data "
    "units; r, u, w and log_z are null where reason says why."
)
_D = "(v.m - v.k * v.k)"


def _width() -> str:
    """SQL of the width, by Horner's rule in ``v.k - 3``."""
    text = double(WIDTH[-1])
    for c in reversed(WIDTH[:-1]):
        text = f"({text} * (v.k - 3e0) + {double(c)})"
    return f"((v.k - 1e0) * {text})"


_T = f"({_D} / {_width()})"


def _refusal(lo: float, hi: float) -> str:
    reasons = (
        ("v.a IS NULL OR v.b IS NULL OR v.c IS NULL", "an average is null: no rows, or a missing value"),
        ("NOT (isfinite(v.a) AND isfinite(v.b) AND isfinite(v.c))", "an average is not a finite number"),
        ("NOT v.a > 0e0", "m2 is not positive: the data do not vary"),
        (
            f"v.k < 1e0 - 1e-9 OR {_D} < -1e-9 * v.m",
            "m2 m6 is below m4^2, or m4 below m2^2: these are not averages of the same rows",
        ),
        (f"v.k < {double(FLATTEST)}", f"m4/m2^2 is below {FLATTEST}, where the table ends: nearly two values"),
        (f"v.k > {double(PEAKED)}", f"m4/m2^2 is above {PEAKED}, where the table ends"),
        (f"{_T} < {double(lo)}", "m6 is so close to m4^2/m2 that the rows take three values"),
    )
    return case(
        reasons,
        "m6 is above the table: nearly that of a quartic, or a far second hump; in Python a search answers if there is "
        "a maximum",
    )


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro; rows of ``segments`` in order."""
    (covered,) = coverage
    lo, hi = number(covered["lo"]), number(covered["hi"])
    size = size_of(segments)
    place, x, y = places(segments, (Axis("k", "v.k", FLATTEST, PEAKED), Axis("t", _T, lo, hi)))
    averages = {"a": "m2::DOUBLE", "b": "m4::DOUBLE", "c": "m6::DOUBLE"}
    reduced = {
        **{name: f"m.{name}" for name in averages},
        "k": "CASE WHEN m.a > 0e0 THEN m.b / m.a / m.a END",
        "m": "CASE WHEN m.a > 0e0 THEN m.c / m.a / m.a / m.a END",
    }
    inside = (
        f"isfinite(v.k) AND isfinite(v.m) AND v.k BETWEEN {double(FLATTEST)} AND {double(PEAKED)} "
        f"AND {_T} BETWEEN {double(lo)} AND {double(hi)}"
    )
    # Null outside, and null goes through all that follows: logarithms see no negative number.
    guarded = {name: f"CASE WHEN {inside} THEN {e} END" for name, e in (("a", "v.a"), ("e", _D), ("i", place))}
    patch = {"k": "v.k", "m": "v.m", "t": _T, **guarded, "why": _refusal(lo, hi)}
    kept = ("a", "k", "m", "e", "why")
    local = {**{n: f"o.{n}" for n in (*kept, "i")}, "x": powers(x, size), "y": powers(y, size)}
    values = {**{n: f"q.{n}" for n in kept}, **{f"p_{n}": value(table) for n, table in tables(segments).items()}}
    w = "360e0 * p.p_w / p.e"
    couplings = {**{n: f"p.{n}" for n in (*kept, "p_entropy")}, "w": w, "u": f"p.p_u - p.k * ({w}) / 15e0"}
    r = "(1e0 - f.u * f.k / 6e0 - f.w * f.m / 120e0)"
    results = {
        "r": f"{r} / f.a",
        "u": "f.u / f.a / f.a",
        "w": "f.w / f.a / f.a / f.a",
        "log_z": f"f.p_entropy + 0.5e0 * ln(f.e) - (0.5e0 * {r} + f.u * f.k / 24e0 + f.w * f.m / 720e0) "
        "+ 0.5e0 * ln(f.a)",
        "reason": "CASE WHEN f.u IS NULL THEN f.why END",
    }
    body = struct(results)
    steps = (("f", couplings), ("p", values), ("q", local), ("o", patch), ("v", reduced), ("m", averages))
    for name, fields in steps:
        body = let(fields, name, body)
    return macro(label, "m2, m4, m6", body, _COMMENT.format(label=label))
