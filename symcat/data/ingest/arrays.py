"""Sources made of numpy arrays, dicts of arrays and lists of numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.source import CATEGORIES, TIMES, Source, choose, gather_columns, no_rows, not_numeric
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.errors import InvalidData


def default_names(dimension: int) -> tuple[str, ...]:
    """Names of the columns of data that has none."""
    return ("x",) if dimension == 1 else tuple(f"x{j}" for j in range(dimension))


def as_arrays(data: object) -> dict[str, NDArray[Any]] | None:
    """Columns of data that is made of numpy arrays or numbers, None for anything else."""
    if isinstance(data, Mapping):
        columns = {str(name): _as_array(values) for name, values in data.items()}
        if len(columns) < len(data):
            raise InvalidData("Two columns have the same name once written as text: rename one.")
        for name, values in columns.items():
            if values.ndim != 1:
                raise InvalidData(f"Column {name!r} has shape {values.shape}: pass one-dimensional arrays.")
        lengths = {name: len(values) for name, values in columns.items()}
        if len(set(lengths.values())) > 1:
            raise InvalidData(f"The columns have different lengths {lengths}: pass arrays of one length.")
        return columns
    if isinstance(data, list | tuple):
        try:
            data = np.asarray(data)
        except ValueError as error:
            raise InvalidData(f"The list is not rectangular ({error}): pass rows of one length.") from error
    if not isinstance(data, np.ndarray):
        return None
    if data.dtype.names:
        return {name: data[name] for name in data.dtype.names}
    if data.ndim not in (1, 2):
        raise InvalidData(f"The array has shape {data.shape}: pass (rows,) or (rows, columns); reshape it first.")
    table = data[:, None] if data.ndim == 1 else data
    return {name: table[:, j] for j, name in enumerate(default_names(table.shape[1]))}


def _as_array(values: Any) -> NDArray[Any]:
    return values if isinstance(values, np.ma.MaskedArray) else np.asarray(values)


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
            raise not_numeric(name, arrays[name].dtype, cure.get(arrays[name].dtype.kind, "pass real numbers"))
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

    def piece(start: int, stop: int) -> Floats:
        part = values[start:stop]
        plain = np.ma.getdata(part)
        numbers = numbers_of_objects(name, plain) if part.dtype == object else plain.astype(np.float64, copy=False)
        return np.where(part.mask, np.nan, numbers) if isinstance(part, np.ma.MaskedArray) else numbers

    return piece


def numbers_of_objects(name: str, values: NDArray[Any]) -> Floats:
    """float64 of an array of Python objects, None meaning missing; text that looks like a number is still text."""
    for value in values:
        if isinstance(value, str | bytes):
            raise not_numeric(name, f"object with text such as {value!r}", CATEGORIES)
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise not_numeric(name, f"object ({error})", "convert its values to numbers or drop it") from error
