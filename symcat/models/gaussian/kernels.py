"""Skewness and kurtosis of every column of every group, and the worst of each: loops over groups and numbers.

Run through ``symcat.loops``: as they are for a few groups, compiled for many.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FEWEST = 7
"""Rows up to which third and fourth moments are not tested."""


def skewness_law(n: float) -> tuple[float, float]:
    """Scale and strength of ``asinh(skewness / scale) * strength``, a standard normal score of n Gaussian rows.

    Johnson's S_U of the exact variance and kurtosis of the skewness (D'Agostino 1970, Biometrika 57:679).
    """
    peaked = 3.0 * (n * n + 27.0 * n - 70.0) * (n + 1.0) * (n + 3.0)
    peaked /= (n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0)
    w = math.sqrt(2.0 * (peaked - 1.0)) - 1.0
    error = math.sqrt(6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0)))
    return error * math.sqrt(2.0 / (w - 1.0)), 1.0 / math.sqrt(0.5 * math.log(w))


def null_moments(n: float) -> tuple[float, float, float]:
    """Of n Gaussian rows: deviation of the skewness, mean and deviation of the kurtosis (Fisher 1930)."""
    skew_error = math.sqrt(6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0)))
    spread = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) ** 2 * (n + 3.0) * (n + 5.0))
    return skew_error, 3.0 * (n - 1.0) / (n + 1.0), math.sqrt(spread)


def kurtosis_skewness(n: float) -> float:
    """Skewness of the kurtosis of n Gaussian rows (Fisher 1930)."""
    third = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
    return third * math.sqrt(6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0)))


def degrees_of(skewness: float) -> float:
    """Degrees of freedom of the reciprocal chi-square that has this skewness (Anscombe & Glynn 1983, eq. 9)."""
    return 6.0 + 8.0 / skewness * (2.0 / skewness + math.sqrt(1.0 + 4.0 / skewness**2))


def kurtosis_score(x: float, a: float) -> Any:
    """Standard normal score of a kurtosis that is x deviations above its mean (Anscombe & Glynn 1983, eq. 10)."""
    root = np.cbrt((1.0 - 2.0 / a) / (1.0 + x * math.sqrt(2.0 / (a - 4.0))))
    return (1.0 - 2.0 / (9.0 * a) - root) / math.sqrt(2.0 / (9.0 * a))


_ROWS = (8, 9, 10, 12, 14, 17, 20, 25, 30, 40, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000, 20_000)
_BELOW = (-408, -351, -293, -201, -137, -81, -38, -2, 20, 50, 60, 70, 71, 66, 58, 42, 28, 16, 10, 4, 1)
_ABOVE = (-100, -71, -53, -35, -27, -18, -15, -8, -9, -6, -3, 0, 3, 8, 13, 17, 20, 16, 10, 4, 1)


def excess_of_tails(n: float) -> tuple[float, float]:
    """By how much Anscombe & Glynn's score of n Gaussian rows overshoots a normal one, below and above the middle.

    In thousandths above, from quantiles of 10^5 to 10^6 drawn tables of each size between the tails of 0.003 and
    0.0002; linear in log n between these. Uncorrected, up to 3 times as many tables as the level says are rejected.
    """
    last = len(_ROWS) - 1
    if n >= _ROWS[last]:
        return 0.0, 0.0
    k = 0
    while n >= _ROWS[k + 1]:
        k += 1
    t = max(math.log(n / _ROWS[k]) / math.log(_ROWS[k + 1] / _ROWS[k]), 0.0)
    return (
        1e-3 * (_BELOW[k] + t * (_BELOW[k + 1] - _BELOW[k])),
        1e-3 * (_ABOVE[k] + t * (_ABOVE[k + 1] - _ABOVE[k])),
    )


def straightened(score: float, below: float, above: float) -> float:
    """The score less what its tails overshoot, from one deviation on."""
    beyond = abs(score) - 1.0
    if not beyond > 0.0:
        return score
    excess = below if score < 0.0 else above
    beyond = beyond / (1.0 + excess * beyond) if excess > 0.0 else beyond * (1.0 - excess * beyond)
    return math.copysign(1.0 + beyond, score)


def worst_columns(count: Any, first: Any, second: Any, powers: Any, values: Any, scores: Any, columns: Any) -> None:
    """Skewness, ``[0]``, and kurtosis, ``[1]``, of the column that is furthest from a Gaussian, its score and position.

    The averages (G, ...) are about any origin near the data; groups of few rows and constant columns stay as they are.
    """
    groups, d = first.shape
    rows, scale, strength, expected, error, a, below, above = -1.0, 1.0, 1.0, 0.0, 1.0, 6.0, 0.0, 0.0
    for g in range(groups):
        if not count[g] > FEWEST:
            continue
        if count[g] != rows:  # neighbouring groups often have as many rows
            rows = count[g]
            scale, strength = skewness_law(rows)
            _, expected, error = null_moments(rows)
            a = degrees_of(kurtosis_skewness(rows))
            below, above = excess_of_tails(rows)
        for j in range(d):
            shift, square = first[g, j], second[g, j, j]
            variance = square - shift * shift
            if not variance > 0.0:
                continue
            third = powers[g, j, 0] - shift * (3.0 * square - 2.0 * shift * shift)
            fourth = powers[g, j, 1] - shift * (4.0 * powers[g, j, 0] - shift * (6.0 * square - 3.0 * shift * shift))
            skewness = third / (variance * math.sqrt(variance))
            kurtosis = fourth / (variance * variance)
            if not abs(values[0, g]) >= abs(skewness):
                values[0, g], columns[0, g] = skewness, j
            score = straightened(kurtosis_score((kurtosis - expected) / error, a), below, above)
            if not abs(scores[1, g]) >= abs(score):
                values[1, g], scores[1, g], columns[1, g] = kurtosis, score, j
        scores[0, g] = math.asinh(values[0, g] / scale) * strength
