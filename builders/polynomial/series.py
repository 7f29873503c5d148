"""The series of ``polynomial.quartic`` for weak couplings: diagrams of third and fourth cumulants, and their checks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from builders.base import Level, Row
from builders.diagrams import given
from builders.diagrams import rows as diagrams
from builders.diagrams.checks import many_columns, one_column, powers

LABEL = "polynomial.quartic"
ORDER = 6
COLUMNS = 3
_VERIFIED = f"exact: the sums of its order in one column, and of random whole-number cumulants of {COLUMNS} columns"
_GIVEN = "exact: the sum of its order for random whole-number couplings, against averages of powers of V"


def rows() -> list[Row]:
    """Rows of ``corrections``: of the cumulants, and of one column given the others."""
    return [*diagrams.rows(LABEL, ORDER, _VERIFIED), *given.rows(LABEL, _GIVEN)]


def checks(stored: Sequence[Row], seed: int, level: Level, points: int, columns: int = COLUMNS) -> list[Row]:
    """Of these rows, as they are read."""
    dice = np.random.default_rng(seed)
    of_cumulants = [row for row in stored if row["target"] in diagrams.TARGETS]
    return [
        one_column(LABEL, of_cumulants, ORDER, level),
        many_columns(LABEL, of_cumulants, ORDER, columns, dice, level),
        powers(LABEL, of_cumulants, points, dice, level),
        given.check_given(LABEL, stored, points, dice, level),
    ]
