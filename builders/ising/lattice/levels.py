"""Exact densities of states: how many of the 2^n states have each sum of s_i s_j over the coupled pairs.

``Z(J) = sum_E count(E) exp(J E)`` has positive terms only, so every average of a symmetric class follows from these
integers without cancellation. For the square lattice they are read off Kaufman's partition function (Phys. Rev. 76,
1232, 1949), as Beale did (Phys. Rev. Lett. 76, 78, 1996): a polynomial in z = exp(-2 J) is computed in ball arithmetic
precise enough for every coefficient to enclose a single integer.
"""

from __future__ import annotations

from functools import cache
from math import comb

import numpy as np
from flint import arb, arb_poly, ctx

from builders.tools.checks import CannotCertify

Levels = dict[int, int]
"""Sum of s_i s_j over the coupled pairs -> number of states."""


def curie_weiss(d: int) -> Levels:
    """All pairs of d spins: ``(M^2 - d) / 2`` at magnetisation M."""
    found: Levels = {}
    for up in range(d + 1):
        total = ((2 * up - d) ** 2 - d) // 2
        found[total] = found.get(total, 0) + comb(d, up)
    return found


def ring(d: int) -> Levels:
    """Neighbours on a ring of d spins: an even number of them differ, in any places."""
    return {d - 2 * unlike: 2 * comb(d, unlike) for unlike in range(0, d + 1, 2)}


@cache
def square(side: int) -> Levels:
    """Nearest neighbours on the torus of ``side * side`` spins, both bonds of a pair counted for side 2."""
    bonds = 2 * side * side
    with ctx.workprec(4 * side * side + 400):
        counts = [_integer(c) for c in _kaufman(side).coeffs()]
    return {bonds - 2 * unlike: count for unlike, count in enumerate(counts) if count}


def _integer(value: arb) -> int:
    found = value.unique_fmpz()
    if found is None:
        raise CannotCertify(f"a number of states is not enclosed to within one: {value.str(20)}")
    return int(found)


def _kaufman(side: int) -> arb_poly:
    """``Z exp(-2 side^2 J)`` as a polynomial in z = exp(-2 J): the number of states by their unlike bonds.

    Kaufman's four products of ``2 cosh(side gamma_r / 2)`` and ``2 sinh``, with ``cosh gamma_r = cosh^2 2J / sinh 2J -
    cos(pi r / side)``. The factors at r and 2 side - r are alike, and ``(2 cosh x)^2 = 2 cosh 2x + 2`` is a Chebyshev
    polynomial of cosh gamma_r; the factors on their own, at r = 0 and r = side, are perfect squares.
    """
    z, one = arb_poly([0, 1]), arb_poly([1])
    cosh, sinh = (one + z * z) ** 2, 2 * z * (one - z * z)  # 4 z^2 cosh^2 2J and 4 z^2 sinh 2J
    total = arb_poly([0])
    for first in (1, 0):  # odd r, then even
        plus, minus = one, one
        for r in range(first, side + 1, 2):
            if r in (0, side):
                a, b = (one - z, one + z) if r == 0 else (one + z, one - z)
                a, b = a**side, z**side * b**side
                plus, minus = plus * (a + b), minus * (a - b)
                continue
            linear = cosh - sinh * (arb(r) / side).cos_pi()
            before, now = one, linear
            for _ in range(side - 1):
                before, now = now, 2 * linear * now - sinh * sinh * before
            power = sinh**side
            half = arb(2) ** (1 - side)
            plus, minus = plus * (now + power) * half, minus * (now - power) * half
        total += plus + minus
    return total * (arb(1) / 2)


def square_by_transfer(side: int) -> Levels:
    """The same numbers by adding one spin after another to the torus, row by row: exact, for sides up to 6.

    For every first row, the counts are kept by present row and number of unlike bonds; the last row closes on the
    first. Nothing here knows of Kaufman's solution.
    """
    states, bonds = 1 << side, 2 * side * side
    rows = np.arange(states)
    spins = (rows[:, None] >> np.arange(side)) & 1
    across = (spins != np.roll(spins, -1, axis=1)).sum(axis=1)
    total = np.zeros(bonds + 1, dtype=np.int64)
    for start in range(states // 2):  # the other half are the same states with every spin turned
        counts = np.zeros((states, bonds + 1), dtype=np.int64)
        counts[start, across[start]] = 1
        for _ in range(side - 1):
            for j in range(side):  # the old spin j gives way to the new one
                turned = counts[rows ^ (1 << j)]
                counts[:, 1:] += turned[:, :-1]
            for row in rows:
                counts[row] = np.roll(counts[row], across[row])
        for row in rows:
            total += 2 * np.roll(counts[row], int(row ^ start).bit_count())
    return {bonds - 2 * unlike: int(count) for unlike, count in enumerate(total) if count}
