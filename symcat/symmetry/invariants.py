"""What groups leave of monomials: the invariant sum that each belongs to, and which share of it the group's mean is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import TypeAlias

Exponents: TypeAlias = tuple[int, ...]
Combination: TypeAlias = dict[Exponents, float]
"""A sum of monomials: what multiplies each."""


def alone(e: Exponents) -> Combination:
    """The monomial itself: nothing becomes it."""
    return {e: 1.0}


def even(e: Exponents) -> Combination:
    """The monomial itself, if its degree is even."""
    return {e: 1.0} if sum(e) % 2 == 0 else {}


def each_even(e: Exponents) -> Combination:
    """The monomial itself, if its exponents are even."""
    return {e: 1.0} if all(p % 2 == 0 for p in e) else {}


def permuted(e: Exponents) -> Combination:
    """Its sum over the orders of the columns."""
    return dict.fromkeys(_arrangements(e), 1.0)


def _arrangements(e: Exponents) -> Iterator[Exponents]:
    """The different orders of the exponents, descending; a few, where most of them are zero."""
    if not e:
        yield ()
    for first in sorted(set(e), reverse=True):
        at = e.index(first)
        for rest in _arrangements(e[:at] + e[at + 1 :]):
            yield (first, *rest)


def evenly_permuted(e: Exponents) -> Combination:
    """Likewise, if its exponents are even."""
    return permuted(e) if each_even(e) else {}


def shifted(e: Exponents) -> Combination:
    """Its sum over the shifts of the columns."""
    return dict.fromkeys(sorted({e[k:] + e[:k] for k in range(len(e))}, reverse=True), 1.0)


def power_of_the_radius(e: Exponents) -> Combination:
    """``|x|^p`` of the degree p of the monomial, if that is even in every column."""
    d, half = len(e), sum(e) // 2
    if any(p % 2 for p in e):
        return {}
    terms: Combination = {}
    for columns in combinations_with_replacement(range(d), half):
        powers = [columns.count(j) for j in range(d)]
        terms[tuple(2 * p for p in powers)] = factorial(half) / prod(factorial(p) for p in powers)
    return terms


def whole(e: Exponents) -> float:
    """Of a monomial that is its own orbit."""
    return 1.0


def one_order(e: Exponents) -> float:
    """One over the number of different orders."""
    return prod(factorial(e.count(p)) for p in set(e)) / factorial(len(e))


def one_shift(e: Exponents) -> float:
    """One over the number of different shifts."""
    return 1.0 / len(shifted(e))


def on_the_sphere(e: Exponents) -> float:
    """The average of the monomial over the unit sphere (Folland 2001)."""
    return prod(prod(range(1, p, 2)) for p in e) / prod(len(e) + 2 * k for k in range(sum(e) // 2))
