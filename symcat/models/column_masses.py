"""Some of the columns of rows that are read again and again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from symcat.models.base import Floats, Masses


@dataclass(frozen=True)
class OfColumns:
    """Those of batches of encoded rows (m, d) at these positions, with what each row counts."""

    masses: Masses
    positions: tuple[int, ...]

    def __iter__(self) -> Iterator[tuple[Floats, Floats]]:
        at = list(self.positions)
        for rows, times in self.masses:
            yield rows[:, at], times


def of_columns(masses: Masses, positions: Sequence[int]) -> OfColumns:
    """Those at these positions of all rows."""
    return OfColumns(masses, tuple(positions))
