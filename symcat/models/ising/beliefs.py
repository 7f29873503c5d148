"""Averages of columns coupled along a tree, of many trees at once: one sweep inwards and one outwards (Pearl 1988)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.chow_liu import grown
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
    edges = grown(lambda new: (j[g, new] != 0.0).astype(np.float64), *h.shape)
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


def products(h: Floats, j: Floats, edges: Integers) -> Floats:
    """(G, E) averages of the products of columns that edges (G, E, 2) join, parent before child."""
    g = np.arange(len(h))[:, None]
    _, field, mean = propagate(h, j)
    parent, child = edges[:, :, 0], edges[:, :, 1]
    up, down = given_parent(field[g, child], j[g, parent, child])
    found: Floats = 0.5 * (up - down) * (1.0 - mean[g, parent] ** 2) + mean[g, parent] * mean[g, child]
    return found


def band(h: Floats, j: Floats, beliefs: Beliefs, columns: slice) -> Floats:
    """(d, K) averages of the products of all columns with some of them, under one tree.

    From each of these the covariance is carried to the root, then from there outwards.
    """
    edges, field, mean = beliefs
    variance = 1.0 - mean[0] ** 2
    own = np.arange(len(variance))[columns]
    covariance, inside = np.zeros((len(variance), len(own))), np.zeros((len(variance), len(own)), dtype=bool)
    covariance[own, np.arange(len(own))] = variance[own]
    inside[own, np.arange(len(own))] = True
    parents, children = edges[0].T
    up, down = given_parent(field[0, children], j[0, parents, children])
    slopes = 0.5 * (up - down)
    back = slopes * variance[parents] / np.where(variance[children] > 0.0, variance[children], 1.0)
    for parent, child, slope in zip(parents[::-1], children[::-1], back[::-1], strict=True):
        covariance[parent] += slope * covariance[child]
        inside[parent] |= inside[child]
    for parent, child, slope in zip(parents, children, slopes, strict=True):
        np.copyto(covariance[child], slope * covariance[parent], where=~inside[child])
    covariance += mean[0][:, None] * mean[0, own]
    return covariance


def given_parent(field: Floats, coupling: Floats) -> tuple[Floats, Floats]:
    """Means of columns with this field whose parent is +1, and whose parent is -1."""
    return np.tanh(field + coupling), np.tanh(field - coupling)
