"""What the catalogue lends to a class: the table of its entry, and its series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from symcat.models.patches import Patches
from symcat.models.piecewise import PiecewisePolynomial


@dataclass(frozen=True)
class Table:
    """The catalogue's entry of one class as numbers: its functions of the reduced statistic and their coverage."""

    quantities: Mapping[str, PiecewisePolynomial]
    lo: float
    hi: float
    below: str
    above: str
    patches: Patches | None = None  # its functions where the reduced statistics are several


@dataclass(frozen=True)
class Term:
    """One term of a series of the catalogue: ``weight(N)`` times the monomial ``diagram``."""

    target: str
    order: int
    diagram: str
    subscripts: str | None
    numerator: tuple[int, ...]  # ascending powers of N
    denominator: tuple[int, ...]

    def weight(self, dimension: int = 1) -> Fraction:
        """The exact coefficient in N dimensions."""
        top, bottom = (
            sum(c * dimension**k for k, c in enumerate(powers)) for powers in (self.numerator, self.denominator)
        )
        return Fraction(top, bottom)


class Tables(Protocol):
    """Where a class reads its entry from: the catalogue, or nothing where only formulas are used."""

    def table(self, entry: str, size: int | None = None) -> Table:
        """The table of an entry, of one size where it has several. Raises NoEntry if there is none."""

    def terms(self, entry: str) -> Sequence[Term]:
        """The series of an entry, in order. Raises NoEntry for an unknown entry."""

    def sizes(self, entry: str) -> Sequence[int]:
        """Sizes an entry has a table for, 0 for the infinite one; none where it answers for every size alike."""
