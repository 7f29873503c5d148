"""Rows of spins on the square lattice by cluster updates (Swendsen & Wang, Phys. Rev. Lett. 58, 86, 1987).

Neighbours that their coupling favours are bound with probability ``1 - exp(-2 |J|)``; each cluster of bound spins is
then turned or not, by a fair coin. Near the critical point a sweep forgets nearly all of the last state, where
single-spin updates would need about ``L^2`` of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats

CHAINS = 64
"""Independent chains that run side by side, half from random states, half from ordered ones."""

EQUILIBRATION = 60
"""Sweeps before the first row: many correlation times, which are about ``L^0.25`` at the critical point."""

THINNING = 5
"""Sweeps between two rows of one chain."""

FRUSTRATED = 4
"""By how much both are longer where not all bonds can be satisfied: clusters then follow domain walls slowly."""


def lattice(side: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """First and second site (2 L^2,) of every bond of the torus, sites in row-major order."""
    site = np.arange(side * side).reshape(side, side)
    first = np.concatenate([site.ravel(), site.ravel()])
    second = np.concatenate([np.roll(site, -1, axis=1).ravel(), np.roll(site, -1, axis=0).ravel()])
    return first, second


def sample(side: int, coupling: float, n: int, rng: np.random.Generator) -> Floats:
    """(n, L^2) rows of spins at coupling J. Rows of one chain are five sweeps apart, others independent."""
    first, second = lattice(side)
    sites, chains = side * side, min(CHAINS, n)
    spins = rng.choice([-1.0, 1.0], size=(chains, sites))
    spins[: chains // 2] = _ordered(side, coupling)
    longer = FRUSTRATED if coupling < 0.0 and side % 2 else 1
    rows = []
    for step in range(EQUILIBRATION * longer + THINNING * longer * -(-n // chains)):
        _sweep(spins, first, second, coupling, rng)
        done = step + 1 - EQUILIBRATION * longer
        if done > 0 and done % (THINNING * longer) == 0:
            rows.append(spins.copy())
    found: Floats = np.concatenate(rows)
    return found[rng.permutation(len(found))[:n]]


def _ordered(side: int, coupling: float) -> Floats:
    """A state of low energy: all alike, or alternating."""
    row, column = np.divmod(np.arange(side * side), side)
    alternating: Floats = 1.0 - 2.0 * ((row + column) % 2)
    return alternating if coupling < 0.0 else np.ones(side * side)


def _sweep(
    spins: Floats, first: NDArray[np.intp], second: NDArray[np.intp], coupling: float, rng: np.random.Generator
) -> None:
    """One update of all spins of all chains, in place."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    chains, sites = spins.shape
    favoured = coupling * spins[:, first] * spins[:, second] > 0.0
    bound = favoured & (rng.random(favoured.shape) < -np.expm1(-2.0 * abs(coupling)))
    chain, bond = np.nonzero(bound)
    ends = (chain * sites + first[bond], chain * sites + second[bond])
    nodes = chains * sites
    graph = coo_array((np.ones(len(chain), dtype=np.int8), ends), shape=(nodes, nodes))
    count, cluster = connected_components(graph, directed=False)
    spins *= np.where(rng.random(count) < 0.5, 1.0, -1.0)[cluster].reshape(chains, sites)
