"""Any data -> batches of float64 rows: data frames of every kind, arrays, DuckDB relations, CSV and Parquet files.

Data frames are reached through narwhals and files through DuckDB, so that nothing but numpy is needed for a file.
Integers, booleans, decimals and float32 become float64; nulls and NaN both become NaN, which means missing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import duckdb
import narwhals as nw

from symcat.errors import InvalidData
from symcat.ingest.arrays import as_arrays, open_arrays
from symcat.ingest.frames import as_frame, open_frame
from symcat.ingest.source import Source
from symcat.moments import Floats

__all__ = ["Source", "open_source"]

_READERS = {".csv": "read_csv", ".tsv": "read_csv", ".parquet": "read_parquet", ".pq": "read_parquet"}


def open_source(
    data: object,
    columns: Sequence[str] | None = None,
    *,
    exclude: Sequence[str] = (),
    allow_empty: bool = False,
) -> Source:
    """Open ``data`` for measuring ``columns``, or all columns but ``exclude``.

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
        return _open_path(Path(os.fspath(data)), columns, exclude)
    arrays = as_arrays(data)
    if arrays is not None:
        return open_arrays(data, arrays, columns, exclude, allow_empty)
    return open_frame(as_frame(data), columns, exclude, allow_empty)


def _open_path(path: Path, columns: Sequence[str] | None, exclude: Sequence[str]) -> Source:
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
        frame = nw.from_native(relation)
    except duckdb.Error as error:
        raise _unreadable(path, error) from error
    source = open_frame(frame, columns, exclude, allow_empty=False)

    def read() -> Iterator[Floats]:
        try:
            yield from source.read()
        except (duckdb.Error, OSError) as error:  # pyarrow passes DuckDB's errors on as OSError
            raise _unreadable(path, error) from error

    return Source(source.columns, read, frame=source.frame)


def _unreadable(path: Path, error: Exception) -> InvalidData:
    reason = str(error).strip().splitlines()[0]
    return InvalidData(
        f"{path} cannot be read ({reason}): the file may be damaged, cut off, not what its extension says, or not "
        "readable for this user. Write or download it again, or read it yourself and pass the data frame."
    )
