"""Whether a model's averages are the data's, within the noise of both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.analog.replicas import Averages
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

TRUSTED = 0.1
"""Sampling variance of a direction's variance at which it counts as much as what it should be."""
MOST_KURTOSIS = 1e3
"""Of a direction that is not bounded, by which that sampling variance is judged."""
DEPENDENT = 1e-11
"""Share of a statistic's variance that the others leave unexplained, below which it is a function of them."""


@dataclass(frozen=True)
class Match:
    """The differences from the data along uncorrelated directions, and their variances."""

    gradient: Floats  # (K,) model minus data
    noise: Floats  # (K,) variance from the emulation
    normalised_error: float  # root mean square in units of the combined standard deviations
    worst: float  # the largest difference of a single statistic, in the same units
    share: float  # variance from the emulation over that from the data
    readouts: int


@dataclass(frozen=True)
class Target:
    """Averages (K,) of ``count`` rows, and directions ``whiten`` (K, K) along which the statistics are uncorrelated."""

    averages: Floats
    count: float
    whiten: Floats
    row_variance: Floats  # (K,) of each statistic in one row
    direction_variance: Floats  # (K,) along each direction
    farthest: Floats  # (K,) that a row may be from the averages along each direction; infinite if not bounded

    @classmethod
    def of(cls, averages: Floats, count: float, covariance: Floats, bounds: Floats, names: list[str]) -> Target:
        """Whitened with the covariance (K, K) of the statistics, in the data or in a model near it.

        ``bounds`` (K,) are the largest differences of the statistics of a row from their averages; along a direction
        they are added up as independent ones.
        """
        spread = np.sqrt(np.diagonal(covariance))
        if not (spread > 0.0).all():
            raise InvalidData(
                f"The statistic {names[int(np.argmin(spread))]} does not vary in the data: its coupling would be "
                "infinite or free. Leave it out."
            )
        correlation = covariance / np.outer(spread, spread)
        try:
            factor = np.linalg.cholesky(correlation)
        except np.linalg.LinAlgError:
            factor = None
        if factor is None or not np.diagonal(factor).min() ** 2 > DEPENDENT:
            value, vector = np.linalg.eigh(correlation)
            held = [names[k] for k in np.argsort(-np.abs(vector[:, 0]))[:3]]
            raise InvalidData(
                f"The statistics are linearly dependent in the data (smallest eigenvalue of their correlations "
                f"{value[0]:.1e}; mostly {', '.join(held)}): their couplings cannot be told apart. Leave one out, or "
                "give more rows."
            )
        whiten = np.linalg.inv(factor) / spread
        finite = np.isfinite(bounds)
        farthest = np.sqrt(whiten**2 @ np.where(finite, bounds, 0.0) ** 2)
        farthest[(whiten[:, ~finite] != 0.0).any(axis=1)] = np.inf
        return cls(averages, count, whiten, spread**2, np.ones(len(spread)), farthest)

    def compare(self, found: Averages) -> Match:
        """The model's averages beside the data's."""
        difference = found.mean - self.averages
        gradient = self.whiten @ difference
        noise = found.variance(self.whiten)
        single = found.variance()
        along = gradient**2 / (self.direction_variance / self.count + noise)
        alone = difference**2 / (self.row_variance / self.count + single)
        error = float(np.sqrt(max(along.mean(), alone.mean())))
        share = float((noise * self.count / self.direction_variance).mean())
        return Match(gradient, noise, error, float(np.sqrt(max(along.max(), alone.max()))), share, found.readouts)

    def loss(self, found: Averages) -> tuple[float, float]:
        """How many nats the likelihood of all rows is below its maximum, to second order, and the standard error.

        ``n g F^-1 g / 2`` of the differences g of the averages, less what the emulation's noise adds to it.
        """
        assert found.covariance is not None
        value, vector = np.linalg.eigh(self.metric(found.covariance, found.rows))
        along = vector.T @ self.whiten
        gradient, noise = along @ (found.mean - self.averages), found.variance(along)
        weight = 0.5 * self.count / np.maximum(value, np.finfo(float).tiny)
        spread = np.sqrt((weight**2 * (4.0 * gradient**2 * noise + 2.0 * noise**2)).sum())
        return float((weight * (gradient**2 - noise)).sum()), float(spread)

    def metric(self, fisher: Floats, rows: float, least: float = 0.0) -> Floats:
        """Fisher's matrix (K, K), sampled from ``rows`` states, along the directions.

        Along an event too rare for so many states there is no variance in it; there, and everywhere with the weight
        ``least``, that of the data takes its place, which is 1. A direction's variance has the sampling variance
        kurtosis / rows, and a kurtosis is at most the square of how far the direction reaches.
        """
        noise = np.where(np.isinf(self.farthest), MOST_KURTOSIS, self.farthest**2) / rows
        weight = np.maximum(noise / (noise + TRUSTED), least)
        kept = np.sqrt(1.0 - weight)
        found: Floats = (self.whiten @ fisher @ self.whiten.T) * np.outer(kept, kept)
        np.fill_diagonal(found, found.diagonal() + weight)
        return found

    def believed(self, fisher: Floats, rows: float) -> Floats:
        """The same matrix (K, K) along the statistics themselves."""
        half = np.linalg.solve(self.whiten, self.metric(fisher, rows))
        out: Floats = np.linalg.solve(self.whiten, half.T)
        return 0.5 * (out + out.T)
