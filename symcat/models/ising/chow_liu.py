"""The spanning tree of largest mutual information, of many tables at once (Chow & Liu 1968; Prim 1957)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

VALUES = np.array([1.0, -1.0])
"""Of a spin, in the order of the tables."""

_NOTHING = 1e-300
"""Stands for a share of zero: its product with its logarithm vanishes beside any other."""


def single_table(mean: Floats) -> Floats:
    """(..., 2) shares of +1 and of -1."""
    return np.stack([0.5 * (1.0 + mean), 0.5 * (1.0 - mean)], axis=-1)


def pair_tables(mean: Floats, along: Floats, edges: Integers) -> Floats:
    """(G, E, 2, 2) shares of the values (+1, -1) of the first column of each edge (G, E, 2) by those of the second.

    ``along`` (G, E) are the averages of the products of the two.
    """
    a, b = VALUES[:, None], VALUES[None, :]
    m, n = (np.take_along_axis(mean, edges[:, :, end], axis=1)[:, :, None, None] for end in (0, 1))
    out: Floats = 0.25 * (1.0 + a * m + b * n + a * b * along[:, :, None, None])
    return out


def entropy_of(shares: Floats) -> Floats:
    """(...,) entropy of shares (..., K), in nats."""
    out: Floats = -np.where(shares > 0.0, shares * np.log(np.where(shares > 0.0, shares, 1.0)), 0.0).sum(axis=-1)
    return out


def chow_liu(mean: Floats, pair: Floats, share: Floats | None = None) -> Integers:
    """(G, d - 1, 2) edges of the spanning tree of largest mutual information, of means and averages of pairs.

    Both are multiplied by ``share`` (G,) where rows whose averages vanish make up the rest of a group. The informations
    of a column are worked out when the tree reaches it: those of all pairs are never held.
    """
    g, factor = np.arange(len(mean)), np.ones(len(mean)) if share is None else share
    mean = factor[:, None] * mean
    alone = entropy_of(single_table(mean))

    def informations(new: Integers) -> Floats:
        m, q = mean[g, new][:, None], factor[:, None] * pair[g, new]
        found = alone[g, new][:, None] + alone
        for a in (1, -1):
            for b in (1, -1):
                cell = np.maximum(0.25 * (1.0 + a * m + b * mean + a * b * q), _NOTHING)
                found += cell * np.log(cell)
        return found

    return grown(informations, *mean.shape)


def spanning_trees(weight: Floats) -> Integers:
    """(G, d - 1, 2) edges of the spanning tree of largest weight of each group, of weights (G, d, d)."""
    g = np.arange(len(weight))
    return grown(lambda new: weight[g, new], *weight.shape[:2])


def along(edges: Integers, pair: Floats) -> Floats:
    """(G, E) the numbers of ``pair`` (G, d, d) that belong to edges (G, E, 2)."""
    return pair[np.arange(len(pair))[:, None], edges[:, :, 0], edges[:, :, 1]]


def grown(weights: Callable[[Integers], Floats], groups: int, d: int) -> Integers:
    """The same by Prim's algorithm, where ``weights`` are those (G, d) of one column of each group (G,)."""
    g = np.arange(groups)
    inside = np.zeros((groups, d), dtype=bool)
    inside[:, 0] = True
    origin = np.zeros((groups, d), dtype=np.intp)
    best = weights(origin[:, 0]).copy()
    edges = np.empty((groups, d - 1, 2), dtype=np.intp)
    for step in range(d - 1):
        new = np.where(inside, -np.inf, best).argmax(axis=1)
        edges[:, step, 0], edges[:, step, 1] = origin[g, new], new
        inside[g, new] = True
        if step + 2 < d:
            of_new = weights(new)
            nearer = of_new > best
            best = np.where(nearer, of_new, best)
            origin[nearer] = np.broadcast_to(new[:, None], origin.shape)[nearer]
    return edges
