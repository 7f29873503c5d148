"""The distinct rows of discrete columns, counted: all that the table says, in a few numbers when rows repeat.

A row is one whole number in mixed radix: the digit of a column is the place of its level among the levels, and the
first column is the least significant one. Of two-valued columns alone that is a bit each, 1 where the column is +1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData

MOST_COLUMNS = 62
"""Two-valued columns whose values fit, a bit each, in one code: there are no more joint states than 2 to this power."""

MOST_STATES = 1 << 20
"""Distinct rows of a table beyond which they are not counted any more: it is no shorter than its rows then."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class States:
    """Distinct rows of d discrete columns and how often each occurs.

    Raises InvalidData where the columns have more joint states than 2^62, which one code cannot tell apart.
    """

    sizes: tuple[int, ...]  # (d,) levels of each column
    codes: Integers  # (U,) ascending
    counts: Any  # (U,) whole numbers; sums of weights where rows are weighted

    def __post_init__(self) -> None:
        check_sizes(self.sizes)

    @classmethod
    def of(cls, rows: Floats, sizes: Sequence[int] | None = None) -> States:
        """The states of encoded rows (m, d) of columns of so many levels, all two-valued where nothing is said.

        Two-valued columns hold -1 and +1, others the codes 0 .. L - 1 of their levels.
        """
        sizes = (2,) * rows.shape[1] if sizes is None else tuple(sizes)
        return cls.of_codes(sizes, codes_of(rows, sizes))

    @classmethod
    def of_codes(
        cls,
        sizes: Sequence[int],
        codes: NDArray[np.integer],
        times: Floats | None = None,
        kind: type[np.int64 | np.float64] = np.int64,
    ) -> States:
        """The states of rows of which the codes (m,) are known; each occurred so many ``times`` (m,), or once.

        ``kind`` is of the counts, floats where rows are weighted.
        """
        if times is not None:
            distinct, place = np.unique(codes, return_inverse=True)
            return cls(tuple(sizes), distinct.astype(np.int64), np.bincount(place, times).astype(kind))
        distinct, counts = np.unique(codes, return_counts=True)
        return cls(tuple(sizes), distinct.astype(np.int64), counts.astype(np.int64))

    @classmethod
    def joined(cls, parts: Sequence[States]) -> States:
        """The states of several tables of the same columns taken together."""
        codes, counts = summed(np.concatenate([p.codes for p in parts]), np.concatenate([p.counts for p in parts]))
        return cls(parts[0].sizes, codes, counts)

    @property
    def dimension(self) -> int:
        return len(self.sizes)

    @property
    def n_rows(self) -> int:
        return int(self.counts.sum())

    @property
    def digits(self) -> Integers:
        """(U, d) the place of each value among the levels of its column."""
        return digits_of(self.codes, self.sizes)

    @property
    def rows(self) -> Floats:
        """(U, d) the distinct rows, encoded: -1 and +1 of two levels, 0 .. L - 1 of more."""
        return encoded(self.digits, self.sizes)

    def part(self, positions: Sequence[int]) -> States:
        """The states of some of the columns, in the order given."""
        sizes = tuple(self.sizes[j] for j in positions)
        codes, counts = summed(codes_of_digits(self.digits[:, list(positions)], sizes), self.counts)
        return States(sizes, codes, counts)

    def recoded(self, places: Sequence[NDArray[np.intp]], sizes: Sequence[int]) -> States:
        """The same rows where the columns have other levels: ``places`` says where each old level is among the new."""
        digits = self.digits
        moved = np.stack([np.asarray(to)[digit] for to, digit in zip(places, digits.T, strict=True)], axis=1)
        codes, counts = summed(codes_of_digits(moved, sizes), self.counts)
        return States(tuple(sizes), codes, counts)


