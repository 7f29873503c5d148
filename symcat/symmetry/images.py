"""Images of rows (n, d) under all elements of a group, (K, n, d), or under random ones, independent for each block.

Random elements are uniform (Haar's measure).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations, product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Blocks:
    """Which rows (n,) share an element: ``of`` counts up from 0, and there are ``count`` of them."""

    of: NDArray[np.int64]
    count: int

    @classmethod
    def by(cls, rows: int, size: int) -> Blocks:
        """Blocks of ``size`` consecutive rows."""
        return cls(np.arange(rows) // size, -(-rows // size))

    @property
    def alone(self) -> bool:
        """Whether every row has an element of its own."""
        return self.count == len(self.of)


Every: TypeAlias = Callable[[Floats], Floats]
Draw: TypeAlias = Callable[[Floats, int, np.random.Generator, Blocks], Floats]


def moved(elements: Floats, y: Floats, blocks: Blocks) -> Floats:
    """(K, n, d) rows under the element (K, blocks, d, d) of the block of each."""
    out: Floats = np.einsum("knij,nj->kni", elements[:, blocks.of], y)
    return out


# --- all -------------------------------------------------------------------------------------------------------------


def same(y: Floats) -> Floats:
    """Of the identity alone."""
    return y[None]


def opposite(y: Floats) -> Floats:
    """All signs changed together."""
    return np.stack([y, -y])


def all_signs(y: Floats) -> Floats:
    """Each sign of each column."""
    signs = np.array(list(product((1.0, -1.0), repeat=y.shape[1])))
    return signs[:, None, :] * y


def all_orders(y: Floats) -> Floats:
    """Each order of the columns."""
    return np.stack([y[:, list(order)] for order in permutations(range(y.shape[1]))])


def all_shifts(y: Floats) -> Floats:
    """Each shift of the columns, closed to a ring."""
    return np.stack([np.roll(y, k, axis=1) for k in range(y.shape[1])])


def windows(y: Floats) -> Floats:
    """The first columns and the last, one fewer than there are."""
    return np.stack([y[:, :-1], y[:, 1:]])


# --- random ----------------------------------------------------------------------------------------------------------


def signs(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    """Random signs of the columns."""
    positive = rng.integers(2, size=(count, blocks.count, y.shape[1]), dtype=np.int8)
    return np.where(positive[:, blocks.of], y, -y)


def orders(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    """Random orders of the columns."""
    order = rng.permuted(np.broadcast_to(np.arange(y.shape[1]), (count, blocks.count, y.shape[1])), axis=2)
    return np.take_along_axis(np.broadcast_to(y, (count, *y.shape)), order[:, blocks.of], axis=2)


def shifts(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    """Random shifts of the columns, closed to a ring."""
    d = y.shape[1]
    by = rng.integers(d, size=(count, blocks.count, 1))[:, blocks.of]
    return np.take_along_axis(np.broadcast_to(y, (count, *y.shape)), (np.arange(d) + by) % d, axis=2)


def directions(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    """Uniform on the sphere through each row; of a block by one uniform orthogonal matrix (Stewart 1980)."""
    if not blocks.alone:
        factor, triangular = np.linalg.qr(rng.normal(size=(count, blocks.count, y.shape[1], y.shape[1])))
        of_factor = np.sign(np.diagonal(triangular, axis1=2, axis2=3))
        return moved(factor * of_factor[:, :, None, :], y, blocks)
    normal = rng.normal(size=(count, *y.shape))
    length = np.linalg.norm(normal, axis=2, keepdims=True)
    out: Floats = normal * (np.linalg.norm(y, axis=1)[:, None] / length)
    return out


def signed_orders(y: Floats, count: int, rng: np.random.Generator, blocks: Blocks) -> Floats:
    """Random orders with random signs."""
    drawn = orders(y, count, rng, blocks)
    positive = rng.integers(2, size=(count, blocks.count, y.shape[1]), dtype=np.int8)
    return np.where(positive[:, blocks.of], drawn, -drawn)
