"""Scores of few rows made normal: what n rows change in mean, variance and skewness of a score, and its tails.

A score is ``sqrt(n)`` times the average over the rows of a polynomial that is orthonormal under the density which was
fitted to the same rows, and to lower polynomials. Its cumulants follow to first order in 1 / n by expansion of the
fitted couplings and of its variance in the averages of p_1, ..., p_K, all of which the fit makes zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STRAIGHT = 1e-4
"""Skewness below which two terms of the expansion are exact to rounding."""
_LOWEST = -2.5
"""Deviations below the mean, on the side of the short tail, from which the score goes on along its tangent."""


def changes(weight: Any, p: Any, top: int, tested: int, out: Any) -> None:
    """``out`` (3,): mean times sqrt(n), change of the variance times n, and skewness times sqrt(n), of a score.

    ``weight`` (m,) adds up to one, and ``p`` (., m) are the orthonormal polynomials on its points; those from 1 to
    ``top`` are fitted.
    """
    squares = np.zeros_like(weight)
    for k in range(1, top + 1):
        squares += p[k] * p[k]
    once = weight * p[tested]
    twice = once * p[tested]
    pairs, turned = 0.0, 0.0
    for k in range(1, top + 1):
        turned += (twice * p[k]).sum() * (weight * p[k] * squares).sum()
        for j in range(k):
            pairs += 2.0 * (once * p[k] * p[j]).sum() ** 2
        pairs += (once * p[k] * p[k]).sum() ** 2
    out[0] = -0.5 * (once * squares).sum()
    out[1] = 0.5 * (pairs - (twice * squares).sum() + top + turned)
    out[2] = (twice * p[tested]).sum()


def normal(score: Floats, count: Floats, changed: Floats) -> Floats:
    """(G,) standard normal scores, from those of ``count`` rows and what ``changes`` says of them, (G, 3).

    Where few rows change much, the expansions are summed as ``1 / (1 + x)`` and ``x / sqrt(1 + x^2)``, which drawn
    tables follow (``benchmarks/check_levels.py``). The tails are those of the reciprocal chi-square of that skewness
    (Anscombe & Glynn 1983, eq. 10).
    """
    root = np.sqrt(count)
    mean, change, skewness = changed[:, 0] / root, changed[:, 1] / count, changed[:, 2] / root
    variance = np.where(change > 0.0, 1.0 + change, 1.0 / (1.0 + np.abs(change)))
    skewness = skewness / np.sqrt(1.0 + skewness * skewness)
    x = (score - mean / np.sqrt(1.0 + mean * mean)) / np.sqrt(variance)
    side = np.where(skewness < 0.0, -1.0, 1.0)
    x, size = side * x, np.maximum(np.abs(skewness), _STRAIGHT)
    degrees = 6.0 + 8.0 / size * (2.0 / size + np.sqrt(1.0 + 4.0 / size**2))
    slope, unit = np.sqrt(2.0 / (degrees - 4.0)), np.sqrt(2.0 / (9.0 * degrees))
    near = np.maximum(x, _LOWEST)
    cube = np.cbrt((1.0 - 2.0 / degrees) / (1.0 + slope * near))
    straight = (1.0 - unit * unit - cube) / unit
    straight = straight + (x - near) * cube * slope / (3.0 * unit * (1.0 + slope * near))
    out: Floats = side * np.where(np.abs(skewness) < _STRAIGHT, x - np.abs(skewness) / 6.0 * (x * x - 1.0), straight)
    return out