@dataclass(frozen=True)
class GroupStates:
    """States of G groups of rows of the same discrete columns, those of one group after those of the other.

    ``counts`` are rows, or what weighted rows are worth: those of a group add up to its count.
    """

    sizes: tuple[int, ...]  # (d,) levels of each column
    at: tuple[int, ...]  # (d,) places of these columns among all columns of the table
    codes: Integers  # (U,) ascending within each group
    counts: Floats  # (U,)
    starts: NDArray[np.intp]  # (G + 1,) where the states of each group begin, and the end of the last

    @classmethod
    def of_one(cls, states: States, at: Sequence[int], unit: float = 1.0) -> GroupStates:
        """A batch of one; a row counts so many units."""
        counts = states.counts * unit
        return cls(states.sizes, tuple(at), states.codes, counts, np.array([0, len(states.codes)]))

    @classmethod
    def of_rows(
        cls,
        rows: Floats,
        sizes: Sequence[int],
        at: Sequence[int],
        group_of: NDArray[np.integer],
        counts: Floats,
        groups: int,
    ) -> GroupStates:
        """Of encoded rows (m, d) of these columns, each in one of so many groups and counting as ``counts`` (m,)."""
        codes = codes_of(rows, sizes)
        order = np.lexsort((codes, group_of))
        codes, group_of, counts = codes[order], group_of[order], counts[order]
        new = np.ones(len(codes), dtype=np.bool_)
        new[1:] = (codes[1:] != codes[:-1]) | (group_of[1:] != group_of[:-1])
        first = np.flatnonzero(new)
        sizes_of = np.bincount(group_of[first], minlength=groups)
        total = np.add.reduceat(counts, first) if len(first) else counts
        starts = np.concatenate([[0], np.cumsum(sizes_of)])
        return cls(tuple(sizes), tuple(at), codes[first], total.astype(np.float64), starts)

    @property
    def categorical(self) -> tuple[int, ...]:
        """Which columns of the table have more than two levels."""
        return tuple(at for at, size in zip(self.at, self.sizes, strict=True) if size > 2)

    @property
    def n_groups(self) -> int:
        return len(self.starts) - 1

    @property
    def group_of(self) -> NDArray[np.intp]:
        """(U,) the group of each state."""
        return np.repeat(np.arange(self.n_groups), np.diff(self.starts))

    @property
    def digits(self) -> Integers:
        """(U, d) the place of each value among the levels of its column."""
        return digits_of(self.codes, self.sizes)

    @property
    def rows(self) -> Floats:
        """(U, d) the distinct rows of each group, encoded."""
        return encoded(self.digits, self.sizes)

    def of_group(self, group: int) -> GroupStates:
        """A batch of one of them."""
        return self.groups(slice(group, group + 1))

    def groups(self, chosen: slice | NDArray[np.bool_] | NDArray[np.intp]) -> GroupStates:
        """The chosen groups: a slice, a mask or indices."""
        first, sizes = self.starts[:-1][chosen], np.diff(self.starts)[chosen]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        place = np.arange(starts[-1]) + np.repeat(first - starts[:-1], sizes)
        return GroupStates(self.sizes, self.at, self.codes[place], self.counts[place], starts)

    def part(self, positions: Sequence[int]) -> GroupStates | None:
        """Of some of the columns of the table, in the order given; None if none of them is discrete."""
        kept = [(new, self.at.index(old)) for new, old in enumerate(positions) if old in self.at]
        if not kept:
            return None
        own = [place for _, place in kept]
        if own == list(range(len(self.sizes))):
            return GroupStates(self.sizes, tuple(new for new, _ in kept), self.codes, self.counts, self.starts)
        sizes = tuple(self.sizes[j] for j in own)
        rows = encoded(self.digits[:, own], sizes)
        return GroupStates.of_rows(rows, sizes, [new for new, _ in kept], self.group_of, self.counts, self.n_groups)

    def merged(self) -> GroupStates:
        """Over all groups together."""
        codes, counts = summed(self.codes, self.counts)
        return GroupStates(self.sizes, self.at, codes, counts, np.array([0, len(codes)]))

    def of_table(self, rows: Floats) -> GroupStates:
        """Each of the rows (m, columns of the table) as a group of its own."""
        codes = codes_of(rows[:, list(self.at)], self.sizes)
        return GroupStates(self.sizes, self.at, codes, np.ones(len(rows)), np.arange(len(rows) + 1))


def joint(sizes: Sequence[int]) -> int:
    """The number of joint states of columns of so many levels."""
    return prod(sizes)


def check_sizes(sizes: Sequence[int]) -> None:
    """Raises InvalidData where the columns have more joint states than one code can tell apart."""
    if joint(sizes) > 1 << MOST_COLUMNS:
        raise InvalidData(
            f"{len(sizes)} discrete columns have {float(joint(sizes)):.1e} joint states, more than 2^{MOST_COLUMNS}, "
            "beyond which they are not counted: choose fewer columns, or columns of fewer levels, with columns=[...]."
        )


def codes_of(rows: Floats, sizes: Sequence[int] | None = None) -> Integers:
    """(m,) the code of each encoded row (m, d); columns are two-valued where no ``sizes`` are given."""
    codes = np.zeros(len(rows), dtype=np.int64)
    if sizes is None or all(size == 2 for size in sizes):
        for j in range(rows.shape[1]):
            codes |= (rows[:, j] > 0.0).astype(np.int64) << j
        return codes
    for j in reversed(range(rows.shape[1])):
        codes *= sizes[j]
        codes += rows[:, j] > 0.0 if sizes[j] == 2 else rows[:, j].astype(np.int64)
    return codes


def codes_of_digits(digits: NDArray[np.integer], sizes: Sequence[int]) -> Integers:
    """(m,) the code of rows (m, d) of the places of values among their levels."""
    codes = np.zeros(len(digits), dtype=np.int64)
    for j in reversed(range(digits.shape[1])):
        codes *= sizes[j]
        codes += digits[:, j]
    return codes


def digits_of(codes: Integers, sizes: Sequence[int]) -> Integers:
    """(m, d) the places of values among their levels: the inverse of ``codes_of_digits``."""
    if all(size == 2 for size in sizes):
        return (codes[:, None] >> np.arange(len(sizes))) & 1
    digits = np.empty((len(sizes), len(codes)), dtype=np.int64)  # a column's digits together
    rest = codes
    for own, size in zip(digits, sizes, strict=True):
        whole = rest // size  # several times faster than divmod
        np.subtract(rest, whole * size, out=own)
        rest = whole
    return digits.T


def encoded(digits: Integers, sizes: Sequence[int]) -> Floats:
    """Rows (m, d) of places among levels as the classes read them: -1 and +1 of two levels."""
    rows = digits.astype(np.float64)
    two = np.array([size == 2 for size in sizes], dtype=np.bool_)
    if two.all():
        rows *= 2.0
        rows -= 1.0
    elif two.any():
        rows[:, two] = 2.0 * rows[:, two] - 1.0
    return rows


def summed(codes: Integers, counts: Any) -> tuple[Integers, Any]:
    """The distinct codes in ascending order, and the sum of what each counts."""
    order = np.argsort(codes, kind="stable")  # merges runs that are sorted already
    codes = codes[order]
    first = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])[: len(codes)])
    counts = counts[order]
    return codes[first], np.add.reduceat(counts, first) if len(first) else counts
