"""The rows and numbers that a user asks an answer about, as its class takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcat.answer.records import Floats
from symcat.data.ingest import open_table, opened
from symcat.data.ingest.indicators import Categories, indicated, name_of, texts_for
from symcat.data.ingest.paths import is_path
from symcat.data.ingest.source import unknown_column
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models.base import Model, Parameters, Rest
from symcat.models.remaining import left_of


def numbers_of(values: Any, name: str) -> Floats:
    """Numbers, none of them missing. Raises InvalidData otherwise."""
    try:
        found = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"{name} is not made of numbers ({error}): pass numbers.") from error
    if np.isnan(found).any():
        raise InvalidData(f"{name} holds a missing value: leave it out.")
    return found


def stated(values: Any, columns: Mapping[str, Any]) -> dict[str, Any]:
    """Values of columns, by name: those of a mapping and those stated one by one.

    Raises InvalidData for what is no mapping, and for a column that is in both.
    """
    if values is not None and not isinstance(values, Mapping):
        raise InvalidData(
            f"given({values!r}) does not say which columns have values: pass a mapping of names, given({{'name': "
            "value}), or given(name=value)."
        )
    twice = [name for name in columns if name in (values or {})]
    if twice:
        raise InvalidData(f"given() has column {twice[0]!r} in the mapping and beside it: state it once.")
    return {**(values or {}), **columns}


def in_words(values: Mapping[str, Any]) -> str:
    """Each column and its value."""
    return ", ".join(
        f"{name} = {value:.6g}" if isinstance(value, float) else f"{name} = {value}" for name, value in values.items()
    )


def occurs(
    model: Model, parameters: Parameters, log_partition: float, known: Mapping[int, float], left: Model, rest: Rest
) -> bool:
    """Whether rows with the known values have a density under a law, of which ``rest`` is that of the other columns.

    The joint density is that of the known values times that of the others, so that of a row of the rest tells.
    """
    if not all(np.isfinite(np.asarray(value, dtype=np.float64)).all() for value in rest.parameters.values()):
        return False
    row = np.empty((1, len(model.schema)))
    at = list(known)
    row[0, at] = [known[j] for j in at]
    row[0, left_of(len(model.schema), known)] = left.sample(rest.parameters, 1, np.random.default_rng(0))[0]
    return bool(np.isfinite(model.log_density(parameters, log_partition, row)[0]))


def conditions(values: Mapping[str, Any], schema: Schema) -> dict[int, float]:
    """Position and encoded value of each column that is known.

    Raises InvalidData for others, for a value that a column does not have, and where no column is left.
    """
    columns = schema.columns
    unknown = [name for name in values if name not in columns]
    if unknown or not values:
        first = schema.levels[0]
        raise InvalidData(
            f"given() takes values of columns, such as {columns[0]}={0.0 if first is None else first[0]!r}"
            + (f": there is no column {unknown[0]!r}, but {', '.join(columns[:8])}." if unknown else ".")
        )
    if len(values) == len(columns):
        raise InvalidData("given() leaves no column whose law could be told: leave one out.")
    found = {columns.index(name): _known(name, value, schema) for name, value in values.items()}
    return dict(sorted(found.items()))


def _known(name: str, value: Any, schema: Schema) -> float:
    """One value of a column as its encoded number."""
    levels = schema.levels_of.get(name)
    if levels is None:
        number = numbers_of(value, name)
        if number.ndim or not np.isfinite(number):
            raise InvalidData(f"{name}={value!r} is not a value of a column: pass one finite number.")
        return float(number)
    words = f"{name}={value!r} is no value of this column: pass one of {', '.join(map(repr, levels))}."
    if np.ndim(value):
        raise InvalidData(words)
    try:
        (code,) = schema.part([schema.columns.index(name)]).encode([value]).tolist()
    except InvalidData:
        raise InvalidData(words) from None
    if np.isnan(code):
        raise InvalidData(f"{name}={value!r} is missing: leave it out.")
    return float(code)


def check_finite(rows: Floats, name: str, large: str) -> None:
    """Raises InvalidData for rows (m, d) of which nothing can be said."""
    strange = ~np.isfinite(rows).all(axis=1)
    if strange.any():
        raise InvalidData(
            f"Row {int(strange.argmax())} of {name} (counted from 0) has a missing or infinite value, or one {large}: "
            "leave such rows out."
        )


def with_indicators(x: Any, columns: Sequence[str], categories: Categories) -> Any:
    """Data with the indicators of its texts, where it has none; an array of the columns as they came is taken too."""
    if not categories:
        return x
    if not (isinstance(x, Mapping) or hasattr(type(x), "columns") or _is_file(x)):
        own = texts_for(columns, categories)
        rows = np.asarray(x, dtype=object)
        if rows.ndim == 2 and rows.shape[1] == len(own) < len(columns):
            x = {name: rows[:, j] for j, name in enumerate(own)}
        else:
            return x
    found = opened(x)
    for name in texts_for(columns, categories):
        made = [name_of(name, level) for level in categories.get(name, ())[1:]]
        if name not in found.names and not (made and set(made) <= set(found.names)):
            raise unknown_column(name, found.names)
    texts = {name: levels for name, levels in categories.items() if name in found.names}
    table = indicated(found, texts).table
    return table if isinstance(table, Mapping) else table.to_native()


def _is_file(x: Any) -> bool:
    """Whether it is the path of one, and no text for a column."""
    return is_path([x] if isinstance(x, str) else x)


def encoded(x: Any, schema: Schema) -> Floats:
    """Rows of the user's values as numbers (m, d), two-valued columns as -1 and +1.

    The columns of a frame, a file or a dict are matched by name and may be more than are needed; those of an array by
    place. A flat array is of one column, or rows one after the other.

    Raises InvalidData for a missing column, another number of them, or a value that a column does not have.
    """
    width = len(schema)
    structured = isinstance(x, np.ndarray) and x.dtype.names is not None
    if structured or isinstance(x, Mapping) or hasattr(type(x), "columns") or _is_file(x):
        source = open_table(x, schema.columns, schema=schema, allow_empty=True)
        return np.concatenate([np.empty((0, width)), *source.batches()])
    two_valued = any(pair is not None for pair in schema.levels)
    try:
        raw = np.asarray(x, dtype=object if two_valued else None)
        if x is None or (not two_valued and raw.dtype.kind not in "biufO"):
            raise TypeError("None" if x is None else f"type {raw.dtype}")
        rows = raw if two_valued else raw.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidData(f"x is not made of numbers ({error}): pass a frame, a dict, or rows of numbers.") from error
    if rows.ndim < 2 and rows.size % width == 0:
        rows = rows.reshape(-1, width)
    if rows.ndim != 2 or rows.shape[1] != width:
        raise InvalidData(f"x has shape {np.shape(rows)}; {width} columns are needed, one row per point.")
    return schema.encode(rows) if two_valued else rows
