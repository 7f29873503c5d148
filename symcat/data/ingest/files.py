"""CSV and Parquet files as lazy frames of DuckDB, with errors that name the file."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from weakref import finalize

import duckdb
import narwhals as nw

from symcat.data.ingest.paths import Files, files_of
from symcat.data.ingest.text_files import dialect, rewrite
from symcat.errors import InvalidData

Read: TypeAlias = Callable[[], Iterator[Any]]

FAILURES = (duckdb.Error, OSError, EOFError, zlib.error)  # pyarrow passes DuckDB's errors on as OSError


def frame_of_files(data: Any) -> tuple[nw.LazyFrame[Any], str]:
    """The files of a path, a pattern, a folder or a list of paths as one lazy frame, and their name in messages.

    Raises InvalidData if there is none that can be read.
    """
    files = files_of(data)
    # A connection of its own: the default one may be in use by another thread.
    connection = duckdb.connect()
    try:
        if files.reader == "read_csv" and not files.remote:
            relation = _text(connection, files)
        else:
            relation = getattr(connection, files.reader)(files.patterns, hive_partitioning=files.hive)
        frame: nw.LazyFrame[Any] = nw.from_native(relation)
    except FAILURES as error:
        raise unreadable(files.name, error) from error
    return frame, files.name


def _text(connection: duckdb.DuckDBPyConnection, files: Files) -> duckdb.DuckDBPyRelation:
    """Text files as a relation."""
    found = dialect(Path(files.paths[0]))
    for path in files.paths[1:]:
        if dialect(Path(path)) != found:
            raise InvalidData(
                f"{path} is written in another way than {files.paths[0]} (encoding, separator or decimal comma): pass "
                "the files one at a time, or write them alike."
            )
    if found.encoding != "utf-8":
        # DuckDB's own decoders are not to be had from Python.
        folder = TemporaryDirectory()
        finalize(connection, folder.cleanup)
        places = [Path(folder.name) / f"{place}.csv" for place in range(len(files.paths))]
        for path, place in zip(files.paths, places, strict=True):
            rewrite(Path(path), found.encoding, place)
        files = replace(files, paths=tuple(map(str, places)))
    options = {"delimiter": found.delimiter, "decimal": found.decimal, "header": found.header}
    given: dict[str, Any] = {name: value for name, value in options.items() if value is not None}
    return connection.read_csv(files.patterns, hive_partitioning=files.hive, **given)


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
