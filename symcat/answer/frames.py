"""Data frames handed back to the user, in the library the data came from, every column of a type that files know."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

PREFERRED = ("pandas", "polars", "pyarrow")
_EAGER = {nw.Implementation.PANDAS, nw.Implementation.POLARS, nw.Implementation.PYARROW, nw.Implementation.MODIN}

Frame: TypeAlias = nw.DataFrame[Any] | nw.LazyFrame[Any]


@dataclass(frozen=True)
class Text:
    """A column of few distinct texts: ``texts[codes[i]]`` in row i, null for None."""

    texts: tuple[str | None, ...]
    codes: NDArray[np.integer[Any]]

    @classmethod
    def of(cls, values: Sequence[str | None]) -> Text:
        """The column of these values."""
        texts = tuple(dict.fromkeys(values))
        place = {text: code for code, text in enumerate(texts)}
        return cls(texts, np.array([place[value] for value in values], dtype=np.int32))

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def null(self) -> NDArray[np.bool_]:
        """Which rows hold no text."""
        empty: NDArray[np.bool_] = np.array([text is None for text in self.texts], dtype=np.bool_)[self.codes]
        return empty

    @property
    def array(self) -> NDArray[np.object_]:
        """The values themselves."""
        values: NDArray[np.object_] = np.array(self.texts, dtype=object)[self.codes]
        return values


@dataclass(frozen=True)
class Key:
    """A column of the user's own, which keeps the type it has in the data: a date, a category, a nullable number."""

    values: NDArray[Any]

    def __len__(self) -> int:
        return len(self.values)


Column: TypeAlias = NDArray[Any] | Text | Key


def library_of(frame: Frame) -> str | None:
    """The library in which frames like this one are handed back, by its name; None where none is installed."""
    return _library(frame)


def build(columns: Mapping[str, Column], like: Frame | None = None, library: str | None = None) -> Any:
    """A data frame of ``columns`` in the ``library`` named, or that of ``like``; a dict of arrays when no frame library
    is installed.

    Lazy or out-of-core inputs (DuckDB, Dask, files) get the first of pandas, polars and pyarrow that the program has
    imported, else the first that is installed. ``like`` has the columns that are a ``Key``.
    """
    if library is None or not find_spec(library):
        library = _library(like)
    if library is None:
        return {name: column if isinstance(column, np.ndarray) else _array(column) for name, column in columns.items()}
    own = like if like is not None and like.implementation.value == library else None
    native = {name: _native(name, column, library, own) for name, column in columns.items()}
    return nw.from_dict(native, backend=library).to_native()  # type: ignore[arg-type]


def _library(like: Frame | None) -> str | None:
    if like is not None and like.implementation in _EAGER:
        return str(like.implementation.value)
    at_hand = [name for name in PREFERRED if name in sys.modules]
    return next((name for name in [*at_hand, *PREFERRED] if find_spec(name)), None)


def _array(column: Text | Key) -> NDArray[Any]:
    return column.array if isinstance(column, Text) else column.values


def _native(name: str, column: Column, library: str, own: Frame | None) -> Any:
    """The column as a series of the library."""
    if isinstance(column, Text):
        # A text in the dictionary, used or not, makes it one of texts where all values are null.
        texts = nw.new_series(name, [*column.texts, "", None], backend=library)  # type: ignore[arg-type]
        return nw.maybe_reset_index(texts[column.codes]).to_native()
    if not isinstance(column, Key):
        return _missing(column, library)
    # Objects go in one by one, so that the library finds out what they are.
    values = column.values.tolist() if column.values.dtype == object else column.values
    series = nw.new_series(name, values, backend=library).to_native()  # type: ignore[arg-type]
    if own is None:
        return series
    given = nw.to_native(own)
    if library == "polars":
        return series.cast(given.collect_schema()[name])
    if library == "pyarrow":
        return series.cast(given.schema.field(name).type)
    if column.values.dtype.kind == "M" and getattr(given[name].dtype, "tz", None) is not None:
        series = series.dt.tz_localize("UTC")  # an array of times with a zone is of UTC
    return series.astype(given[name].dtype)


def _missing(column: NDArray[Any], library: str) -> Any:
    """The numbers with NaN, which is none, as what the library says of a missing value."""
    if column.dtype.kind != "f" or library not in ("polars", "pyarrow"):
        return column
    if library == "polars":
        import polars as pl

        return pl.Series(column, nan_to_null=True)
    import pyarrow as pa

    return pa.chunked_array([pa.array(column, from_pandas=True)])
