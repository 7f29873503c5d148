"""Correlation matrices of exact second moments, read back: a check of the maximum alone."""

from __future__ import annotations

import numpy as np

from symcat.models.scores.correlation import maximum
from symcat.models.scores.pattern import PATTERNS, Floats, Pattern


def random_matrix(pattern: Pattern, rng: np.random.Generator) -> Floats:
    """A random correlation matrix of a pattern, well away from singular ones."""
    values = rng.uniform(-1.0, 1.0, size=pattern.size)
    for shrink in (0.8, 0.4, 0.2, 0.1, 0.05):
        matrix = pattern.matrix(shrink * values[pattern.orbit])
        if np.linalg.eigvalsh(matrix)[0] > 0.05:
            return matrix
    return np.eye(pattern.dimension)


def residuals_of_matrices(label: str, matrices: int, rng: np.random.Generator) -> list[float]:
    """How far so many matrices of 2 to 6 columns are from their fits."""
    apart = []
    for _ in range(matrices):
        pattern = PATTERNS[label.removeprefix("scores(").removesuffix(")")](int(rng.integers(2, 7)))
        truth = random_matrix(pattern, rng)
        found = maximum(truth, pattern)
        apart.append(1.0 if found is None else float(np.abs(found - truth).max()))
    return apart
