"""All monomials to a degree, and what becomes of them in other axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Terms:
    """The monomials of d columns to a degree, by their exponents (M, d), the constant one first."""

    dimension: int
    degree: int
    exponents: Integers

    @staticmethod
    @cache
    def of(dimension: int, degree: int) -> Terms:
        """In order of their own degree."""
        every = [
            tuple(chosen.count(j) for j in range(dimension))
            for size in range(degree + 1)
            for chosen in combinations_with_replacement(range(dimension), size)
        ]
        return Terms(
            dimension, degree, np.array(sorted(every, key=lambda e: (sum(e), [-k for k in e])), dtype=np.int64)
        )

    @property
    def count(self) -> int:
        """M, the constant among them."""
        return len(self.exponents)

    @property
    def at(self) -> tuple[Integers, ...]:
        """Where the monomials stand in an array with an axis for the exponent of each column."""
        return tuple(self.exponents.T)

    @cached_property
    def products_at(self) -> tuple[Integers, ...]:
        """(M, M) where the products of two monomials stand in such an array."""
        return tuple((self.exponents[:, None, :] + self.exponents[None, :, :]).transpose(2, 0, 1))

    @cached_property
    def steps(self) -> list[tuple[int, int]]:
        """Of each monomial but the constant: an earlier one, and the column by which it is to be multiplied."""
        out = []
        for e in self.exponents[1:]:
            j = int(e.argmax())
            lower = e.copy()
            lower[j] -= 1
            out.append((self.place[tuple(lower.tolist())], j))
        return out

    @cached_property
    def raised(self) -> Integers:
        """(d, M) the monomial times each column; M, a place that is thrown away, beyond the degree."""
        units = np.eye(self.dimension, dtype=np.int64)
        return np.array(
            [[self.place.get(tuple(e), self.count) for e in (self.exponents + unit).tolist()] for unit in units]
        )

    def values(self, rows: Floats) -> Floats:
        """(n, M) at the rows (n, d)."""
        out = np.empty((self.count, len(rows)))
        out[0] = 1.0
        columns = np.ascontiguousarray(rows.T)
        for m, (lower, j) in enumerate(self.steps, start=1):
            np.multiply(out[lower], columns[j], out=out[m])
        return out.T

    def in_axes(self, axes: Floats, shift: Floats) -> Floats:
        """(M, M) each monomial of ``z = axes y + shift`` as a sum of those of y: ``z^e = sum_m P[e, m] y^m``."""
        out = np.zeros((self.count, self.count + 1))
        out[0, 0] = 1.0
        for m, (lower, j) in enumerate(self.steps, start=1):
            before = out[lower, :-1]
            out[m, :-1] += shift[j] * before
            for k in range(self.dimension):
                out[m, self.raised[k]] += axes[j, k] * before
            out[m, -1] = 0.0
        return out[:, :-1]

    @cached_property
    def place(self) -> dict[tuple[int, ...], int]:
        """Of each monomial by its exponents."""
        return {tuple(e): m for m, e in enumerate(self.exponents.tolist())}
