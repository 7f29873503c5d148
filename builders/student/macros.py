"""The SQL macro that reads the table of Student's law: ``(width, mean_log) -> struct``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.base import Row
from builders.tools.cells import absent_or_infinite, curve_macro
from builders.tools.sql import Entry

_COMMENT = (
    "{label} about a known centre m in a known width w = scale * sqrt(degrees_of_freedom), from w and the average of "
    "ln(1 + ((x - m) / w)^2): struct(scale, degrees_of_freedom, log_z, reason) in data units; null where reason says "
    "why there is no answer."
)


def statements(entries: Mapping[str, Entry]) -> list[str]:
    """The SQL that makes the macros of the family."""
    return [statement for label, entry in entries.items() for statement in _of_entry(label, *entry)]


def _of_entry(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    degrees = "v.p_degrees_of_freedom / v.l"
    reasons = [
        *absent_or_infinite("width", "mean_log"),
        ("v.m.width <= 0e0", "the width is not positive"),
        ("v.m.mean_log <= 0e0", "mean_log is not positive: the data do not vary about the centre"),
    ]
    return curve_macro(
        label,
        segments,
        ("width", "mean_log"),
        {"l": "CASE WHEN isfinite(m.width) AND m.width > 0e0 AND isfinite(m.mean_log) THEN m.mean_log END"},
        ("ln(1e0 + q.l)", "q.l > 0e0"),
        {
            "scale": "v.m.width * sqrt(v.l / v.p_degrees_of_freedom)",
            "degrees_of_freedom": degrees,
            "log_z": "CASE WHEN v.x IS NOT NULL THEN v.p_log_z + 0.5e0 * (ln(v.l) + ln(1e0 + v.l)) + ln(v.m.width) END",
        },
        reasons,
        "mean_log is beyond what the table reaches",
        _COMMENT.format(label=label),
    )
