"""Data checks of the Gaussian classes that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.base import Options
from symcat.models.family import Replay
from symcat.models.gaussian import permutation
from symcat.models.gaussian.gaussian import Gaussian

DIMENSIONS = (1, 2, 5)
BOUND = 1e-10


def replay(entry: str, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """At the maximum of likelihood <F> = d/2, and log Z is half the log-determinant of 2 pi over the precision."""
    residuals: list[float] = []
    searched = entry == permutation.LABEL  # by the number of rows, of two columns or more
    dimensions = tuple(d for d in DIMENSIONS if d > 1 or not searched)
    for d in dimensions * points:
        root = rng.normal(size=(d, d + 2))
        covariance = root @ root.T / (d + 2)
        names = tuple(f"x{i}" for i in range(d))
        moments = Moments(
            names, np.array([1e3 if searched else np.nan]), np.zeros((1, d)), 1.0, np.zeros((1, d)), covariance[None]
        )
        schema = Schema.real(names)
        model = permutation.GaussianPermutation(schema, Options()) if searched else Gaussian(entry, schema)
        fit = model.fit(moments, "mean")
        precision = fit.parameters["precision"][0]
        log_z = 0.5 * (d * np.log(2.0 * np.pi) - np.linalg.slogdet(precision)[1])
        trace = float(np.trace(precision @ covariance))
        residuals += [abs(trace / d - 1.0), abs(log_z - float(fit.log_partition[0]))]
    yield Replay("average of F and log Z", len(dimensions) * points, float(np.max(residuals)), BOUND)
