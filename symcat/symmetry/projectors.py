"""Projectors of the covariance of a law that a group leaves unchanged, ``sum_k lambda_k P_k``, in d columns.

The matrices of the group's laws are constant on sets of places (the diagonal, one lag, ...), so that a few numbers for
each set say what a whole matrix says: the work grows as the square of the columns, not as the cube.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Projectors:
    """K projectors in d columns: ``P_k[i, j] = table[k, place[i, j]]``."""

    table: Floats  # (K, R)
    place: NDArray[np.intp]  # (d, d), each of the R numbers occurring

    def __len__(self) -> int:
        return len(self.table)

    def __iter__(self) -> Iterator[Floats]:
        return (values[self.place] for values in self.table)

    @cached_property
    def ranks(self) -> Floats:
        """(K,) the dimensions of the spaces that they project on."""
        ranks: Floats = np.round(self.table[:, self.place.diagonal()].sum(axis=1))
        return ranks

    @cached_property
    def _order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The places of a flat matrix, those of one number after the other, and where each number begins."""
        flat = self.place.reshape(-1)
        order = np.argsort(flat, kind="stable")
        return order, np.searchsorted(flat[order], np.arange(self.table.shape[1]))

    def strengths(self, matrices: Floats) -> Floats:
        """(G, K) the lambda_k of matrices (G, d, d), averaged over the group: ``tr(P_k M) / tr(P_k)``."""
        order, starts = self._order
        sums = np.add.reduceat(matrices.reshape(len(matrices), -1)[:, order], starts, axis=1)
        strengths: Floats = sums @ self.table.T / self.ranks
        return strengths

    def combined(self, strengths: Floats) -> Floats:
        """(G, d, d) the matrices ``sum_k lambda_k P_k`` of strengths (G, K)."""
        return np.take(strengths @ self.table, self.place, axis=1)

    def combined_squares(self, strengths: Floats) -> Floats:
        """(G, d, d) the same of the squares of the entries of each projector."""
        return np.take(strengths @ self.table**2, self.place, axis=1)


def unconstrained(d: int) -> Projectors | None:
    """Nothing is said of the covariance."""
    return None


def columns(d: int) -> Projectors | None:
    """One for each column."""
    place = np.full((d, d), d) if d > 1 else np.zeros((1, 1), dtype=np.intp)
    np.fill_diagonal(place, np.arange(d))
    return Projectors(np.eye(d, d + (d > 1)), place)


def common_part_and_rest(d: int) -> Projectors | None:
    """On the mean of all columns, and on what is left."""
    if d == 1:
        return identity(1)
    return Projectors(np.array([[1.0, 1.0], [d - 1.0, -1.0]]) / d, _off_diagonal(d))


def frequencies(d: int) -> Projectors | None:
    """One projector for each frequency of the discrete Fourier transform; k and d - k are a pair."""
    lag = np.arange(d)
    frequency = np.arange(d // 2 + 1)
    pair = np.where(2 * frequency % d == 0, 1.0, 2.0)
    # A whole number of turns less, so that the angle of a high frequency keeps its digits.
    turns = np.multiply.outer(frequency, lag) % d
    return Projectors(pair[:, None] * np.cos(2.0 * np.pi * turns / d) / d, np.subtract.outer(lag, lag) % d)


def identity(d: int) -> Projectors | None:
    """The identity alone."""
    return Projectors(np.array([[1.0, 0.0]])[:, : 1 if d == 1 else 2], _off_diagonal(d))


def _off_diagonal(d: int) -> NDArray[np.intp]:
    return 1 - np.eye(d, dtype=np.intp)
