"""The series of ``polynomial.quartic`` for weak couplings: diagrams of third and fourth cumulants, and their checks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from builders.base import Level, Row
from builders.diagrams import rows as diagrams
from builders.diagrams.checks import many_columns, one_column, powers

LABEL = "polynomial.quartic"
ORDER = 6
COLUMNS = 3
_VERIFIED = f"exact: the sums of its order in one column, and of random whole-number cumulants of {COLUMNS} columns"


def rows() -> list[Row]:
    """Rows of ``corrections``."""
    return diagrams.rows(LABEL, ORDER, _VERIFIED)


def checks(stored: Sequence[Row], seed: int, level: Level, points: int, columns: int = COLUMNS) -> list[Row]:
    """Of these rows, as they are read."""
    dice = np.random.default_rng(seed)
    return [
        one_column(LABEL, stored, ORDER, level),
        many_columns(LABEL, stored, ORDER, columns, dice, level),
        powers(LABEL, stored, points, dice, level),
    ]
