"""The rows of many groups, and the same laid side by side, so that loops over rows become arrays over groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.data.states import MOST_COLUMNS, codes_of

_AT_ONCE = 1 << 16
"""Numbers laid side by side at a time: half a megabyte, which stays in cache while it is used again and again."""


@dataclass(frozen=True)
class SideBySide:
    """Some groups as one array: their rows come first, rows of zeros that count nothing fill up."""

    groups: NDArray[np.intp]  # (g,) which of the groups
    values: Floats  # (g, m, d)
    weight: Floats  # (g, m)


@dataclass(frozen=True)
class GroupRows:
    """Complete encoded rows of G groups, those of one group after those of the other, and what each counts."""

    values: Floats  # (m, d)
    weight: Floats  # (m,)
    starts: NDArray[np.intp]  # (G + 1,) where the rows of each group begin, and the end of the last

    @classmethod
    def of_one(cls, values: Floats, weight: Floats) -> GroupRows:
        """A batch of one."""
        return cls(values, weight, np.array([0, len(values)]))

    @property
    def sizes(self) -> NDArray[np.intp]:
        """(G,) how many rows each has."""
        return np.diff(self.starts)

    def rows_of(self, group: int) -> tuple[Floats, Floats]:
        """The rows of one group, and what each counts."""
        run = slice(self.starts[group], self.starts[group + 1])
        return self.values[run], self.weight[run]

    def kept(self, which: NDArray[np.bool_]) -> GroupRows:
        """Some of the rows (m,), in as many groups."""
        if which.all():
            return self
        before = np.concatenate([[0], np.cumsum(which)])
        return GroupRows(self.values[which], self.weight[which], before[self.starts])

    def worth(self, count: Floats) -> GroupRows:
        """The same in units in which those of each group add up to ``count`` (G,)."""
        total = np.bincount(np.repeat(np.arange(len(count)), self.sizes), self.weight, len(count))
        unit = np.divide(count, total, out=np.zeros(len(count)), where=total > 0.0)
        return GroupRows(self.values, self.weight * np.repeat(unit, self.sizes), self.starts)

    def distinct(self) -> GroupRows:
        """The distinct rows of two-valued columns in each group, and what each counts in all; if they can be told."""
        groups = len(self.starts) - 1
        if self.values.shape[1] + np.log2(max(groups, 1)) >= MOST_COLUMNS:
            return self
        of_group = np.repeat(np.arange(groups), self.sizes)
        codes = codes_of(self.values) + (of_group << self.values.shape[1])
        _, first, place = np.unique(codes, return_index=True, return_inverse=True)
        sizes = np.bincount(of_group[first], minlength=groups)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        times = np.bincount(place, weights=self.weight).astype(np.float64)
        return GroupRows(self.values[first], times, starts)

    def pieces(self, groups: NDArray[np.intp]) -> list[NDArray[np.intp]]:
        """The groups in pieces to be laid side by side: those of about the same size together, a large one alone."""
        sizes = self.sizes[groups]
        order = np.argsort(sizes, kind="stable")
        groups, sizes = groups[order], sizes[order]
        found = []
        start, width = 0, max(self.values.shape[1], 1)
        while start < len(groups):
            longest = max(2 * int(sizes[start]), 8)
            room = int(np.searchsorted(sizes, longest, side="right"))
            stop = max(min(room, start + _AT_ONCE // (longest * width)), start + 1)
            found.append(groups[start:stop])
            start = stop
        return found

    def side_by_side(self, groups: NDArray[np.intp]) -> SideBySide:
        """The groups as one array; the rows of a single one are not copied."""
        if len(groups) == 1:
            values, weight = self.rows_of(int(groups[0]))
            return SideBySide(groups, values[None], weight[None])
        place = np.arange(int(self.sizes[groups].max()))
        there = place < self.sizes[groups][:, None]
        at = np.where(there, self.starts[groups][:, None] + place, 0)
        return SideBySide(groups, self.values[at] * there[:, :, None], self.weight[at] * there)


RowsOf = Callable[[NDArray[np.bool_]], GroupRows | None]
"""All complete rows of the groups (G,) asked for, no rows of the others; None where they are too many to be held."""
