"""Values of two-valued columns, a byte each, as spins -1 and +1; and those of categorical ones as codes 0, 1, ..."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import Levels
from symcat.data.moments import Floats

Bits: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]

Digits: TypeAlias = NDArray[np.uint8]
"""Places of values among the levels of a categorical column."""

MISSING = 2
NO_LEVEL = 255
"""The digit of a missing value."""
_SPIN = np.array([-1.0, 1.0, np.nan])

_WIDE_ROWS = 1 << 12
BATCH_VALUES = 1 << 21
"""Spins of a batch, two megabytes: they stay in cache between being gathered and being counted."""


class Stranger(Exception):
    """A value that is none of the levels: its place in the array, and what it is."""

    def __init__(self, place: int, value: Any) -> None:
        super().__init__(place, value)
        self.place, self.value = place, value


@dataclass(frozen=True)
class SpinRows:
    """Rows of d spins held by column, (d, m): 1 for +1, 0 for -1, 2 where the value is missing."""

    bits: Bits
    complete: bool  # whether no value is missing

    def __len__(self) -> int:
        return int(self.bits.shape[1])

    def __getitem__(self, run: slice) -> SpinRows:
        return SpinRows(self.bits[:, run], self.complete)

    @property
    def rows(self) -> Floats:
        """(m, d) float64 in Fortran order: -1, +1, NaN where missing."""
        return self.gather()

    def gather(self, chosen: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """The chosen rows as ``rows``."""
        return spins_of(self.bits[:, chosen], self.complete).T

    def without_missing(self) -> SpinRows:
        """The rows that have all their values."""
        return self if self.complete else SpinRows(self.bits[:, (self.bits < MISSING).all(axis=0)], True)

    @cached_property
    def codes(self) -> NDArray[Any]:
        """(m,) unsigned integers, bit j the column j, of complete rows of at most 64 columns."""
        d = len(self.bits)
        size = next(size for size in (8, 16, 32, 64) if d <= size)
        codes = np.zeros(len(self), dtype=f"u{size // 8}")
        for column in self.bits[::-1]:
            np.left_shift(codes, 1, out=codes)
            np.bitwise_or(codes, column, out=codes)
        return codes


def spins_of(bits: Bits, complete: bool) -> Floats:
    """-1, +1 and NaN of 0, 1 and 2."""
    if not complete:
        return _SPIN[bits]
    spins = bits.astype(np.float64)
    spins *= 2.0
    spins -= 1.0
    return spins


def codes_of_digits(digits: Digits, complete: bool) -> Floats:
    """0, 1, ... and NaN of the digits of one column."""
    codes = digits.astype(np.float64)
    if not complete:
        codes[digits == NO_LEVEL] = np.nan
    return codes


def bits_of(values: NDArray[Any], levels: Levels, missing: Mask | None = None) -> tuple[Bits, bool]:
    """The bits of an array of numbers or booleans, (m,), NaN and the masked ones missing, and whether none is.

    Raises
    ------
    Stranger : a value that is neither of the two.
    """
    if values.dtype == np.bool_ and missing is None and levels == (0, 1):
        return np.ascontiguousarray(values).view(np.uint8), True
    low, high = (_is(values, level) for level in levels)
    bits = high.view(np.uint8)
    if missing is None and np.count_nonzero(low) + np.count_nonzero(high) == len(values):
        return bits, True
    absent = np.zeros(len(values), dtype=np.bool_) if missing is None else missing
    if values.dtype.kind == "f":
        absent = absent | np.isnan(values)
    strange = ~(low | high | absent)
    if strange.any():
        place = int(strange.argmax())
        raise Stranger(place, values[place])
    bits[absent] = MISSING
    return bits, not absent.any()


def _is(values: NDArray[Any], level: Any) -> Mask:
    # An unsigned array cannot be compared with -1 in its own type.
    if values.dtype.kind in "ui" and not np.iinfo(values.dtype).min <= level <= np.iinfo(values.dtype).max:
        return np.zeros(len(values), dtype=np.bool_)
    return np.asarray(values == level)


def batch_rows(dimension: int, values: int) -> int:
    """Rows of a batch of so many ``values``: a power of two, so that batches and blocks end together."""
    return 1 << (max(values // dimension, 1024).bit_length() - 1)


def in_batches(columns: Sequence[Bits], complete: bool) -> Iterator[SpinRows]:
    """Batches of whole columns in memory."""
    # Of many columns the work is in the sums of their products, which every batch reads and writes once.
    rows, step = len(columns[0]), batch_rows(len(columns), max(BATCH_VALUES, _WIDE_ROWS * len(columns)))
    for start in range(0, rows, step):
        yield SpinRows(np.stack([column[start : start + step] for column in columns]), complete)
