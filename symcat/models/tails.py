"""Tail probabilities of test statistics, one or many at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.loops import loop

Floats = NDArray[np.float64]

_NEARLY_NORMAL = 1e6
"""Shape of a gamma law from which its cube root is taken as normal."""


def two_sided(scores: Floats) -> Floats:
    """(G,) two-sided p-values of standard normal scores; NaN of NaN."""
    scores = np.ascontiguousarray(scores)
    out = np.empty_like(scores)
    loop(scores.size, _two_sided)(scores, out)
    return out


def chi_square(values: Floats, degrees: int) -> Floats:
    """(G,) probabilities that a chi-square variable with ``degrees`` degrees of freedom exceeds ``values``."""
    if degrees == 1:
        return two_sided(np.sqrt(np.maximum(values, 0.0)))
    if degrees == 2:
        return np.exp(-0.5 * values)
    values = np.asarray(values, dtype=np.float64)
    return gamma(0.5 * values, np.full(values.shape, 0.5 * degrees))


def gamma(values: Floats, shapes: Floats) -> Floats:
    """(G,) probabilities that gamma variables of these shapes, and of scale one, exceed ``values``; NaN of NaN."""
    values, shapes = np.ascontiguousarray(values), np.ascontiguousarray(shapes)
    out = np.empty_like(values)
    loop(values.size, _gamma, gamma_of)(values, shapes, out)
    return out


def two_sided_of(z: float) -> float:
    """Two-sided p-value of a standard normal score."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def chi_square_of(value: float, degrees: int) -> float:
    """Probability that a chi-square variable with ``degrees`` degrees of freedom exceeds ``value``."""
    if degrees == 1:
        return two_sided_of(math.sqrt(max(value, 0.0)))
    return gamma_of(0.5 * value, 0.5 * degrees)


def smallest_of(p_values: Floats | float, tests: int | NDArray[np.intp]) -> Floats:
    """The p-values, of the shape given, of what was the smallest of ``tests`` independent ones (Sidak 1967)."""
    with np.errstate(divide="ignore"):  # of 1 it is 1
        out: Floats = -np.expm1(tests * np.log1p(-np.asarray(p_values, dtype=np.float64)))
    return out


def _two_sided(scores: Any, out: Any) -> None:
    for g in range(scores.shape[0]):
        out[g] = math.erfc(abs(scores[g]) * math.sqrt(0.5))


def _gamma(values: Any, shapes: Any, out: Any) -> None:
    for g in range(values.shape[0]):
        out[g] = gamma_of(values[g], shapes[g])


def gamma_of(x: float, a: float) -> float:
    """The regularised upper incomplete gamma function by series or continued fraction (Press et al. 2007, section 6.2).

    So that a check of a single table need not import scipy.special, which takes longer than all else.
    """
    if not x > 0.0:
        return 1.0 if x <= 0.0 else math.nan
    if not x < math.inf:
        return 0.0
    if a > _NEARLY_NORMAL:  # the cube root is normal (Wilson & Hilferty 1931), here to all digits that matter
        return 0.5 * math.erfc(3.0 * math.sqrt(0.5 * a) * ((x / a) ** (1.0 / 3.0) - 1.0 + 1.0 / (9.0 * a)))
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1.0:
        term = 1.0 / a
        total = term
        k = a
        while term > 1e-16 * total:
            k += 1.0
            term *= x / k
            total += term
        return max(1.0 - front * total, 0.0)
    b = x + 1.0 - a
    c, d = 1e300, 1.0 / b
    fraction = d
    k = 0.0
    change = 0.0
    while abs(change - 1.0) > 1e-15:
        k += 1.0
        numerator = k * (a - k)
        b += 2.0
        d = 1.0 / (numerator * d + b)
        c = b + numerator / c
        change = c * d
        fraction *= change
    return front * fraction
