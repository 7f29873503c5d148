"""CSV and Parquet files as lazy frames of DuckDB, with errors that name the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import narwhals as nw

from symcat.errors import InvalidData

Read: TypeAlias = Callable[[], Iterator[Any]]

READERS = {".csv": "read_csv", ".tsv": "read_csv", ".parquet": "read_parquet", ".pq": "read_parquet"}
FAILURES = (duckdb.Error, OSError)  # pyarrow passes DuckDB's errors on as OSError


def frame_of_file(path: Path) -> nw.LazyFrame[Any]:
    """A file as a lazy frame. Raises InvalidData if there is none that can be read."""
    reader = READERS.get(path.suffix.lower())
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
            f"{path} has the extension {path.suffix!r}, known are {', '.join(READERS)}: rename or convert the file, "
            "or read it yourself and pass the data frame."
        )
    # A connection of its own: the default one may be in use by another thread.
    connection = duckdb.connect()
    try:
        relation = getattr(connection, reader)(str(path))
        frame: nw.LazyFrame[Any] = nw.from_native(relation)
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    return frame


def guarded(path: Path, read: Read) -> Read:
    """The reader with errors that name the file."""

    def read_or_explain() -> Iterator[Any]:
        try:
            yield from read()
        except FAILURES as error:
            raise unreadable(path, error) from error

    return read_or_explain


def unreadable(path: Path, error: Exception) -> InvalidData:
    """The error for a file that fails while it is read."""
    reason = str(error).strip().splitlines()[0]
    return InvalidData(
        f"{path} cannot be read ({reason}): the file may be damaged, cut off, not what its extension says, or not "
        "readable for this user. Write or download it again, or read it yourself and pass the data frame."
    )
