"""All monomials to a degree, and what becomes of them in other axes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

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
        every = [e for e in np.ndindex(*(degree + 1,) * dimension) if sum(e) <= degree]
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

    def values(self, rows: Floats) -> Floats:
        """(n, M) at the rows (n, d)."""
        out = np.empty((self.count, len(rows)))
        out[0] = 1.0
        columns, place = np.ascontiguousarray(rows.T), self.place
        for m in range(1, self.count):
            e = self.exponents[m]
            j = int(e.argmax())
            lower = e.copy()
            lower[j] -= 1
            np.multiply(out[place[tuple(lower.tolist())]], columns[j], out=out[m])
        return out.T

    def in_axes(self, axes: Floats, shift: Floats) -> Floats:
        """(M, M) each monomial of ``z = axes y + shift`` as a sum of those of y: ``z^e = sum_m P[e, m] y^m``."""
        place = self.place
        raised = np.full((self.dimension, self.count), self.count)  # beyond the degree: a place that is thrown away
        for m, e in enumerate(self.exponents):
            for j in range(self.dimension):
                higher = e.copy()
                higher[j] += 1
                raised[j, m] = place.get(tuple(higher.tolist()), self.count)
        out = np.zeros((self.count, self.count + 1))
        out[0, 0] = 1.0
        for m in range(1, self.count):
            e = self.exponents[m]
            j = int(e.argmax())
            lower = e.copy()
            lower[j] -= 1
            before = out[place[tuple(lower.tolist())], :-1]
            out[m, :-1] += shift[j] * before
            for k in range(self.dimension):
                out[m, raised[k]] += axes[j, k] * before
            out[m, -1] = 0.0
        return out[:, :-1]

    @cached_property
    def place(self) -> dict[tuple[int, ...], int]:
        """Of each monomial by its exponents."""
        return {tuple(e): m for m, e in enumerate(self.exponents.tolist())}
