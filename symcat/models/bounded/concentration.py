"""The concentration of von Mises' law as a function of the mean resultant length, of many groups at once.

``A(k) = I_1(k) / I_0(k)`` is the length R; ``A / (1 - A)`` rises from k / 2 for small k to 2 k for large ones, so that
its logarithm is nearly a line in log k. One less A is that of the asymptotic series for large k (DLMF 10.40.1), in
which nothing cancels.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats

_LARGE = 30.0
_TERMS = 25
_STEPS = 30
_DONE = 1e-14


def ratio(concentration: Floats) -> tuple[Floats, Floats]:
    """(G,) A and 1 - A."""
    from scipy.special import i0e, i1e

    large = concentration > _LARGE
    k = np.where(large, concentration, _LARGE)
    zeroth, difference = np.ones_like(k), np.zeros_like(k)
    of_zeroth, of_first = np.ones_like(k), np.ones_like(k)
    for j in range(1, _TERMS):
        odd = (2 * j - 1) ** 2
        of_zeroth = of_zeroth * odd / (8.0 * j * k)
        of_first = of_first * (odd - 4) / (8.0 * j * k)
        zeroth, difference = zeroth + of_zeroth, difference + (of_zeroth - of_first)
    away = difference / zeroth
    small = np.where(large, 1.0, concentration)
    length = i1e(small) / i0e(small)
    return np.where(large, 1.0 - away, length), np.where(large, away, 1.0 - length)


def slope(concentration: Floats, length: Floats, away: Floats) -> Floats:
    """(G,) the derivative of A: the variance of the cosine."""
    return away * (1.0 + length) - length / concentration


def concentration_of(length: Floats, away: Floats) -> Floats:
    """(G,) the solutions of ``A(k) = R`` from R and 1 - R; not a number unless both are positive."""
    inside = (length > 0.0) & (away > 0.0)
    r, v = np.where(inside, length, np.nan), np.where(inside, away, np.nan)
    k = (2.0 - 1.5 * r) * r / v
    for _ in range(_STEPS):
        a, b = ratio(k)
        step = np.log(a / b * (v / r)) * a * b / (k * slope(k, a, b))
        k = k * np.exp(-np.clip(step, -2.0, 2.0))
        if not (np.abs(step) > _DONE).any():
            break
    return k
