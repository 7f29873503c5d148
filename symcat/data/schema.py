"""What kind of value each column holds, and which of the values of a two-valued one stands for -1 and which for +1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import MINUS_PLUS, ZERO_ONE, Level, Levels, is_absent, shown, third_value
from symcat.data.moments import Floats
from symcat.errors import InvalidData

Kind: TypeAlias = Literal["real", "two-valued"]
"""What the values of a column can be; a class says which kinds it describes."""


@dataclass(frozen=True)
class Schema:
    """The columns of a table and the kind of each, decided once and never asked again.

    ``levels`` holds for each two-valued column the pair (value of -1, value of +1), None for a real one: plain Python
    values, False and True, 0 and 1, -1 and +1, the smaller and the larger number, or two texts in alphabetical order.

    Examples
    --------
    >>> from symcat import Schema
    >>> schema = Schema(("height", "smokes"), (None, ("no", "yes")))
    >>> schema.kinds
    ('real', 'two-valued')
    >>> schema.encode([[1.7, "yes"], [1.8, "no"]]).tolist()
    [[1.7, 1.0], [1.8, -1.0]]
    """

    columns: tuple[str, ...]
    levels: tuple[Levels | None, ...]

    def __post_init__(self) -> None:
        named = isinstance(self.columns, tuple) and isinstance(self.levels, tuple)
        if not named or len(self.columns) != len(self.levels):
            raise InvalidData(
                f"Schema({self.columns!r}, {self.levels!r}) does not say what each column holds: pass a tuple of names "
                "and one as long of pairs of values, None for a real column."
            )
        for name, pair in zip(self.columns, self.levels, strict=True):
            if not isinstance(name, str) or not (pair is None or _is_pair(pair)):
                raise InvalidData(
                    f"Schema({self.columns!r}, {self.levels!r}) does not say what column {name!r} holds: names are "
                    "text, and levels two different texts or two different numbers, None for a real column."
                )
        if len(set(self.columns)) < len(self.columns):
            repeated = next(name for place, name in enumerate(self.columns) if name in self.columns[:place])
            raise InvalidData(f"The schema has more than one column {repeated!r}: give each a name of its own.")

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

    @property
    def levels_of(self) -> dict[str, Levels]:
        """The values of -1 and +1 of the two-valued columns, by name."""
        return {name: pair for name, pair in zip(self.columns, self.levels, strict=True) if pair is not None}

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

    def without(self, name: str) -> Schema:
        """The schema of the other columns."""
        return self.part([j for j, column in enumerate(self.columns) if column != name])

    def followed_by(self, real: str) -> Schema:
        """The schema with a further real column."""
        return Schema((*self.columns, real), (*self.levels, None))

    def renamed(self, columns: Sequence[str]) -> Schema:
        """The same kinds under other names, column by column: arrays have no names of their own.

        Raises InvalidData for another number of columns.
        """
        if len(columns) != len(self):
            raise InvalidData(
                f"The schema is of {len(self)} columns ({', '.join(self.columns)}), the data has {len(columns)} "
                f"({', '.join(columns)}): pass the schema of these columns."
            )
        return Schema(tuple(columns), self.levels)

    def encode(self, rows: Any) -> Floats:
        """Rows of the user's values as numbers: (m, d) float64, or (d,) for a single row.

        Two-valued columns become -1 and +1, real ones stay; None and NaN become NaN.

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
        """The columns of rows (m, d) as they were before ``encode``, by name.

        Raises
        ------
        InvalidData : another number of columns, or a number of a two-valued column that is neither -1 nor +1.
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
        """The schema that both tables share.

        A column of ones only may be one of 0 and 1 or one of -1 and +1. ``plus`` says for each column whether all
        values seen under this schema were +1, ``other_plus`` the same of the other: such a column goes with the other
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
                    f"Column {name!r} has the values {shown(mine)} in one part of the data and {shown(theirs)} in "
                    "another: use the same two values, or pass the same schema= to both."
                )
        return Schema(self.columns, tuple(levels))


def _is_pair(pair: object) -> bool:
    """Whether these are two different values of one kind."""
    if not isinstance(pair, tuple) or len(pair) != 2:
        return False
    texts = [isinstance(value, str) for value in pair]
    numbers = [isinstance(value, int | float | np.number | np.bool_) and bool(np.isfinite(value)) for value in pair]
    return (all(texts) or all(numbers)) and bool(pair[0] != pair[1])


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
