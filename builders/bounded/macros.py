"""The SQL macro that reads the table of von Mises' law: ``(mean_cos, mean_sin) -> struct``, in radians."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from builders.base import Row
from builders.tools.cells import absent_or_infinite, curve_macro
from builders.tools.sql import Entry, double

_COMMENT = (
    "{label} from the averages of cos(x) and sin(x), x in radians: struct(mean, concentration, log_z, reason), the "
    "mean direction from -pi to pi; null where reason says why there is no answer."
)


def statements(entries: Mapping[str, Entry]) -> list[str]:
    """The SQL that makes the macros of the family."""
    return [statement for label, entry in entries.items() for statement in _of_entry(label, *entry)]


def _of_entry(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    away = "((1e0 - v.q) / (1e0 + v.r))"  # one less the length, of its square q
    reasons = [
        *absent_or_infinite("mean_cos", "mean_sin"),
        ("v.q >= 1e0", "the squares of mean_cos and mean_sin add up to one or more: the angles do not vary"),
    ]
    square = "m.mean_cos * m.mean_cos + m.mean_sin * m.mean_sin"
    finite = "isfinite(m.mean_cos) AND isfinite(m.mean_sin)"
    concentration = f"v.p_concentration * v.r / {away}"
    return curve_macro(
        label,
        segments,
        ("mean_cos", "mean_sin"),
        {"q": f"CASE WHEN {finite} THEN {square} END", "r": f"CASE WHEN {finite} THEN sqrt({square}) END"},
        ("q.r", "q.q > 0e0 AND q.q < 1e0"),
        {
            "mean": "CASE WHEN v.x IS NOT NULL THEN atan2(v.m.mean_sin, v.m.mean_cos) END",
            "concentration": f"CASE WHEN v.x IS NOT NULL THEN {concentration} END",
            "log_z": f"CASE WHEN v.x IS NOT NULL THEN v.p_log_z + 0.5e0 * ln{away} + {concentration} * v.r "
            f"+ {double(math.log(2.0 * math.pi))} END",
        },
        reasons,
        "mean_cos and mean_sin are zero: there is no mean direction",
        _COMMENT.format(label=label),
    )
