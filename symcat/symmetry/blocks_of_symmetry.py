"""Matrices that a group of permutations leaves unchanged, as blocks: one for each of its irreducible representations.

In a basis of its own, such a matrix consists of blocks, each r x r numbers (real, complex or quaternions, of ``field``
= 1, 2 or 4 real ones) times an identity of k / field of these; sum r k = d (Graczyk, Ishi, Kolodziejek & Massam 2022,
Ann. Statist. 50:1747, theorem 1). Found from two random matrices of the kind: copies of one representation have equal
eigenvalues, k of each, and another matrix couples them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.symmetry.pair_orbits import PairOrbits

Floats = NDArray[np.float64]

_SAME = 1e-9


@dataclass(frozen=True)
class Block:
    """``basis`` (d, r k) spans the columns' space of one representation."""

    basis: Floats
    r: int
    k: int
    field: int

    @property
    def free(self) -> int:
        """Free real numbers of a symmetric block."""
        return self.r + self.r * (self.r - 1) * self.field // 2

    def log_determinants(self, matrices: Floats) -> Floats:
        """(G,) of invariant matrices (G, d, d), restricted to the block."""
        out: Floats = np.linalg.slogdet(self.basis.T @ matrices @ self.basis)[1]
        return out


def blocks(orbits: PairOrbits) -> tuple[Block, ...]:
    """Those of the matrices that are constant on these orbits."""
    rng = np.random.default_rng(0)
    one, other = (rng.normal(size=orbits.count)[orbits.place] for _ in range(2))
    values, vectors = np.linalg.eigh(one)
    size = np.abs(values).max(initial=1.0)
    ends = np.flatnonzero(np.diff(values) > _SAME * size) + 1
    spaces = np.split(vectors, ends, axis=1)
    found: list[list[Floats]] = []
    for space in spaces:
        for copies in found:
            coupling = copies[0].T @ other @ space
            if copies[0].shape == space.shape and np.abs(coupling).max() > _SAME**0.5:
                copies.append(space)
                break
        else:
            found.append([space])
    return tuple(
        Block(np.concatenate(copies, axis=1), len(copies), copies[0].shape[1], _field(copies, orbits))
        for copies in found
    )


def _field(copies: list[Floats], orbits: PairOrbits) -> int:
    """How many independent ways there are to couple two copies; of one copy it makes no difference."""
    if len(copies) < 2:
        return 1
    couplings = copies[0].T @ orbits.indicators @ copies[1]
    return int(np.linalg.matrix_rank(couplings.reshape(len(couplings), -1), tol=_SAME**0.5))
