"""Products of several two-valued columns as further columns, for couplings of three columns or more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from symcat.data.ingest.source import Source, unknown_column
from symcat.data.levels import MINUS_PLUS
from symcat.data.moments import Floats
from symcat.data.schema import Schema
from symcat.errors import InvalidData

Sets: TypeAlias = tuple[tuple[int, ...], ...]


def positions(sets: Sequence[Sequence[str]], schema: Schema) -> Sets:
    """Sets of columns, given by name, as ascending positions.

    Raises InvalidData for a set of fewer than two, and for an unknown, repeated or real column.
    """
    if not sets:
        return ()
    if "real" in schema.kinds:
        raise InvalidData(
            "interactions= couples two-valued or categorical columns; leave it out, or choose such columns with "
            "columns=."
        )
    found: list[tuple[int, ...]] = []
    for chosen in sets:
        if isinstance(chosen, str) or len(chosen) < 2:
            raise InvalidData(f"interactions= holds {chosen!r}: pass tuples of two or more column names.")
        for name in chosen:
            if name not in schema.columns:
                raise unknown_column(name, list(schema.columns))
        places = tuple(sorted({schema.columns.index(name) for name in chosen}))
        if len(places) < len(chosen) or places in found:
            raise InvalidData(
                f"interactions= names {tuple(chosen)!r} with a repetition: name each column, and each set, once."
            )
        found.append(places)
    return tuple(found)


def with_products(source: Source, sets: Sets) -> Source:
    """The source with a further column for each set of three or more: the product of its columns.

    Products of two columns are among the averages of any table; of categorical columns the rows are counted.
    """
    higher = [chosen for chosen in sets if len(chosen) > 2 and source.schema.only("two-valued")]
    if not higher:
        return source
    names = tuple("*".join(source.columns[i] for i in chosen) for chosen in higher)

    def wider(rows: Floats) -> Floats:
        return np.concatenate([rows, *(rows[:, list(c)].prod(axis=1, keepdims=True) for c in higher)], axis=1)

    def read() -> Iterator[Floats]:
        return (wider(rows) for rows in source.batches())

    def read_beside() -> Iterator[Floats]:
        return (np.concatenate([wider(rows), weight[:, None]], axis=1) for rows, weight in source.masses())

    schema = Schema((*source.columns, *names), (*source.schema.levels, *(MINUS_PLUS for _ in names)))
    if source.weight is not None:
        return Source(schema.followed_by(source.weight.name), read_beside, source.n_rows).weighing(source.weight)
    return Source(schema, read, source.n_rows)
