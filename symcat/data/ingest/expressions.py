"""Columns as expressions for the data's own engine: discrete ones as -1 and +1 or codes, all others as float64."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

import narwhals as nw
import numpy as np

from symcat.data.ingest.frames import KEPT, number, parts_of
from symcat.data.ingest.source import Frame, Source
from symcat.data.levels import Levels
from symcat.data.schema import codes_of_levels


def value_of(name: str, dtype: nw.dtypes.DType) -> nw.Expr:
    """A column whose values compare with each other, as text or as numbers, NaN being null."""
    value = nw.col(name)
    if dtype in (nw.Categorical, nw.Enum):
        return value.cast(nw.String)
    if dtype not in KEPT:
        value = value.cast(nw.Float64)
    return nw.when(~value.is_nan()).then(value) if dtype.is_float() else value


def keyed_numbers(source: Source, keys: Mapping[str, str], names: Sequence[str]) -> Frame:
    """The source's frame as ``keys`` (new name to old one) and the measured columns, called ``names``.

    Two-valued columns are -1.0 and +1.0, categorical ones 0.0, 1.0, ..., missing values null or NaN.

    Raises
    ------
    InvalidData, WrongGuess : a discrete column holds a value that is none of its levels.
    """
    frame = source.frame
    assert frame is not None
    kept = [nw.col(old).alias(new) for new, old in keys.items()]
    levels = source.schema.levels
    if not source.schema.only("real"):
        if isinstance(frame, nw.DataFrame):
            # The discrete columns are in memory already, whatever their values were.
            rows = np.concatenate(list(source.batches()))
            columns = [_series(name, values, frame) for name, values in zip(names, rows.T, strict=True)]
            return frame.select(*kept).with_columns(*columns)
        _check(source, frame, levels)
    types = frame.collect_schema()
    # Cast before anything else: products of small integers would wrap.
    numbers = [
        number(name, types[name]) if pair is None else _code(value_of(name, types[name]), pair)
        for name, pair in zip(source.columns, levels, strict=True)
    ]
    return frame.select(*kept, *(number.alias(name) for number, name in zip(numbers, names, strict=True)))


def _series(name: str, values: Any, frame: nw.DataFrame[Any]) -> nw.Series[Any]:
    return nw.new_series(name, np.ascontiguousarray(values), nw.Float64(), backend=frame.implementation)


def _code(value: nw.Expr, levels: Levels) -> nw.Expr:
    """The number that stands for a value, null for a missing one."""
    found = nw.lit(None, nw.Float64)
    for level, code in zip(reversed(levels), reversed(codes_of_levels(levels).tolist()), strict=True):
        found = nw.when(value == level).then(nw.lit(code)).otherwise(found)
    return found


def _check(source: Source, frame: nw.LazyFrame[Any], levels: tuple[Levels | None, ...]) -> None:
    """Raises the error of the first value that is none of its column's levels."""
    types = frame.collect_schema()
    strange = []
    for j, (name, pair) in enumerate(zip(source.columns, levels, strict=True)):
        if pair is not None and types[name] != nw.Boolean:
            value = value_of(name, types[name])
            third = reduce(and_, (value != level for level in pair))
            strange.append(nw.when(third).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias(f"x{j}"))
    if strange and any(one_row(frame.select(*strange)).values()):
        for _ in source.batches():
            pass


def one_row(frame: nw.LazyFrame[Any]) -> dict[str, Any]:
    """The values of a frame of one row."""
    part = next(iter(parts_of(frame, 1)))
    if isinstance(part, nw.DataFrame):
        return {name: part[name].to_list()[0] for name in part.columns}
    return {name: values.tolist()[0] for name, values in part.items()}
