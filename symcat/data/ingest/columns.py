"""Single columns in memory, of numbers or of text: their distinct values, and their bits or digits among these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from numbers import Number
from typing import Any, Protocol

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.arrays import numbers_of_objects
from symcat.data.ingest.frames import KEPT, TEXT, as_numbers, check_castable
from symcat.data.ingest.source import CATEGORIES, REAL, TIMES, not_numeric
from symcat.data.ingest.spins import MISSING, NO_LEVEL, Bits, Digits, Mask, Stranger, bits_of
from symcat.data.levels import FEW_LEVELS, Level, Levels, in_order, is_absent, plain

PEEK_ROWS = 1000
"""Rows looked at first: a column that shows three values in them is not two-valued."""


class Column(Protocol):
    """A column in memory."""

    categorical: bool
    """Whether it is text or categories, which have levels, whatever these are."""

    def distinct(self) -> list[Level]:
        """The values that occur, three of them if there are more; missing ones apart."""

    def bits(self, levels: Levels) -> tuple[Bits, bool]:
        """(m,) the bits, 2 where missing, and whether none is. Raises Stranger at a value that is none of the two."""

    def every(self) -> Levels:
        """All values that occur, in the order of the data if it has one, else ascending; missing ones apart."""

    def digits(self, levels: Levels) -> tuple[Digits, bool]:
        """(m,) the places among more levels than two, 255 where missing, and whether none is. Raises Stranger."""


@dataclass(frozen=True)
class NumberColumn:
    """Numbers or booleans; NaN and the masked ones are missing."""

    values: NDArray[Any]
    missing: Mask | None = None
    categorical = False

    def distinct(self) -> list[Level]:
        if self.values.dtype == np.bool_:
            return [False, True]
        seen: list[Level] = []
        values = self.values if self.missing is None else self.values[~self.missing]
        if values.dtype.kind == "f" and np.isnan(values).any():
            values = values[~np.isnan(values)]
        if not len(values):
            return seen
        first = values[0]
        seen.append(plain(first))
        others = values != first
        while len(seen) < 3 and others.any():
            other = values[int(others.argmax())]
            seen.append(plain(other))
            others &= values != other
        return seen

    def bits(self, levels: Levels) -> tuple[Bits, bool]:
        if isinstance(levels[0], str):
            _refuse_all(self.values, self.missing)
            return np.full(len(self.values), MISSING, dtype=np.uint8), False
        return bits_of(self.values, levels, self.missing)

    def every(self) -> Levels:
        return in_order(np.unique(self.values[~self._absent]).tolist())

    def digits(self, levels: Levels) -> tuple[Digits, bool]:
        absent = self._absent
        if isinstance(levels[0], str):
            _refuse_all(self.values, absent)
            return np.full(len(self.values), NO_LEVEL, dtype=np.uint8), False
        order = np.argsort(levels)
        known = np.asarray(levels, dtype=np.float64)[order]
        place = np.minimum(np.searchsorted(known, np.where(absent, known[0], self.values)), len(known) - 1)
        strange = (known[place] != self.values) & ~absent
        if strange.any():
            first = int(strange.argmax())
            raise Stranger(first, self.values[first])
        digits = order[place].astype(np.uint8)
        digits[absent] = NO_LEVEL
        return digits, not absent.any()

    def codes(self) -> tuple[Levels, int]:
        """The distinct values if they are few, and how many there are in all, missing ones apart; else none."""
        head = NumberColumn(self.values[:PEEK_ROWS], None if self.missing is None else self.missing[:PEEK_ROWS])
        few = np.unique(head.values[~head._absent])
        if len(few) > FEW_LEVELS:  # whatever the others are
            return (), len(self.values)
        values = self.values[~self._absent]
        few = np.unique(values)
        return (in_order(few.tolist()) if len(few) <= FEW_LEVELS else ()), len(values)

    @property
    def _absent(self) -> Mask:
        absent = np.zeros(len(self.values), dtype=np.bool_) if self.missing is None else self.missing
        return absent | np.isnan(self.values) if self.values.dtype.kind == "f" else absent


@dataclass(frozen=True)
class TextColumn:
    """Text as an array, None and NaN being missing."""

    values: NDArray[Any]
    categorical = True

    def distinct(self) -> list[Level]:
        seen: set[Any] = set()
        for start in range(0, len(self.values), PEEK_ROWS):
            seen |= {v for v in set(self.values[start : start + PEEK_ROWS].tolist()) if not is_absent(v)}
            if len(seen) > 2:
                break
        return sorted(seen)[:3]

    def bits(self, levels: Levels) -> tuple[Bits, bool]:
        low, high = (np.asarray(self.values == level, dtype=np.bool_) for level in levels)
        bits = high.astype(np.uint8)
        rest = np.flatnonzero(~(low | high))
        for place in rest.tolist():
            if not is_absent(self.values[place]):
                raise Stranger(place, self.values[place])
        bits[rest] = MISSING
        return bits, not len(rest)

    def every(self) -> Levels:
        return in_order(value for value in set(self.values.tolist()) if not is_absent(value))

    def digits(self, levels: Levels) -> tuple[Digits, bool]:
        return digits_of_list(self.values.tolist(), levels)


@dataclass(frozen=True)
class CategoryColumn:
    """Text or categories as a series of a data frame's library, compared there."""

    series: nw.Series[Any]
    categorical = True

    def distinct(self) -> list[Level]:
        return list(self.every()) if len(self._values) < 3 else [plain(value) for value in sorted(self._values)[:3]]

    def every(self) -> Levels:
        values = {plain(value) for value in self._values}
        return tuple(value for value in own_order(self.series) or sorted(values) if value in values)

    @cached_property
    def _values(self) -> list[Any]:
        """The values that occur, in any order."""
        values = self.series.unique().drop_nulls().to_list()
        if not (all(isinstance(v, str) for v in values) or all(isinstance(v, Number | np.generic) for v in values)):
            raise not_numeric(self.series.name, "categories that are neither all text nor all numbers", CATEGORIES)
        return values

    def bits(self, levels: Levels) -> tuple[Bits, bool]:
        absent = self.series.is_null().to_numpy()
        if not isinstance(levels[0], str) and self.series.dtype == nw.String:
            _refuse_all(self.series, absent)
            return np.full(len(self.series), MISSING, dtype=np.uint8), False
        low, high = ((self.series == level).fill_null(False).to_numpy() for level in levels)
        strange = ~(low | high | absent)
        if strange.any():
            place = int(strange.argmax())
            raise Stranger(place, self.series[place])
        bits = high.astype(np.uint8)
        bits[absent] = MISSING
        return bits, not absent.any()

    def digits(self, levels: Levels) -> tuple[Digits, bool]:
        kind = self.series.implementation
        if kind.is_pandas():
            codes, values = self._factorized
            place_of = {level: place for place, level in enumerate(levels)}
            table = np.array([place_of.get(plain(value), NO_LEVEL) for value in values] + [NO_LEVEL], dtype=np.uint8)
            digits = table[codes]  # -1, of a missing value, is the last
        elif kind.is_polars() and isinstance(levels[0], str):
            digits = _digits_of_polars(self.series.to_native(), levels)
        elif kind.is_pyarrow() and isinstance(levels[0], str):
            digits = _digits_of_pyarrow(self.series.to_native(), levels)
        else:
            return digits_of_list(self.series.to_list(), levels)
        if len(unknown := np.flatnonzero(digits == NO_LEVEL)):
            strange = ~self.series.is_null().to_numpy()[unknown]
            if strange.any():
                place = int(unknown[strange.argmax()])
                raise Stranger(place, self.series[place])
        return digits, not len(unknown)

    @cached_property
    def _factorized(self) -> tuple[NDArray[np.integer], list[Any]]:
        """Of a series of pandas: the place of each value in a list of values, -1 of a missing one."""
        native = self.series.to_native()
        if hasattr(native, "cat"):
            return native.cat.codes.to_numpy(), list(native.cat.categories)
        codes, values = native.factorize()
        return codes, list(values)


