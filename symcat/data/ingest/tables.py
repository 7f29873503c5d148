"""Tables in memory whose columns may be two-valued: all values are looked at, and those two kept in a byte each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import narwhals as nw
from numpy.typing import NDArray

from symcat.data.ingest.arrays import open_arrays, piece_of_array
from symcat.data.ingest.columns import PEEK_ROWS, Column, column_of_array, column_of_series
from symcat.data.ingest.frames import check_type, check_type_or_text, open_frame, piece_of_series
from symcat.data.ingest.source import CATEGORIES, Source, choose, gather_columns, no_rows, not_numeric
from symcat.data.ingest.spins import Bits, SpinRows, Stranger, in_batches, spins_of
from symcat.data.levels import MINUS_PLUS, ZERO_ONE, Levels, settle, third_value
from symcat.data.moments import Floats
from symcat.data.schema import Kind, Schema

Arrays: TypeAlias = Mapping[str, NDArray[Any]]
Values: TypeAlias = nw.Series[Any] | NDArray[Any]

_LONG = 1 << 16  # rows of a column from which a look at the first rows may save one at all of it


def open_in_memory(
    data: object,
    table: nw.DataFrame[Any] | Arrays,
    columns: Sequence[str] | None,
    exclude: Sequence[str],
    allow_empty: bool,
    kind: Kind | None,
    known: Schema | None,
    only_ones: Sequence[bool] = (),
    numbers: Sequence[str] = (),
) -> Source:
    """The frame or the arrays made of ``data`` as a Source, the columns ``numbers`` real whatever they hold.

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
        looked = {name: _look(name, values[name], kind) for name in chosen if name not in numbers}
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
    found = {name: bits_of_column(name, paired[name], pair) for name, pair in schema.levels_of.items()}
    if schema.only("two-valued"):
        bits, complete = [b for b, _ in found.values()], all(c for _, c in found.values())

        def read() -> Iterator[SpinRows]:
            return in_batches(bits, complete)

        return Source(schema, rows_of(read), n_rows=rows, frame=frame, arrays=arrays, spins=read)
    pieces = [spin_piece(*found[name]) if name in found else real_piece(name, values[name]) for name in chosen]
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
    """``settle`` for a column of which a type is known: text is two-valued or refused."""
    if column.categorical and kind is None and len(seen) > 2:
        raise not_numeric(name, f"text or categories, such as {', '.join(repr(v) for v in seen)}", CATEGORIES)
    return settle(name, seen, rows, forced=column.categorical or kind == "two-valued")


def bits_of_column(name: str, column: Column, pair: Levels, first_row: int = 0) -> tuple[Bits, bool]:
    """The bits of a column. Raises InvalidData naming a value that is none of the two, rows counted from the first."""
    try:
        return column.bits(pair)
    except Stranger as stranger:
        raise third_value(name, stranger.value, first_row + stranger.place, pair) from None


def rows_of(spins: Callable[[], Iterator[SpinRows]]) -> Callable[[], Iterator[Floats]]:
    """A reader of rows as float64 from one of bytes."""
    return lambda: (batch.rows for batch in spins())


def _look(name: str, values: Values, kind: Kind | None) -> tuple[Levels | None, Column]:
    """The two values of a column, None if it is real; and the column, of a long real one the first rows."""
    if len(values) > _LONG:
        column = column_of(name, values[:PEEK_ROWS])
        seen = column.distinct()
        if len(seen) > 2:
            return settle_column(name, column, seen, len(values), kind), column
    column = column_of(name, values)
    return settle_column(name, column, column.distinct(), len(values), kind), column


def spin_piece(bits: Bits, complete: bool) -> Callable[[int, int], Floats]:
    """A function that gives a run of a two-valued column as float64."""
    return lambda start, stop: spins_of(bits[start:stop], complete)


def real_piece(name: str, values: Values) -> Callable[[int, int], Floats]:
    """A function that gives a run of a column of numbers as float64. Raises InvalidData if it holds none."""
    if isinstance(values, nw.Series):
        check_type(name, values.dtype)
    return piece_of_series(values) if isinstance(values, nw.Series) else piece_of_array(name, values)
