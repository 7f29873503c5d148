"""Rows counted by the levels of every column, of every two, and of the larger sets that a class couples."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from symcat.models.potts.layout import Floats, Integers, Layout


@dataclass(frozen=True)
class Counted:
    """Of G groups: rows (G,), those with two levels each (G, Q, Q), and of each larger set its table (G, cells).

    On the diagonal blocks of ``pairs`` stand the rows of the levels of a column; the cells of a set are in the order of
    its columns, the last one's levels fastest. ``states`` (N,) are the rows of every state of a batch of one, where
    these are few.
    """

    layout: Layout
    count: Floats
    pairs: Floats
    sets: tuple[Floats, ...] = ()
    states: Floats | None = None

    @property
    def single(self) -> Floats:
        """(G, Q) rows by level."""
        out: Floats = np.einsum("gqq->gq", self.pairs)
        return out

    def with_prior(self, rows: Floats) -> Counted:
        """With so many rows (G,) spread evenly over all states."""
        layout = self.layout
        share = 1.0 / np.array(layout.sizes)[layout.column_of]
        even = np.where(layout.apart, share[:, None] * share[None, :], np.diag(share))
        sets = tuple(table + (rows / table.shape[1])[:, None] for table in self.sets)
        return Counted(layout, self.count + rows, self.pairs + rows[:, None, None] * even, sets)

    def groups(self, chosen: NDArray[np.bool_] | slice) -> Counted:
        """Some of the groups."""
        return Counted(self.layout, self.count[chosen], self.pairs[chosen], tuple(t[chosen] for t in self.sets))


def of_contrasts(layout: Layout, count: Floats, mean: Floats, pair: Floats) -> Counted:
    """Rows (G,) with averages (G, q) of the contrasts of all columns, and (G, q, q) of products of two."""
    per_level = 1.0 / np.array(layout.sizes)[layout.column_of]
    c = layout.contrast_matrix * per_level[:, None]
    alone = mean @ c.T
    table = per_level[:, None] * per_level + alone[:, :, None] * per_level + per_level[:, None] * alone[:, None, :]
    table = np.where(layout.apart, table + c @ pair @ c.T, 0.0)
    place = np.arange(layout.levels)
    table[:, place, place] = per_level + alone
    return Counted(layout, count, table * count[:, None, None])


_MOST_TOGETHER = 64  # joint levels of the columns of a block: tables of two stay in the processor's cache
_ROWS_A_CELL = 8  # of such a table, at least

Rows = tuple[Integers, Floats, Integers]
"""Digits (m, d) of rows, what each counts, and the group of each."""


def counted(
    layout: Layout, batches: Iterable[Rows], groups: int, sets: Sequence[tuple[int, ...]] = (), most_states: int = 0
) -> Counted:
    """All rows of batches; the states of a batch of one where these are no more than ``most_states``, and whole rows.

    Fractions of rows have no chi-square.
    """
    count = np.zeros(groups)
    pairs = np.zeros((groups, layout.levels, layout.levels))
    tables = [np.zeros((groups, int(np.prod([layout.sizes[j] for j in chosen])))) for chosen in sets]
    states = np.zeros(layout.states) if groups == 1 and layout.states <= most_states else None
    for digits, weight, group in batches:
        count += np.bincount(group, weight, groups)
        if states is not None:
            states += np.bincount(layout.codes(digits), weight, layout.states)
        _add_pairs(pairs, layout, digits, weight, group)
        for table, chosen in zip(tables, sets, strict=True):
            cell = np.zeros(len(digits), dtype=np.intp)
            for j in chosen:
                cell = cell * layout.sizes[j] + digits[:, j]
            table += np.bincount(group * table.shape[1] + cell, weight, table.size).reshape(table.shape)
    if states is not None and (states != np.rint(states)).any():
        states = None
    return Counted(layout, count, pairs, tuple(tables), states)


def _add_pairs(pairs: Floats, layout: Layout, digits: Integers, weight: Floats, group: Integers) -> None:
    """Columns are taken together while tables of two such blocks have far fewer cells than there are rows: each table
    that is counted then holds those of many pairs."""
    groups, sizes = len(pairs), layout.sizes
    blocks = _blocks(sizes, min(math.sqrt(len(digits) / (_ROWS_A_CELL * groups)), _MOST_TOGETHER))
    columns = np.ascontiguousarray(digits.T)
    codes = []
    for block in blocks:
        code = columns[block[0]]
        for j in block[1:]:
            code = code * sizes[j] + columns[j]
        codes.append(code)

    def table(code: Integers, of: Sequence[int]) -> Floats:
        shape = [sizes[j] for j in of]
        cells = math.prod(shape)
        found = np.bincount(group * cells + code, weight, groups * cells)
        return np.asarray(found, dtype=np.float64).reshape(groups, *shape)

    def add(found: Floats, of: Sequence[int], wanted: Iterable[tuple[int, int]]) -> None:
        for i, k in wanted:
            own = found.sum(axis=tuple(1 + place for place, j in enumerate(of) if j not in (i, k)))
            pairs[:, layout.at(i), layout.at(k)] += own
            pairs[:, layout.at(k), layout.at(i)] += own.transpose(0, 2, 1)

    for x, block in enumerate(blocks):
        own = None
        for y in range(x + 1, len(blocks)):
            of = (*block, *blocks[y])
            joint = table(codes[x] * math.prod(sizes[j] for j in blocks[y]) + codes[y], of)
            add(joint, of, product(block, blocks[y]))
            own = joint.sum(axis=tuple(range(1 + len(block), joint.ndim)))
        own = table(codes[x], block) if own is None else own
        add(own, block, combinations(block, 2))
        for j in block:
            single = own.sum(axis=tuple(1 + place for place, other in enumerate(block) if other != j))
            place = np.arange(layout.offsets[j], layout.offsets[j + 1])
            pairs[:, place, place] += single


def _blocks(sizes: Sequence[int], most: float) -> list[tuple[int, ...]]:
    """Consecutive columns with at most so many joint levels; each has one at least."""
    found: list[tuple[int, ...]] = []
    levels = math.inf
    for j, size in enumerate(sizes):
        if levels * size <= most:
            found[-1], levels = (*found[-1], j), levels * size
        else:
            found.append((j,))
            levels = size
    return found
