"""The row of ``coverage`` of an entry without a table."""

from __future__ import annotations

from builders.base import Row


def coverage_row(label: str, statistic: str, below: str, above: str) -> Row:
    """What is covered in words, and why there is no answer outside it."""
    return {
        "label": label,
        "statistic": statistic,
        "lo": None,
        "hi": None,
        "below": below,
        "above": above,
        "max_error": 0.0,
    }
