"""Data checks of the Gaussian classes that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.family import Replay
from symcat.models.gaussian.gaussian import Gaussian

DIMENSIONS = (1, 2, 5)
BOUND = 1e-10


def replay(entry: str, points: int, rng: np.random.Generator) -> Iterator[Replay]:
    """At the maximum of likelihood <F> = d/2, and log Z is half the log-determinant of 2 pi over the precision."""
    residuals: list[float] = []
    for d in DIMENSIONS * points:
        root = rng.normal(size=(d, d + 2))
        covariance = root @ root.T / (d + 2)
        names = tuple(f"x{i}" for i in range(d))
        moments = Moments(names, np.array([np.nan]), np.zeros((1, d)), 1.0, np.zeros((1, d)), covariance[None])
        fit = Gaussian(entry, Schema.real(names)).fit(moments, "mean")
        precision = fit.parameters["precision"][0]
        log_z = 0.5 * (d * np.log(2.0 * np.pi) - np.linalg.slogdet(precision)[1])
        trace = float(np.trace(precision @ covariance))
        residuals += [abs(trace / d - 1.0), abs(log_z - float(fit.log_partition[0]))]
    yield Replay("average of F and log Z", len(DIMENSIONS) * points, float(np.max(residuals)), BOUND)
