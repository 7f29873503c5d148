"""Power sums of many groups, and the group-by of numpy data, which has no engine of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.ingest.source import Source, unknown_column
from symcat.moments import Floats
from symcat.statistics import scaling
from symcat.statistics.sums import ColumnRows, Layout, gather

_TOLERATED_LOSS = 1e-10  # relative rounding error of a centred moment from which a group is done again


@dataclass(frozen=True)
class GroupSums:
    """What a group-by returned: keys (G,), rows of each group, sums (G, width) over its complete rows."""

    keys: NDArray[Any]
    rows: Floats
    sums: Floats

    def sorted(self) -> GroupSums:
        order = _ascending(self.keys)
        sums = np.empty_like(self.sums, order="F")
        for place, column in enumerate(self.sums.T):
            np.take(column, order, out=sums[:, place])
        return GroupSums(self.keys[order], self.rows[order], sums)


def limit(layout: Layout) -> float:
    """Ratio of raw to centred second moment at which the highest moment has lost too many digits."""
    highest = max(2, layout.n_powers + 2 if layout.n_powers else 0, 4 if layout.radial else 0)
    return float((_TOLERATED_LOSS / np.finfo(float).eps) ** (2.0 / highest))


def far_groups(sums: Floats, layout: Layout) -> NDArray[np.bool_]:
    """(G,) whether a group lies too far from the common origin, judged by its worst column."""
    count = np.maximum(sums[:, :1], 1.0)
    first = sums[:, layout.slices[0]] / count
    square = sums[:, layout.slices[1]][:, :: layout.dimension + 1] / count
    return np.asarray(((square > limit(layout) * (square - first**2)) & (square > 0)).any(axis=1))


def _ascending(keys: NDArray[Any]) -> NDArray[np.intp]:
    try:
        return np.argsort(keys)
    except TypeError:  # keys of several types cannot be compared with each other
        return np.argsort(keys.astype(str))


class ArrayGroups:
    """The same for numpy data."""

    def __init__(self, source: Source, by: str, layout: Layout) -> None:
        assert source.arrays is not None
        if by not in source.arrays:
            raise unknown_column(by, list(source.arrays))
        keys = source.arrays[by]
        keyed = _has_value(keys)
        x = gather(ColumnRows(source.views)) if source.views else np.concatenate(list(source.batches()))
        self.bins = Bins(keys[keyed], x[keyed], layout)

    def probe(self) -> Floats:
        return self.bins.x[scaling.probed(len(self.bins.x))]

    def group(self, origin: Floats, unit: float) -> GroupSums:
        self.origin = origin
        return self.bins.about(np.broadcast_to(origin, (len(self.bins.keys), len(origin))), unit)

    def regroup(self, far: NDArray[Any], unit: float) -> GroupSums:
        bins = self.bins
        chosen = np.isin(bins.keys, far)[bins.group_of]
        return Bins(bins.keys[bins.group_of[chosen]], bins.x[chosen], bins.layout).about_own_means(self.origin, unit)


class Bins:
    """Rows in memory, (m, d), summed by counting into one bin for each key."""

    def __init__(self, keys: NDArray[Any], x: Floats, layout: Layout) -> None:
        self.layout, self.x = layout, x
        self.keys, self.group_of = np.unique(np.asarray(keys), return_inverse=True)
        self.complete = ~np.isnan(x).any(axis=1)

    def about_own_means(self, origin: Floats, unit: float) -> GroupSums:
        """Sums about the mean of each group, which is appended; found from a first round about ``origin``."""
        first = self.about(np.broadcast_to(origin, (len(self.keys), len(origin))), unit).sums
        means = origin + first[:, self.layout.slices[0]] / np.maximum(first[:, :1], 1.0) * unit
        table = self.about(means, unit)
        return GroupSums(table.keys, table.rows, np.concatenate([table.sums, means], axis=1))

    def about(self, centers: Floats, unit: float) -> GroupSums:
        layout, groups, d = self.layout, len(self.keys), self.layout.dimension
        group_of = self.group_of[self.complete]
        y = (self.x[self.complete] * (1.0 / unit) - centers[group_of] * (1.0 / unit)).T

        def total(summand: Floats | None) -> Floats:
            return np.bincount(group_of, weights=summand, minlength=groups).astype(np.float64)

        parts = [total(None), *map(total, y)]
        parts += [total(y[i] * y[j]) for i in range(d) for j in range(d)]
        parts += [total(reduce(np.multiply, [y[j]] * k)) for j in range(d) for k in range(3, 3 + layout.n_powers)]
        if layout.radial:
            rho2 = (y * y).sum(axis=0)
            parts += [total(v * rho2) for v in y] + [total(rho2 * rho2)]
        rows = np.bincount(self.group_of, minlength=groups).astype(np.float64)
        return GroupSums(self.keys, rows, np.stack(parts, axis=1))


def _has_value(keys: NDArray[Any]) -> NDArray[np.bool_]:
    present = ~np.ma.getmaskarray(keys)
    values = np.ma.getdata(keys)
    if values.dtype == object:
        present &= np.array([value is not None for value in values], dtype=np.bool_)
    return np.asarray(present & (values == values), dtype=np.bool_)  # NaN and NaT differ from themselves
