"""The SQL macro of the quartic of one column: ``(m1, m2, m3, m4) -> struct`` in the units of the data."""

from __future__ import annotations

from collections.abc import Sequence

from builders.base import Row, number
from builders.scalar.lookup_sql import Axis, places, powers, size_of, tables, value
from builders.tools.sql import case, double, let, macro, struct

_COMMENT = (
    "{label} from the averages m1, m2, m3, m4 of x, x^2, x^3, x^4, of x less any number that is less than 100 standard "
    "deviations from its mean: "
    "struct(mean, h, r, g, u, log_z, reason) in data units; all but mean are null where reason says why."
)
_STEEPEST, _WEAKEST = 4.0, 1e-6  # the largest |skewness| and the least standardised u answered
_FARTHEST = 100.0
"""Standard deviations of the mean from zero up to which averages about zero tell the kurtosis to seven digits."""
_HEAVY = "at skewness 0 no normalisable quartic has a kurtosis above 3, that of a Gaussian"
_NEAR = "skewness and kurtosis are so close to those of a Gaussian that u has no digits: look up gaussian.full"
"""As ``symcat.models.scalar.quartic_table`` says them, which a wheel is built without."""


_S, _D = "abs(v.z)", "(v.k - 1e0 - v.z * v.z)"
_T = f"({_D} / (2e0 + 1.6e0 * v.z * v.z))"
"""SQL of the coordinates of the table, from the skewness ``v.z`` and the kurtosis ``v.k``."""
_FAR = f"(v.m.a * v.m.a > {double(_FARTHEST**2)} * v.m2)"
"""SQL of whether the mean is so far from zero that little is left of central averages."""


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
        (f"({outside}) AND {near}", _NEAR),
        ("v.z = 0e0 AND v.k >= 3e0", _HEAVY),
        (f"{_T} > {double(hi)}", "the kurtosis is above 3 + 2.6 skewness^2: a far second bump would be needed"),
    )
    return case(reasons, _NEAR)


def statements(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    """The SQL that makes the macro; rows of ``segments`` in order."""
    (covered,) = coverage
    lo, hi = number(covered["lo"]), number(covered["hi"])
    size = size_of(segments)
    place, x, y = places(segments, (Axis("s", _S, 0.0, _STEEPEST), Axis("t", _T, lo, hi)))
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
    local = {**{n: f"o.{n}" for n in (*kept, "i")}, "x": powers(x, size), "y": powers(y, size)}
    values = {**{n: f"q.{n}" for n in kept}, **{f"p_{n}": value(table) for n, table in tables(segments).items()}}
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
