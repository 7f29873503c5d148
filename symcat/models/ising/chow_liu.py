"""The spanning tree of largest mutual information, of many tables at once (Chow & Liu 1968; Prim 1957)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising import existence

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]

VALUES = np.array([1.0, -1.0])
"""Of a spin, in the order of the tables."""


def single_table(mean: Floats) -> Floats:
    """(..., 2) shares of +1 and of -1."""
    return np.stack([0.5 * (1.0 + mean), 0.5 * (1.0 - mean)], axis=-1)


def pair_table(mean: Floats, pair: Floats, g: Integers, i: Integers, k: Integers) -> Floats:
    """(G, 2, 2) shares of the values (+1, -1) of column i by those of column k, one pair for each group."""
    a, b = VALUES[:, None], VALUES[None, :]
    m, n, q = (values[:, None, None] for values in (mean[g, i], mean[g, k], pair[g, i, k]))
    out: Floats = 0.25 * (1.0 + a * m + b * n + a * b * q)
    return out


def entropy_of(shares: Floats) -> Floats:
    """(...,) entropy of shares (..., K), in nats."""
    out: Floats = -np.where(shares > 0.0, shares * np.log(np.where(shares > 0.0, shares, 1.0)), 0.0).sum(axis=-1)
    return out


def mutual_information(mean: Floats, pair: Floats) -> Floats:
    """(G, d, d) of every pair of columns, in nats."""
    alone = entropy_of(single_table(mean))
    shares = np.stack([existence.shares(mean, pair, a, b) for a in (1, -1) for b in (1, -1)], axis=-1)
    out: Floats = alone[:, :, None] + alone[:, None, :] - entropy_of(np.maximum(shares, 0.0))
    return out


def spanning_trees(weight: Floats) -> Integers:
    """(G, d - 1, 2) edges of the spanning tree of largest weight of each group, by Prim's algorithm."""
    groups, d = weight.shape[:2]
    g = np.arange(groups)
    inside = np.zeros((groups, d), dtype=bool)
    inside[:, 0] = True
    best, origin = weight[:, 0].copy(), np.zeros((groups, d), dtype=np.intp)
    edges = np.empty((groups, d - 1, 2), dtype=np.intp)
    for step in range(d - 1):
        new = np.where(inside, -np.inf, best).argmax(axis=1)
        edges[:, step, 0], edges[:, step, 1] = origin[g, new], new
        inside[g, new] = True
        nearer = weight[g, new] > best
        best = np.where(nearer, weight[g, new], best)
        origin[nearer] = np.broadcast_to(new[:, None], origin.shape)[nearer]
    return edges
