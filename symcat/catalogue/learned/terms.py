"""The terms of a free energy ``F = sum_a theta_a phi_a``: their canonical order, their label and their units."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.symmetry.groups import group, written

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_FAMILY = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


@dataclass(frozen=True)
class Terms:
    """Which monomials of d columns a free energy has; ``spins`` are the positions of the columns of +-1.

    Under a ``symmetry`` that mixes the columns (``symcat.symmetry.groups``) a monomial stands for the invariant sum it
    belongs to: that over its permutations, or the power of the radius that has it.

    ``exponents`` (K rows of d) are in ascending total degree, then descending lexicographic order, without repetition.
    Two problems with the same terms have the same ``label``, ``family/hash``, whatever their units. Raises InvalidData
    for a family that is not two lower-case words joined by a dot, for terms that are not in this order, and for an
    unknown symmetry.
    """

    family: str
    exponents: tuple[tuple[int, ...], ...]
    spins: tuple[int, ...] = ()
    symmetry: str = "none"

    def __post_init__(self) -> None:
        if not _FAMILY.fullmatch(self.family):
            raise InvalidData(f"{self.family!r} is not a family: give two lower-case words, like 'polynomial.quartic'.")
        group(self.symmetry)
        widths = {len(term) for term in self.exponents}
        if len(widths) != 1 or widths == {0}:
            raise InvalidData("Every term needs one exponent for each column, and there must be a term.")
        if not _ascending(self.spins, self.dimension):
            raise InvalidData(f"spins={self.spins} are not ascending positions of {self.dimension} columns.")
        for term in self.exponents:
            if min(term) < 0 or sum(term) == 0 or any(term[j] > 1 for j in self.spins):
                raise InvalidData(
                    f"The term {term} is not a monomial: exponents are 0 or more, not all 0, and at most 1 for a spin."
                )
        if list(self.exponents) != sorted(set(self.exponents), key=_rank):
            raise InvalidData("The terms are repeated or not in canonical order: make them with Terms.ordered.")

    @classmethod
    def ordered(
        cls,
        family: str,
        exponents: Sequence[Sequence[int]] | Integers,
        spins: Sequence[int] = (),
        symmetry: str = "none",
    ) -> tuple[Terms, Integers]:
        """The terms in canonical order, and ``order`` (K,): ``values[order]`` brings what belongs to them into it.

        Raises InvalidData as the class does.
        """
        given = [tuple(int(e) for e in term) for term in exponents]
        order = sorted(range(len(given)), key=lambda a: _rank(given[a]))
        terms = cls(family, tuple(given[a] for a in order), tuple(sorted(int(j) for j in spins)), symmetry)
        return terms, np.array(order, dtype=np.int64)

    @property
    def _alike(self) -> bool:
        """Whether all columns have one unit, and a square among the terms is the sum of theirs."""
        return group(self.symmetry).mixes

    def __len__(self) -> int:
        return len(self.exponents)

    @property
    def dimension(self) -> int:
        return len(self.exponents[0])

    @cached_property
    def label(self) -> str:
        """``family/hash``, the hash being of the canonical description of the terms."""
        mixing = [written(self.symmetry)] if self._alike else []
        description = json.dumps([self.exponents, self.spins, *mixing], separators=(",", ":"))
        return f"{self.family}/{hashlib.sha256(description.encode()).hexdigest()[:16]}"

    def scales(self, statistics: Floats) -> Floats:
        """(d,) the unit of each column: the root of the average of its square, 1 where that is not among the terms.

        In these units the average of every such square is 1. Raises InvalidData where one is not positive, or where
        there is not one finite average for each term.
        """
        if statistics.shape != (len(self),) or not np.isfinite(statistics).all():
            raise InvalidData(f"The statistics must be {len(self)} finite averages, one for each term.")
        scales = np.ones(self.dimension)
        members = self.dimension if self._alike else 1
        for term, average in zip(self.exponents, statistics, strict=True):
            if sum(term) == max(term) == 2:
                if not average > 0.0:
                    raise InvalidData(f"The average square of column {term.index(2)} is {average}, not positive.")
                scales[slice(None) if self._alike else term.index(2)] = np.sqrt(average / members)
        return scales

    def units(self, scales: Floats) -> Floats:
        """(K,) the unit of each term, from the units of the columns (d,): ``phi_a(scales y) = units_a phi_a(y)``."""
        units: Floats = np.prod(scales ** np.array(self.exponents), axis=1)
        return units


def _ascending(positions: tuple[int, ...], dimension: int) -> bool:
    return positions == tuple(sorted({j for j in positions if 0 <= j < dimension}))


def _rank(term: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
    return sum(term), tuple(-e for e in term)
