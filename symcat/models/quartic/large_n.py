"""The table of one large N, summed from the expansion in 2/N that the catalogue has for all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from symcat.models.piecewise import PiecewisePolynomial
from symcat.models.quartic.labels import LARGE_N
from symcat.models.tables import Table, Tables


def table(dimension: int, tables: Tables) -> Table:
    """The table in the kurtosis; the entry has its coverage in ``x = (kurtosis - 1) N / 2``."""
    terms, covered = tables.terms(LARGE_N), tables.table(LARGE_N)
    quantities = {
        quantity: collapse(
            [(t.order, int(t.diagram.removeprefix("x^")), t.weight()) for t in terms if t.target == quantity],
            quantity,
            dimension,
        )
        for quantity in ("entropy", "u")
    }
    lo, hi = (float(1 + 2 * Fraction(x) / dimension) for x in (covered.lo, covered.hi))
    return Table(quantities, lo, hi, covered.below, covered.above)


def collapse(terms: Iterable[tuple[int, int, Fraction]], quantity: str, dimension: int) -> PiecewisePolynomial:
    """The expansion in 2/N at one N, as a single polynomial in the kurtosis on (1, (N+2)/N).

    ``terms`` are (order in 2/N, power of x, weight) with x = (kurtosis - 1) N / 2. The sums are exact, so the only
    errors are the truncation of the expansion and the last rounding.
    """
    powers: dict[int, Fraction] = {}
    for order, power, weight in terms:
        powers[power] = powers.get(power, Fraction(0)) + weight * Fraction(2, dimension) ** order
    shifted = [Fraction(0)] * (max(powers) + 1)  # in t = 2 x - 1
    for power, weight in powers.items():
        for k in range(power + 1):
            shifted[k] += weight * math.comb(power, k) / 2**power
    coefficients = [float(c) for c in shifted]
    if quantity == "entropy":
        coefficients[0] += 0.5 * dimension * math.log(2.0 * math.pi * math.e)
    return PiecewisePolynomial(np.array([1.0, float(Fraction(dimension + 2, dimension))]), np.array([coefficients]))