def _digits_of_polars(native: Any, levels: Levels) -> Digits:
    import polars

    texts = native.cast(polars.String) if native.dtype != polars.String else native
    codes = texts.cast(polars.Enum(map(str, levels)), strict=False).to_physical()
    return np.asarray(codes.cast(polars.UInt8).fill_null(NO_LEVEL).to_numpy(), dtype=np.uint8)


def _digits_of_pyarrow(native: Any, levels: Levels) -> Digits:
    import pyarrow
    import pyarrow.compute

    texts = native.cast(pyarrow.string())
    found = pyarrow.compute.index_in(texts, value_set=pyarrow.array(levels, pyarrow.string()))
    return np.asarray(found.fill_null(NO_LEVEL).to_numpy(), dtype=np.uint8)


def own_order(series: nw.Series[Any]) -> Levels:
    """All categories of a series that says in which order they come; none of others."""
    dtype, native = series.dtype, series.to_native()
    if series.implementation.is_pandas():
        ordered = getattr(native.dtype, "ordered", False)
        return tuple(plain(value) for value in native.cat.categories) if ordered else ()
    if series.implementation.is_pyarrow() and getattr(native.type, "ordered", False):
        return tuple(native.unify_dictionaries().chunk(0).dictionary.to_pylist()) if native.num_chunks else ()
    return order_of_type(dtype)


