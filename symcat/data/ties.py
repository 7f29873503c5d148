"""Columns of which single values hold so many rows that a density says little of them: counts, codes, rounded numbers.

The measure is the chance that two rows have the same value, from the pairs of a random sample of the rows, so that it
does not depend on how many rows there are. A normal variable rounded to a step of h standard deviations has 0.28 h.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symcat.data.moments import Floats

TOLD = 1.0 / 64.0
"""Chance that two rows have the same value from which a column is told: a normal one rounded to 1/18 of its spread."""
SPIKE = 0.05
"""Share of the rows at a single value from which it is told whatever the others are."""

_ERRORS = 2.0  # standard errors of the chance, so that a few accidental ties tell nothing
_FEWEST_AT_ONE = 5  # rows at a single value, likewise
_NUMBERS = 1 << 18  # that are looked at, of all columns together
_LEAST_ROWS = 512
_ROUNDING = 1e-9  # of a step, by which values may miss it
_MOST_STEPS = 1e6  # from zero to the largest value


@dataclass(frozen=True)
class Ties:
    """What repeats in a column: the chance that two rows have the same value, and how the values lie."""

    column: int
    chance: float
    distinct: int
    rows: int
    value: float  # the most frequent one
    share: float  # of the rows with it
    step: float | None  # of which all values are multiples
    counts: bool  # whether they are whole numbers, zero or more

    @property
    def words(self) -> str:
        """How the values lie."""
        if self.step == 1.0:
            return f"all values are whole numbers with {self.distinct} distinct ones"
        if self.step is not None:
            return f"all values are multiples of {self.step:g} with {self.distinct} distinct ones"
        return (
            f"{self.rows} rows have {self.distinct} distinct values, {self.share:.1%} of them the value {self.value:g}"
        )


def ties(rows: Floats, columns: tuple[int, ...]) -> list[Ties]:
    """The ``columns`` of sampled rows (m, d) that are told; missing cells count for nothing."""
    most = max(_LEAST_ROWS, _NUMBERS // max(len(columns), 1))
    some = rows[:: -(-len(rows) // most)] if len(rows) > most else rows
    found = (_ties(some[:, column], column) for column in columns)
    return [one for one in found if one is not None]


def _ties(values: Floats, column: int) -> Ties | None:
    values = values[~np.isnan(values)]
    m = len(values)
    if m < 2:
        return None
    distinct, times = np.unique(values, return_counts=True)
    if len(distinct) == m:
        return None
    # The average over pairs of rows, and its variance (Hoeffding 1948).
    chance = float((times * (times - 1.0)).sum() / (m * (m - 1.0)))
    shares = times / m
    variance = 4.0 * max(float((shares**3).sum()) - chance**2, 0.0) / m + 2.0 * chance / m**2
    most = int(times.argmax())
    spiked = shares[most] >= SPIKE and times[most] >= _FEWEST_AT_ONE
    if not (spiked or chance - _ERRORS * variance**0.5 >= TOLD):
        return None
    step = _step(distinct)
    counts = step == 1.0 and bool(distinct[0] >= 0.0)
    return Ties(column, chance, len(distinct), m, float(distinct[most]), float(shares[most]), step, counts)


def _step(distinct: Floats) -> float | None:
    """Of which all the values (in ascending order) are multiples, None if there is none worth naming."""
    if (distinct == np.floor(distinct)).all():
        return 1.0
    gaps = np.diff(distinct)
    step = float(f"{gaps.min():.6g}")
    if not np.abs(distinct).max() < _MOST_STEPS * step:
        return None
    multiples = distinct / step
    off = np.abs(multiples - np.round(multiples))
    return step if bool((off <= _ROUNDING * np.maximum(np.abs(multiples), 1.0)).all()) else None
