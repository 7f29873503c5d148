"""Power sums of many groups, and the group-by of numpy data, which has no engine of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.data.statistics import scaling
from symcat.data.statistics.sums import Layout
from symcat.loops import loop

_TOLERATED_LOSS = 1e-10  # relative rounding error of a centred moment from which a group is done again


@dataclass(frozen=True)
class GroupSums:
    """What a group-by returned: keys (G,), rows of each group, sums (G, width) over its complete rows."""

    keys: NDArray[Any]
    rows: Floats
    sums: Floats

    def sorted(self) -> GroupSums:
        """The same groups with ascending keys."""
        if (self.keys[1:] > self.keys[:-1]).all():
            return self
        order = _ascending(self.keys)
        sums = np.empty_like(self.sums, order="F")
        for place, column in enumerate(self.sums.T):
            np.take(column, order, out=sums[:, place])
        return GroupSums(self.keys[order], self.rows[order], sums)


def limit(layout: Layout) -> float:
    """Ratio of raw to centred second moment at which the highest moment has lost too many digits."""
    highest = max(2, layout.n_powers + 2 if layout.n_powers else 0, 4 if layout.radial else 0)
    return float((_TOLERATED_LOSS / np.finfo(float).eps) ** (2.0 / highest))


def far_groups(sums: Floats, layout: Layout, judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(G,) whether a group lies too far from the common origin, by the worst of its ``judged`` columns (d,)."""
    count = np.maximum(sums[:, :1], 1.0)
    first = sums[:, layout.slices[0]] / count
    square = sums[:, layout.slices[1]][:, :: layout.dimension + 1] / count
    return np.asarray(((square > limit(layout) * (square - first**2)) & (square > 0) & judged).any(axis=1))


def _ascending(keys: NDArray[Any]) -> NDArray[np.intp]:
    try:
        return np.argsort(keys)
    except TypeError:  # keys of several types cannot be compared with each other
        return np.argsort(keys.astype(str))


class ArrayGroups:
    """Groups of rows held in memory: keys (m,) and values (m, d)."""

    def __init__(self, keys: NDArray[Any], x: Floats, layout: Layout) -> None:
        keyed = _has_value(keys)
        self.bins = Bins(keys, x, layout) if keyed.all() else Bins(keys[keyed], x[keyed], layout)

    def probe(self) -> Floats:
        return self.bins.x[scaling.probed(len(self.bins.x))]

    def group(self, origin: Floats, unit: float) -> GroupSums:
        self.origin = origin
        return self.bins.about(origin[None], unit)

    def regroup(self, far: NDArray[Any], unit: float) -> GroupSums:
        bins = self.bins
        chosen = np.isin(bins.keys, far)[bins.group_of]
        return Bins(bins.keys[bins.group_of[chosen]], bins.x[chosen], bins.layout).about_own_means(self.origin, unit)


