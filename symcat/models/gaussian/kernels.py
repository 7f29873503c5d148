"""Skewness and kurtosis of every column of every group, and the worst of each: loops over groups and numbers.

Run through ``symcat.loops``: as they are for a few groups, compiled for many.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

FEWEST = 7
"""Rows up to which third and fourth moments are not tested."""


def null_moments(n: float) -> tuple[float, float, float]:
    """Of n Gaussian rows: deviation of the skewness, mean and deviation of the kurtosis (Fisher 1930)."""
    skew_error = math.sqrt(6.0 * (n - 2.0) / ((n + 1.0) * (n + 3.0)))
    spread = 24.0 * n * (n - 2.0) * (n - 3.0) / ((n + 1.0) ** 2 * (n + 3.0) * (n + 5.0))
    return skew_error, 3.0 * (n - 1.0) / (n + 1.0), math.sqrt(spread)


def kurtosis_degrees(n: float) -> float:
    """Degrees of freedom of the chi-square whose cube root has the law of the kurtosis of n Gaussian rows."""
    third = 6.0 * (n * n - 5.0 * n + 2.0) / ((n + 7.0) * (n + 9.0))
    third *= math.sqrt(6.0 * (n + 3.0) * (n + 5.0) / (n * (n - 2.0) * (n - 3.0)))
    return 6.0 + 8.0 / third * (2.0 / third + math.sqrt(1.0 + 4.0 / third**2))


def kurtosis_score(x: float, a: float) -> Any:
    """Standard normal score of a kurtosis that is x deviations above its mean (Anscombe & Glynn 1983, eq. 10)."""
    root = np.cbrt((1.0 - 2.0 / a) / (1.0 + x * math.sqrt(2.0 / (a - 4.0))))
    return (1.0 - 2.0 / (9.0 * a) - root) / math.sqrt(2.0 / (9.0 * a))


def worst_columns(count: Any, first: Any, second: Any, powers: Any, values: Any, scores: Any, columns: Any) -> None:
    """Skewness, ``[0]``, and kurtosis, ``[1]``, of the column that is furthest from a Gaussian, its score and position.

    The averages (G, ...) are about any origin near the data; groups of few rows and constant columns stay as they are.
    """
    groups, d = first.shape
    rows, skew_error, expected, error, a = -1.0, 1.0, 0.0, 1.0, 6.0
    for g in range(groups):
        if not count[g] > FEWEST:
            continue
        if count[g] != rows:  # neighbouring groups often have as many rows
            rows = count[g]
            skew_error, expected, error = null_moments(rows)
            a = kurtosis_degrees(rows)
        for j in range(d):
            shift, square = first[g, j], second[g, j, j]
            variance = square - shift * shift
            if not variance > 0.0:
                continue
            third = powers[g, j, 0] - shift * (3.0 * square - 2.0 * shift * shift)
            fourth = powers[g, j, 1] - shift * (4.0 * powers[g, j, 0] - shift * (6.0 * square - 3.0 * shift * shift))
            skewness = third / (variance * math.sqrt(variance))
            kurtosis = fourth / (variance * variance)
            score = skewness / skew_error
            if not abs(scores[0, g]) >= abs(score):
                values[0, g], scores[0, g], columns[0, g] = skewness, score, j
            score = kurtosis_score((kurtosis - expected) / error, a)
            if not abs(scores[1, g]) >= abs(score):
                values[1, g], scores[1, g], columns[1, g] = kurtosis, score, j
