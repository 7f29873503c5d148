"""What kind of value each column holds, and which number stands for which of the values of a discrete one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from symcat.data.levels import (
    MINUS_PLUS,
    ZERO_ONE,
    Level,
    Levels,
    are_levels,
    as_written,
    is_absent,
    plain,
    shown,
    third_value,
)
from symcat.data.moments import Floats
from symcat.errors import InvalidData

Kind: TypeAlias = Literal["real", "two-valued", "categorical"]
"""What the values of a column can be; a class says which kinds it describes."""


@dataclass(frozen=True)
class Schema:
    """The columns of a table and the kind of each, decided once and never asked again.

    ``levels`` holds for each two-valued column the pair (value of -1, value of +1), for each categorical one its three
    to 64 levels in the order of their codes 0, 1, ..., None for a real one: plain Python values, numbers and texts in
    ascending order, unless the data has an order of its own.

    Examples
    --------
    >>> from symcat import Schema
    >>> schema = Schema(("height", "smokes"), (None, ("no", "yes")))
    >>> schema.kinds
    ('real', 'two-valued')
    >>> schema.encode([[1.7, "yes"], [1.8, "no"]]).tolist()
    [[1.7, 1.0], [1.8, -1.0]]
    >>> sizes = Schema(("size",), (("large", "medium", "small"),))
    >>> sizes.kinds, sizes.encode([["small"], ["large"]]).tolist()
    (('categorical',), [[2.0], [0.0]])
    """

    columns: tuple[str, ...]
    levels: tuple[Levels | None, ...]

    def __post_init__(self) -> None:
        named = isinstance(self.columns, tuple) and isinstance(self.levels, tuple)
        if not named or len(self.columns) != len(self.levels):
            raise InvalidData(
                f"Schema({self.columns!r}, {self.levels!r}) does not say what each column holds: pass a tuple of names "
                "and one as long of tuples of levels, None for a real column."
            )
        for name, levels in zip(self.columns, self.levels, strict=True):
            if not isinstance(name, str) or not (levels is None or are_levels(levels)):
                raise InvalidData(
                    f"Schema({self.columns!r}, {self.levels!r}) does not say what column {name!r} holds: names are "
                    "text, and levels two to 64 different texts or different numbers, None for a real column."
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
        return self._kinds

    @cached_property
    def _kinds(self) -> tuple[Kind, ...]:
        return tuple(kind_of(levels) for levels in self.levels)

    @property
    def levels_of(self) -> dict[str, Levels]:
        """The levels of the discrete columns, by name."""
        return {name: levels for name, levels in zip(self.columns, self.levels, strict=True) if levels is not None}

    @property
    def discrete(self) -> tuple[int, ...]:
        """Positions of the two-valued and the categorical columns, in order: those whose joint states are counted."""
        return tuple(j for j, levels in enumerate(self.levels) if levels is not None)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Numbers of levels of the discrete columns."""
        return tuple(len(levels) for levels in self.levels if levels is not None)

    def at(self, kind: Kind | None) -> tuple[int, ...]:
        """Positions of the columns of a kind, in order."""
        return tuple(j for j, own in enumerate(self.kinds) if own == kind)

    def mask(self, kind: Kind | None) -> NDArray[np.bool_]:
        """(d,) which columns are of a kind."""
        return np.array([own == kind for own in self.kinds], dtype=np.bool_)

    def only(self, kind: Kind | None) -> bool:
        """Whether every column is of this kind."""
        return set(self.kinds) == {kind}

    def share_of_upper(self, position: int, mean: Floats) -> Floats:
        """The share of rows with the upper of two values, from the mean of a column as it is encoded: of a real one of
        0 and 1 the mean, of spins half of one more than theirs."""
        return mean if self.levels[position] is None else 0.5 * (mean + 1.0)

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

        Two-valued columns become -1 and +1, categorical ones the codes 0, 1, ... of their levels, real ones stay; None
        and NaN become NaN.

        Raises
        ------
        InvalidData : another number of columns, or a value that is none of the levels of its column.
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
            if len(pair) == 2:
                pair = as_written(pair, [plain(value) for value in set(values[~absent].tolist())])
            place[...] = np.select([_equal(values, level) for level in pair], list(codes_of_levels(pair)), np.nan)
            strange = np.isnan(place) & ~absent
            if strange.any():
                row = int(np.flatnonzero(strange)[0])
                raise third_value(name, values.reshape(-1)[row], row, pair)
        return out

    def decode(self, rows: Any) -> dict[str, NDArray[Any]]:
        """The columns of rows (m, d) as they were before ``encode``, by name.

        Raises
        ------
        InvalidData : another number of columns, or a number of a two-valued column that is neither -1 nor +1, or of a
            categorical one that is no code of its levels.
        """
        table = np.atleast_2d(np.asarray(rows, dtype=np.float64))
        if table.shape[1:] != (len(self.columns),):
            raise InvalidData(f"The rows have shape {table.shape}: pass (rows, {len(self.columns)}).")
        found: dict[str, NDArray[Any]] = {}
        for name, pair, values in zip(self.columns, self.levels, table.T, strict=True):
            if pair is None:
                found[name] = values
                continue
            codes = codes_of_levels(pair)
            if not np.isin(values, codes).all():
                known = "neither -1 nor +1" if len(pair) == 2 else f"no code of its levels, 0 to {len(pair) - 1}"
                raise InvalidData(f"Column {name!r} holds a number that is {known}: pass encoded rows.")
            found[name] = np.array(pair)[np.searchsorted(codes, values)]
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
                    "another: use the same values, or pass the same schema= to both."
                )
        return Schema(self.columns, tuple(levels))


def checked_kinds(kinds: Any) -> dict[str, Kind]:
    """What single columns are stated to be. Raises InvalidData for what says no kind of a column."""
    known = ", ".join(map(repr, get_args(Kind)))
    if kinds is None:
        return {}
    if not isinstance(kinds, Mapping):
        raise InvalidData(f"kinds={kinds!r} is not known: pass a dict of columns and, for each, one of {known}.")
    for name, kind in kinds.items():
        if not isinstance(name, str) or not isinstance(kind, str) or kind not in get_args(Kind):
            raise InvalidData(
                f"kinds= says that column {name!r} is {kind!r}: pass names of columns, each with one of {known}."
            )
    return dict(kinds)


def kind_of(levels: Levels | None) -> Kind:
    """The kind of a column of these levels; None: it has none."""
    return "real" if levels is None else "two-valued" if len(levels) == 2 else "categorical"


def codes_of_levels(levels: Levels) -> Floats:
    """(L,) the numbers that stand for these levels, ascending: -1 and +1 of two, else 0, 1, ..., L - 1."""
    return np.array([-1.0, 1.0]) if len(levels) == 2 else np.arange(len(levels), dtype=np.float64)


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
