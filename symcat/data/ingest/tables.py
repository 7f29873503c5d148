"""Tables in memory whose columns may be discrete: all values are looked at, and their places kept in a byte each."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals as nw
from numpy.typing import NDArray

from symcat.data.ingest.arrays import open_arrays, piece_of_array
from symcat.data.ingest.columns import (
    PEEK_ROWS,
    Column,
    NumberColumn,
    column_of_array,
    column_of_series,
)
from symcat.data.ingest.frames import check_type, check_type_or_text, open_frame, piece_of_series
from symcat.data.ingest.source import Source, choose, gather_columns, no_rows
from symcat.data.ingest.spins import Digits, SpinRows, Stranger, codes_of_digits, in_batches, spins_of
from symcat.data.levels import MINUS_PLUS, MOST_LEVELS, ZERO_ONE, Levels, are_codes, as_written, settle, third_value
from symcat.data.moments import Floats
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData

Kinds: TypeAlias = Mapping[str, Kind | None]
"""What each column is read as, whatever it holds; None leaves that to its values."""
Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Values: TypeAlias = nw.Series[Any] | NDArray[Any]

_LONG = 1 << 16  # rows of a column from which a look at the first rows may save one at all of it


def open_in_memory(
    data: object,
    table: nw.DataFrame[Any] | Arrays,
    columns: Sequence[str] | None,
    exclude: Sequence[str],
    allow_empty: bool,
    kinds: Kinds,
    known: Schema | None,
    only_ones: Sequence[bool] = (),
    coded: bool = False,
) -> Source:
    """The frame or the arrays made of ``data`` as a Source.

    Other arguments and errors as for ``open_table``.
    """
    frame = table if isinstance(table, nw.DataFrame) else None
    arrays = table if isinstance(table, Mapping) else None
    chosen = choose(list(arrays or ()) if frame is None else frame.columns, columns, exclude)
    values = {name: table[name] for name in chosen}
    rows = len(values[chosen[0]])
    if not rows and not allow_empty:
        raise no_rows()
    schema = None if known is None else known.renamed(chosen)
    if schema is None:
        looked = {name: _look(name, values[name], kinds[name], coded) for name in chosen if kinds[name] != "real"}
        schema = Schema(chosen, tuple(looked[name][0] if name in looked else None for name in chosen))
        paired = {name: column for name, (pair, column) in looked.items() if pair is not None}
    else:
        paired = {name: column_of(name, values[name]) for name in schema.levels_of}
        ones = [name for name, one in zip(chosen, only_ones, strict=bool(only_ones)) if one]
        schema = resettled(schema, {name: paired[name].distinct() for name in ones})
    if not paired:
        if frame is not None:
            return open_frame(frame, columns, exclude, allow_empty)
        return open_arrays(data, dict(arrays or {}), columns, exclude, allow_empty)
    found = {name: digits_of_column(name, paired[name], levels) for name, levels in schema.levels_of.items()}
    if schema.only("two-valued"):
        bits, complete = [b for b, _ in found.values()], all(c for _, c in found.values())

        def read() -> Iterator[SpinRows]:
            return in_batches(bits, complete)

        return Source(schema, rows_of(read), n_rows=rows, frame=frame, arrays=arrays, spins=read)
    pieces = [
        discrete_piece(levels, *found[name]) if levels is not None else real_piece(name, values[name])
        for name, levels in zip(chosen, schema.levels, strict=True)
    ]
    return Source(schema, lambda: gather_columns(pieces, rows), n_rows=rows, frame=frame, arrays=arrays)


def resettled(schema: Schema, seen: Mapping[str, Sequence[Any]]) -> Schema:
    """The schema after columns of which nothing but 1 was known have shown the values ``seen``: 0 or -1 among them."""
    levels: list[Levels | None] = []
    for name, pair in zip(schema.columns, schema.levels, strict=True):
        found = seen.get(name, ())
        if pair == ZERO_ONE and -1 in found:
            levels.append(MINUS_PLUS)
        elif pair == MINUS_PLUS and 0 in found:
            levels.append(ZERO_ONE)
        else:
            levels.append(pair)
    return Schema(schema.columns, tuple(levels))


def column_of(name: str, values: Values) -> Column:
    """A series or an array as a column. Raises InvalidData if it holds neither numbers nor text."""
    if isinstance(values, nw.Series):
        check_type_or_text(name, values.dtype)
        return column_of_series(values)
    return column_of_array(name, values)


def settle_column(name: str, column: Column, seen: Sequence[Any], rows: int, kind: Kind | None) -> Levels | None:
    """``settle`` for a column of which ``seen`` are some values; text has levels, and more than two are those of a
    categorical column, which ``every`` tells."""
    if len(seen) > 2 and (kind == "categorical" or (column.categorical and kind is None)):
        return checked_levels(name, column.every())
    return settle(name, seen, rows, forced=column.categorical or kind in ("two-valued", "categorical"))


def checked_levels(name: str, levels: Levels) -> Levels:
    """The levels of a categorical column. Raises InvalidData where they are too many, or no numbers."""
    if len(levels) > MOST_LEVELS:
        what = "texts" if isinstance(levels[0], str) else "values"
        raise InvalidData(
            f"Column {name!r} holds {len(levels)} different {what}, more than the {MOST_LEVELS} levels that a "
            "categorical column can have: join levels, or leave it out with columns=[...]."
        )
    if not isinstance(levels[0], str) and not all(math.isfinite(level) for level in levels):  # type: ignore[arg-type]
        raise InvalidData(f"Column {name!r} holds an infinity: replace it by NaN or remove the row.")
    return levels


def digits_of_column(name: str, column: Column, levels: Levels, first_row: int = 0) -> tuple[Digits, bool]:
    """The bits of a two-valued column, the digits of a categorical one, and whether no value is missing.

    Raises InvalidData naming a value that is none of the levels, rows counted from the first.
    """
    try:
        return column.bits(levels) if len(levels) == 2 else column.digits(levels)
    except Stranger as stranger:
        other = as_written(levels, column.distinct()) if len(levels) == 2 else levels
        if other == levels:
            raise third_value(name, stranger.value, first_row + stranger.place, levels) from None
    return column.bits(other)


def rows_of(spins: Callable[[], Iterator[SpinRows]]) -> Callable[[], Iterator[Floats]]:
    """A reader of rows as float64 from one of bytes."""
    return lambda: (batch.rows for batch in spins())


def _look(name: str, values: Values, kind: Kind | None, coded: bool) -> tuple[Levels | None, Column]:
    """The levels of a column, None if it is real; and the column, of a long real one the first rows.

    Where whole numbers may be ``coded`` categories, few of them are.
    """
    levels, column = _settled(name, values, kind)
    if levels is None and coded and kind is None and isinstance(column, NumberColumn) and column.codes()[0]:
        whole = column_of(name, values)
        if isinstance(whole, NumberColumn) and are_codes(*(found := whole.codes())):
            return found[0], whole
    return levels, column


def _settled(name: str, values: Values, kind: Kind | None) -> tuple[Levels | None, Column]:
    if len(values) > _LONG:
        column = column_of(name, values[:PEEK_ROWS])
        seen = column.distinct()
        if len(seen) > 2 and kind != "categorical" and not column.categorical:
            return settle_column(name, column, seen, len(values), kind), column
    column = column_of(name, values)
    return settle_column(name, column, column.distinct(), len(values), kind), column


def discrete_piece(levels: Levels, digits: Digits, complete: bool) -> Callable[[int, int], Floats]:
    """A function that gives a run of a discrete column as float64."""
    encoded = spins_of if len(levels) == 2 else codes_of_digits
    return lambda start, stop: encoded(digits[start:stop], complete)


def real_piece(name: str, values: Values) -> Callable[[int, int], Floats]:
    """A function that gives a run of a column of numbers as float64. Raises InvalidData if it holds none."""
    if isinstance(values, nw.Series):
        check_type(name, values.dtype)
    return piece_of_series(values) if isinstance(values, nw.Series) else piece_of_array(name, values)
