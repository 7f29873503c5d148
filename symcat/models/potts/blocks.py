"""Which exact sums serve columns coupled in some sets only: over all states, or block by block, each the cheaper way.

Columns that no chain of sets joins are independent. A block of them is summed over all its states, or by elimination
along its graph, where that is narrow: "exact" as over all states.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Protocol

import numpy as np

from symcat.models.ising.newton import Maximum
from symcat.models.ising.wide import graph
from symcat.models.potts.junction import LARGEST_CLIQUE, MOST_WORK, Junction, cells_of
from symcat.models.potts.layout import Floats, Integers, Layout
from symcat.models.potts.space import LARGEST, MOST_PARAMETERS, Space
from symcat.models.potts.terms import statistics_of

Sets = Sequence[tuple[int, ...]]


class Sums(Protocol):
    """Exact sums over the states of columns, of theta (K,), the numbers of their sets one after the other."""

    def maximum(self, target: Floats, start: Floats) -> Maximum:
        """The parameters (G, K) whose averages are ``target``."""

    def log_partition(self, theta: Floats) -> float:
        """log Z."""

    def average(self, theta: Floats) -> Floats:
        """(K,) averages of the products of contrasts."""

    def information(self, theta: Floats) -> Floats:
        """(K, K) covariance of the products of contrasts in a row."""

    def pair_shares(self, theta: Floats) -> Floats:
        """(Q, Q) shares of rows with two levels, on the diagonal of one."""

    def drawn(self, theta: Floats, n: int, rng: np.random.Generator) -> Integers:
        """(n, d) digits of independent rows."""


def sums_of(layout: Layout, sets: Sets) -> Sums | str:
    """The sums for columns coupled in ``sets``, the columns alone first; in words why they are out of reach."""
    joined = graph.adjacency(len(layout), (pair for chosen in sets for pair in combinations(chosen, 2)))
    whole = layout.states <= LARGEST
    parts = [_Part.of(layout, sets, joined, columns) for columns in ([] if whole else graph.blocks(joined))]
    for part in parts:
        if not part.narrow and part.layout.states > LARGEST:
            return (
                f"{len(part.layout)} columns of up to {max(part.layout.sizes)} levels have "
                f"{float(part.layout.states):.2g} different rows, more than the {LARGEST:,} that can be summed over, "
                f"and hang together too widely for sums along the graph of their couplings: {_CURE}"
            )
    number = _numbers(layout, sets)
    if number > MOST_PARAMETERS:
        return f"it has {number:,} parameters, more than the {MOST_PARAMETERS:,} whose errors are found: {_CURE}"
    if whole:
        return Space(layout, statistics_of(layout, list(sets)))
    return Blocks(layout, sets, [(part.columns, part.chosen, part.sums) for part in parts])


_CURE = (
    "ask for classes=['potts.tree'], name the few pairs that are coupled with interactions=, or choose fewer columns "
    "with columns="
)


def _numbers(layout: Layout, sets: Sets) -> int:
    return sum(math.prod(layout.sizes[j] - 1 for j in chosen) for chosen in sets)


@dataclass(frozen=True)
class _Part:
    """A block of columns: its sets by their numbers among all, and in its own columns, and an order to sum it out."""

    columns: list[int]
    layout: Layout
    chosen: list[int]
    sets: list[tuple[int, ...]]
    order: graph.Elimination | None

    @classmethod
    def of(cls, layout: Layout, sets: Sets, joined: graph.Flags, columns: list[int]) -> _Part:
        chosen = [s for s, one in enumerate(sets) if one[0] in columns]
        return cls(
            columns,
            Layout(tuple(layout.sizes[j] for j in columns)),
            chosen,
            [tuple(columns.index(j) for j in sets[s]) for s in chosen],
            graph.elimination(joined[np.ix_(columns, columns)], LARGEST_CLIQUE - 1),
        )

    @property
    def narrow(self) -> bool:
        """Whether sums along the graph are in reach."""
        order = self.order
        return order is not None and cells_of(self.layout, order) * _numbers(self.layout, self.sets) <= MOST_WORK

    @property
    def sums(self) -> Space | Junction:
        """Along the graph where that is in reach, else over all states."""
        if self.order is not None and self.narrow:
            return Junction(self.layout, self.sets, self.order)
        return Space(self.layout, statistics_of(self.layout, self.sets))


class Blocks:
    """Independent blocks: the columns of each, its sets by their numbers among all, and its own sums."""

    def __init__(
        self, layout: Layout, sets: Sets, blocks: Sequence[tuple[list[int], list[int], Space | Junction]]
    ) -> None:
        self.layout = layout
        ends = np.cumsum([0, *(math.prod(layout.sizes[j] - 1 for j in chosen) for chosen in sets)])
        self.blocks = [
            (columns, np.concatenate([np.arange(ends[s], ends[s + 1]) for s in chosen]), sums)
            for columns, chosen, sums in blocks
        ]

    def maximum(self, target: Floats, start: Floats) -> Maximum:
        """Of each block by itself; between blocks statistics are uncorrelated."""
        groups, size = target.shape
        theta, log_z = np.empty((groups, size)), np.zeros(groups)
        covariance = np.zeros((groups, size, size))
        for _, at, sums in self.blocks:
            found = sums.maximum(target[:, at], start[:, at])
            theta[:, at] = found.theta
            log_z += found.log_z
            covariance[:, at[:, None], at] = found.covariance
        return Maximum(theta, log_z, covariance)

    def log_partition(self, theta: Floats) -> float:
        """The sum of those of the blocks."""
        return sum(sums.log_partition(theta[at]) for _, at, sums in self.blocks)

    def average(self, theta: Floats) -> Floats:
        """(K,) averages of the products of contrasts."""
        out = np.empty(len(theta))
        for _, at, sums in self.blocks:
            out[at] = sums.average(theta[at])
        return out

    def information(self, theta: Floats) -> Floats:
        """(K, K) that of each block."""
        out = np.zeros((len(theta), len(theta)))
        for _, at, sums in self.blocks:
            out[np.ix_(at, at)] = sums.information(theta[at])
        return out

    def pair_shares(self, theta: Floats) -> Floats:
        """(Q, Q) those of each block, and between blocks the products of single shares."""
        inside = np.zeros((self.layout.levels, self.layout.levels))
        within = np.zeros(inside.shape, dtype=bool)
        for columns, at, sums in self.blocks:
            levels = np.flatnonzero(np.isin(self.layout.column_of, columns))
            square = np.ix_(levels, levels)
            inside[square], within[square] = sums.pair_shares(theta[at]), True
        alone = np.diagonal(inside)
        return np.where(within, inside, np.outer(alone, alone))

    def drawn(self, theta: Floats, n: int, rng: np.random.Generator) -> Integers:
        """(n, d) digits of independent rows."""
        digits = np.empty((n, len(self.layout)), dtype=np.intp)
        for columns, at, sums in self.blocks:
            digits[:, columns] = sums.drawn(theta[at], n, rng)
        return digits
