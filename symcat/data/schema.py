"""Which columns are two-valued, and which of their two values is the spin -1 and which +1."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.errors import InvalidData

Level: TypeAlias = bool | int | float | str
Levels: TypeAlias = tuple[Level, Level]
Kind: TypeAlias = Literal["real", "two-valued"]
"""What the values of a column can be; a class says which kinds it describes."""

ZERO_ONE: Levels = (0, 1)
MINUS_PLUS: Levels = (-1, 1)
FALSE_TRUE: Levels = (False, True)
ENOUGH_ROWS = 20
"""Rows in which a column of numbers other than 0, 1 and -1 must show two values only to be taken for two-valued."""


@dataclass(frozen=True)
class Schema:
    """The columns of a table and the kind of each, decided once and never asked again.

    ``levels`` holds for each two-valued column the pair (value of -1, value of +1), None for a real one: plain Python
    values, False and True, 0 and 1, -1 and +1, the smaller and the larger number, or two texts in alphabetical order.
    """

    columns: tuple[str, ...]
    levels: tuple[Levels | None, ...]

    @classmethod
    def real(cls, columns: Sequence[str]) -> Schema:
        """A table of real columns."""
        return cls(tuple(columns), (None,) * len(columns))

    @classmethod
    def two_valued(cls, columns: Sequence[str], levels: Levels = MINUS_PLUS) -> Schema:
        """A table of two-valued columns with the same two values."""
        return cls(tuple(columns), (levels,) * len(columns))

    def __len__(self) -> int:
        return len(self.columns)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """(d,) the kind of each column."""
        return tuple("real" if pair is None else "two-valued" for pair in self.levels)

    def at(self, kind: Kind | None) -> tuple[int, ...]:
        """Positions of the columns of a kind, in order."""
        return tuple(j for j, own in enumerate(self.kinds) if own == kind)

    def mask(self, kind: Kind | None) -> NDArray[np.bool_]:
        """(d,) which columns are of a kind."""
        return np.array([own == kind for own in self.kinds], dtype=np.bool_)

    def only(self, kind: Kind | None) -> bool:
        """Whether every column is of this kind."""
        return set(self.kinds) == {kind}

    def part(self, positions: Sequence[int]) -> Schema:
        """The schema of some of the columns, in the order given."""
        return Schema(tuple(self.columns[j] for j in positions), tuple(self.levels[j] for j in positions))

    @property
    def spins(self) -> NDArray[np.bool_]:
        """(d,) which columns are two-valued."""
        return np.array([pair is not None for pair in self.levels], dtype=np.bool_)

    @property
    def all_spins(self) -> bool:
        """Whether every column is two-valued."""
        return None not in self.levels

    def named(self, columns: Sequence[str]) -> dict[str, Levels]:
        """The values of -1 and +1 of those of ``columns`` that are two-valued."""
        pairs = dict(zip(self.columns, self.levels, strict=True))
        return {name: pair for name in columns if (pair := pairs[name]) is not None}

    def without(self, name: str) -> Schema:
        """The coding of the other columns."""
        kept = [j for j, column in enumerate(self.columns) if column != name]
        return Schema(tuple(self.columns[j] for j in kept), tuple(self.levels[j] for j in kept))

    def encode(self, rows: Any) -> Floats:
        """Rows of the user's values as numbers: (m, d) float64, or (d,) for a single row.

        Spin columns become -1 and +1, continuous ones stay; None and NaN become NaN.

        Raises
        ------
        InvalidData : another number of columns, or a value that is neither of the two of its column.
        """
        table = np.asarray(rows, dtype=object)
        if table.ndim not in (1, 2) or table.shape[-1] != len(self.columns):
            raise InvalidData(
                f"The rows have shape {table.shape}: pass (rows, {len(self.columns)}), the columns in the order "
                f"{', '.join(self.columns)}."
            )
        out = np.full(table.shape, np.nan)
        for j, (name, pair) in enumerate(zip(self.columns, self.levels, strict=True)):
            values, place = table[..., j], out[..., j]
            absent = np.array([is_absent(v) for v in values.reshape(-1)], dtype=np.bool_).reshape(values.shape)
            if pair is None:
                place[...] = _numbers(name, np.where(absent, np.nan, values))
                continue
            place[...] = np.select([_equal(values, pair[1]), _equal(values, pair[0])], [1.0, -1.0], np.nan)
            strange = np.isnan(place) & ~absent
            if strange.any():
                row = int(np.flatnonzero(strange)[0])
                raise third_value(name, values.reshape(-1)[row], row, pair)
        return out

    def decode(self, rows: Any) -> dict[str, NDArray[Any]]:
        """The columns of rows (m, d) as they were before ``encode``, by name; a spin column holds its two values.

        Raises
        ------
        InvalidData : another number of columns, or a spin that is neither -1 nor +1.
        """
        table = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        if table.shape[1:] != (len(self.columns),):
            raise InvalidData(f"The rows have shape {table.shape}: pass (rows, {len(self.columns)}).")
        found: dict[str, NDArray[Any]] = {}
        for name, pair, values in zip(self.columns, self.levels, table.T, strict=True):
            if pair is None:
                found[name] = values
                continue
            if not (np.abs(values) == 1.0).all():
                raise InvalidData(f"Column {name!r} holds a number that is neither -1 nor +1: pass encoded rows.")
            found[name] = np.array(pair)[(values > 0.0).astype(np.intp)]
        return found

    def reconciled(self, other: Schema, plus: Sequence[bool], other_plus: Sequence[bool]) -> Schema:
        """The coding that both tables share.

        A column of ones only may be one of 0 and 1 or one of -1 and +1. ``plus`` says for each column whether all
        values seen under this coding were +1, ``other_plus`` the same of the other: such a column goes with the other
        table.

        Raises
        ------
        InvalidData : the columns differ, or a column has other values in the two tables.
        """
        if self.columns != other.columns:
            raise InvalidData(
                f"Tables of the columns {', '.join(self.columns)} and {', '.join(other.columns)} cannot be joined: "
                "measure the same columns, in the same order."
            )
        levels = []
        for name, mine, theirs, all_plus, their_plus in zip(
            self.columns, self.levels, other.levels, plus, other_plus, strict=True
        ):
            both_ones = {mine, theirs} == {ZERO_ONE, MINUS_PLUS}
            if mine == theirs or (both_ones and their_plus):
                levels.append(mine)
            elif both_ones and all_plus:
                levels.append(theirs)
            else:
                raise InvalidData(
                    f"Column {name!r} has the values {_pair(mine)} in one part of the data and {_pair(theirs)} in "
                    "another: use one coding, or pass the same coding= to both."
                )
        return Schema(self.columns, tuple(levels))


def is_absent(value: object) -> bool:
    """Whether a Python value stands for a missing one: None or NaN."""
    return value is None or (isinstance(value, float | np.floating) and math.isnan(value))


def is_text(pair: Levels) -> bool:
    """Whether a pair of values is of text."""
    return isinstance(pair[0], str)


def plain(value: Any) -> Level:
    """A value as plain Python: whole numbers as int, whichever type they were stored in."""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    number = float(value)
    return int(value) if math.isfinite(number) and number == int(number) else number


def settle(name: str, seen: Sequence[Level], rows: int, kind: Kind | None) -> Levels | None:
    """The pair of values of a column in whose ``rows`` the distinct values ``seen`` were found; None: it is continuous.

    ``seen`` has at most three values, all text or all numbers; ``kind`` as for ``open_table``.

    Raises
    ------
    InvalidData : text of one value or of more than two; if ``kind`` is "spin", numbers likewise.
    """
    text = any(isinstance(value, str) for value in seen)
    if not text:
        if all(isinstance(value, bool) for value in seen) and seen:
            return FALSE_TRUE
        for standard in (ZERO_ONE, MINUS_PLUS):
            if set(seen) <= set(standard) and (seen or kind == "two-valued"):
                return standard
        infinite = [value for value in seen if not math.isfinite(value)]  # type: ignore[arg-type]
        if infinite and kind == "two-valued":
            raise InvalidData(f"Column {name!r} holds an infinity: replace it by NaN or remove the row.")
        if kind is None and (len(seen) != 2 or rows < ENOUGH_ROWS or infinite):
            return None
    if len(seen) == 1:
        raise one_value(name, seen[0])
    if len(seen) > 2:
        raise too_many(name, seen)
    low, high = sorted(seen)
    return low, high


def one_value(name: str, value: Level) -> InvalidData:
    """The error for a column that should have two values and has one that does not tell the other."""
    return InvalidData(
        f"Column {name!r} holds one value only, {value!r}, which does not tell the other one: leave it out with "
        "columns=[...], or code it as 0 and 1."
    )


def too_many(name: str, seen: Sequence[Level]) -> InvalidData:
    """The error for a column that should have two values and has more."""
    values = ", ".join(repr(value) for value in seen)
    return InvalidData(
        f"Column {name!r} holds more than two values ({values}, ...): a spin has two. Recode it, leave it out with "
        "columns=[...]" + ("." if isinstance(seen[0], str) else ", or let it be continuous.")
    )


def third_value(name: str, value: Any, row: int, pair: Levels) -> InvalidData:
    """The error for a value, in a row counted from 0, that is not one of the column's two."""
    shown = plain(value) if isinstance(value, str | float | int | np.generic) else value
    return InvalidData(
        f"Column {name!r} holds {shown!r} in row {row} (counted from 0), but a spin has two values, here "
        f"{_pair(pair)}: recode it, replace it by a missing value, or leave the column out with columns=[...]."
    )


def _pair(pair: Levels | None) -> str:
    return "of a continuous column" if pair is None else f"{pair[0]!r} and {pair[1]!r}"


def _equal(values: NDArray[Any], level: Level) -> NDArray[np.bool_]:
    """Elementwise, text never equal to a number."""
    return np.array([bool(v == level) for v in values.reshape(-1)], dtype=np.bool_).reshape(values.shape)


def _numbers(name: str, values: NDArray[Any]) -> Floats:
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(
            f"Column {name!r} is continuous and holds what is no number ({error}): pass numbers."
        ) from error
