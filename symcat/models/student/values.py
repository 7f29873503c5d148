"""The values of one column in pieces that fit a processor's cache, read again for every step of a search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcat.models.base import Floats, Masses

MOST_HELD = 1 << 24
"""Values kept in memory; more are read from the data again at every step."""
PIECE = 1 << 13


@dataclass
class Values:
    """``(x - origin) / unit`` with what each counts, None where that is one for all of a piece."""

    rows: Masses
    origin: float
    unit: float

    def __post_init__(self) -> None:
        self._held: list[tuple[Floats, Floats | None]] | None = []
        total = 0
        for piece in self._read():
            total += len(piece[0])
            if total > MOST_HELD:
                self._held = None
                return
            self._held.append(piece)

    def __iter__(self) -> Iterator[tuple[Floats, Floats | None]]:
        return self._read() if self._held is None else iter(self._held)

    def _read(self) -> Iterator[tuple[Floats, Floats | None]]:
        for rows, weight in self.rows:
            y = (rows[:, 0] - self.origin) / self.unit
            alike = bool((weight == 1.0).all())
            for start in range(0, len(y), PIECE):
                some = slice(start, start + PIECE)
                yield y[some], None if alike else weight[some]
