"""A group that acts on the columns of a table, as a record of pure functions: what tests, classes and devices use.

A group G acts on the columns x, about a centre, by orthogonal matrices. A law that it leaves unchanged gives every
monomial the average of its mean over G, so that its free energy is a sum of invariants, its covariance a sum
``sum_k lambda_k P_k`` over projectors P_k (Andersson 1975; Shah & Chandrasekaran 2012, section 3), and makes a row and
its images under random elements exchangeable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Kind
from symcat.errors import InvalidData
from symcat.symmetry.images import Blocks, Draw, Every
from symcat.symmetry.invariants import Combination, Exponents
from symcat.symmetry.projectors import Projectors

Floats = NDArray[np.float64]

FEW = 32
"""Elements of a group that are all used; of larger ones random elements are."""

EITHER: frozenset[Kind] = frozenset({"real", "two-valued"})
REAL: frozenset[Kind] = frozenset({"real"})


def _unknown_orbit(e: Exponents) -> Combination:
    raise InvalidData("Of this group nothing but its elements is known: choose one by its name.")


def _unknown_share(e: Exponents) -> float:
    raise InvalidData("Of this group nothing but its elements is known: choose one by its name.")


def _unknown_projectors(d: int) -> Projectors | None:
    raise InvalidData("Of this group nothing but its elements is known: choose one by its name.")


def _infinite(d: int) -> float:
    return inf


@dataclass(frozen=True)
class Group:
    """A group, and what it leaves unchanged.

    ``size`` is the number of its elements in d columns: up to ``FEW`` are used all, by ``every``, which gives (K, n, d)
    the images of rows (n, d), the identity first; of more, ``draw`` gives images under random ones. ``orbit`` is the
    invariant sum that a monomial belongs to, with whole numbers as weights and in descending order of the exponents;
    empty where the group averages the monomial to zero. ``share`` of it is the mean of the monomial. ``projectors`` are
    those of the covariance in d columns, None where nothing constrains it. Of a group that was given by its elements
    these three are not known.

    ``mixes`` says whether columns become one another: these are of one kind and have one unit. ``common_center`` says
    whether the centre is the same for all of them, so that it does not matter, ``centered`` whether nothing but the
    centre stays where it is, so that the data determine it. ``ratios`` says whether what is acted on are logarithms.
    ``parts`` are those of a product, with the positions of the columns of each. ``why_not_exact`` is empty where images
    are exchangeable with the rows under the hypothesis.
    """

    name: str
    words: str  # of a law that it leaves unchanged
    size: Callable[[int], float] = _infinite
    every: Every | None = None
    draw: Draw | None = None
    kinds: frozenset[Kind] = REAL
    orbit: Callable[[Exponents], Combination] = _unknown_orbit
    share: Callable[[Exponents], float] = _unknown_share
    projectors: Callable[[int], Projectors | None] = _unknown_projectors
    mixes: bool = False
    common_center: bool = False
    centered: bool = False
    ratios: bool = False
    parts: tuple[tuple[Group, tuple[int, ...]], ...] = ()
    why_not_exact: str = ""

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

    def about(self, x: Floats, center: Floats) -> Floats:
        """(d,) what rows x are taken about: the centre, of columns that are alike the mean of all their values."""
        out = np.array(center, dtype=np.float64)
        for columns in self._alike(x.shape[1]):
            out[list(columns)] = x[:, list(columns)].mean()
        return out

    def needs_center(self, dimension: int) -> bool:
        """Whether any of the columns has a centre that matters."""
        return sum(map(len, self._alike(dimension))) < dimension

    def _alike(self, dimension: int) -> list[tuple[int, ...]]:
        """The columns that change places, so that they have one centre."""
        parts = self.parts or ((self, tuple(range(dimension))),)
        return [at for acting, at in parts if acting.common_center]

    def all_images(self, y: Floats) -> Floats | None:
        """(K, n, d) under all elements, the identity first, where they are few."""
        return self.every(y) if self.every is not None and self.size(y.shape[1]) <= FEW else None

    def images(self, y: Floats, count: int, rng: np.random.Generator, block: int = 1, *, few: int = FEW) -> Floats:
        """(K, n, d): the rows themselves, then their images under all other elements, of more than ``few`` under
        ``count`` random ones.

        ``block`` consecutive rows share an element.
        """
        found = self.all_images(y) if self.draw is None or self.size(y.shape[1]) <= few else None
        if found is not None:
            return found
        assert self.draw is not None
        return np.concatenate([y[None], self.draw(y, count, rng, Blocks.by(len(y), block))])
