"""Levels, and pairs of levels, that never occur: where these are coupled the likelihood has no finite maximum.

Every cell of a table whose margins a class keeps is a facet of the hull of the averages (Haberman 1974, The Analysis of
Frequency Data, section 2.3), and the counts say exactly how many rows it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.potts.counted import Counted

_HALF_A_ROW = 0.5
_MOST_NAMED = 24


def coupled_levels(counted: Counted, edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(G, Q, Q) pairs of levels of coupled columns, (G or 1, d, d), and on the diagonal the levels of each column."""
    column = counted.layout.column_of
    found: NDArray[np.bool_] = edges[:, column[:, None], column[None, :]] | np.eye(len(column), dtype=bool)
    return found


def lacking(counted: Counted, edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(G,) whether a level, or a pair of levels of coupled columns, or a cell of a larger set, never occurs."""
    empty = (counted.pairs < _HALF_A_ROW) & coupled_levels(counted, edges)
    found: NDArray[np.bool_] = np.asarray(empty.any(axis=(1, 2)))
    for table in counted.sets:
        found |= (table < _HALF_A_ROW).any(axis=1)
    return found


def in_words(counted: Counted, edges: NDArray[np.bool_], sets: Sequence[tuple[int, ...]], schema: Schema) -> str:
    """What never occurs in a batch of one, beyond what levels that never occur imply; empty if there is nothing."""
    layout = counted.layout
    never = counted.single[0] < _HALF_A_ROW
    parts = []
    alone = [
        said(schema, int(layout.column_of[q]), int(q) - layout.offsets[layout.column_of[q]])
        for q in np.flatnonzero(never)
    ]
    if alone:
        parts.append(f"{_listed(alone)} never occur{'s' * (len(alone) == 1)}")
    together = []
    for i, k in combinations(range(len(layout)), 2):
        if not edges[0, i, k]:
            continue
        block = counted.pairs[0, layout.at(i), layout.at(k)] < _HALF_A_ROW
        block &= ~never[layout.at(i)][:, None] & ~never[layout.at(k)][None, :]
        together += [f"{said(schema, i, a)} with {said(schema, k, b)}" for a, b in np.argwhere(block)]
    if together:
        several = len(together) > 1
        parts.append(
            f"{len(together)} pair{'s' * several} of values never occur{'s' * (not several)} together: "
            f"{_listed(together)}"
        )
    larger = []
    for table, chosen in zip(counted.sets, sets, strict=True):
        cells = np.argwhere(table[0].reshape([layout.sizes[j] for j in chosen]) < _HALF_A_ROW)
        larger += [", ".join(said(schema, j, a) for j, a in zip(chosen, cell, strict=True)) for cell in cells]
    if larger and not together and not alone:
        parts.append(f"{len(larger)} combination{'s' * (len(larger) > 1)} of three or more: {_listed(larger)}")
    return "; ".join(parts)


def said(schema: Schema, column: int, level: int) -> str:
    """A level of a column, as ``species = Adelie``."""
    levels = schema.levels[column]
    assert levels is not None
    return f"{schema.columns[column]} = {levels[int(level)]}"


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _MOST_NAMED} more" if len(words) > _MOST_NAMED else ""
    return ", ".join(words[:_MOST_NAMED]) + more
