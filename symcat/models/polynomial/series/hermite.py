"""Polynomials of degree four of whitened columns in Hermite polynomials, which are orthogonal for the Gaussian.

``F = y.y / 2 + v_0 + sum_k v_k : He_k(y) / k!`` with symmetric tensors v_k, and He_k the tensor of Hermite polynomials
(Wick powers). Under the Gaussian ``V = sum_k v_k : He_k / k!`` has ``<He_k V> = v_k``, ``<V^2> = sum_k |v_k|^2 / k!``,
which so measures how far F is from it, in nats and whatever the axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]
Tensors = Mapping[int, Floats]
"""v_k by k = 1, 2, 3, 4."""

DEGREE = 4


def tensors_of(couplings: Mapping[str, Floats]) -> tuple[float, dict[int, Floats]]:
    """v_0 and the v_k of ``F - y.y / 2``, from the couplings h, K, g, u of whitened columns."""
    h, k, g, u = (couplings[name] for name in ("h", "K", "g", "u"))
    trace = np.einsum("ijkk->ij", u)
    v0 = 0.5 * float(np.trace(k)) + float(np.trace(trace)) / 8.0 - 0.5 * len(h)
    return v0, {1: h + 0.5 * np.einsum("ikk->i", g), 2: k - np.eye(len(h)) + 0.5 * trace, 3: g, 4: u}


def couplings_of(tensors: Tensors) -> dict[str, Floats]:
    """The couplings h, K, g, u whose v_k these are."""
    g, u = tensors[3], tensors[4]
    trace = np.einsum("ijkk->ij", u)
    return {
        "h": tensors[1] - 0.5 * np.einsum("ikk->i", g),
        "K": tensors[2] + np.eye(len(g)) - 0.5 * trace,
        "g": g,
        "u": u,
    }


def squared(tensors: Tensors) -> float:
    """``sum_k |v_k|^2 / k!``: twice the nats a row from the Gaussian, to lowest order."""
    return sum(float((v**2).sum()) / factorial(k) for k, v in tensors.items())


@dataclass(frozen=True)
class Hermites:
    """Products of the Hermite polynomials of single columns, one for each monomial of ``terms``."""

    terms: Terms

    @staticmethod
    @cache
    def of(dimension: int) -> Hermites:
        """All to degree four."""
        return Hermites(Terms.of(dimension, DEGREE))

    def values(self, rows: Floats) -> Floats:
        """(n, M) at rows (n, d)."""
        y = np.ascontiguousarray(rows.T)
        square = y * y
        powers = [np.ones_like(y), y, square - 1.0, y * (square - 3.0), square * (square - 6.0) + 3.0]
        out = np.empty((self.terms.count, len(rows)))
        for m, (lower, j, power) in enumerate(self._chains):
            if lower < 0:
                out[m] = 1.0
            else:
                np.multiply(out[lower], powers[power][j], out=out[m])
        return out.T

    @cached_property
    def _chains(self) -> list[tuple[int, int, int]]:
        """Of each product: that of the other columns, the column that is last in it, and its power."""
        out = []
        for e in self.terms.exponents:
            if not e.any():
                out.append((-1, 0, 0))
                continue
            j = int(np.flatnonzero(e)[-1])
            lower = e.copy()
            lower[j] = 0
            out.append((self.terms.place[tuple(lower.tolist())], j, int(e[j])))
        return out

    @cached_property
    def norms(self) -> Floats:
        """(M,) the average of the square of each under the Gaussian: the product of the factorials of its powers."""
        return np.array([prod(map(factorial, e)) for e in self.terms.exponents.tolist()], dtype=np.float64)

    @cached_property
    def _index(self) -> tuple[tuple[NDArray[np.intp], ...], ...]:
        """Of each degree k the place of a tensor's entries, (k, M_k) indices, for the monomials of that degree."""
        out = []
        for k in range(DEGREE + 1):
            chosen = self.terms.exponents[self.terms.exponents.sum(axis=1) == k]
            columns = [np.repeat(np.arange(self.terms.dimension), e) for e in chosen]
            out.append(tuple(np.array(columns, dtype=np.intp).reshape(len(chosen), k).T))
        return tuple(out)

    def entries(self, tensors: Tensors) -> Floats:
        """(M,) the entry of each tensor that belongs to a product, 0 for the constant."""
        parts = [np.zeros(1)] + [tensors[k][self._index[k]] for k in range(1, DEGREE + 1)]
        return np.concatenate(parts)

    def in_monomials(self, tensors: Tensors) -> Floats:
        """(M,) what multiplies each monomial in ``sum_k v_k : He_k / k!``."""
        # y^m = sum_a of_monomials[m, a] He_a
        found = np.linalg.solve(self.of_monomials.T, self.entries(tensors) / self.norms)
        return np.asarray(found, dtype=np.float64)

    @cached_property
    def of_monomials(self) -> Floats:
        """(M, M) each monomial as a sum of products of Hermite polynomials."""
        # y^p = sum_q c[p][q] He_q
        lower = {0: {0: 1.0}, 1: {1: 1.0}, 2: {2: 1.0, 0: 1.0}, 3: {3: 1.0, 1: 3.0}, 4: {4: 1.0, 2: 6.0, 0: 3.0}}
        out = np.zeros((self.terms.count, self.terms.count))
        for m, e in enumerate(self.terms.exponents.tolist()):
            found: dict[tuple[int, ...], float] = {(): 1.0}
            for p in e:
                found = {(*done, q): c * more for done, c in found.items() for q, more in lower[p].items()}
            for powers, c in found.items():
                out[m, self.terms.place[powers]] = c
        return out
