"""Averages of products of two statistics, each a product of contrasts, as sums of averages of single ones.

A product of two contrasts of one column is linear in its contrasts and 1, so that all averages of products are sums of
few entries of the transformed probabilities.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.potts.layout import Floats, Integers, Layout, products


def statistics_of(layout: Layout, sets: list[tuple[int, ...]]) -> Integers:
    """(K, d) of every statistic, the contrast of each column, 0 where it has none: all products of one of every column
    of a set, the last column's fastest, set after set."""
    found = []
    for chosen in sets:
        ranges = np.indices([layout.sizes[j] - 1 for j in chosen]).reshape(len(chosen), -1).T + 1
        part = np.zeros((len(ranges), len(layout)), dtype=np.intp)
        part[:, list(chosen)] = ranges
        found.append(part)
    return np.concatenate(found) if found else np.zeros((0, len(layout)), dtype=np.intp)


@dataclass(frozen=True)
class Terms:
    """Of P products, the entries of the transformed probabilities that each is a sum of."""

    index: NDArray[np.int64]  # (T,) into the tensor
    factor: Floats  # (T,)
    starts: Integers  # (P,) where each product's begin

    def averages(self, transformed: Floats) -> Floats:
        """(G, P) from tensors (G, N)."""
        return np.add.reduceat(transformed[:, self.index] * self.factor, self.starts, axis=1)


def terms_of(layout: Layout, first: Integers, second: Integers) -> Terms:
    """Of the products of statistics (P, d) with others (P, d)."""
    n = len(first)
    row = np.arange(n)
    index, factor = np.zeros(n, dtype=np.int64), np.ones(n)
    stride = 1
    for j, size in enumerate(layout.sizes):
        table = products(size)
        number = (table != 0.0).sum(axis=2)
        order = np.argsort(table == 0.0, axis=2, kind="stable")  # those that are there first
        a, b = first[row, j], second[row, j]
        times = number[a, b]
        if (times > 1).any():
            again = np.repeat(np.arange(len(row)), times)
            which = np.arange(len(again)) - np.repeat(np.cumsum(times) - times, times)
            row, index, factor, a, b = row[again], index[again], factor[again], a[again], b[again]
        else:
            which = np.zeros(len(row), dtype=np.intp)
        e = order[a, b, which]
        index += stride * e
        factor *= table[a, b, e]
        stride *= size
    starts = np.searchsorted(row, np.arange(n))
    return Terms(index, factor, starts)
