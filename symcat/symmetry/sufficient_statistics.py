"""The statistics of a free energy that is linear in its couplings: monomials of the columns, or sums of them.

``F(x) = sum_a theta_a T_a(x)`` with ``T_a(x) = sum_m c_am prod_j x_j^(e_mj)``. A column of spins, x_j = +-1, has
exponents 0 and 1. Sums of several monomials are the invariants of a symmetry: ``|x|^4``, or ``sum_j x_j^2``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.errors import InvalidData
from symcat.symmetry.groups import Symmetry, group
from symcat.symmetry.invariants import Combination, Exponents

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

HIGHEST_DEGREE = 6


@dataclass(frozen=True)
class SufficientStatistics:
    """K statistics of d columns as sums of M monomials; ``spins`` marks the columns that hold -1 and +1.

    Examples
    --------
    >>> from symcat.analog import SufficientStatistics
    >>> SufficientStatistics.monomials([(2, 0), (1, 1)]).names(["x", "y"])
    ['x^2', 'x y']
    >>> SufficientStatistics.invariants(2, 4, "rotation").names()
    ['x0^2 + x1^2', 'x0^4 + 2 x0^2 x1^2 + x1^4']
    >>> SufficientStatistics.pairwise(3).count
    6
    """

    exponents: Integers  # (M, d)
    weights: Floats  # (K, M) of the monomials in the statistics
    spins: NDArray[np.bool_]  # (d,)

    def __post_init__(self) -> None:
        if self.exponents.ndim != 2 or (self.exponents < 0).any() or not self.exponents.sum(axis=1).all():
            raise InvalidData(
                "Statistics are monomials: give for each the exponents of all columns, not all of them 0."
            )
        if self.exponents.sum(axis=1).max() > HIGHEST_DEGREE:
            raise InvalidData(f"Statistics of degree above {HIGHEST_DEGREE} are not offered: leave them out.")
        if (self.exponents[:, self.spins] > 1).any():
            raise InvalidData("The square of a spin is 1: give spins the exponents 0 and 1.")
        if len(np.unique(self.exponents, axis=0)) < len(self.exponents):
            raise InvalidData("A monomial is given twice: its coupling could not be told apart. Give each once.")

    @classmethod
    def monomials(cls, exponents: Iterable[Sequence[int]], spins: Sequence[int] = ()) -> SufficientStatistics:
        """One statistic for each monomial: ``[(2, 0), (1, 1)]`` are x_0^2 and x_0 x_1; ``spins`` are columns."""
        table = np.array(list(exponents), dtype=np.int64)
        if table.ndim != 2 or not table.size:
            raise InvalidData("Statistics need at least one monomial, each with an exponent for every column.")
        is_spin = np.zeros(table.shape[1], dtype=bool)
        is_spin[list(spins)] = True
        return cls(table, np.eye(len(table)), is_spin)

    @classmethod
    def spin_sets(cls, dimension: int, sets: Iterable[Sequence[int]]) -> SufficientStatistics:
        """The products of the spins in each set of columns: ``[(0,), (1,), (0, 1)]`` are two spins and a pair."""
        rows = []
        for chosen in sets:
            row = [0] * dimension
            for column in chosen:
                row[column] += 1
            rows.append(row)
        return cls.monomials(rows, range(dimension))

    @classmethod
    def pairwise(cls, dimension: int) -> SufficientStatistics:
        """All spins, then their pairs (0, 1), (0, 2), ...: the pairwise Ising model."""
        sets = [(i,) for i in range(dimension)] + list(combinations(range(dimension), 2))
        return cls.spin_sets(dimension, sets)

    @classmethod
    def invariants(
        cls, dimension: int, degree: int, symmetry: Symmetry = "none", spins: Sequence[int] = ()
    ) -> SufficientStatistics:
        """All independent invariants of a group up to ``degree``; with spins, ``degree`` counts their exponents too.

        Raises InvalidData for a group that does not act on such columns, such as rotations of two-valued ones.
        """
        acting = group(symmetry)
        if not acting.acts_on(dimension, len(set(spins))):
            raise InvalidData(
                f"Two-valued and real columns cannot become each other: symmetry {symmetry!r} needs one kind."
            )
        is_spin = np.zeros(dimension, dtype=bool)
        is_spin[list(spins)] = True
        found: list[Combination] = []
        seen: set[Exponents] = set()
        for size in range(1, degree + 1):
            for columns in combinations_with_replacement(range(dimension), size):
                e = tuple(columns.count(j) for j in range(dimension))
                clock.check()
                if e in seen or any(e[j] > 1 for j in range(dimension) if is_spin[j]):
                    continue
                orbit = acting.orbit(e)
                seen.update(orbit)
                found += [orbit] if orbit else []
        return of_sums(found, is_spin)

    @staticmethod
    def radial_power(dimension: int, free: NDArray[np.bool_], power: int) -> Combination:
        """``|x|^power`` over the columns ``free`` (d,), power even, as monomials and their weights."""
        at = np.flatnonzero(free)
        terms: Combination = {}
        for inner, weight in group("rotation").orbit((power, *(0,) * (len(at) - 1))).items():
            e = np.zeros(dimension, dtype=np.int64)
            e[at] = inner
            terms[tuple(e.tolist())] = weight
        return terms

    @property
    def dimension(self) -> int:
        return int(self.exponents.shape[1])

    @property
    def count(self) -> int:
        """K, the number of statistics."""
        return len(self.weights)

    @property
    def degree(self) -> int:
        """The highest degree of a monomial."""
        return int(self.exponents.sum(axis=1).max())

    @cached_property
    def are_monomials(self) -> bool:
        """Whether each statistic is one monomial."""
        return self.weights.shape[0] == self.weights.shape[1] and bool((self.weights == np.eye(self.count)).all())

    @cached_property
    def _by_degree(self) -> list[tuple[Integers, Integers]]:
        """For each degree, which monomials have it, and their columns with repetition."""
        degrees = self.exponents.sum(axis=1)
        out = []
        for degree in np.unique(degrees):
            which = np.flatnonzero(degrees == degree)
            columns = [np.repeat(np.arange(self.dimension), e) for e in self.exponents[which]]
            out.append((which, np.array(columns, dtype=np.int64)))
        return out

    def monomial_values(self, x: NDArray[np.floating]) -> NDArray[np.floating]:
        """(N, M) the monomials at the rows of x (N, d), in the precision of x."""
        # Column by column in memory, so that a product of two columns is one pass over both.
        columns_of_x = np.ascontiguousarray(x.T)
        out = np.empty((len(self.exponents), len(x)), dtype=x.dtype)
        for which, columns in self._by_degree:
            for m, chosen in zip(which, columns, strict=True):
                clock.check()
                value = out[m]
                value[:] = columns_of_x[chosen[0]]
                for j in chosen[1:]:
                    value *= columns_of_x[j]
        return out.T

    def values(self, x: NDArray[np.floating]) -> NDArray[np.floating]:
        """(N, K) the statistics at the rows of x (N, d), in the precision of x."""
        found = self.monomial_values(x)
        return found if self.are_monomials else found @ self.weights.T.astype(x.dtype)

    def group_means(self, x: NDArray[np.floating]) -> Floats:
        """(G, K) averages of each group of rows x (G, N, d)."""
        if self.degree > 2:
            return np.array([self.values(rows).mean(axis=0, dtype=np.float64) for rows in x])
        # A matrix product, where no statistic is a product of more than two columns.
        first = x.mean(axis=1, dtype=np.float64)
        second = (x.transpose(0, 2, 1) @ x).astype(np.float64) / x.shape[1]
        out = np.empty((len(x), len(self.exponents)))
        for which, columns in self._by_degree:
            one = columns.shape[1] == 1
            out[:, which] = first[:, columns[:, 0]] if one else second[:, columns[:, 0], columns[:, 1]]
        return out if self.are_monomials else out @ self.weights.T

    def observe(self, rows: Floats) -> tuple[Floats, Floats, int]:
        """Averages (K,) and covariance (K, K) of the statistics over rows (n, d), and n."""
        total, products, n = np.zeros(self.count), np.zeros((self.count, self.count)), len(rows)
        shift = self.values(rows[: min(n, 1000)]).mean(axis=0)  # so that centring cancels nothing
        for start in range(0, n, 8192):
            clock.check()
            t = self.values(rows[start : start + 8192]) - shift
            total += t.sum(axis=0)
            products += t.T @ t
        mean = total / n
        return shift + mean, products / n - np.outer(mean, mean), n

    def monomial_couplings(self, couplings: Floats) -> Floats:
        """(M,) what multiplies each monomial in the free energy, from the couplings (K,) of the statistics."""
        out: Floats = couplings @ self.weights
        return out

    def free_energy(self, couplings: Floats, x: Floats) -> Floats:
        """(N,) ``F`` at the rows of x (N, d)."""
        out: Floats = self.monomial_values(x) @ self.monomial_couplings(couplings)
        return out

    def names(self, columns: Sequence[str] | None = None) -> list[str]:
        """(K,) each statistic in words: ``x0^2 x1``."""
        label = [f"x{j}" for j in range(self.dimension)] if columns is None else list(columns)

        def monomial(e: Integers) -> str:
            return " ".join(label[j] + (f"^{p}" if p > 1 else "") for j, p in enumerate(e) if p)

        out = []
        for row in self.weights:
            parts = [(c, monomial(self.exponents[m])) for m, c in enumerate(row) if c]
            out.append(" + ".join(name if c == 1.0 else f"{c:g} {name}" for c, name in parts))
        return out


def of_sums(sums: Sequence[Combination], spins: NDArray[np.bool_]) -> SufficientStatistics:
    """One statistic for each sum of monomials; ``spins`` (d,) marks columns."""
    place = {e: m for m, e in enumerate(dict.fromkeys(e for terms in sums for e in terms))}
    weights = np.zeros((len(sums), len(place)))
    for k, terms in enumerate(sums):
        for e, c in terms.items():
            weights[k, place[e]] = c
    return SufficientStatistics(np.array(list(place), dtype=np.int64), weights, spins)
