"""Data whose columns are known by name, before any of them is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.arrays import array_of, as_arrays, has_names
from symcat.data.ingest.files import Read, frame_of_files, guarded
from symcat.data.ingest.frames import as_frame
from symcat.data.ingest.paths import is_path
from symcat.data.ingest.source import choose

Which: TypeAlias = Literal["labels", "all"]
"""Which columns are left out: those that only label the rows, or all that are no measurements."""
Indicated: TypeAlias = Literal["text", "all"]
"""Which columns have indicators: text of more than two levels, or whatever is to be categorical."""


@dataclass(frozen=True)
class Opened:
    """A table: arrays by name, a frame in memory, or a lazy one; of files also what they are called in messages."""

    data: object
    table: dict[str, NDArray[Any]] | nw.DataFrame[Any] | nw.LazyFrame[Any]
    name: str | None = None

    @property
    def names(self) -> list[str]:
        """The names of all columns."""
        return list(self.table if isinstance(self.table, dict) else self.table.collect_schema())

    @property
    def is_empty(self) -> bool:
        """Whether it is known to have no rows; of a lazy frame it is not."""
        if isinstance(self.table, nw.LazyFrame):
            return False
        return not (
            len(self.table) if isinstance(self.table, nw.DataFrame) else len(next(iter(self.table.values()), ()))
        )

    @property
    def is_named(self) -> bool:
        """Whether the names are the data's own."""
        return not isinstance(self.table, dict) or has_names(self.data)

    @property
    def guard(self) -> Callable[[Read], Read]:
        """Wraps a reader of rows, so that its errors name the file."""
        return lambda read: guarded(self.name, read)

    def columns(self, chosen: Sequence[str] | None, exclude: Sequence[str] = ()) -> tuple[str, ...]:
        """The columns to measure, by name. Raises InvalidData for unknown and repeated ones."""
        return choose(self.names, chosen, exclude)


def opened(data: object) -> Opened:
    """Data of any kind with its columns known; errors as for ``open_table``."""
    if is_path(data):
        frame, name = frame_of_files(data)
        return Opened(data, frame, name)
    if isinstance(data, np.ndarray) and not isinstance(data, np.ma.MaskedArray):
        data = np.asarray(data)  # of a matrix, every part would be a matrix again
    arrays = as_arrays(data)
    if arrays is not None:
        return Opened(data, arrays)
    known = as_frame(data)
    if known is not None:
        return Opened(data, known)
    array = array_of(data)
    return Opened(array, as_arrays(array) or {})
