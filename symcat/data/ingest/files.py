"""CSV and Parquet files as lazy frames of DuckDB, with errors that name the file."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias
from weakref import finalize

import duckdb
import narwhals as nw

from symcat.data.ingest.marks import MISSING, is_number
from symcat.data.ingest.paths import Files, files_of
from symcat.data.ingest.text_files import head_of, ragged, rewrite
from symcat.errors import InvalidData
from symcat.notices import warn

Read: TypeAlias = Callable[[], Iterator[Any]]

_LINE = re.compile(r"CSV Error on Line: (\d+)")
_WIDTHS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_CELL = re.compile(r'Error when converting column "(.*)"\. Could not convert string "(.*)" to \'(.*)\'')

_FIRST = 100  # rows of a file that show how truths are written

FAILURES = (duckdb.Error, OSError, EOFError, zlib.error)  # pyarrow passes DuckDB's errors on as OSError


def frame_of_files(data: Any) -> tuple[nw.LazyFrame[Any] | nw.DataFrame[Any] | dict[str, Any], str]:
    """The files of a path, a pattern, a folder or a list of paths as one lazy frame, and their name in messages.

    Columns whose names differ in case only are one to DuckDB: a table of such comes in memory.

    Raises InvalidData if there is none that can be read.
    """
    files = files_of(data)
    # A connection of its own: the default one may be in use by another thread.
    connection = duckdb.connect()
    with explained(files.name):
        if files.reader == "read_csv" and not files.remote:
            relation, names = _text(connection, files)
        else:
            relation = getattr(connection, files.reader)(files.patterns, hive_partitioning=files.hive)
            names = () if files.reader == "read_csv" else _names_of_parquet(connection, files, relation.columns)
        if len({name.lower() for name in names}) < len(names):
            return _in_memory(relation, names), files.name
        return nw.from_native(relation), files.name


def _text(connection: duckdb.DuckDBPyConnection, files: Files) -> tuple[duckdb.DuckDBPyRelation, tuple[str, ...]]:
    """Text files as a relation, and the names of its columns as they are written, where they are."""
    head = head_of(Path(files.paths[0]))
    found = head.dialect
    reordered = False
    for path in files.paths[1:]:
        other = head_of(Path(path))
        if other.dialect != found:
            raise InvalidData(
                f"{path} is written in another way than {files.paths[0]} (encoding, separator, decimal comma or lines "
                "above the names): pass the files one at a time, or write them alike."
            )
        if sorted(other.names) != sorted(head.names) and not (_of_numbers(head.names) and _of_numbers(other.names)):
            both = [", ".join(names[:6]) + ", ..." * (len(names) > 6) for names in (other.names, head.names)]
            raise InvalidData(
                f"{path} has the columns {both[0]}, but {files.paths[0]} has {both[1]}: pass files of the same "
                "columns, or each by itself."
            )
        reordered |= other.names != head.names and not _of_numbers(head.names)
    named = files
    if found.encoding != "utf-8":
        # DuckDB's own decoders are not to be had from Python.
        folder = TemporaryDirectory()
        finalize(connection, folder.cleanup)
        places = [Path(folder.name) / f"{place}.csv" for place in range(len(files.paths))]
        for path, place in zip(files.paths, places, strict=True):
            rewrite(Path(path), found.encoding, place)
        files = replace(files, paths=tuple(map(str, places)))
    given: dict[str, Any] = {
        "hive_partitioning": files.hive,
        "comment": "",
        "skiprows": found.skip,
        "union_by_name": reordered,
    }
    chosen: dict[str, Any] = {"delimiter": found.delimiter, "header": found.header}
    given |= {name: value for name, value in chosen.items() if value is not None}
    if any(name in MISSING and name.strip() for name in head.names) and all(map(str.strip, head.names)):
        given["names"] = list(head.names)
    marks: dict[str, Any] = {"decimal": found.decimal, "thousands": found.thousands}
    marks = {name: value for name, value in marks.items() if value is not None}
    missing = [mark for mark in MISSING if found.delimiter is None or found.delimiter not in mark]
    try:
        relation = connection.read_csv(files.patterns, na_values=missing, **given, **marks)
    except FAILURES:
        faults = (ragged(Path(path), found) for path in named.paths)
        fault = next((fault for fault in faults if fault is not None), None)
        if fault is not None:
            raise fault from None
        raise
    columns = relation.columns
    has_names = bool(head.names) and head.names[0].strip().lower() == columns[0].lower()
    of_words = given | {"header": has_names or found.header is True}
    words = _yes_and_no(relation, lambda: connection.read_csv(files.patterns, all_varchar=True, **of_words))
    if words:
        relation = connection.read_csv(files.patterns, na_values=missing, dtype=words, **of_words, **marks)
    if head.marks:
        given["header"] = has_names or found.header is True
        _say_marks(connection.read_csv(files.patterns, all_varchar=True, **given), columns, files=named)
    if head.numbers_as_names:
        shown = ", ".join(head.names[:6]) + ", ..." * (len(head.names) > 6)
        warn(
            f"The first line of {named.name} is taken for names of columns ({shown}), as it is unlike the rows below: "
            "if it is a row, write a line of names above it."
        )
    return relation, (*head.names, *columns[len(head.names) :]) if has_names else ()


def _yes_and_no(relation: duckdb.DuckDBPyRelation, texts: Callable[[], duckdb.DuckDBPyRelation]) -> dict[str, str]:
    """The columns of yes and no, as text: DuckDB takes them for booleans, and no data frame does."""
    truths = [place for place, kind in enumerate(relation.types) if str(kind) == "BOOLEAN"]
    first = texts().limit(_FIRST).fetchall() if truths else []
    words = [p for p in truths if any((row[p] or "").strip().lower() in ("yes", "no") for row in first)]
    return {relation.columns[place]: "VARCHAR" for place in words}


def _say_marks(relation: duckdb.DuckDBPyRelation, columns: Sequence[str], files: Files) -> None:
    """Warns of cells with a mark that is taken as missing, by what the first lines have shown."""
    marks = ", ".join("'" + mark.replace("'", "''") + "'" for mark in MISSING if mark)
    parts = [f"count(*) filter (where {_quoted(name)} in ({marks}))" for name in relation.columns]
    (counts,) = relation.aggregate(", ".join(parts)).fetchall()
    found = [(name, times) for name, times in zip(columns, counts, strict=False) if times]
    if found:
        shown = ", ".join(f"{times} in {name!r}" for name, times in found[:6]) + ", ..." * (len(found) > 6)
        warn(
            f"Cells of {files.name} are taken as missing for their marks, such as NA or null: {shown}. To keep them as "
            "text, read the file yourself and pass the data frame."
        )


def _names_of_parquet(connection: duckdb.DuckDBPyConnection, files: Files, columns: Sequence[str]) -> tuple[str, ...]:
    """The names of Parquet's columns as they are written, where DuckDB has perhaps changed one that it has twice."""
    if files.remote or not any(re.search(r"_\d+$", name) for name in columns):
        return ()
    found = connection.table_function("parquet_schema", [files.patterns[0]]).project("name, num_children")
    names = [str(name) for name, children in found.fetchall() if not children]
    return (*names, *columns[len(names) :]) if len(names) <= len(columns) else ()


