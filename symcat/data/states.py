"""The distinct rows of two-valued columns, counted: all that the table says, in a few numbers when rows repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

MOST_COLUMNS = 62
"""Columns whose values fit, a bit each, in one code."""

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class States:
    """Distinct rows of d columns of +-1 and how often each occurs. Bit j of a code is 1 where column j is +1."""

    dimension: int
    codes: Integers  # (U,) ascending
    counts: Integers  # (U,)

    @classmethod
    def of(cls, rows: Floats) -> States:
        """The states of the rows (m, d), which hold +1 and -1 only."""
        return cls.of_codes(rows.shape[1], codes_of(rows))

    @classmethod
    def of_codes(cls, dimension: int, codes: NDArray[np.integer], times: Floats | None = None) -> States:
        """The states of rows of which the codes (m,) are known; each occurred so many ``times`` (m,), or once."""
        if times is not None:
            distinct, place = np.unique(codes, return_inverse=True)
            return cls(dimension, distinct.astype(np.int64), np.bincount(place, times).astype(np.int64))
        distinct, counts = np.unique(codes, return_counts=True)
        return cls(dimension, distinct.astype(np.int64), counts.astype(np.int64))

    @classmethod
    def joined(cls, parts: Sequence[States]) -> States:
        """The states of several tables of the same columns taken together."""
        codes = np.concatenate([p.codes for p in parts])
        order = np.argsort(codes, kind="stable")  # merges runs that are sorted already
        codes = codes[order]
        first = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])[: len(codes)])
        counts = np.concatenate([p.counts for p in parts])[order]
        return cls(parts[0].dimension, codes[first], np.add.reduceat(counts, first) if len(first) else counts)

    @property
    def n_rows(self) -> int:
        return int(self.counts.sum())

    @property
    def rows(self) -> Floats:
        """(U, d) the distinct rows as +1 and -1."""
        bits = ((self.codes[:, None] >> np.arange(self.dimension)) & 1).astype(np.float64)
        bits *= 2.0
        bits -= 1.0
        return bits


def codes_of(rows: Floats) -> Integers:
    """(m,) the code of each row (m, d) of +1 and -1."""
    codes = np.zeros(len(rows), dtype=np.int64)
    for j in range(rows.shape[1]):
        codes |= (rows[:, j] > 0.0).astype(np.int64) << j
    return codes
