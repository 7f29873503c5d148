"""Groups of rows by the values of one column or of several, numbered in ascending order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Keys: TypeAlias = tuple[NDArray[Any], ...]
"""One array for each key column, of one length."""


@dataclass(frozen=True)
class Numbering:
    """Rows numbered by their group: by the first key column, within it by the second, and so on."""

    keys: Keys  # of the groups; where they are consecutive integers, some may have no row
    group_of: NDArray[np.int64]  # (m,) the group of each row that has all its keys
    keyed: NDArray[np.bool_] | None  # which rows these are; None: all

    @property
    def n_groups(self) -> int:
        return len(self.keys[0])


def numbered(keys: Keys) -> Numbering:
    """The groups of the rows of these keys, None, NaN and masked ones being missing."""
    present = reduce(and_, map(_has_value, keys))
    keyed = None if present.all() else present
    values = [np.ma.getdata(key) if keyed is None else np.ma.getdata(key)[keyed] for key in keys]
    if len(values) == 1 and (numbers := consecutive(values[0], keyed)):
        return numbers
    distinct, group_of = _distinct(values[0])
    found = [distinct]
    for column in values[1:]:
        distinct, place = _distinct(column)
        codes, group_of = np.unique(group_of * len(distinct) + place, return_inverse=True)
        before, place = np.divmod(codes, max(len(distinct), 1))
        found = [*(earlier[before] for earlier in found), distinct[place]]
    return Numbering(tuple(found), group_of, keyed)


def consecutive(values: NDArray[Any], keyed: NDArray[np.bool_] | None = None) -> Numbering | None:
    """The groups of 64-bit signed integers, or smaller, without large gaps: they are their own numbers. None of others.

    ``keyed`` says which rows have these values; None: all.
    """
    if values.dtype.kind not in "iu" or not len(values):
        return None
    first, last = int(values.min()), int(values.max())
    if last >= 1 << 63 or last - first > 4 * len(values) + 1000:
        return None
    # Widened before subtracting: the range of small integers does not fit their own type.
    wide = values.astype(np.int64, copy=False)
    return Numbering((np.arange(first, last + 1).astype(values.dtype),), wide - first if first else wide, keyed)


def ascending(keys: Keys) -> NDArray[np.intp]:
    """The order in which the keys of groups, each of which occurs once, ascend."""
    if len(keys) == 1:
        with suppress(TypeError):  # values of several types cannot be compared with each other
            return np.argsort(keys[0])
    return np.argsort(numbered(keys).group_of)


def places(groups: Keys, some: Keys) -> NDArray[np.intp]:
    """Where the keys ``some`` are among those of ``groups``, which ascend."""
    together = numbered(tuple(np.concatenate(pair) for pair in zip(groups, some, strict=True))).group_of
    return np.searchsorted(together[: len(groups[0])], together[len(groups[0]) :])


def _distinct(values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The distinct values in ascending order, and which of them each one is."""
    try:
        distinct, place = np.unique(values, return_inverse=True)
    except TypeError:  # of several types
        ordered = sorted(set(values.tolist()), key=lambda value: (type(value).__name__, str(value)))
        number = {value: j for j, value in enumerate(ordered)}
        distinct = np.empty(len(ordered), dtype=object)
        distinct[:] = ordered
        place = np.array([number[value] for value in values.tolist()], dtype=np.int64)
    return distinct, place.astype(np.int64, copy=False)


def _has_value(keys: NDArray[Any]) -> NDArray[np.bool_]:
    present = ~np.ma.getmaskarray(keys)
    values = np.ma.getdata(keys)
    if values.dtype.kind in "iu":
        return np.asarray(present, dtype=np.bool_)
    if values.dtype == object:
        present &= np.array([value is not None for value in values], dtype=np.bool_)
    return np.asarray(present & (values == values), dtype=np.bool_)  # NaN and NaT differ from themselves
