"""What a row counts: a column that says how often it occurred, or an importance weight.

A count of n stands for n equal rows, so that everything is as if these had been there. Importance weights say how much
of the population a row stands for, and nothing of how much is known: averages are weighted, and their errors are those
of the effective number of rows, ``(sum w)^2 / sum w^2`` (Kish 1965, Survey Sampling, section 11.7).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.errors import InvalidData

WeightKind = Literal["counts", "weights"]

_LARGEST = 1e100  # of a weight, whose square is summed
_LARGEST_COUNT = 2.0**53  # whole numbers beyond it are not all doubles


@dataclass(frozen=True)
class Weight:
    """The column that says what each row counts."""

    name: str
    kind: WeightKind

    @property
    def option(self) -> str:
        """As the user has written it."""
        return f"{self.kind}={self.name!r}"

    @property
    def counts(self) -> str | None:
        """The column, if it holds counts."""
        return self.name if self.kind == "counts" else None

    @property
    def weights(self) -> str | None:
        """The column, if it holds weights of importance."""
        return self.name if self.kind == "weights" else None

    def check(self, values: Floats, first_row: int) -> None:
        """Raises InvalidData for values (m,), of rows numbered from ``first_row``, that cannot count rows."""
        largest = _LARGEST if self.kind == "weights" else _LARGEST_COUNT
        wrong = ~((values >= 0.0) & (values <= largest))
        if self.kind == "counts":
            wrong |= values != np.floor(values)
        if not wrong.any():
            return
        place = int(wrong.argmax())
        value = float(values[place])
        wanted = "whole numbers, zero or more" if self.kind == "counts" else f"numbers from zero to {_LARGEST:.0e}"
        found = "has no value" if np.isnan(value) else f"holds {value:.6g}"
        cure = "leave such rows out" if np.isnan(value) else "correct it"
        if self.kind == "counts" and 0.0 <= value < largest:
            cure = f"pass it as weights={self.name!r} if it weighs rows"
        raise InvalidData(
            f"Column {self.name!r} {found} in row {first_row + place} (counted from 0), but {self.option} needs "
            f"{wanted}: {cure}."
        )

    def nothing(self) -> InvalidData:
        """The error where no row counts."""
        return InvalidData(f"{self.option} is zero in every complete row: pass the column that says what a row counts.")


def weight_of(counts: str | None, weights: str | None) -> Weight | None:
    """The column that was named, if one was. Raises InvalidData for both, and for what is no name."""
    if counts is not None and weights is not None:
        raise InvalidData(
            "counts= and weights= cannot be used together: multiply them and pass the product as weights=."
        )
    for kind, name in (("counts", counts), ("weights", weights)):
        if not (name is None or isinstance(name, str)):
            raise InvalidData(
                f"{kind}= is the name of one column, and not a {type(name).__name__}: make what it holds a column of "
                "the data."
            )
    if counts is not None:
        return Weight(counts, "counts")
    return None if weights is None else Weight(weights, "weights")


@dataclass(frozen=True)
class Pieces:
    """Rows laid out one after the other, each as long as the number of rows that it stands for, cut at the blocks."""

    row: NDArray[np.intp]  # (P,) which row
    length: Floats  # (P,) how much of it
    starts: NDArray[np.intp]  # (S,) where each block that holds some of them begins


def pieces(units: Floats, room: int, length: int) -> Pieces:
    """Rows (m,) of ``units`` equal ones each, in a first block with ``room`` for so many and then blocks of ``length``.

    Without room there is no first block.
    """
    stop = np.cumsum(units)
    start = stop - units
    # Blocks are numbered from that with room, or from that after it.
    block_of_start = np.floor((start - room) / length) + 1.0
    block_of_end = np.floor((stop - 1.0 - room) / length) + 1.0
    block_of_start, block_of_end = np.maximum(block_of_start, 0.0), np.maximum(block_of_end, 0.0)
    parts = (block_of_end - block_of_start + 1.0).astype(np.intp)
    row = np.repeat(np.arange(len(units)), parts)
    first = np.cumsum(parts) - parts
    block = block_of_start[row] + (np.arange(len(row)) - first[row])
    begins = np.where(block > 0.0, room + (block - 1.0) * length, 0.0)
    ends = room + block * length
    overlap = np.minimum(stop[row], ends) - np.maximum(start[row], begins)
    starts = np.flatnonzero(np.concatenate([[True], block[1:] != block[:-1]]))
    return Pieces(row, overlap, starts)


_REPEATED_AT_ONCE = 1 << 16


def repeated(rows: Floats, counts: Floats) -> Iterator[Floats]:
    """Rows (m, d) as often as they occurred, in order, some of them at a time."""
    stop = np.cumsum(counts)
    for start in range(0, int(stop[-1]) if len(stop) else 0, _REPEATED_AT_ONCE):
        unit = np.arange(start, min(start + _REPEATED_AT_ONCE, int(stop[-1])))
        yield rows[np.searchsorted(stop, unit, side="right")]
