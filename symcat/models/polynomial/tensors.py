"""Couplings as symmetric tensors: ``F = h.y + K y y / 2 + g y y y / 3! + u y y y y / 4! + v y^5 / 5! + w y^6 / 6!``.

The field-theory normalisation. A two-valued column of -1 and +1 comes at most once in a monomial, and no tensor has it
twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import combinations_with_replacement
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Parameters

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NAMES = ("h", "K", "g", "u", "v", "w")
"""Of the couplings of order 1, 2, ..., 6."""


def tensors_of(exponents: NDArray[np.int64], couplings: Floats) -> dict[str, Floats]:
    """Symmetric tensors from the couplings theta_a (..., K) of monomials ``F = sum_a theta_a prod_j y_j^(e_aj)``.

    Each tensor entry with the exponents e is ``theta prod_j e_j!``, so that the sum over all orders of its indices,
    divided by the order's factorial, is the monomial once.
    """
    dimension, leading = exponents.shape[1], couplings.shape[:-1]
    places = _places(tuple(map(tuple, exponents.tolist())))
    out = {}
    for order, (to, which, weight) in enumerate(places, start=1):
        flat = np.zeros((*leading, dimension**order))
        flat[..., to] = couplings[..., which] * weight
        out[NAMES[order - 1]] = flat.reshape(*leading, *(dimension,) * order)
    return out


@cache
def _places(exponents: tuple[tuple[int, ...], ...]) -> list[tuple[Integers, Integers, Floats]]:
    """Of each order, the places of its tensor's entries, the monomial of each, and the product of the factorials."""
    dimension, of_monomial = len(exponents[0]), {powers: m for m, powers in enumerate(exponents)}
    out = []
    for order in range(1, max(map(sum, exponents)) + 1):
        index = np.indices((dimension,) * order).reshape(order, -1)
        powers = (index[:, :, None] == np.arange(dimension)).sum(axis=0)
        found = [(to, e) for to, e in enumerate(map(tuple, powers.tolist())) if e in of_monomial]
        to = np.array([place for place, _ in found], dtype=np.int64)
        which = np.array([of_monomial[e] for _, e in found], dtype=np.int64)
        out.append((to, which, np.array([prod(map(factorial, e)) for _, e in found], dtype=np.float64)))
    return out


def tensor(parameters: Parameters, order: int, dimension: int) -> Floats:
    """The tensor of an order, also of one column, where it may be a number."""
    return np.asarray(parameters[NAMES[order - 1]], dtype=np.float64).reshape((dimension,) * order)


def orders(parameters: Parameters) -> list[int]:
    """The orders of which there is a tensor, ascending."""
    return [order for order, name in enumerate(NAMES, start=1) if name in parameters]


def monomials(parameters: Parameters, dimension: int) -> Iterator[tuple[tuple[int, ...], float]]:
    """Each monomial once, as its columns with repetition, and what multiplies it in F."""
    for order in orders(parameters):
        values = tensor(parameters, order, dimension)
        for index in combinations_with_replacement(range(dimension), order):
            if values[index]:
                yield index, float(values[index]) / prod(factorial(index.count(j)) for j in set(index))


def energy(parameters: Parameters, y: Floats) -> Floats:
    """(m,) F at the rows of ``y`` (m, d), measured from the point about which F is written."""
    total = np.zeros(len(y))
    for index, coefficient in monomials(parameters, y.shape[1]):
        product = coefficient * y[:, index[0]]
        for j in index[1:]:
            product *= y[:, j]
        total += product
    return total


def widths(parameters: Parameters, dimension: int) -> Floats:
    """(d,) a width of each column: where the highest coupling of the column alone has cost a few units."""
    top = next(order for order in (6, 4, 2) if NAMES[order - 1] in parameters)
    highest = tensor(parameters, top, dimension)
    own = np.array([highest[(j,) * top] for j in range(dimension)])
    second = np.abs(np.diagonal(tensor(parameters, 2, dimension)))
    out: Floats = 1.0 / np.sqrt(second / 8.0 + (np.maximum(own, 0.0) / factorial(top)) ** (2.0 / top) + 1e-300)
    return out
