"""Files, relations and lazy frames of which any column may be discrete.

Each look at such data may cost a pass, so only the first rows are looked at, and the values are checked while they are
read. Columns of which these rows do not show both values are looked at once more, by the data's own engine, unless
they hold 0, 1 or -1 and nothing else; so are those that show a further level while they are read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np

from symcat.data.ingest import tables
from symcat.data.ingest.columns import PEEK_ROWS, Column, NumberColumn, order_of_type
from symcat.data.ingest.expressions import one_row, value_of
from symcat.data.ingest.files import Read
from symcat.data.ingest.frames import KEPT, check_type, check_type_or_text, number, open_frame, parts_of
from symcat.data.ingest.source import Source, WrongGuess, gather_columns
from symcat.data.ingest.spins import BATCH_VALUES, Bits, SpinRows, batch_rows
from symcat.data.levels import (
    FALSE_TRUE,
    FEW_LEVELS,
    Level,
    Levels,
    are_codes,
    as_written,
    in_order,
    is_absent,
    plain,
    settle,
)
from symcat.data.moments import Floats
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData

Part: TypeAlias = nw.DataFrame[Any] | tables.Arrays


@dataclass(frozen=True)
class LazyTable:
    """A lazy frame and the columns to measure in it. ``guard`` wraps each reader, to name a file that fails."""

    frame: nw.LazyFrame[Any]
    columns: tuple[str, ...]
    kinds: tables.Kinds
    guard: Callable[[Read], Read]
    seen: Part | None = None  # the first rows of at least these columns, where they were read before
    coded: bool = False  # whether few whole numbers are codes of categories

    def head(self) -> Part | None:
        """The first rows, None where there are none."""
        if self.seen is not None:
            return self.seen
        head = self.frame if self.frame.implementation.is_dask() else self.frame.head(PEEK_ROWS)
        return next(self.parts(head, self.frame.collect_schema()), None)

    def source(self, known: Schema | None = None, only_ones: Sequence[bool] = (), exact: bool = False) -> Source:
        """The table opened; ``known`` and ``only_ones`` as for ``open_table``.

        If ``exact``, no kind of a column is guessed from the first rows.

        Raises
        ------
        InvalidData : as for ``open_table``.
        """
        types = self.frame.collect_schema()
        schema = None if known is None else known.renamed(self.columns)
        texts = {} if schema is None else schema.levels_of
        for name in self.columns:
            real = self.kinds[name] == "real" and name not in texts
            (check_type if real else check_type_or_text)(name, types[name])
        guessed: set[str] = set()
        if schema is not None:
            ones = [name for name, one in zip(self.columns, only_ones, strict=bool(only_ones)) if one]
            schema = tables.resettled(schema, self._scanned(types, ones, exact=False) if ones else {})
        else:
            levels = self._levels(types, guessed, exact)
            schema = Schema(self.columns, tuple(levels[name] for name in self.columns))
        if schema.only("real"):
            return self.numbers()
        reader = _Reader(self, self._as_written(schema, types), frozenset(guessed))
        spins = self.guard(reader.spins) if schema.only("two-valued") else None
        read = self.guard(reader.rows) if spins is None else tables.rows_of(spins)
        return Source(schema, read, frame=self.frame, spins=spins)

    def _as_written(self, schema: Schema, types: nw.Schema) -> Schema:
        """The schema by which rows are read: booleans, which come as 0 and 1, are what words for them say."""
        levels = (
            as_written(own, [True]) if own is not None and types[name] == nw.Boolean else own
            for name, own in zip(schema.columns, schema.levels, strict=True)
        )
        return Schema(schema.columns, tuple(levels))

    def numbers(self) -> Source:
        """The table opened as one of real numbers. Raises InvalidData for a column that holds none."""
        source = open_frame(self.frame, self.columns, (), allow_empty=False)
        return replace(source, read=self.guard(source.read))

    def parts(self, frame: nw.LazyFrame[Any], types: nw.Schema) -> Iterator[Part]:
        """Consecutive rows of the columns, those that numpy or text can hold as they are, the rest as float64."""
        kinds: dict[str, Any] = {name: None if types[name] in KEPT else nw.Float64 for name in self.columns}
        if frame.implementation.is_duckdb():
            # It would pack booleans into bits, only for numpy to unpack them.
            kinds |= {name: nw.UInt8 for name in self.columns if types[name] == nw.Boolean}
        wanted = [
            nw.col(name) if kind is None else number(name, types[name], kind).alias(name)
            for name, kind in kinds.items()
        ]
        # DuckDB's work on a list of expressions grows as the square of its length.
        as_it_is = list(self.columns) == frame.columns and not any(kinds.values())
        chosen = frame if as_it_is else frame.select(*wanted)
        return (part for part in parts_of(chosen, batch_rows(len(self.columns), BATCH_VALUES)) if _length(part))

    def _levels(self, types: nw.Schema, guessed: set[str], exact: bool) -> dict[str, Levels | None]:
        """The two values of each column; adds to ``guessed`` the names of those that more rows may prove real."""
        booleans = (name for name in self.columns if types[name] == nw.Boolean and self.kinds[name] != "real")
        levels: dict[str, Levels | None] = dict.fromkeys(booleans, FALSE_TRUE)
        levels |= dict.fromkeys(name for name in self.columns if self.kinds[name] == "real")
        if len(levels) == len(self.columns):
            return levels
        part = self.head()
        if part is None:
            return {name: levels.get(name) for name in self.columns}
        unclear: dict[str, Column] = {}
        for name in self.columns:
            if name in levels:
                continue
            kind = self.kinds[name]
            column = tables.column_of(name, part[name][:PEEK_ROWS])
            seen = column.distinct()
            free = kind is None and not column.categorical
            if kind != "two-valued" and (kind == "categorical" or column.categorical):
                if exact or len(seen) < 2:
                    levels[name] = self._every(name, types[name], kind)
                    continue
                guessed.add(name)
            elif len(seen) < 2 + exact and (exact or not free):
                unclear[name] = column
                continue
            levels[name] = tables.settle_column(name, column, seen, _length(part), kind)
            if levels[name] is None and free and self.coded:
                levels[name] = self._codes(name, types[name], column, exact)
            if free and levels[name] is not None:
                guessed.add(name)
        if unclear:
            for name, seen in self._scanned(types, list(unclear), exact).items():
                seen.sort(key=(order_of_type(types[name]) or in_order(seen)).index)
                levels[name] = tables.settle_column(name, unclear[name], seen, PEEK_ROWS, self.kinds[name])
        return levels

    def _every(self, name: str, dtype: Any, kind: Kind | None) -> Levels | None:
        """The levels of a column that has such, of all rows, found by the data's own engine."""
        only = self.frame.select(value_of(name, dtype).alias(name)).unique()
        found: list[Any] = [value for part in self.parts_of_one(only, name) for value in part if not is_absent(value)]
        known = in_order(found)
        known = tuple(level for level in order_of_type(dtype) or known if level in known)
        if len(known) < 3:
            return settle(name, known, PEEK_ROWS, forced=True)
        return tables.checked_levels(name, known)

    def _codes(self, name: str, dtype: Any, column: Column, exact: bool) -> Levels | None:
        """The levels of whole numbers of which the first rows show few; ``exact`` looks at all rows."""
        if not isinstance(column, NumberColumn) or not are_codes(*(found := column.codes())):
            return None
        if not exact:
            return found[0]
        value = value_of(name, dtype)
        facts = one_row(self.frame.select(value.n_unique().alias("different"), value.count().alias("known")))
        if facts["different"] > FEW_LEVELS + 1:  # a missing value may be one of them
            return None
        levels = self._every(name, dtype, "categorical") or ()
        return levels if are_codes(levels, int(facts["known"])) else None

    @staticmethod
    def parts_of_one(frame: nw.LazyFrame[Any], name: str) -> Iterator[list[Any]]:
        """The values of one column."""
        for part in parts_of(frame, PEEK_ROWS):
            yield part[name].to_list() if isinstance(part, nw.DataFrame) else part[name].tolist()

    def _scanned(self, types: nw.Schema, names: list[str], exact: bool) -> dict[str, list[Level]]:
        """Smallest and largest value of each column, by the data's own engine; if ``exact`` one between them too."""
        values = {name: value_of(name, types[name]) for name in names}
        seen: dict[str, list[Level]] = {}
        extremes = [
            bound.alias(f"{end}{j}")
            for j, value in enumerate(values.values())
            for end, bound in (("low", value.min()), ("high", value.max()))
        ]
        found = one_row(self.frame.select(*extremes))
        for j, name in enumerate(names):
            bounds = [found[f"{end}{j}"] for end in ("low", "high")]
            seen[name] = sorted({plain(bound) for bound in bounds if not is_absent(bound)})
        if exact:
            between = [
                nw.when((value > seen[name][0]) & (value < seen[name][-1])).then(value).max().alias(f"x{j}")
                for j, (name, value) in enumerate(values.items())
                if seen[name]
            ]
            for place, value in one_row(self.frame.select(*between)).items():
                if not is_absent(value):
                    seen[names[int(place[1:])]].append(plain(value))
        return seen


