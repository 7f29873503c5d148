"""Errors of the expansion in 2/N, summed as the run-time lookup sums it, against certified values."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from flint import arb, fmpq_poly

from builders.quartic.ball import CLOSED_FORM, solve
from builders.quartic.checks import state_errors
from builders.quartic.quadrature import QUADRATURE
from builders.quartic.reduced import Floats, derive, reduced
from builders.tools.bounds import relative_error
from symcat.models.quartic.large_n import collapse

LARGEST_CLOSED_FORM = 128  # beyond, 1F1 and U at these parameters cost more than integrating


class Errors(NamedTuple):
    """Worst relative error of P_u and P_entropy, and of (r, u, log Z)."""

    polynomial: float
    lookup: Floats
    points: int


def _points(dimension: int, edge: float, count: int, dice: random.Random) -> list[float]:
    regular: tuple[int, ...]
    if dimension > 10_000:  # seconds a point: one at random, one on either side
        count, regular = 1, (1, 9)
    else:
        count, regular = (count // 4, (1, 5, 9)) if dimension > LARGEST_CLOSED_FORM else (count, tuple(range(1, 10)))
    reach = -math.log(edge)
    xs = [1.0 / (1.0 + math.exp(-dice.uniform(-reach, reach))) for _ in range(count)] + [0.1 * k for k in regular]
    kurtosis = [1.0 + 2.0 * x / dimension for x in xs]
    # Rounding the kurtosis may carry a point over the edge, which matters for large N.
    return [k for k in kurtosis if edge <= (k - 1.0) * dimension / 2.0 <= 1.0 - edge]


def terms(polynomials: Sequence[fmpq_poly]) -> list[tuple[int, int, Fraction]]:
    """(order, power of x, weight) of the non-zero coefficients."""
    return [
        (order, power, Fraction(int(c.p), int(c.q)))
        for order, polynomial in enumerate(polynomials)
        for power, c in enumerate(polynomial.coeffs())
        if c
    ]


def errors(
    dimension: int, expansions: Mapping[str, Sequence[fmpq_poly]], edge: float, count: int, dice: random.Random
) -> Errors:
    """Worst errors at random points of N dimensions."""
    pieces = {name: collapse(terms(expansion), name, dimension) for name, expansion in expansions.items()}
    points = _points(dimension, edge, count, dice)
    kurtosis = np.array(points)
    computed = {name: piece(kurtosis) for name, piece in pieces.items()}
    found = derive(dimension, kurtosis, computed["u"], computed["entropy"])
    polynomial, lookup = 0.0, np.zeros(3)
    for j, k in enumerate(points):
        state = solve(dimension, arb(k), CLOSED_FORM if dimension <= LARGEST_CLOSED_FORM else QUADRATURE)
        exact = reduced(dimension, state)
        polynomial = max(polynomial, *(relative_error(float(computed[name][j]), exact[name]) for name in exact))
        lookup = np.maximum(lookup, state_errors([float(values[j]) for values in found], state))
    return Errors(polynomial, lookup, len(points))
