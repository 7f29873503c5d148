"""Any data -> batches of float64 rows: data frames of every kind, arrays, DuckDB relations, CSV and Parquet files.

Data frames are reached through narwhals and files through DuckDB, so that nothing but numpy is needed for a file.
Integers, booleans, decimals and float32 become float64; nulls and NaN both become NaN, which means missing. The values
of two-valued columns become -1 and +1.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import narwhals as nw

from symcat.data.ingest.arrays import as_arrays, open_arrays
from symcat.data.ingest.files import FAILURES, frame_of_file, guarded, unreadable
from symcat.data.ingest.frames import as_frame, open_frame
from symcat.data.ingest.lazy import LazyTable
from symcat.data.ingest.source import Source, WrongGuess, choose, read_again_if_wrong
from symcat.data.ingest.spins import SpinRows
from symcat.data.ingest.tables import open_in_memory
from symcat.data.schema import Kind, Schema

__all__ = ["Source", "SpinRows", "WrongGuess", "open_table", "read_again_if_wrong"]


def open_table(
    data: object,
    columns: Sequence[str] | None = None,
    *,
    exclude: Sequence[str] = (),
    kind: Kind | None = None,
    schema: Schema | None = None,
    only_ones: Sequence[bool] = (),
    allow_empty: bool = False,
) -> Source:
    """Open ``data`` for measuring ``columns``, or all columns but ``exclude``.

    Parameters
    ----------
    data : DataFrame, LazyFrame or Series of pandas, polars, pyarrow or Dask; DuckDB relation; numpy array (rows,) or
        (rows, columns), whose columns are called x0, x1, ... (x if there is one); dict of arrays; list of numbers; path
        of a .csv, .tsv or .parquet file.
    exclude : columns that are there for another purpose, such as a group key, and may be of any type.
    kind : "real": every column holds numbers, whatever their values; "two-valued": every column must have two values.
        None: two-valued are booleans, text and categories, numbers that are all 0 or 1, or all -1 or +1, and other
        numbers if two values are all that occur in 20 rows or more. Of a file, a relation or a lazy frame only the
        first 1000 rows are looked at.
    schema : the kinds of the columns and the values of the two-valued ones, in order, if they are known.
    only_ones : which columns of the schema were seen to hold 1 and nothing else so far, so that their other value may
        be 0 or -1, whatever the schema says; none if left out.
    allow_empty : accept data without rows, for batches of a stream.

    Returns
    -------
    A Source, whose ``schema`` says which columns are two-valued. Read one of a file, a relation or a lazy frame by
    ``read_again_if_wrong``, as rows beyond the first 1000 may show that a column is real.

    Raises
    ------
    InvalidData : no such column, a column that is neither of numbers nor of two values, no rows or columns, duplicate
        names, or a file that cannot be read; with ``kind="two-valued"`` a column of one value or more than two; with
        ``schema`` a value that is not one of its column's two.
    """
    only_real = kind == "real" if schema is None else schema.only("real")
    if isinstance(data, str | os.PathLike):
        return _open_file(Path(os.fspath(data)), columns, exclude, kind, schema, only_ones, only_real)
    arrays = as_arrays(data)
    if arrays is not None:
        if only_real:
            return open_arrays(data, arrays, columns, exclude, allow_empty)
        return open_in_memory(data, arrays, columns, exclude, allow_empty, kind, schema, only_ones)
    frame = as_frame(data)
    if only_real:
        return open_frame(frame, columns, exclude, allow_empty)
    if isinstance(frame, nw.LazyFrame):
        chosen = choose(list(frame.collect_schema()), columns, exclude)
        return LazyTable(frame, chosen, kind, lambda read: read).source(schema, only_ones)
    return open_in_memory(data, frame, columns, exclude, allow_empty, kind, schema, only_ones)


def _open_file(
    path: Path,
    columns: Sequence[str] | None,
    exclude: Sequence[str],
    kind: Kind | None,
    schema: Schema | None,
    only_ones: Sequence[bool],
    only_real: bool,
) -> Source:
    relation = frame_of_file(path)
    try:
        chosen = choose(list(relation.collect_schema()), columns, exclude)
        table = LazyTable(relation, chosen, kind, lambda read: guarded(path, read))
        return table.numbers() if only_real else table.source(schema, only_ones)
    except FAILURES as error:
        raise unreadable(path, error) from error
