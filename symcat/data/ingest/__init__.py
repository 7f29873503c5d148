"""Any data -> batches of float64 rows: data frames of every kind, arrays, DuckDB relations, CSV and Parquet files.

Data frames are reached through narwhals and files through DuckDB, so that nothing but numpy is needed for a file.
Integers, booleans, decimals and float32 become float64; nulls and NaN both become NaN, which means missing. Columns of
two values become spins, -1 and +1, where that is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw

from symcat.data.ingest.arrays import as_arrays, open_arrays
from symcat.data.ingest.frames import as_frame, open_frame
from symcat.data.ingest.lazy import LazyTable, Read
from symcat.data.ingest.source import Source, WrongGuess, choose, read_again_if_wrong
from symcat.data.ingest.spins import SpinRows
from symcat.data.ingest.tables import open_in_memory
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData

__all__ = ["Kind", "Schema", "Source", "SpinRows", "WrongGuess", "open_source", "open_table", "read_again_if_wrong"]

_READERS = {".csv": "read_csv", ".tsv": "read_csv", ".parquet": "read_parquet", ".pq": "read_parquet"}


def open_source(
    data: object,
    columns: Sequence[str] | None = None,
    *,
    exclude: Sequence[str] = (),
    allow_empty: bool = False,
) -> Source:
    """Open ``data`` for measuring ``columns``, or all columns but ``exclude``, as numbers whatever their values.

    Parameters
    ----------
    data : DataFrame, LazyFrame or Series of pandas, polars, pyarrow or Dask; DuckDB relation; numpy array (rows,) or
        (rows, columns), whose columns are called x0, x1, ... (x if there is one); dict of arrays; list of numbers; path
        of a .csv, .tsv or .parquet file.
    exclude : columns that are there for another purpose, such as a group key, and may be of any type.
    allow_empty : accept data without rows, for batches of a stream.

    Raises
    ------
    InvalidData : no such column, not numeric, no rows or columns, duplicate names, or a file that cannot be read.
    """
    if isinstance(data, str | os.PathLike):
        path = Path(os.fspath(data))
        source = open_frame(_frame_of(path), columns, exclude, allow_empty=False)
        return Source(source.columns, _guarded(path, source.read), frame=source.frame)
    arrays = as_arrays(data)
    if arrays is not None:
        return open_arrays(data, arrays, columns, exclude, allow_empty)
    return open_frame(as_frame(data), columns, exclude, allow_empty)


def open_table(
    data: object,
    columns: Sequence[str] | None = None,
    *,
    exclude: Sequence[str] = (),
    kind: Kind = None,
    coding: Schema | None = None,
    only_ones: Sequence[bool] = (),
    allow_empty: bool = False,
) -> Source:
    """Open ``data`` for measuring ``columns``, or all columns but ``exclude``, those of two values as spins -1 and +1.

    Parameters
    ----------
    data, columns, exclude, allow_empty : as for ``open_source``; text and categories are accepted too.
    kind : "spin": every column must have two values; "real": as ``open_source``. None: two-valued are booleans, text
        and categories, numbers that are all 0 or 1, or all -1 or +1, and other numbers if two values are all that occur
        in 20 rows or more. Of a file, a relation or a lazy frame only the first 1000 rows are looked at.
    coding : the two values of each column, in the order of the columns, if they are known.
    only_ones : which columns of the coding were seen to hold 1 and nothing else so far, so that their other value may
        be 0 or -1, whatever the coding says; none if left out.

    Returns
    -------
    A Source whose ``coding`` tells which columns are two-valued. Read one of a file, a relation or a lazy frame by
    ``read_again_if_wrong``, as rows beyond the first 1000 may show that a column is continuous.

    Raises
    ------
    InvalidData : as for ``open_source``; text of one value or more than two; with ``kind="spin"`` numbers likewise;
        with ``coding`` any other value.
    """
    if kind == "real" and coding is None:
        return open_source(data, columns, exclude=exclude, allow_empty=allow_empty)
    if isinstance(data, str | os.PathLike):
        path = Path(os.fspath(data))
        try:
            relation = _frame_of(path)
            chosen = choose(list(relation.collect_schema()), columns, exclude)
            table = LazyTable(relation, chosen, kind, lambda read: _guarded(path, read))
            return table.source(coding, only_ones)
        except (duckdb.Error, OSError) as error:
            raise _unreadable(path, error) from error
    arrays = as_arrays(data)
    if arrays is not None:
        return open_in_memory(data, arrays, columns, exclude, allow_empty, kind, coding, only_ones)
    frame = as_frame(data)
    if isinstance(frame, nw.LazyFrame):
        chosen = choose(list(frame.collect_schema()), columns, exclude)
        return LazyTable(frame, chosen, kind, lambda read: read).source(coding, only_ones)
    return open_in_memory(data, frame, columns, exclude, allow_empty, kind, coding, only_ones)


def _frame_of(path: Path) -> nw.LazyFrame[Any]:
    reader = _READERS.get(path.suffix.lower())
    if path.is_dir():
        raise InvalidData(
            f"{path} is a directory: pass one file, or the relation duckdb.read_parquet('{path}/*.parquet')."
        )
    if not path.exists():
        near = get_close_matches(path.name, [p.name for p in path.parent.glob("*")] if path.parent.is_dir() else [])
        hint = f" Did you mean {near[0]!r}?" if near else " Check the path and the working directory."
        raise InvalidData(f"{path} does not exist.{hint}")
    if reader is None:
        raise InvalidData(
            f"{path} has the extension {path.suffix!r}, known are {', '.join(_READERS)}: rename or convert the file, "
            "or read it yourself and pass the data frame."
        )
    # A connection of its own: the default one may be in use by another thread.
    connection = duckdb.connect()
    try:
        relation = getattr(connection, reader)(str(path))
        frame: nw.LazyFrame[Any] = nw.from_native(relation)
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    return frame


def _guarded(path: Path, read: Read) -> Read:
    """The reader with errors that name the file."""

    def guarded() -> Iterator[Any]:
        try:
            yield from read()
        except (duckdb.Error, OSError) as error:  # pyarrow passes DuckDB's errors on as OSError
            raise _unreadable(path, error) from error

    return guarded


def _unreadable(path: Path, error: Exception) -> InvalidData:
    reason = str(error).strip().splitlines()[0]
    return InvalidData(
        f"{path} cannot be read ({reason}): the file may be damaged, cut off, not what its extension says, or not "
        "readable for this user. Write or download it again, or read it yourself and pass the data frame."
    )
