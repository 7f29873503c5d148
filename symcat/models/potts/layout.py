"""Columns of several levels each: where every level stands among all, and the contrasts between the levels of a column.

Level a of column j stands at ``offsets[j] + a`` of the Q levels of all columns. Contrasts are Helmert's, orthonormal
under evenly spread levels: e = 1, 2, ... compares level e with those before it, with mean 0 and mean square 1; of two
levels it is -1 and +1. So parameters of contrasts are those of the zero-sum gauge, in which the numbers of every field
and of every row and column of a coupling add up to nothing, and of two-valued columns they are Ising's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.states import codes_of_digits, digits_of

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@cache
def basis(levels: int) -> Floats:
    """(L, L) the constant 1 and the L - 1 contrasts, in columns: M.T @ M is L times the identity."""
    out = np.zeros((levels, levels))
    out[:, 0] = 1.0
    for e in range(1, levels):
        size = math.sqrt(levels / (e * (e + 1.0)))
        out[:e, e], out[e, e] = -size, e * size
    out.setflags(write=False)
    return out


@cache
def products(levels: int) -> Floats:
    """(L, L, L) the products of two functions of the basis as sums of these: linear, as levels are no more than L."""
    m = basis(levels)
    out: Floats = np.einsum("xa,xb,xe->abe", m, m, m) / levels
    out[np.abs(out) < 1e-12] = 0.0
    out.setflags(write=False)
    return out


@cache
def _products_of(sizes: tuple[int, ...]) -> Floats:
    out: Floats = np.ones((1, 1))
    for size in sizes:
        out = np.asarray(np.kron(out, basis(size)[:, 1:]), dtype=np.float64)
    out.setflags(write=False)
    return out


@dataclass(frozen=True)
class Layout:
    """The numbers of levels of d columns."""

    sizes: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.sizes)

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """(d + 1,) where the levels of each column begin, and Q."""
        return tuple(int(k) for k in np.concatenate([[0], np.cumsum(self.sizes)]))

    @property
    def levels(self) -> int:
        """Q, of all columns."""
        return self.offsets[-1]

    @property
    def states(self) -> int:
        """The number of different rows."""
        return math.prod(self.sizes)

    def at(self, column: int) -> slice:
        """Where the levels of a column stand among all."""
        return slice(self.offsets[column], self.offsets[column + 1])

    @cached_property
    def column_of(self) -> Integers:
        """(Q,) the column of each level."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @cached_property
    def apart(self) -> NDArray[np.bool_]:
        """(Q, Q) whether two levels are of different columns."""
        return np.asarray(self.column_of[:, None] != self.column_of[None, :])

    @cached_property
    def centring(self) -> Floats:
        """(Q, Q) matrix that takes from every level the mean of its column's."""
        same = ~self.apart
        out: Floats = np.eye(self.levels) - same / np.array(self.sizes)[self.column_of][:, None]
        return out

    def contrasts(self, column: int) -> Floats:
        """(L, L - 1) the contrasts of a column, at its levels."""
        return basis(self.sizes[column])[:, 1:]

    @cached_property
    def contrast_matrix(self) -> Floats:
        """(Q, q) the contrasts of all columns at every level, block by block: q is Q - d."""
        out = np.zeros((self.levels, self.levels - len(self)))
        for j in range(len(self)):
            out[self.at(j), self.contrasts_at(j)] = self.contrasts(j)
        return out

    def contrasts_at(self, column: int) -> slice:
        """Where the contrasts of a column stand among all."""
        return slice(self.offsets[column] - column, self.offsets[column + 1] - column - 1)

    def products_of(self, columns: tuple[int, ...]) -> Floats:
        """(cells, numbers) all products of a contrast of each of some columns, at all of their levels together; the
        last column's levels, and contrasts, fastest."""
        return _products_of(tuple(self.sizes[j] for j in columns))

    def places(self, digits: Integers) -> Integers:
        """(m, d) where the levels of rows of digits (m, d) stand among all."""
        out: Integers = digits + np.array(self.offsets[:-1])
        return out

    def digits(self, codes: NDArray[np.integer]) -> Integers:
        """(m, d) the digits of codes (m,), in mixed radix with column 0 least significant."""
        return digits_of(np.asarray(codes, dtype=np.int64), self.sizes)

    def codes(self, digits: Integers) -> NDArray[np.int64]:
        """(m,) the inverse of ``digits``."""
        return codes_of_digits(digits, self.sizes)

    def zero_sum(self, h: Floats, j: Floats) -> tuple[Floats, Floats, float]:
        """Fields (Q,) and couplings (Q, Q) of the same law in the zero-sum gauge, and the constant that -F lost."""
        a = self.centring
        mean = np.eye(self.levels) - a  # (Q, Q) averages over the levels of a column
        inner: Floats = a @ j @ a
        row = a @ j @ mean  # depends on one of the two levels
        fields = a @ h
        constant = 0.0
        for column in range(len(self)):
            first = self.offsets[column]
            constant += float((mean @ h)[first])
            for other in range(len(self)):
                place = self.offsets[other]
                if other != column:
                    fields[self.at(column)] += row[self.at(column), place]
                if other > column:
                    constant += float((mean @ j @ mean)[first, place])
        return fields, np.where(self.apart, inner, 0.0), constant

    def minus_energy(self, digits: Integers, h: Floats, j: Floats) -> Floats:
        """(m,) ``sum_j h_j(x_j) + sum_(j<k) J_jk(x_j, x_k)`` of rows of digits (m, d)."""
        at = self.places(digits)
        out: Floats = h[at].sum(axis=1)
        for k in range(1, len(self)):
            for i in range(k):
                block = j[self.at(i), self.at(k)]
                if block.any():
                    out += block[digits[:, i], digits[:, k]]
        return out


def along_axes(values: Floats, matrices: Sequence[Floats]) -> Floats:
    """(G, N) the tensors of shape (L_1, ..., L_d), column 0 fastest, with a square matrix applied along each axis."""
    groups, size = values.shape
    out, right = values, 1
    for matrix in _joined(matrices):
        n = len(matrix)
        out = out.reshape(-1, n) @ matrix.T if right == 1 else np.matmul(matrix, out.reshape(-1, n, right))
        right *= n
    return out.reshape(groups, size)


_TOGETHER = 64  # rows of a product of matrices, which then runs from cache


def _joined(matrices: Sequence[Floats]) -> list[Floats]:
    """Small matrices of neighbouring axes as their Kronecker product: fewer passes over the tensor."""
    found: list[Floats] = []
    for matrix in matrices:
        if found and len(found[-1]) * len(matrix) <= _TOGETHER:
            found[-1] = np.asarray(np.kron(matrix, found[-1]), dtype=np.float64)
        else:
            found.append(matrix)
    return found
