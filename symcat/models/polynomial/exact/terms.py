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
    """The monomials of d columns to a degree, by their exponents (M, d), the constant one first.

    A column of ``two_valued``, of -1 and +1, comes at most once in each: its square is 1.
    """

    dimension: int
    degree: int
    exponents: Integers
    two_valued: tuple[int, ...] = ()

    @staticmethod
    @cache
    def of(dimension: int, degree: int, two_valued: tuple[int, ...] = ()) -> Terms:
        """In order of their own degree."""
        chosen = (c for k in range(degree + 1) for c in combinations_with_replacement(range(dimension), k))
        every = [tuple(c.count(j) for j in range(dimension)) for c in chosen]
        kept = [e for e in every if all(e[j] < 2 for j in two_valued)]
        exponents = np.array(sorted(kept, key=lambda e: (sum(e), [-k for k in e])), dtype=np.int64)
        return Terms(dimension, degree, exponents, two_valued)

    @property
    def real(self) -> list[int]:
        """The columns that are integrated over."""
        return [j for j in range(self.dimension) if j not in self.two_valued]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of an array with an axis for the exponent of each column."""
        return tuple(2 if j in self.two_valued else self.degree + 1 for j in range(self.dimension))

    def given(self, theta: Floats, point: Floats) -> tuple[Terms, Floats]:
        """The terms of the real columns alone, and their couplings where the others are as in ``point`` (d,)."""
        if not self.two_valued:
            return self, theta
        others = list(self.two_valued)
        left = Terms.of(len(self.real), self.degree)
        place = [left.place[tuple(e)] for e in self.exponents[:, self.real].tolist()]
        out = np.zeros(left.count)
        np.add.at(out, place, theta * (point[others] ** self.exponents[:, others]).prod(axis=1))
        return left, out

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
        return self.powers_at(self.exponents)

    def powers_at(self, exponents: Integers) -> tuple[Integers, ...]:
        """(E, M) where the products of monomials with ``exponents`` (E, d) and of these stand in such an array."""
        total = exponents[:, None, :] + self.exponents[None, :, :]
        total[..., self.two_valued] %= 2
        return tuple(total.transpose(2, 0, 1))

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
