"""All rows of a table with their gaps, for classes that make use of every cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from symcat.data.ingest import Source, open_table, read_again_if_wrong
from symcat.data.moments import Floats
from symcat.data.schema import Kind, Schema
from symcat.data.shape import check_shape
from symcat.data.statistics.scaling import reject_infinity
from symcat.data.weights import Weight
from symcat.errors import InvalidData


@dataclass(frozen=True)
class Incomplete:
    """The encoded rows (m, d) that have a value at least, NaN where a cell is missing, and how often each occurred."""

    rows: Floats
    times: Floats  # (m,)
    n_empty: int  # rows without a value
    schema: Schema
    source: Source

    @property
    def gaps(self) -> bool:
        """Whether a cell of these rows is missing."""
        return bool(np.isnan(self.rows).any())


def all_rows(
    data: object,
    columns: Sequence[str] | None,
    *,
    kind: Kind | None = None,
    kinds: Mapping[str, Kind] | None = None,
    weight: Weight | None = None,
    wide: bool = True,
) -> Incomplete:
    """All rows, held in memory.

    Parameters
    ----------
    data, columns, kind, kinds, weight, wide : as for ``measure``; ``weight`` holds counts.

    Raises
    ------
    InvalidData : as ``measure`` does for data that cannot be read and for infinite values; and where all cells are
        missing.
    """

    def work(source: Source) -> Incomplete:
        parts, masses, first = [], [], 0
        for batch, times in source.masses():
            infinite = np.isinf(batch).any(axis=1)
            if infinite.any():
                place = int(infinite.argmax())
                reject_infinity(batch[place : place + 1], source.columns, first + place)
            first += len(batch)
            parts.append(np.array(batch, dtype=np.float64))
            masses.append(np.array(times, dtype=np.float64))
        rows, times = np.concatenate(parts), np.concatenate(masses)
        rows, times = rows[times > 0.0], times[times > 0.0]
        empty = np.isnan(rows).all(axis=1)
        if empty.all():
            raise InvalidData("There is no value in any row: check the file or the filter that produced it.")
        n_empty = int(times[empty].sum())
        rows, times = rows[~empty], times[~empty]
        check_shape(int(times.sum()), len(source.schema), wide=wide)
        return Incomplete(rows, times, n_empty, source.schema, source)

    source = open_table(data, columns, kind=kind, kinds=kinds, weight=weight, set_aside="all", wide=wide, coded=True)
    return read_again_if_wrong(source, work)