class Bins:
    """Rows in memory, (m, d), added into one bin for each key."""

    def __init__(self, keys: NDArray[Any], x: Floats, layout: Layout) -> None:
        self.layout, self.x = layout, x
        keys = np.asarray(keys)
        if is_dense(keys):  # integers without large gaps are their own numbers of bins
            first, last = int(keys.min()), int(keys.max())
            self.keys = np.arange(first, last + 1).astype(keys.dtype)
            # Widened before subtracting: the range of small integers does not fit their own type.
            wide = keys.astype(np.int64, copy=False)
            self.group_of = wide - first if first else wide
        else:
            self.keys, self.group_of = np.unique(keys, return_inverse=True)

    def about_own_means(self, origin: Floats, unit: float) -> GroupSums:
        """Sums about the mean of each group, which is appended; found from a first round about ``origin``."""
        first = self._about(origin[None], unit).sums
        means = origin + first[:, self.layout.slices[0]] / np.maximum(first[:, :1], 1.0) * unit
        table = self._about(means, unit)
        return self._present(GroupSums(table.keys, table.rows, np.concatenate([table.sums, means], axis=1)))

    def about(self, centers: Floats, unit: float) -> GroupSums:
        """Sums about ``centers``, (1, d) for all groups or (G, d), of the keys that occur, in ascending order."""
        return self._present(self._about(centers, unit))

    def _about(self, centers: Floats, unit: float) -> GroupSums:
        layout = self.layout
        rows, sums = np.zeros(len(self.keys)), np.zeros((len(self.keys), layout.width))
        if layout.dimension == 1:
            work = loop(len(self.x), add_column)
            work(self.group_of, self.x[:, 0], centers[:, 0], 1.0 / unit, layout.n_powers, rows, sums)
        else:
            work = loop(len(self.x), add_rows)
            work(self.group_of, self.x, centers, 1.0 / unit, layout.n_powers, layout.radial, rows, sums)
        return GroupSums(self.keys, rows, sums)

    def _present(self, table: GroupSums) -> GroupSums:
        some = table.rows > 0.0
        return table if some.all() else GroupSums(table.keys[some], table.rows[some], table.sums[some])


def is_dense(keys: NDArray[Any]) -> bool:
    """Whether keys are 64-bit signed integers, or smaller, whose range is not much larger than their number."""
    if keys.dtype.kind not in "iu" or not len(keys):
        return False
    first, last = int(keys.min()), int(keys.max())
    return last < 1 << 63 and last - first <= 4 * len(keys) + 1000


def add_column(group_of: Any, x: Any, centers: Any, per_unit: float, n_powers: int, rows: Any, sums: Any) -> None:
    """``add_rows`` of one column, where the loops over columns would cost three times the sums themselves."""
    step = 0 if centers.shape[0] == 1 else 1
    for row in range(x.shape[0]):
        g = group_of[row]
        rows[g] += 1.0
        y = x[row] * per_unit - centers[g * step] * per_unit
        if y != y:  # a missing value
            continue
        square = y * y
        sums[g, 0] += 1.0
        sums[g, 1] += y
        sums[g, 2] += square
        if n_powers > 0:
            sums[g, 3] += square * y
            sums[g, 4] += square * square
            power = square * square
            for k in range(2, n_powers):
                power *= y
                sums[g, 3 + k] += power


def add_rows(
    group_of: Any, x: Any, centers: Any, per_unit: float, n_powers: int, radial: bool, rows: Any, sums: Any
) -> None:
    """Adds every complete row to the sums of its group, in the order of ``Layout.slices``."""
    m, d = x.shape
    y = np.empty(d)
    shared = centers.shape[0] == 1
    for row in range(m):
        g = group_of[row]
        rows[g] += 1.0
        square = 0.0
        for j in range(d):
            y[j] = x[row, j] * per_unit - centers[0 if shared else g, j] * per_unit
            square += y[j] * y[j]
        if square != square:  # a missing value
            continue
        sums[g, 0] += 1.0
        place = 1
        for j in range(d):
            sums[g, place + j] += y[j]
        place += d
        for i in range(d):
            for j in range(d):
                sums[g, place] += y[i] * y[j]
                place += 1
        for j in range(d):
            power = y[j] * y[j]
            for _ in range(n_powers):
                power *= y[j]
                sums[g, place] += power
                place += 1
        if radial:
            for j in range(d):
                sums[g, place + j] += y[j] * square
            sums[g, place + d] += square * square


def _has_value(keys: NDArray[Any]) -> NDArray[np.bool_]:
    present = ~np.ma.getmaskarray(keys)
    values = np.ma.getdata(keys)
    if values.dtype.kind in "iu":
        return np.asarray(present, dtype=np.bool_)
    if values.dtype == object:
        present &= np.array([value is not None for value in values], dtype=np.bool_)
    return np.asarray(present & (values == values), dtype=np.bool_)  # NaN and NaT differ from themselves
