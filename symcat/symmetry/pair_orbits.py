"""What a group of permutations leaves unchanged of means and covariances: the orbits of columns and of pairs of them.

A covariance is unchanged by a group if and only if it is constant on the orbits of pairs, so that groups with the same
orbits are one symmetry, and the covariance closest to a table's is its average over each orbit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Permutation: TypeAlias = tuple[int, ...]
"""Where each column goes."""


@dataclass(frozen=True, eq=False)
class PairOrbits:
    """``place`` (d, d) says of which orbit each pair of columns is; orbits are counted from 0."""

    place: Integers

    @classmethod
    def of(cls, generators: Sequence[Permutation], d: int) -> PairOrbits:
        """Those of the group of permutations of d columns that these generate."""
        place = np.arange(d * d).reshape(d, d)
        place = np.minimum(place, place.T)
        moves = [(np.array(g), np.argsort(g)) for g in generators]
        while True:  # the smallest number in reach of each pair
            new = place
            for there, back in moves:
                new = np.minimum(new, np.minimum(new[np.ix_(there, there)], new[np.ix_(back, back)]))
            if (new == place).all():
                found: Integers = np.unique(place, return_inverse=True)[1].reshape(d, d)
                return cls(found)
            place = new

    @property
    def dimension(self) -> int:
        """Columns."""
        return len(self.place)

    @cached_property
    def count(self) -> int:
        """Orbits of pairs: the free numbers of a covariance."""
        return int(self.place.max()) + 1

    @cached_property
    def columns(self) -> Integers:
        """(d,) of which orbit each column is, counted from 0."""
        found: Integers = np.unique(self.place.diagonal(), return_inverse=True)[1]
        return found

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
        """Pairs in the order of their orbits, where each begins, and how many are in each."""
        flat = self.place.reshape(-1)
        return (
            np.argsort(flat, kind="stable"),
            np.searchsorted(np.sort(flat), np.arange(self.count)),
            np.bincount(flat).astype(np.float64),
        )

    def averaged(self, matrices: Floats) -> Floats:
        """(G, d, d) symmetric matrices, averaged over the group."""
        order, starts, sizes = self._order
        sums = np.add.reduceat(matrices.reshape(len(matrices), -1)[:, order], starts, axis=1)
        out: Floats = np.take(sums / sizes, self.place, axis=1)
        return out

    def averaged_columns(self, vectors: Floats) -> Floats:
        """(G, d) vectors, averaged over the group."""
        alike = self.columns[:, None] == self.columns
        out: Floats = vectors @ (alike / alike.sum(axis=0))
        return out

    @cached_property
    def indicators(self) -> Floats:
        """(count, d, d) one on each orbit."""
        found: Floats = np.asarray(self.place == np.arange(self.count)[:, None, None], dtype=np.float64)
        return found


def cycles(permutation: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The cycles of two columns or more."""
    left, found = set(range(len(permutation))), []
    for start in range(len(permutation)):
        cycle, at = [], start
        while at in left:
            left.remove(at)
            cycle.append(at)
            at = int(permutation[at])
        if len(cycle) > 1:
            found.append(tuple(cycle))
    return tuple(found)


def of_cycles(given: Sequence[Sequence[int]], d: int) -> Permutation:
    """The permutation of d columns with these cycles."""
    image = list(range(d))
    for cycle in given:
        for k, at in enumerate(cycle):
            image[at] = cycle[(k + 1) % len(cycle)]
    return tuple(image)


def in_words(generators: Sequence[Permutation], columns: Sequence[str]) -> str:
    """Generators in cycles of the names of columns: ``(a b)(c d), (a c)``."""
    return ", ".join(
        "".join("(" + " ".join(columns[j] for j in cycle) + ")" for cycle in cycles(one)) for one in generators
    )
