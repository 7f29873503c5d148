"""Tail probabilities of test statistics, one or many at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.loops import loop

Floats = NDArray[np.float64]


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
    from scipy.special import chdtrc

    out: Floats = chdtrc(float(degrees), values)
    return out


def two_sided_of(z: float) -> float:
    """Two-sided p-value of a standard normal score."""
    return math.erfc(abs(z) / math.sqrt(2.0))


def chi_square_of(value: float, degrees: int) -> float:
    """Probability that a chi-square variable with ``degrees`` degrees of freedom exceeds ``value``."""
    if degrees == 1:
        return two_sided_of(math.sqrt(max(value, 0.0)))
    from scipy.special import chdtrc

    return float(chdtrc(degrees, value))


def smallest_of(p_values: Floats | float, tests: int) -> Floats:
    """The p-values, of the shape given, of what was the smallest of ``tests`` independent ones (Sidak 1967)."""
    with np.errstate(divide="ignore"):  # of 1 it is 1
        out: Floats = -np.expm1(tests * np.log1p(-np.asarray(p_values, dtype=np.float64)))
    return out


def _two_sided(scores: Any, out: Any) -> None:
    for g in range(scores.shape[0]):
        out[g] = math.erfc(abs(scores[g]) * math.sqrt(0.5))
