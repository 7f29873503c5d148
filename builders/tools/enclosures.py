"""Polynomials over whole intervals, enclosed, and what evaluating them in double precision may add."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from flint import arb, arb_poly

UNIT = 2.0**-53
"""Relative error of one rounding."""


def enclose(polynomial: arb_poly, parts: int) -> list[arb]:
    """Balls that hold its values on ``parts`` parts of [-1, 1], from the right, narrower towards the ends.

    On a part the polynomial is written in its own variable: the sum of the sizes of its coefficients is nearly its
    largest value there. A ball put in place of the variable would hold all of what the terms can cancel.
    """
    found = []
    ends = [(arb(i) / parts).cos_pi() for i in range(parts + 1)]  # where a Chebyshev polynomial changes alike
    for b, a in pairwise(ends):
        local = polynomial(arb_poly([(a + b) / 2, (b - a) / 2]))
        spread = sum((abs(local[k]) for k in range(1, len(local))), arb(0))
        found.append(local[0] + arb(0, spread.abs_upper()))
    return found


def rounding(coefficients: Sequence[float]) -> arb:
    """Most that Horner's rule in double precision adds at any double of the segment.

    ``t = (x - lo) (2 / (hi - lo)) - 1`` is off by at most 10 roundings of 1: four of a product of at most 2, and the
    last one. The rule itself makes 2 k + 1 roundings of the term of power k (Higham 2002, section 5.1).
    """
    return sum((abs(arb(c)) * (12 * k + 1) for k, c in enumerate(coefficients)), arb(0)) * UNIT * (1 + 64 * UNIT)