def _in_memory(relation: duckdb.DuckDBPyRelation, names: Sequence[str]) -> nw.DataFrame[Any] | dict[str, Any]:
    """The relation's rows under other names, in its order."""
    if find_spec("pyarrow") is None:
        return dict(zip(names, relation.fetchnumpy().values(), strict=True))
    frame: nw.DataFrame[Any] = nw.from_native(relation.to_arrow_table().rename_columns(list(names)), eager_only=True)
    return frame


def _of_numbers(names: Sequence[str]) -> bool:
    return all(map(is_number, names))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@contextmanager
def explained(name: str | None) -> Iterator[None]:
    """In the block, what fails while a file is read names the file."""
    try:
        yield
    except FAILURES as error:
        raise unreadable(name, error) from error


def guarded(name: str | None, read: Read) -> Read:
    """The reader with errors that name the file."""

    def read_or_explain() -> Iterator[Any]:
        with explained(name):
            yield from read()

    return read_or_explain


def unreadable(name: str | None, error: Exception) -> InvalidData:
    """The error for a file that fails while it is read."""
    text = str(error).strip()
    reason = (text.splitlines() or [type(error).__name__])[0]
    if name is None:
        return InvalidData(f"The table cannot be read ({reason}): look at what it is made of, and read it anew.")
    if (line := _LINE.search(text)) and (widths := _WIDTHS.search(text)):
        return InvalidData(
            f"Line {line[1]} of {name} has {widths[2]} cell{'s' * (widths[2] != '1')} where the others have "
            f"{widths[1]}: correct the line, where a cell that holds a separator must stand in quotes, or take it out."
        )
    if line and (cell := _CELL.search(text)):
        return InvalidData(
            f"Line {line[1]} of {name} holds {cell[2]!r} in column {cell[1]!r}, which is read as "
            f"{cell[3].lower()} by its first rows: correct it or, if it marks a missing value, pass "
            f"symcat.solve(duckdb.read_csv({name!r}, na_values=[{cell[2]!r}]))."
        )
    return InvalidData(
        f"{name} cannot be read ({reason}): the file may be damaged, cut off, not what its extension says, or not "
        "readable for this user. Write or download it again, or read it yourself and pass the data frame."
    )
