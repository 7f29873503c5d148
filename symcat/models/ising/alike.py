"""States told apart by a few sums alone: how many states share each value of the sums, a ``Space`` of Newton's method.

Columns that are all alike have their energies from how many of them have each level.
"""

from __future__ import annotations

import numpy as np

from symcat.models.ising.newton import Floats

_AT_ONCE = 1 << 22  # numbers of several groups together


class Alike:
    """Values (M, K) of the sums, and the logs (M,) of how many states share each."""

    def __init__(self, values: Floats, log_states: Floats) -> None:
        self.values, self.log_states = values, log_states

    def evaluate(self, theta: Floats) -> tuple[Floats, Floats]:
        """Probabilities (G, M) of the values, and log Z (G,)."""
        weight = theta @ self.values.T + self.log_states
        top = weight.max(axis=1)
        weight = np.exp(weight - top[:, None])
        z = weight.sum(axis=1)
        return weight / z[:, None], top + np.log(z)

    def statistics(self, evaluated: Floats) -> tuple[Floats, Floats]:
        """Averages (G, K) of the sums and their covariance (G, K, K)."""
        mean = evaluated @ self.values
        step = max(1, _AT_ONCE // self.values.size)
        covariance = np.empty((*mean.shape, mean.shape[1]))
        for start in range(0, len(mean), step):
            piece = slice(start, start + step)
            apart = self.values - mean[piece, None, :]
            weighed = apart * evaluated[piece, :, None]
            np.matmul(weighed.transpose(0, 2, 1), apart, out=covariance[piece])
        return mean, covariance