@dataclass(frozen=True)
class _Reader:
    """Reads the rows of a lazy table whose schema is settled, but for the guessed columns."""

    table: LazyTable
    schema: Schema
    guessed: frozenset[str]

    def spins(self) -> Iterator[SpinRows]:
        for part, first_row in self._parts():
            bits = np.empty((len(self.schema.columns), _length(part)), dtype=np.uint8)
            complete = True
            for column, name in zip(bits, self.schema.columns, strict=True):
                column[:], whole = self._bits(part, name, first_row)
                complete &= whole
            yield SpinRows(bits, complete)

    def rows(self) -> Iterator[Floats]:
        for part, first_row in self._parts():
            yield from gather_columns(
                [self._piece(part, name, first_row) for name in self.schema.columns], _length(part)
            )

    def _parts(self) -> Iterator[tuple[Part, int]]:
        first_row = 0
        for part in self.table.parts(self.table.frame, self.table.frame.collect_schema()):
            yield part, first_row
            first_row += _length(part)

    def _piece(self, part: Part, name: str, first_row: int) -> Callable[[int, int], Floats]:
        if name not in self._pairs:
            return tables.real_piece(name, part[name])
        return tables.discrete_piece(self._pairs[name], *self._bits(part, name, first_row))

    @cached_property
    def _pairs(self) -> dict[str, Levels]:
        return self.schema.levels_of

    def _bits(self, part: Part, name: str, first_row: int) -> tuple[Bits, bool]:
        pair = self._pairs[name]
        try:
            return tables.digits_of_column(name, tables.column_of(name, part[name]), pair, first_row)
        except InvalidData:
            if name in self.guessed:
                raise WrongGuess(lambda: self.table.source(exact=True)) from None
            raise


def rows_up_to(frame: nw.LazyFrame[Any], most: int) -> int:
    """The number of rows of a lazy frame, or ``most`` if it has more."""
    return int(one_row(frame.head(most).select(nw.len().alias("rows")))["rows"])


def _length(part: Part) -> int:
    return len(part) if isinstance(part, nw.DataFrame) else len(next(iter(part.values())))
