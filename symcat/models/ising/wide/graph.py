"""Graphs of columns: which pairs depend on each other, what falls apart, and in which order to sum columns out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Edge = tuple[int, int]

STRICT = 0.01
"""Pairs found dependent where none is, on average over tables, by a test of all pairs (Bonferroni)."""

_EXPECTED = 20.0  # rows in the least likely cell of a 2 x 2 table, below which the exact law replaces the normal one
_TERMS = 120  # of an exact tail


def adjacency(dimension: int, edges: Iterable[Edge]) -> Flags:
    """(d, d) symmetric, True where two columns are joined."""
    joined = np.zeros((dimension, dimension), dtype=bool)
    for i, j in edges:
        joined[i, j] = joined[j, i] = True
    return joined


def edges_of(joined: Flags) -> tuple[Edge, ...]:
    """The pairs (i, j), i < j, in order."""
    return tuple((int(i), int(j)) for i, j in np.argwhere(np.triu(joined, 1)))


def blocks(joined: Flags) -> list[list[int]]:
    """Connected components, each in ascending order, by their first columns."""
    unseen = set(range(len(joined)))
    found = []
    while unseen:
        front = [min(unseen)]
        reached = set(front)
        while front:
            new = set(np.flatnonzero(joined[front].any(axis=0)).tolist()) - reached
            reached |= new
            front = sorted(new)
        found.append(sorted(reached))
        unseen -= reached
    return found


def dependent(mean: Floats, pair: Floats, count: float) -> Flags:
    """(d, d) whether two columns are correlated beyond chance, at 1 % over all pairs together.

    The correlation times sqrt(n - 1) has variance exactly 1 under independence with given margins; where a cell of the
    2 x 2 table expects fewer than 20 rows, the hypergeometric law of Fisher's exact test decides instead.
    """
    d = len(mean)
    variance = np.maximum(1.0 - mean * mean, 0.0)
    scale = np.sqrt(np.outer(variance, variance))
    covariance = pair - np.outer(mean, mean)
    score = np.divide(covariance, scale, out=np.zeros_like(scale), where=scale > 0.0) * np.sqrt(max(count - 1.0, 0.0))
    found = np.abs(score) > normal_quantile(d, STRICT)
    rare = np.minimum(1.0 + mean, 1.0 - mean)
    few = np.triu(count * np.outer(rare, rare) / 4.0 < _EXPECTED, 1) & (scale > 0.0)
    if few.any():
        i, j = np.nonzero(few)
        small = _exact_p(mean, pair, count, i, j) < STRICT / max(d * (d - 1) // 2, 1)
        found[i, j] = found[j, i] = small
    np.fill_diagonal(found, False)
    return np.asarray(found, dtype=bool)


def normal_quantile(dimension: int, false: float) -> float:
    """The score that ``false`` of all pairs of ``dimension`` columns exceed by chance, on average."""
    pairs = max(dimension * (dimension - 1) // 2, 1)
    return -NormalDist().inv_cdf(0.5 * min(false / pairs, 1.0))


def _exact_p(mean: Floats, pair: Floats, count: float, i: NDArray[np.intp], j: NDArray[np.intp]) -> Floats:
    """Two-sided p-values of Fisher's exact test: twice the smaller tail of the count in the least likely cell."""
    from scipy.special import gammaln

    n = float(count)
    # The cell of the rarer value of each column.
    a, b = np.where(mean[i] > 0.0, -1.0, 1.0), np.where(mean[j] > 0.0, -1.0, 1.0)
    of_i, of_j = np.rint(0.5 * n * (1.0 + a * mean[i])), np.rint(0.5 * n * (1.0 + b * mean[j]))
    seen = np.rint(0.25 * n * (1.0 + a * mean[i] + b * mean[j] + a * b * pair[i, j]))

    def log_choose(top: Floats, chosen: Floats) -> Floats:
        out: Floats = gammaln(top + 1.0) - gammaln(chosen + 1.0) - gammaln(top - chosen + 1.0)
        return out

    def tail(direction: int) -> Floats:
        k: Floats = seen[:, None] + direction * np.arange(_TERMS, dtype=np.float64)
        lo, hi = np.maximum(0.0, of_i + of_j - n)[:, None], np.minimum(of_i, of_j)[:, None]
        inside = (k >= lo) & (k <= hi)
        k = np.clip(k, lo, hi)
        log_p = log_choose(of_i[:, None], k) + log_choose(n - of_i[:, None], of_j[:, None] - k)
        log_p -= log_choose(np.full_like(of_j, n), of_j)[:, None]
        out: Floats = np.where(inside, np.exp(log_p), 0.0).sum(axis=1)
        return out

    return np.minimum(1.0, 2.0 * np.minimum(tail(1), tail(-1)))


@dataclass(frozen=True)
class Elimination:
    """An order in which columns are summed out, and what each is joined to when its turn comes.

    ``later[v]`` are the columns that column v meets, in the order of their own elimination: v and they form a clique
    of the triangulated graph. The largest clique less one is the width of the order, an upper bound of the tree-width.
    """

    order: tuple[int, ...]
    later: dict[int, tuple[int, ...]]

    @property
    def width(self) -> int:
        return max((len(met) for met in self.later.values()), default=0)

    @property
    def cells(self) -> int:
        """Entries of all the cliques' tables together."""
        return sum(2 << len(met) for met in self.later.values())


def elimination(joined: Flags, most: int) -> Elimination | None:
    """A min-fill order (Koller & Friedman 2009, section 9.4.3.2); None where it meets more than ``most`` columns.

    Each step takes the column whose neighbours lack the fewest edges among themselves, of these the one with the
    fewest neighbours, of these the first.
    """
    graph = joined.copy()
    left = np.arange(len(joined))
    order: list[int] = []
    meets: dict[int, list[int]] = {}
    while len(left):
        g = graph.astype(np.float32)
        degree = g.sum(axis=1)
        missing = degree * (degree - 1.0) - np.einsum("ij,ij->i", g @ g, g)
        place = int(np.lexsort((degree, missing))[0])
        neighbours = np.flatnonzero(graph[place])
        if len(neighbours) > most:
            return None
        graph[np.ix_(neighbours, neighbours)] = True
        graph[neighbours, neighbours] = False
        order.append(int(left[place]))
        meets[order[-1]] = left[neighbours].tolist()
        left = np.delete(left, place)
        graph = np.delete(np.delete(graph, place, axis=0), place, axis=1)
    rank = {v: k for k, v in enumerate(order)}
    return Elimination(tuple(order), {v: tuple(sorted(met, key=rank.__getitem__)) for v, met in meets.items()})
