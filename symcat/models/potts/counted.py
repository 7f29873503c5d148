"""Rows counted by the levels of every column, of every two, and of the larger sets that a class couples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

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
    groups = len(pairs)
    for j, size in enumerate(layout.sizes):
        found = np.bincount(group * size + digits[:, j], weight, groups * size).reshape(groups, size)
        place = np.arange(layout.offsets[j], layout.offsets[j + 1])
        pairs[:, place, place] += found
    for i, k in combinations(range(len(layout)), 2):
        a, b = layout.sizes[i], layout.sizes[k]
        cell = (group * a + digits[:, i]) * b + digits[:, k]
        table = np.bincount(cell, weight, groups * a * b).reshape(groups, a, b)
        pairs[:, layout.at(i), layout.at(k)] += table
        pairs[:, layout.at(k), layout.at(i)] += table.transpose(0, 2, 1)
