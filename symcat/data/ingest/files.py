"""CSV and Parquet files as lazy frames of DuckDB, with errors that name the file."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import narwhals as nw

from symcat.data.ingest.paths import Files, files_of
from symcat.data.ingest.text_files import dialect
from symcat.errors import InvalidData

Read: TypeAlias = Callable[[], Iterator[Any]]

FAILURES = (duckdb.Error, OSError, EOFError, zlib.error)  # pyarrow passes DuckDB's errors on as OSError


def frame_of_files(data: Any) -> tuple[nw.LazyFrame[Any], str]:
    """The files of a path, a pattern, a folder or a list of paths as one lazy frame, and their name in messages.

    Raises InvalidData if there is none that can be read.
    """
    files = files_of(data)
    try:
        # A connection of its own: the default one may be in use by another thread.
        relation = duckdb.connect().sql(_query(files))
        frame: nw.LazyFrame[Any] = nw.from_native(relation)
    except FAILURES as error:
        raise unreadable(files.name, error) from error
    return frame, files.name


def _query(files: Files) -> str:
    options: dict[str, Any] = {"hive_partitioning": files.hive}
    if files.reader == "read_csv" and not files.remote:
        looked = [dialect(Path(path)) for path in files.paths]
        for path, own in zip(files.paths, looked, strict=True):
            if own != looked[0]:
                raise InvalidData(
                    f"{path} is written in another way than {files.paths[0]} (encoding, separator or decimal comma): "
                    "pass the files one at a time, or write them alike."
                )
        options |= looked[0]
    said = ", ".join(
        [f"[{', '.join(map(_quoted, files.patterns))}]", *(f"{k} = {_quoted(v)}" for k, v in options.items())]
    )
    return f"SELECT * FROM {files.reader}({said})"


def _quoted(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "'" + str(value).replace("'", "''") + "'"


def guarded(name: str | None, read: Read) -> Read:
    """The reader with errors that name the file."""

    def read_or_explain() -> Iterator[Any]:
        try:
            yield from read()
        except FAILURES as error:
            raise unreadable(name, error) from error

    return read_or_explain


def unreadable(name: str | None, error: Exception) -> InvalidData:
    """The error for a file that fails while it is read."""
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if name is None:
        return InvalidData(f"The table cannot be read ({reason}): look at what it is made of, and read it anew.")
    return InvalidData(
        f"{name} cannot be read ({reason}): the file may be damaged, cut off, not what its extension says, or not "
        "readable for this user. Write or download it again, or read it yourself and pass the data frame."
    )
