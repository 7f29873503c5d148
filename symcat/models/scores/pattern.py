"""Which correlations are alike: what a symmetry of the columns leaves free of a matrix with a diagonal of ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class Pattern:
    """The P pairs ``first[p] < second[p]`` of d columns whose scores correlate, and which of the K numbers each has."""

    dimension: int
    first: Integers
    second: Integers
    orbit: Integers
    size: int  # K

    @classmethod
    def full(cls, d: int) -> Pattern:
        """Each pair has its own."""
        i, j = np.triu_indices(d, 1)
        return cls(d, i, j, np.arange(len(i)), len(i))

    @classmethod
    def none(cls, d: int) -> Pattern:
        """No pair correlates."""
        nothing = np.empty(0, dtype=np.intp)
        return cls(d, nothing, nothing, nothing, 0)

    @classmethod
    def exchangeable(cls, d: int) -> Pattern:
        """All pairs are alike."""
        i, j = np.triu_indices(d, 1)
        return cls(d, i, j, np.zeros(len(i), dtype=np.intp), 1)

    @classmethod
    def cyclic(cls, d: int) -> Pattern:
        """Pairs as far apart on the ring of the columns are alike."""
        i, j = np.triu_indices(d, 1)
        lag = np.minimum(j - i, d - (j - i))
        return cls(d, i, j, lag - 1, d // 2)

    @cached_property
    def members(self) -> Floats:
        """(P, K) which number each pair has."""
        return np.asarray(self.orbit[:, None] == np.arange(self.size), dtype=np.float64)

    def pairs(self, matrix: Floats) -> Floats:
        """(..., P) the entries of the pairs of matrices (..., d, d)."""
        found: Floats = matrix[..., self.first, self.second]
        return found

    def matrix(self, pairs: Floats, diagonal: float = 1.0) -> Floats:
        """(..., d, d) symmetric matrices with these entries (..., P)."""
        out = np.zeros((*pairs.shape[:-1], self.dimension, self.dimension))
        out[..., self.first, self.second] = pairs
        out[..., self.second, self.first] = pairs
        out[..., range(self.dimension), range(self.dimension)] = diagonal
        return np.asarray(out)

    def products(self, one: Floats, other: Floats) -> Floats:
        """(P, P) ``A_ik B_jl + A_il B_jk`` of symmetric matrices A and B, for pairs (i, j) and (k, l)."""
        i, j = self.first, self.second
        return np.asarray(one[np.ix_(i, i)] * other[np.ix_(j, j)] + one[np.ix_(i, j)] * other[np.ix_(j, i)])


PATTERNS: Mapping[str, Callable[[int], Pattern]] = {
    "gaussian.full": Pattern.full,
    "gaussian.diagonal": Pattern.none,
    "gaussian.exchangeable": Pattern.exchangeable,
    "gaussian.cyclic": Pattern.cyclic,
}
"""Of so many columns, by the Gaussian class of the scores."""
