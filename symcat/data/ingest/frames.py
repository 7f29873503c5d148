"""Sources made of data frames, series and relations, through narwhals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.arrays import piece_of_array
from symcat.data.ingest.source import (
    BATCH_VALUES,
    CATEGORIES,
    TIMES,
    Frame,
    Source,
    choose,
    gather_columns,
    no_rows,
    not_numeric,
)
from symcat.data.ingest.spins import batch_rows
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.errors import InvalidData

TEXT = (nw.String, nw.Categorical, nw.Enum)
"""Types of text and of categories."""

KEPT = (
    *(nw.Boolean, *TEXT, nw.Float32, nw.Float64),
    *(nw.Int8, nw.Int16, nw.Int32, nw.Int64, nw.UInt8, nw.UInt16, nw.UInt32, nw.UInt64),
)
"""Types whose values numpy, or a series of text, holds as they are."""

_CURES = (
    ((nw.Date, nw.Datetime, nw.Duration, nw.Time), TIMES),
    (TEXT, CATEGORIES),
    ((nw.List, nw.Array, nw.Struct), "split it into one column per number or drop it"),
)


def as_frame(data: object) -> Frame:
    """Whatever narwhals knows, as its frame; a series becomes a frame of one column.

    Raises InvalidData for repeated column names and for anything else.
    """
    names = _column_names(data)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidData(f"More than one column is called {repeated[0]!r}: rename or drop the duplicates.")
    try:
        native = nw.from_native(data, allow_series=True)  # type: ignore[call-overload]
    except (TypeError, nw.exceptions.NarwhalsError) as error:
        raise InvalidData(
            f"Data of type {type(data).__name__} is not understood: pass a data frame (pandas, polars, pyarrow, Dask), "
            "a DuckDB relation, a numpy array, a dict of arrays, or the path of a CSV or Parquet file."
        ) from error
    if isinstance(native, nw.Series):
        return native.alias("x" if native.name is None or native.name == "" else str(native.name)).to_frame()
    frame: Frame = native
    numbered = {name: str(name) for name in frame.columns if not isinstance(name, str)}
    if numbered:
        # pandas numbers columns without names, and narwhals takes numbers for places.
        frame = nw.from_native(frame.to_native().rename(columns=numbered))
    return frame


def _column_names(data: Any) -> list[str]:
    """Names before narwhals sees them: it refuses duplicates in words of its own, or overlooks them."""
    names = getattr(data, "column_names", None)
    if names is None and not hasattr(data, "collect_schema") and hasattr(data, "columns"):
        names = data.columns
    return [str(name) for name in names] if names is not None and not callable(names) else []


def open_frame(frame: Frame, columns: Sequence[str] | None, exclude: Sequence[str], allow_empty: bool) -> Source:
    """A frame as a Source of real numbers; arguments and errors as for ``open_table``."""
    schema = frame.collect_schema()
    chosen = choose(list(schema), columns, exclude)
    for name in chosen:
        check_type(name, schema[name])
    if isinstance(frame, nw.LazyFrame):
        return Source(Schema.real(chosen), lambda: _read_lazily(frame, chosen), frame=frame)
    rows = len(frame)
    if not rows and not allow_empty:
        raise no_rows()
    views = [_view(frame[name]) for name in chosen]
    whole = tuple(view for view in views if view is not None)
    pieces = [piece_of_series(frame[name], view) for name, view in zip(chosen, views, strict=True)]
    shared = whole if len(whole) == len(views) else None
    return Source(Schema.real(chosen), lambda: gather_columns(pieces, rows), rows, shared, frame)


def check_type(name: str, dtype: Any) -> None:
    """Raises InvalidData if a column of this type can hold no numbers."""
    # Unknown is a column of nulls only; Object may hold numbers, which shows when it is read.
    if dtype.is_numeric() or dtype in (nw.Boolean, nw.Unknown, nw.Object):
        return
    cure = next((cure for types, cure in _CURES if dtype in types), "convert it to numbers or drop it")
    raise not_numeric(name, dtype, cure)


def check_type_or_text(name: str, dtype: nw.dtypes.DType) -> None:
    """Raises InvalidData if a column of this type can hold neither numbers nor text."""
    if dtype not in TEXT:
        check_type(name, dtype)


def piece_of_series(series: nw.Series[Any], view: Floats | None = None) -> Callable[[int, int], Floats]:
    """A function that gives a run of the series as float64, by way of its ``view`` if it has one."""
    if series.dtype == nw.Object:
        return piece_of_array(series.name, series.to_numpy())
    if view is not None:
        return lambda start, stop: view[start:stop]
    return lambda start, stop: series[start:stop].cast(nw.Float64).to_numpy()


def _view(series: nw.Series[Any]) -> Floats | None:
    """The series as an array without copying it, or None where that cannot be."""
    native = series.to_native()
    if series.dtype != nw.Float64:
        return None
    if series.implementation.is_pandas():
        # pandas' own nullable columns would be copied.
        values: object = native.to_numpy() if isinstance(native.dtype, np.dtype) else None
    elif series.null_count():
        return None
    elif series.implementation.is_polars():
        values = native.to_numpy() if native.n_chunks() == 1 else None
    elif series.implementation.is_pyarrow():
        values = native.chunk(0).to_numpy(zero_copy_only=True) if native.num_chunks == 1 else None
    else:
        return None
    return values if isinstance(values, np.ndarray) else None


def _read_lazily(frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> Iterator[Floats]:
    schema = frame.collect_schema()
    numbers = [number(name, schema[name]).alias(name) for name in columns]
    for part in parts_of(frame.select(*numbers), batch_rows(len(columns), BATCH_VALUES)):
        if isinstance(part, nw.DataFrame):
            yield from open_frame(part, columns, (), allow_empty=True).read()
        else:
            yield from gather_columns([piece_of_array(name, part[name]) for name in columns], len(part[columns[0]]))


def number(name: str, dtype: nw.dtypes.DType, kind: type[nw.dtypes.NumericType] = nw.Float64) -> nw.Expr:
    """A column of a lazy frame as numbers of a ``kind``."""
    value = nw.col(name)
    # Compared first: a bare cast would reach DuckDB's CSV reader, which would look for digits and refuse the word true.
    return (value == nw.lit(True) if dtype == nw.Boolean else value).cast(kind)


def parts_of(frame: nw.LazyFrame[Any], rows: int) -> Iterator[nw.DataFrame[Any] | dict[str, NDArray[Any]]]:
    """Consecutive rows of a lazy frame in memory, in parts of about so many where its engine lets one choose.

    Arrays instead of a frame come from DuckDB where pyarrow is missing: the whole result at once.
    """
    native = frame.to_native()
    if frame.implementation.is_duckdb():
        try:
            import pyarrow as arrow
        except ImportError:
            yield native.fetchnumpy()
            return
        for batch in native.to_arrow_reader(rows):
            yield nw.from_native(arrow.Table.from_batches([batch]), eager_only=True)
    elif frame.implementation.is_dask():
        for partition in native.partitions:
            yield nw.from_native(partition.compute(), eager_only=True)
    elif frame.implementation.is_polars():
        for part in native.collect_batches(maintain_order=True):
            yield nw.from_native(part, eager_only=True)
    else:
        yield frame.collect()
