"""Whether the averages that an answer implies are those of the data, within what sampling allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.wide import gibbs

Floats = NDArray[np.float64]

LARGEST_ERROR = 1.0
"""Normalised error from which an answer is refused."""

_HOPELESS = 4.0  # mean squared bias, in sampling variances of the data: no longer run would accept it


@dataclass(frozen=True)
class Data:
    """Means (d,) and pair averages (d, d) of ``count`` rows of spins."""

    mean: Floats
    pair: Floats
    count: float

    def normalised_error(self, mean: Floats, pair: Floats, variance: Floats | float = 0.0) -> float:
        """Root mean square of the differences from implied averages, each in units of its standard deviation.

        Compared are the means and the correlations ``<s_i s_j> - <s_i> <s_j>``: products alone would hide wrong
        correlations of columns that are nearly always the same. The variance of a difference is that in ``count``
        independent rows plus the ``variance`` (d (d + 1) / 2,) with which the implied averages are known.
        """
        difference = gibbs.statistics(self.mean, self.pair) - gibbs.statistics(mean, pair)
        expected = gibbs.row_variance(self.mean, self.pair) / (self.count - 1.0) + variance
        return float(np.sqrt(np.mean(difference**2 / np.maximum(expected, np.finfo(float).tiny))))


@dataclass(frozen=True)
class Agreement:
    """The verdict on one answer, and the averages it was reached with."""

    normalised_error: float
    sampled: gibbs.Averages
    monte_carlo: float  # variance of the sampled averages in units of the data's

    @property
    def accepted(self) -> bool:
        return self.normalised_error < LARGEST_ERROR and self.sampled.equilibrated and self.monte_carlo <= 1.0

    @property
    def in_words(self) -> str:
        """What was found, for the reader of the answer."""
        run = f"{self.sampled.sweeps} heat-bath sweeps of {len(self.sampled.states)} replicas"
        if self.normalised_error >= LARGEST_ERROR:
            return f"normalised error {self.normalised_error:.3g} after {run}, {LARGEST_ERROR:g} or more"
        if not self.sampled.equilibrated:
            return (
                f"{run} did not reach equilibrium: the half started at random and the half started cold differ by "
                f"{self.sampled.disagreement:.3g} of their variance, the correlation time is "
                f"{self.sampled.correlation_time:.3g} sweeps"
            )
        if self.monte_carlo > 1.0:
            return f"{run} are not enough to judge by: their variance is {self.monte_carlo:.3g} times the data's"
        return f"normalised error {self.normalised_error:.3g} by {run}"


def judge(h: Floats, j: Floats, data: Data, *, seed: int = 0) -> Agreement:
    """Re-estimate the averages of the model h (d,), J (d, d) by sampling, and compare them with the data's.

    Monte Carlo noise enters the differences and their variance alike, so that it makes no answer look better: a mean
    squared bias of b data variances gives ``(b + r) / (1 + r)`` with r the share of Monte Carlo variance.
    """

    def compared(found: gibbs.Averages) -> Agreement:
        error = data.normalised_error(found.mean, found.pair, found.variance)
        return Agreement(error, found, gibbs.monte_carlo_share(found, data.count))

    def hopeless(found: gibbs.Averages) -> bool:
        verdict = compared(found)
        share = verdict.monte_carlo
        return (1.0 + share) * verdict.normalised_error**2 - share > _HOPELESS

    return compared(gibbs.estimate(h, j, data.count, seed=seed, enough=hopeless))