def order_of_type(dtype: Any) -> Levels:
    """The categories of an enumeration in their order; none of other types."""
    return tuple(plain(value) for value in getattr(dtype, "categories", ()) or ()) if isinstance(dtype, nw.Enum) else ()


def digits_of_list(values: Sequence[Any], levels: Levels) -> tuple[Digits, bool]:
    """The places of Python values among levels, as of ``Column.digits``."""
    place_of: dict[Any, int] = {level: place for place, level in enumerate(levels)}
    digits = np.fromiter((place_of.get(value, NO_LEVEL) for value in values), np.uint8, len(values))
    unknown = np.flatnonzero(digits == NO_LEVEL)
    for place in unknown.tolist():
        if not is_absent(values[place]):
            raise Stranger(place, values[place])
    return digits, not len(unknown)


def _refuse_all(values: Any, missing: Mask | None) -> None:
    """Raises Stranger at the first value, if there is one, as no value of another type can be one of the two."""
    present = np.ones(len(values), dtype=np.bool_) if missing is None else ~missing
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        present &= ~np.isnan(values)
    if present.any():
        place = int(present.argmax())
        raise Stranger(place, values[place])


def column_of_array(name: str, values: NDArray[Any]) -> Column:
    """An array as a column. Raises InvalidData if it holds neither numbers nor text."""
    missing = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    if missing is not None and not missing.any():
        missing = None
    values = np.ma.getdata(values)
    kind = values.dtype.kind
    if kind in "biuf":
        return NumberColumn(values, missing)
    if kind in "UO":
        if missing is not None:
            values = values.astype(object)
            values[missing] = None
        return TextColumn(values) if kind == "U" else _column_of_objects(name, values)
    raise not_numeric(name, values.dtype, {"S": CATEGORIES, "M": TIMES, "m": TIMES}.get(kind, REAL))


def _column_of_objects(name: str, values: NDArray[Any]) -> Column:
    kinds = {type(value) for value in values.tolist() if not is_absent(value)}
    if kinds and all(issubclass(kind, str) for kind in kinds):
        return TextColumn(values)
    if kinds and kinds <= {bool, np.bool_}:
        missing = np.array([is_absent(value) for value in values], dtype=np.bool_)
        return NumberColumn(np.where(missing, False, values).astype(np.bool_), missing if missing.any() else None)
    return NumberColumn(numbers_of_objects(name, values))


def column_of_series(series: nw.Series[Any]) -> Column:
    """A series as a column. Raises InvalidData if it holds neither numbers nor text."""
    native = series.to_native()
    if series.implementation.is_pandas() and isinstance(native.dtype, np.dtype) and native.dtype.kind in "biuf":
        return NumberColumn(native.to_numpy())  # no nulls but NaN
    dtype = series.dtype
    if dtype in TEXT:
        return CategoryColumn(series)
    if dtype == nw.Object:
        return column_of_array(series.name, series.to_numpy())
    if dtype not in KEPT:
        check_castable(series)
        return NumberColumn(as_numbers(series))
    if dtype.is_float() or not series.null_count():
        return NumberColumn(series.to_numpy())
    missing = series.is_null().to_numpy()
    return NumberColumn(series.fill_null(False if dtype == nw.Boolean else 0).to_numpy(), missing)
