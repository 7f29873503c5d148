"""The group-by of rows in memory: a loop that adds each row to the sums of its group."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.data.statistics import scaling
from symcat.data.statistics.group_sums import GroupSums
from symcat.data.statistics.keys import Numbering, numbered
from symcat.data.statistics.layout import Layout
from symcat.data.weights import Weight
from symcat.loops import loop


class ArrayGroups:
    """Groups of rows held in memory: their numbers, and values ``x`` (m, d); with ``weight`` the last is what a row
    counts."""

    def __init__(self, groups: Numbering, x: Floats, layout: Layout, weight: Weight | None = None) -> None:
        self.layout = layout
        self._counts: Floats | None = None
        if weight is None:
            self.n_without_key = 0 if groups.keyed is None else len(x) - int(np.count_nonzero(groups.keyed))
        else:
            counts = np.ascontiguousarray(x[:, -1])
            weight.check(counts, 0)
            units = counts > 0.0 if layout.weighted else counts
            self.n_without_key = 0 if groups.keyed is None else int(units[~groups.keyed].sum())
            x, self._counts = x[:, :-1], counts if groups.keyed is None else counts[groups.keyed]
        self._groups = groups
        self._x = x if groups.keyed is None else x[groups.keyed]
        if self._counts is not None and not self._counts.all():
            some = self._counts > 0.0
            self._x, self._counts = self._x[some], self._counts[some]
            self._groups = replace(groups, group_of=groups.group_of[some])

    def probe(self) -> Floats:
        return self._x[scaling.probed(len(self._x))]

    def group(self, origin: Floats, unit: float) -> GroupSums:
        return self._present(*self._about(origin[None], unit))

    def regroup(self, found: GroupSums, far: NDArray[np.bool_], origin: Floats, unit: float) -> GroupSums:
        occurs = np.bincount(self._groups.group_of, minlength=self._groups.n_groups) > 0
        wanted = np.zeros(self._groups.n_groups, dtype=np.bool_)
        wanted[np.flatnonzero(occurs)[far]] = True
        chosen = wanted[self._groups.group_of]
        keys = tuple(key[self._groups.group_of[chosen]] for key in self._groups.keys)
        picked = ArrayGroups(numbered(keys), self._x[chosen], self.layout)
        picked._counts = None if self._counts is None else self._counts[chosen]
        return picked.about_own_means(origin, unit)

    def about_own_means(self, origin: Floats, unit: float) -> GroupSums:
        """Sums about the mean of each group, which is appended; found from a first round about ``origin``."""
        _, first = self._about(origin[None], unit)
        means = origin + first[:, self.layout.slices[0]] / np.where(first[:, :1] > 0.0, first[:, :1], 1.0) * unit
        rows, sums = self._about(means, unit)
        return self._present(rows, np.concatenate([sums, means], axis=1))

    def _about(self, centers: Floats, unit: float) -> tuple[Floats, Floats]:
        """Rows and sums of each group about ``centers``, (1, d) for all of them or (G, d)."""
        layout, group_of = self.layout, self._groups.group_of
        missing, sums = np.zeros(self._groups.n_groups), np.zeros((self._groups.n_groups, layout.width))
        weighing = (self._counts, layout.rows_place)
        if layout.dimension == 1:
            work = loop(len(self._x), add_column)
            work(group_of, self._x[:, 0], *weighing, centers[:, 0], 1.0 / unit, layout.n_powers, missing, sums)
        else:
            work = loop(len(self._x), add_rows)
            radial = np.array(layout.radial, dtype=np.int64)
            work(group_of, self._x, *weighing, centers, 1.0 / unit, layout.n_powers, radial, missing, sums)
        return missing + sums[:, layout.rows_place], sums

    def _present(self, rows: Floats, sums: Floats) -> GroupSums:
        """The groups that have a row, in ascending order."""
        keys, some = self._groups.keys, rows > 0.0
        if some.all():
            return GroupSums(keys, rows, sums)
        return GroupSums(tuple(key[some] for key in keys), rows[some], sums[some])


def add_column(
    group_of: Any,
    x: Any,
    counts: Any,
    rows_place: int,
    centers: Any,
    per_unit: float,
    n_powers: int,
    missing: Any,
    sums: Any,
) -> None:
    """``add_rows`` of one column, where the loops over columns would cost three times the sums themselves."""
    step = 0 if centers.shape[0] == 1 else 1
    for row in range(x.shape[0]):
        g = group_of[row]
        y = x[row] * per_unit - centers[g * step] * per_unit
        w = 1.0
        if counts is not None:
            w = counts[row]
        if y != y:
            if counts is None or rows_place > 0:
                missing[g] += 1.0
            else:
                missing[g] += w
            continue
        square = y * y
        sums[g, 0] += w
        sums[g, 1] += w * y
        if counts is not None and rows_place > 0:
            sums[g, rows_place] += 1.0
            sums[g, rows_place + 1] += w * w
        power = w * square
        sums[g, 2] += power
        if n_powers == 0:
            continue
        sums[g, 3] += power * y
        if n_powers > 1:
            sums[g, 4] += power * square
        power *= square
        for k in range(2, n_powers):
            power *= y
            sums[g, 3 + k] += power


def add_rows(
    group_of: Any,
    x: Any,
    counts: Any,
    rows_place: int,
    centers: Any,
    per_unit: float,
    n_powers: int,
    radial: Any,
    missing: Any,
    sums: Any,
) -> None:
    """Adds every complete row to the sums of its group, in the order of ``Layout.slices``, and counts the others.

    A row counts as ``counts`` (m,) says, or as one where they are None, for which the compiler makes a loop of its own.
    Where ``rows_place`` is not zero they are weights: rows and squares of weights are summed there.

    The sums of a row's group are all that it touches: reading further memory costs more than the arithmetic.
    """
    m, d = x.shape
    y = np.empty(d)
    shared = centers.shape[0] == 1
    for row in range(m):
        g = group_of[row]
        square = 0.0
        for j in range(d):
            y[j] = x[row, j] * per_unit - centers[0 if shared else g, j] * per_unit
            square += y[j] * y[j]
        w = 1.0
        if counts is not None:
            w = counts[row]
        if square != square:
            if counts is None or rows_place > 0:
                missing[g] += 1.0
            else:
                missing[g] += w
            continue
        sums[g, 0] += w
        if counts is not None and rows_place > 0:
            sums[g, rows_place] += 1.0
            sums[g, rows_place + 1] += w * w
        place = 1
        for j in range(d):
            sums[g, place + j] += w * y[j]
        place += d
        for i in range(d):
            weighed = w * y[i]
            for j in range(d):
                sums[g, place] += weighed * y[j]
                place += 1
        for j in range(d):
            power = w * y[j] * y[j]
            for _ in range(n_powers):
                power *= y[j]
                sums[g, place] += power
                place += 1
        if radial.shape[0] > 0:
            square = 0.0
            for j in radial:
                square += y[j] * y[j]
            for j in radial:
                sums[g, place] += w * y[j] * square
                place += 1
            sums[g, place] += w * square * square
