"""Groups that act on the columns of a table: the one place that names them and says what they leave unchanged.

A group G acts on the columns x, about a centre, by orthogonal matrices. A law that it leaves unchanged gives every
monomial the average of its mean over G, so that its free energy is a sum of invariants, and its covariance a sum
``sum_k lambda_k P_k`` over projectors P_k (Andersson 1975; Shah & Chandrasekaran 2012, section 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations_with_replacement
from math import factorial, prod
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Kind
from symcat.errors import InvalidData
from symcat.symmetry.projectors import Projectors

Exponents: TypeAlias = tuple[int, ...]
Combination: TypeAlias = dict[Exponents, float]
"""A sum of monomials: what multiplies each."""

Symmetry: TypeAlias = Literal["none", "z2", "reflections", "exchangeable", "cyclic", "orthogonal"]
"""The name of a group."""

_FEW = 32
"""Columns up to which projectors are kept for the next table: at most 8 KB for each group."""


@dataclass(frozen=True)
class Group:
    """A group, as a record of pure functions.

    ``orbit`` is the invariant sum that a monomial belongs to, with whole numbers as weights and in descending order of
    the exponents; empty where the group averages the monomial to zero. ``share`` of it is the mean of the monomial.
    ``mixes`` says whether columns become one another: these are of one kind and have one unit. ``common_center`` says
    whether the centre is the same for all of them, ``centered`` whether nothing but the centre stays where it is, so
    that the data determine it. ``projectors`` are those of the covariance in d columns, None where nothing constrains
    it.
    """

    name: Symmetry
    words: str  # of a law that it leaves unchanged
    kinds: frozenset[Kind]
    orbit: Callable[[Exponents], Combination]
    share: Callable[[Exponents], float]
    projectors: Callable[[int], Projectors | None]
    mixes: bool = False
    common_center: bool = False
    centered: bool = False

    def acts_on(self, dimension: int, two_valued: int) -> bool:
        """Whether it acts on so many columns, of which so many are two-valued and the others real."""
        if not two_valued:
            return True
        return "two-valued" in self.kinds and (not self.mixes or two_valued == dimension)

    def mean(self, exponents: Exponents) -> Combination:
        """The mean of a monomial over the group; empty if it is zero."""
        orbit = self.orbit(exponents)
        share = self.share(exponents) if orbit else 0.0
        return {member: share * weight for member, weight in orbit.items()}


def group(name: str) -> Group:
    """The group of this name. Raises InvalidData for an unknown one."""
    found = GROUPS.get(name)
    if found is None:
        raise InvalidData(f"There is no symmetry {name!r}: choose one of {', '.join(GROUPS)}.")
    return found


def projectors(name: Symmetry, d: int) -> Projectors | None:
    """Those of a group in d columns; of few columns they are kept."""
    return _few(name, d) if d <= _FEW else group(name).projectors(d)


@lru_cache(maxsize=4 * _FEW)
def _few(name: Symmetry, d: int) -> Projectors | None:
    return group(name).projectors(d)


# --- invariants ------------------------------------------------------------------------------------------------------


def _alone(e: Exponents) -> Combination:
    return {e: 1.0}


def _even(e: Exponents) -> Combination:
    return {e: 1.0} if sum(e) % 2 == 0 else {}


def _each_even(e: Exponents) -> Combination:
    return {e: 1.0} if all(p % 2 == 0 for p in e) else {}


def _permuted(e: Exponents) -> Combination:
    return dict.fromkeys(_arrangements(e), 1.0)


def _arrangements(e: Exponents) -> Iterator[Exponents]:
    """The different orders of the exponents, descending; a few, where most of them are zero."""
    if not e:
        yield ()
    for first in sorted(set(e), reverse=True):
        at = e.index(first)
        for rest in _arrangements(e[:at] + e[at + 1 :]):
            yield (first, *rest)


def _shifted(e: Exponents) -> Combination:
    return dict.fromkeys(sorted({e[k:] + e[:k] for k in range(len(e))}, reverse=True), 1.0)


def _power_of_the_radius(e: Exponents) -> Combination:
    """``|x|^p`` of the degree p of the monomial, if that is even in every column."""
    d, half = len(e), sum(e) // 2
    if any(p % 2 for p in e):
        return {}
    terms: Combination = {}
    for columns in combinations_with_replacement(range(d), half):
        powers = [columns.count(j) for j in range(d)]
        terms[tuple(2 * p for p in powers)] = factorial(half) / prod(factorial(p) for p in powers)
    return terms


def _whole(e: Exponents) -> float:
    return 1.0


def _one_order(e: Exponents) -> float:
    return prod(factorial(e.count(p)) for p in set(e)) / factorial(len(e))


def _one_shift(e: Exponents) -> float:
    return 1.0 / len(_shifted(e))


def _on_the_sphere(e: Exponents) -> float:
    """The average of the monomial over the unit sphere (Folland 2001)."""
    return prod(prod(range(1, p, 2)) for p in e) / prod(len(e) + 2 * k for k in range(sum(e) // 2))


# --- projectors of the covariance ------------------------------------------------------------------------------------


def _unconstrained(d: int) -> Projectors | None:
    return None


def _columns(d: int) -> Projectors | None:
    place = np.full((d, d), d) if d > 1 else np.zeros((1, 1), dtype=np.intp)
    np.fill_diagonal(place, np.arange(d))
    return Projectors(np.eye(d, d + (d > 1)), place)


def _common_part_and_rest(d: int) -> Projectors | None:
    if d == 1:
        return _identity(1)
    return Projectors(np.array([[1.0, 1.0], [d - 1.0, -1.0]]) / d, _off_diagonal(d))


def _frequencies(d: int) -> Projectors | None:
    """One projector for each frequency of the discrete Fourier transform; k and d - k are a pair."""
    lag = np.arange(d)
    frequency = np.arange(d // 2 + 1)
    pair = np.where(2 * frequency % d == 0, 1.0, 2.0)
    # A whole number of turns less, so that the angle of a high frequency keeps its digits.
    turns = np.multiply.outer(frequency, lag) % d
    return Projectors(pair[:, None] * np.cos(2.0 * np.pi * turns / d) / d, np.subtract.outer(lag, lag) % d)


def _identity(d: int) -> Projectors | None:
    return Projectors(np.array([[1.0, 0.0]])[:, : 1 if d == 1 else 2], _off_diagonal(d))


def _off_diagonal(d: int) -> NDArray[np.intp]:
    return 1 - np.eye(d, dtype=np.intp)


_EITHER: frozenset[Kind] = frozenset({"real", "two-valued"})
_REAL: frozenset[Kind] = frozenset({"real"})

_RECORDS = (
    Group("none", "no symmetry", _EITHER, _alone, _whole, _unconstrained),
    Group(
        name="z2",
        words="even about the centre",
        kinds=_EITHER,
        orbit=_even,
        share=_whole,
        projectors=_unconstrained,
        centered=True,
    ),
    Group(
        name="reflections",
        words="even in every column",
        kinds=_EITHER,
        orbit=_each_even,
        share=_whole,
        projectors=_columns,
        centered=True,
    ),
    Group(
        name="exchangeable",
        words="columns alike",
        kinds=_EITHER,
        orbit=_permuted,
        share=_one_order,
        projectors=_common_part_and_rest,
        mixes=True,
        common_center=True,
    ),
    Group(
        name="cyclic",
        words="columns alike, shifted in their order",
        kinds=_EITHER,
        orbit=_shifted,
        share=_one_shift,
        projectors=_frequencies,
        mixes=True,
        common_center=True,
    ),
    Group(
        name="orthogonal",
        words="all directions alike",
        kinds=_REAL,
        orbit=_power_of_the_radius,
        share=_on_the_sphere,
        projectors=_identity,
        mixes=True,
        centered=True,
    ),
)

GROUPS: dict[str, Group] = {record.name: record for record in _RECORDS}
"""All groups by name."""
