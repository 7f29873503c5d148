"""The SQL macro that reads the table of the gamma law: ``(mean, mean_log) -> struct``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.base import Row
from builders.tools.cells import absent_or_infinite, curve_macro
from builders.tools.sql import Entry

_COMMENT = (
    "{label} from the averages of x and of ln(x): struct(shape, rate, log_z, reason) in data units; null where reason "
    "says why there is no answer."
)
_VARIES = "isfinite(m.mean) AND m.mean > 0e0 AND isfinite(m.mean_log)"


def statements(entries: Mapping[str, Entry]) -> list[str]:
    """The SQL that makes the macros of the family."""
    return [statement for label, entry in entries.items() for statement in _of_entry(label, *entry)]


def _of_entry(label: str, coverage: Sequence[Row], segments: Sequence[Row]) -> list[str]:
    shape = "v.p_shape / v.s"
    reasons = [
        *absent_or_infinite("mean", "mean_log"),
        ("v.m.mean <= 0e0", "the mean is not above zero: these are no averages of positive numbers"),
        ("v.s <= 0e0", "mean_log is not below ln(mean): the data do not vary, or the averages are of other rows"),
    ]
    return curve_macro(
        label,
        segments,
        ("mean", "mean_log"),
        {"s": f"CASE WHEN {_VARIES} THEN ln(m.mean) - m.mean_log END"},
        ("ln(1e0 + q.s)", "q.s > 0e0"),
        {
            "shape": shape,
            "rate": f"{shape} / v.m.mean",
            # CASE, as the logarithm of a negative number is an error even where nothing comes of it
            "log_z": "CASE WHEN v.x IS NOT NULL THEN v.p_log_z + 0.5e0 * (ln(v.s) + ln(1e0 + v.s)) "
            f"- {shape} * (1e0 + v.s - ln(v.m.mean)) END",
        },
        reasons,
        "mean_log is further below ln(mean) than the table reaches",
        _COMMENT.format(label=label),
    )
