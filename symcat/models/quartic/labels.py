"""Labels of the radial quartic classes, by their group: ``z2.quartic`` in one column, ``o{N}.quartic`` in N."""

from __future__ import annotations

import re

LARGEST_TABULATED_DIMENSION = 64
LARGE_N = "on.quartic"
"""The entry that answers for every larger N."""

_WHITENED = re.compile(r"\s*whitened\s*\(\s*o([1-9][0-9]*)\.quartic\s*\)\s*")
_ROTATIONS = re.compile(r"o([1-9][0-9]*)\.quartic")


def label_of(dimension: int) -> str:
    """Label of the O(N)-symmetric quartic class in ``dimension`` columns."""
    return "z2.quartic" if dimension == 1 else f"o{dimension}.quartic"


def dimension_of(label: str) -> int | None:
    """N of an ``o{N}.quartic`` label (1 for ``z2.quartic``), None for any other label."""
    if label == "z2.quartic":
        return 1
    match = _ROTATIONS.fullmatch(label)
    return int(match.group(1)) if match else None


def entry_of(dimension: int) -> str:
    """The entry of the catalogue that answers in ``dimension`` columns."""
    return label_of(dimension) if dimension <= LARGEST_TABULATED_DIMENSION else LARGE_N


def whitened(label: str) -> str:
    """The label of a radial quartic of whitened columns."""
    return f"whitened({label})"


def within(label: str) -> str | None:
    """The label of the radial quartic, of several columns, that one of whitened columns is written around; else
    None."""
    match = _WHITENED.fullmatch(label)
    return f"o{match.group(1)}.quartic" if match and match.group(1) != "1" else None
