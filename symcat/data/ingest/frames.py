"""Sources made of data frames, series and relations, through narwhals."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.arrays import piece_of_array
from symcat.data.ingest.source import (
    BATCH_VALUES,
    CATEGORIES,
    REAL,
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


def as_frame(data: Any) -> Frame | None:
    """Whatever narwhals knows, as its frame, None for anything else; a series becomes a frame of one column.

    Raises InvalidData for repeated column names.
    """
    if isinstance(data, type):
        return None
    data = _with_plain_names(data)
    names = _column_names(data)
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise InvalidData(f"More than one column is called {repeated[0]!r}: rename or drop the duplicates.")
    try:
        with warnings.catch_warnings():
            # Of where narwhals keeps its code for Dask, which is nothing to a user.
            warnings.filterwarnings("ignore", "Dask support is moving", FutureWarning)
            native = nw.from_native(data, allow_series=True)
    except (TypeError, nw.exceptions.NarwhalsError):
        if not hasattr(data, "__arrow_c_stream__") or find_spec("pyarrow") is None:
            return None
        native = nw.from_arrow(data, backend="pyarrow")
    if isinstance(native, nw.Series):
        return native.alias("x" if native.name is None or native.name == "" else str(native.name)).to_frame()
    frame: Frame = native
    if frame.implementation.is_pyarrow():
        return _decoded(frame)
    numbered = {name: str(name) for name in frame.columns if not isinstance(name, str)}
    if numbered:
        # pandas numbers columns without names, and narwhals takes numbers for places.
        frame = nw.from_native(frame.to_native().rename(columns=numbered))
    return _named_intervals(frame)


def _named_intervals(frame: Frame) -> Frame:
    """With pandas' intervals, which ``pandas.cut`` makes, as the texts that they are shown by, in their order."""
    if not frame.implementation.is_pandas():
        return frame
    native = frame.to_native()
    texts: dict[Any, Any] = {}
    for name, dtype in native.dtypes.items():
        if str(dtype).startswith("interval"):
            texts[name] = native[name].astype("category").cat.as_ordered()
        elif dtype == "category" and str(dtype.categories.dtype).startswith("interval"):
            texts[name] = native[name]
    return (
        nw.from_native(native.assign(**{n: v.cat.rename_categories(lambda one: str(one)) for n, v in texts.items()}))
        if texts
        else frame
    )


def _with_plain_names(data: Any) -> Any:
    """A pandas frame whose columns have names in several levels, with these joined; anything else as it is."""
    if not hasattr(data, "set_axis") or not hasattr(data, "columns") or getattr(data.columns, "nlevels", 1) < 2:
        return data
    return data.set_axis(["_".join(str(part) for part in name if str(part)) for name in data.columns], axis=1)


def _decoded(frame: Frame) -> nw.DataFrame[Any]:
    """A pyarrow table with numbers where they are stored in a dictionary or in runs."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = nw.to_native(frame)
    for place, field in enumerate(table.schema):
        if pa.types.is_run_end_encoded(field.type):
            chunks = [pc.run_end_decode(chunk) for chunk in table.column(place).chunks]
            table = table.set_column(place, field.name, pa.chunked_array(chunks, field.type.value_type))
        elif pa.types.is_dictionary(field.type) and not _is_text(pa, field.type.value_type):
            table = table.set_column(place, field.name, table.column(place).cast(field.type.value_type))
    return nw.from_native(table, eager_only=True)


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


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
    check_castable(series)
    return lambda start, stop: as_numbers(series[start:stop])


def check_castable(series: nw.Series[Any]) -> None:
    """Raises InvalidData for complex numbers, of which half would be lost."""
    dtype = getattr(series.to_native(), "dtype", None)
    if getattr(dtype, "kind", "") == "c":
        raise not_numeric(series.name, dtype, REAL)


def as_numbers(series: nw.Series[Any]) -> Floats:
    """The values as float64. Raises InvalidData where its library cannot make numbers of them."""
    try:
        return series.cast(nw.Float64).to_numpy()
    except (TypeError, ValueError, NotImplementedError, nw.exceptions.NarwhalsError) as error:
        dtype = getattr(series.to_native(), "dtype", None) if series.dtype == nw.Unknown else series.dtype
        raise not_numeric(series.name, f"{dtype} ({error})", "convert it to numbers or drop it") from error


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
