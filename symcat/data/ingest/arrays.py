"""Sources made of numpy arrays, dicts of arrays and lists of numbers."""

from __future__ import annotations

import datetime
import math
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.source import (
    CATEGORIES,
    NESTED,
    REAL,
    TIMES,
    Source,
    choose,
    gather_columns,
    no_rows,
    not_numeric,
)
from symcat.data.levels import is_absent
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.errors import InvalidData


def default_names(dimension: int) -> tuple[str, ...]:
    """Names of the columns of data that has none."""
    return ("x",) if dimension == 1 else tuple(f"x{j}" for j in range(dimension))


def has_names(data: object) -> bool:
    """Whether columns of arrays have names that are the data's own."""
    return isinstance(data, Mapping) or bool(isinstance(data, np.ndarray) and data.dtype.names)


def array_of(data: object) -> NDArray[Any]:
    """Whatever numpy takes for an array of numbers. Raises InvalidData, with a hint, for anything else."""
    kind = type(data)
    if hasattr(data, "toarray") and hasattr(data, "nnz"):
        raise InvalidData(f"Data of type {kind.__name__} is sparse: pass data.toarray(), or its columns that vary.")
    if hasattr(data, "read"):
        raise InvalidData(f"Data of type {kind.__name__} is an open file: pass its path, or read it into a data frame.")
    if isinstance(data, range | memoryview | array) or (hasattr(kind, "__array__") and not isinstance(data, type)):
        return np.asarray(data)
    if isinstance(data, Iterator):
        raise InvalidData(f"Data of type {kind.__name__} can be read once only: pass list(data), or a numpy array.")
    raise InvalidData(
        f"Data of type {kind.__name__} is not understood: pass a data frame (pandas, polars, pyarrow, Dask), a DuckDB "
        "relation, a numpy array, a dict of arrays, or the path of a CSV or Parquet file."
    )


def as_arrays(data: object) -> dict[str, NDArray[Any]] | None:
    """Columns of data that is made of numpy arrays or numbers, None for anything else."""
    if isinstance(data, Mapping):
        columns = {str(name): _as_array(values) for name, values in data.items()}
        if len(columns) < len(data):
            raise InvalidData("Two columns have the same name once written as text: rename one.")
        _checked(columns)
        lengths = {name: len(values) for name, values in columns.items()}
        if len(set(lengths.values())) > 1:
            raise InvalidData(f"The columns have different lengths {lengths}: pass arrays of one length.")
        return columns
    if isinstance(data, list | tuple):
        try:
            data = np.asarray(data)
        except ValueError as error:
            raise InvalidData(f"The rows have different lengths: pass rows of one length, or {NESTED}.") from error
    if not isinstance(data, np.ndarray):
        return None
    if data.dtype.names:
        return _checked({name: data[name] for name in data.dtype.names})
    if data.ndim not in (1, 2):
        raise InvalidData(f"The array has shape {data.shape}: pass (rows,) or (rows, columns); reshape it first.")
    table = data[:, None] if data.ndim == 1 else data
    return {name: table[:, j] for j, name in enumerate(default_names(table.shape[1]))}


def _checked(columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The columns. Raises InvalidData for one that is not one-dimensional."""
    for name, values in columns.items():
        if values.ndim != 1:
            raise InvalidData(f"Column {name!r} has shape {values.shape}: pass one-dimensional arrays.")
    return columns


def _as_array(values: Any) -> NDArray[Any]:
    if isinstance(values, np.ma.MaskedArray):
        return values
    try:
        found = np.asarray(values)
    except ValueError as error:
        raise InvalidData(f"A column holds rows of different lengths: {NESTED}.") from error
    return found.astype(object) if found.dtype.kind == "T" else found


def _is_plain(values: NDArray[Any]) -> bool:
    return values.dtype == np.float64 and not isinstance(values, np.ma.MaskedArray)


def open_arrays(
    data: object,
    arrays: dict[str, NDArray[Any]],
    columns: Sequence[str] | None,
    exclude: Sequence[str],
    allow_empty: bool,
) -> Source:
    """Columns of ``data`` as a Source of real numbers; the other arguments and the errors as for ``open_table``."""
    chosen = choose(list(arrays), columns, exclude)
    for name in chosen:
        if arrays[name].dtype.kind not in "fiubO":
            cure = {"U": CATEGORIES, "S": CATEGORIES, "M": TIMES, "m": TIMES}
            raise not_numeric(name, arrays[name].dtype, cure.get(arrays[name].dtype.kind, REAL))
    rows = len(arrays[chosen[0]])
    if not rows and not allow_empty:
        raise no_rows()
    whole = isinstance(data, np.ndarray) and not data.dtype.names and len(chosen) == len(arrays)
    if whole and isinstance(data, np.ndarray) and _is_plain(data):
        table = data.reshape(rows, len(chosen))
        return Source(Schema.real(chosen), lambda: iter((table,)), rows, arrays=arrays)
    pieces = [piece_of_array(name, arrays[name]) for name in chosen]
    views = tuple(arrays[name] for name in chosen) if all(_is_plain(arrays[name]) for name in chosen) else None
    return Source(Schema.real(chosen), lambda: gather_columns(pieces, rows), rows, views, arrays=arrays)


def piece_of_array(name: str, values: NDArray[Any]) -> Callable[[int, int], Floats]:
    """A function that gives a run of the values as float64, converting no more than it gives."""
    if _is_plain(values):
        return lambda start, stop: values[start:stop]

    def piece(start: int, stop: int) -> Floats:
        part = values[start:stop]
        plain = np.ma.getdata(part)
        with np.errstate(over="ignore"):  # of long doubles, which are then infinite
            numbers = numbers_of_objects(name, plain) if part.dtype == object else plain.astype(np.float64, copy=False)
        return np.where(part.mask, np.nan, numbers) if isinstance(part, np.ma.MaskedArray) else numbers

    return piece


def numbers_of_objects(name: str, values: NDArray[Any]) -> Floats:
    """float64 of an array of Python objects, None meaning missing; text that looks like a number is still text."""
    for value in values.flat:
        if isinstance(value, str | bytes):
            raise not_numeric(name, f"object with text such as {value!r}", CATEGORIES)
        if isinstance(value, datetime.date | datetime.timedelta | np.datetime64 | np.timedelta64):
            raise not_numeric(name, f"object with times such as {value!r}", TIMES)
        if isinstance(value, list | tuple | np.ndarray):
            raise not_numeric(name, "object with lists", NESTED)
        if isinstance(value, Mapping):
            raise not_numeric(name, "object with dicts", "make a table of them by pandas.DataFrame(rows)")
    try:
        return np.array([math.nan if is_absent(value) else float(value) for value in values.tolist()])
    except (TypeError, ValueError, ArithmeticError) as error:
        raise not_numeric(name, f"object ({error})", "convert its values to numbers or drop it") from error
