"""Averages of columns coupled along a tree, of many trees at once: one sweep inwards and one outwards (Pearl 1988)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.chow_liu import spanning_trees
from symcat.models.ising.spins import PairAverages

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


class Beliefs(NamedTuple):
    """What the two sweeps leave of G trees; column 0 is the root of each."""

    edges: Integers  # (G, d - 1, 2) parent and child, from the root outwards; a lone column hangs on the root
    field: Floats  # (G, d) on each column, from its own and from the columns that hang on it
    mean: Floats  # (G, d)


def propagate(h: Floats, j: Floats) -> Beliefs:
    """Beliefs under fields h (G, d) and couplings J (G, d, d) that vanish off a tree."""
    g = np.arange(len(h))
    edges = spanning_trees((j != 0.0).astype(np.float64))
    field = h.copy()
    for parent, child in reversed(edges.transpose(1, 2, 0)):
        field[g, parent] += np.arctanh(np.tanh(j[g, parent, child]) * np.tanh(field[g, child]))
    mean = np.tanh(field)
    for parent, child in edges.transpose(1, 2, 0):
        # The child given either value of its parent, mixed by the parent's mean.
        up, down = given_parent(field[g, child], j[g, parent, child])
        mean[g, child] = 0.5 * (up + down) + 0.5 * (up - down) * mean[g, parent]
    return Beliefs(edges, field, mean)


def averages(h: Floats, j: Floats) -> PairAverages:
    """Means and pair averages: correlations are carried along the tree from pair to pair."""
    g = np.arange(len(h))
    edges, field, mean = propagate(h, j)
    variance = 1.0 - mean**2
    covariance = np.zeros(j.shape)
    covariance[:, 0, 0] = variance[:, 0]
    for parent, child in edges.transpose(1, 2, 0):
        up, down = given_parent(field[g, child], j[g, parent, child])
        carried = 0.5 * (up - down)[:, None] * covariance[g, parent]
        covariance[g, child] = covariance[g, :, child] = carried
        covariance[g, child, child] = variance[g, child]
    return PairAverages(mean, covariance + mean[:, :, None] * mean[:, None, :])


def given_parent(field: Floats, coupling: Floats) -> tuple[Floats, Floats]:
    """Means of columns with this field whose parent is +1, and whose parent is -1."""
    return np.tanh(field + coupling), np.tanh(field - coupling)
