"""All groups of permutations of up to seven columns that tell covariances apart, by their orbits of pairs.

Groups with the same orbits of pairs (``pair_orbits``) leave the same covariances unchanged and count once: of four
columns 22 of the 30 subgroups are left, of seven 4504 of 11300. Each is a relabelling of one that is listed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from symcat.symmetry.blocks_of_symmetry import Block, blocks
from symcat.symmetry.pair_orbits import Integers, PairOrbits, Permutation, of_cycles

CLASSES: dict[int, tuple[str, ...]] = {
    2: (
        "",
        "(01)",
    ),
    3: (
        "",
        "(12)",
        "(012)",
    ),
    4: (
        "",
        "(23)",
        "(123)",
        "(01)(23)",
        "(0123)",
        "(23), (01)",
        "(23), (012)",
        "(01)(23), (02)(13)",
    ),
    5: (
        "",
        "(34)",
        "(234)",
        "(12)(34)",
        "(1234)",
        "(01234)",
        "(34), (12)",
        "(34), (123)",
        "(34), (01)(23)",
        "(34), (0123)",
        "(12)(34), (13)(24)",
    ),
    6: (
        "",
        "(45)",
        "(345)",
        "(23)(45)",
        "(2345)",
        "(12345)",
        "(01)(23)(45)",
        "(01)(2345)",
        "(012)(345)",
        "(45), (23)",
        "(45), (234)",
        "(45), (12)(34)",
        "(45), (1234)",
        "(45), (01)(23)",
        "(45), (01)(2345)",
        "(45), (012)(345)",
        "(45), (0123)",
        "(45), (01234)",
        "(45), (0124)(35)",
        "(45), (014)(235)",
        "(23)(45), (24)(35)",
        "(23)(45), (01)(45)",
        "(23)(45), (01)(24)(35)",
        "(23)(45), (02)(14)",
        "(23)(45), (02)(14)(35)",
        "(01)(23)(45), (02)(14)(35)",
        "(45), (01)(23), (02)(13)",
    ),
    7: (
        "",
        "(56)",
        "(456)",
        "(34)(56)",
        "(3456)",
        "(23456)",
        "(12)(34)(56)",
        "(12)(3456)",
        "(123)(456)",
        "(0123456)",
        "(56), (34)",
        "(56), (345)",
        "(56), (23)(45)",
        "(56), (2345)",
        "(56), (12)(34)",
        "(56), (12)(3456)",
        "(56), (123)(456)",
        "(56), (1234)",
        "(56), (12345)",
        "(56), (1235)(46)",
        "(56), (125)(346)",
        "(56), (01)(23)(45)",
        "(56), (01)(2345)",
        "(56), (012)(345)",
        "(56), (0123)(45)",
        "(56), (01234)",
        "(56), (0123456)",
        "(34)(56), (35)(46)",
        "(34)(56), (12)(56)",
        "(34)(56), (12)(35)(46)",
        "(34)(56), (13)(25)",
        "(34)(56), (13)(25)(46)",
        "(34)(56), (01)(23)",
        "(12)(34)(56), (13)(25)(46)",
        "(12)(34)(56), (01)(35)(46)",
        "(56), (12)(34), (13)(24)",
    ),
}
"""By the number of columns: generators, in cycles, of one group of each kind."""

LARGEST = max(CLASSES)
"""Columns of which all groups are known."""


@dataclass(frozen=True, eq=False)
class Kind:
    """Groups that are relabellings of each other: one of them, and ``labels`` (M, d) that make each of the M."""

    generators: tuple[Permutation, ...]
    orbits: PairOrbits
    blocks: tuple[Block, ...]
    labels: Integers

    def relabelled(self, at: int) -> tuple[Permutation, ...]:
        """The generators of one of them."""
        label = self.labels[at]
        back = np.argsort(label)
        return tuple(tuple(label[np.array(one)][back].tolist()) for one in self.generators)


@lru_cache(maxsize=LARGEST)
def kinds(d: int) -> tuple[Kind, ...]:
    """All groups of 2 to 7 columns, by kind; the first is that which changes nothing."""
    every = np.array(list(permutations(range(d))))
    found = []
    for written in CLASSES[d]:
        generators = tuple(
            of_cycles([tuple(map(int, cycle)) for cycle in re.findall(r"\((\d+)\)", one)], d)
            for one in written.split(", ")
            if one
        )
        orbits = PairOrbits.of(generators, d)
        _, first = np.unique(_keys(orbits.place, every), return_index=True)
        found.append(Kind(generators, orbits, blocks(orbits), every[np.sort(first)]))
    return tuple(found)


@lru_cache(maxsize=LARGEST)
def number(d: int) -> int:
    """How many groups of d columns there are."""
    return sum(len(kind.labels) for kind in kinds(d))


def _keys(place: Integers, labels: Integers) -> NDArray[np.uint64]:
    """(M,) a number for the orbits under each labelling, the same for the same orbits: sums of random ones, mixed."""
    d = len(place)
    random = np.random.default_rng(0).integers(2**63, size=(d, d), dtype=np.uint64)
    random = random + random.T
    flat = place.reshape(-1)
    order, starts = np.argsort(flat, kind="stable"), np.searchsorted(np.sort(flat), np.arange(flat.max() + 1))
    of_pairs = random[labels[:, :, None], labels[:, None, :]].reshape(len(labels), -1)
    sums = np.add.reduceat(of_pairs[:, order], starts, axis=1)
    mixed = (sums ^ (sums >> np.uint64(29))) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
    found: NDArray[np.uint64] = mixed.sum(axis=1)
    return found
