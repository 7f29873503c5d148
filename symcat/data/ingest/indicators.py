"""Text columns of several levels as indicator columns, ``column[level]``: 1 where the column is at that level, else 0.

The first level in ascending order is the reference, which has no indicator of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.columns import order_of_type, own_order
from symcat.data.ingest.frames import TEXT
from symcat.data.ingest.opened import Opened
from symcat.data.ingest.tables import checked_levels
from symcat.data.levels import MOST_LEVELS, ZERO_ONE, Levels, in_order, is_absent, plain, settle
from symcat.data.schema import Kind, Schema
from symcat.errors import InvalidData

Categories: TypeAlias = Mapping[str, tuple[Any, ...]]
"""Levels of each text column that has indicators, the reference first."""


def name_of(column: str, level: Any) -> str:
    """The name of an indicator."""
    return f"{column}[{level}]"


def categories_of(
    found: Opened, chosen: Sequence[str], target: Collection[str], *, stated: bool = False
) -> dict[str, tuple[Any, ...]]:
    """The levels of the chosen columns of text that have more than two; of columns of any type if they are ``stated``
    to be categorical. The ``target`` keeps its own.
    """
    levels: dict[str, tuple[Any, ...]] = {}
    for name in chosen if stated else _texts(found.table, chosen):
        values = checked_levels(name, all_levels(found.table, name)) if stated else distinct(found.table, name)
        if name not in target and 2 < len(values) <= MOST_LEVELS:
            levels[name] = values
    return levels


def _texts(table: Any, chosen: Sequence[str]) -> list[str]:
    """Those of the columns that are of text, or may be."""
    if isinstance(table, dict):
        return [name for name in chosen if is_text(table, name)]
    types = table.collect_schema()  # asked once: of many columns it takes long
    return [name for name in chosen if types[name] in TEXT]


def indicated(found: Opened, categories: Categories) -> Opened:
    """The table with the indicators beside its columns; a missing value is missing in all of its indicators.

    Raises InvalidData for a value that is none of the levels.
    """
    if not categories:
        return found
    table = found.table
    for name, levels in categories.items():
        strange = [value for value in _present(table, name) if value not in levels]
        if strange:
            known = ", ".join(map(repr, levels))
            raise InvalidData(f"Column {name!r} holds {strange[0]!r}, which is none of its levels: {known}.")
    if isinstance(table, dict):
        return replace(found, table=table | _of_arrays(table, categories))
    expressions = [
        nw.when(~nw.col(name).is_null()).then((nw.col(name) == level).cast(nw.Float64)).alias(name_of(name, level))
        for name, levels in categories.items()
        for level in levels[1:]
    ]
    return replace(found, table=table.with_columns(*expressions))


def names_with(chosen: Sequence[str], categories: Categories) -> tuple[str, ...]:
    """The chosen columns, the indicators in the places of theirs."""
    return tuple(
        new
        for name in chosen
        for new in ([name_of(name, level) for level in categories[name][1:]] if name in categories else [name])
    )


def texts_for(columns: Sequence[str], categories: Categories) -> tuple[str, ...]:
    """The columns with each text in the place of its indicators: ``names_with`` backwards."""
    of = {name_of(name, level): name for name, levels in categories.items() for level in levels[1:]}
    return tuple(dict.fromkeys(of.get(name, name) for name in columns))


def text_levels(found: Opened, columns: Sequence[str], categories: Categories, kinds: Mapping[str, Kind]) -> Schema:
    """The schema of real columns beside text of two levels, indicators, and columns whose ``kinds`` are stated.

    Raises InvalidData for text of one level, which does not tell the others.
    """
    of_indicators = {name_of(name, level) for name, levels in categories.items() for level in levels[1:]}
    levels: list[Any] = []
    for name in columns:
        if name in kinds:
            levels.append(_stated(found, name, kinds[name]))
            continue
        values = () if name in of_indicators else distinct(found.table, name)
        if len(values) == 1:
            raise InvalidData(
                f"Column {name!r} holds one level only, {values[0]!r}, which does not tell the others: state them by "
                f"categories={{{name!r}: [...]}}, or leave the column out with columns=[...]."
            )
        without_rows = name not in of_indicators and not values and is_text(found.table, name) and found.is_empty
        levels.append(ZERO_ONE if name in of_indicators or without_rows else values if len(values) == 2 else None)
    return Schema(tuple(columns), tuple(levels))


def all_levels(table: Any, name: str) -> Levels:
    """The distinct values of a column of any type, in the order that the data has for them, else ascending."""
    return _ordered(table, name, in_order(_present(table, name)))


def _ordered(table: Any, name: str, found: Levels) -> Levels:
    order: Levels = ()
    if isinstance(table, nw.LazyFrame):
        order = order_of_type(table.collect_schema()[name])
    elif isinstance(table, nw.DataFrame):
        order = own_order(table[name])
    return tuple(level for level in order if level in found) if set(found) <= set(order) else found


def _stated(found: Opened, name: str, kind: Kind) -> Levels | None:
    """The levels of a column that is of this kind."""
    levels = () if kind == "real" else all_levels(found.table, name)
    if len(levels) > 2 and kind == "categorical":
        return checked_levels(name, levels)
    return None if kind == "real" else settle(name, levels[:3], 0, forced=True)


def _of_arrays(table: Mapping[str, NDArray[Any]], categories: Categories) -> dict[str, NDArray[Any]]:
    made: dict[str, NDArray[Any]] = {}
    for name, levels in categories.items():
        values = np.asarray(table[name], dtype=object)
        absent = np.array([is_absent(value) for value in values], dtype=np.bool_)
        for level in levels[1:]:
            made[name_of(name, level)] = np.where(absent, np.nan, (values == level).astype(np.float64))
    return made


def _present(table: Any, name: str) -> tuple[Any, ...]:
    """The distinct values of a column of any kind."""
    if isinstance(table, dict):
        values = np.ma.getdata(table[name])[~np.ma.getmaskarray(table[name])].tolist()
        return tuple(dict.fromkeys(value for value in values if not is_absent(value)))
    if table.collect_schema()[name] in TEXT:
        return distinct(table, name)
    only = table.select(name).unique(name)
    if isinstance(only, nw.LazyFrame):
        only = only.collect()
    return tuple(value for value in only[name].to_list() if not is_absent(value))


def is_text(table: Any, name: str) -> bool:
    """Whether a column is of text, or may be."""
    if isinstance(table, dict):
        return np.ma.getdata(table[name]).dtype.kind in "UO"
    return table.collect_schema()[name] in TEXT


def distinct(table: Any, name: str) -> tuple[Any, ...]:
    """The levels of a column of text, in the order that the data has for them, else ascending; none of a column of
    anything else.

    Those of more than can be categories are not all named.
    """
    if isinstance(table, dict):
        values = np.ma.getdata(table[name])
        if values.dtype.kind not in "UO":
            return ()
        seen = {value for value in values.tolist() if not is_absent(value)}
        return tuple(sorted(seen)) if seen and all(isinstance(value, str) for value in seen) else ()
    if not is_text(table, name):
        return ()
    only = table.select(name).unique(name)
    if isinstance(only, nw.LazyFrame):
        only = only.collect()
    return _ordered(table, name, tuple(sorted(plain(value) for value in only[name].to_list() if not is_absent(value))))
