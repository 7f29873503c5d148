"""Langevin dynamics of a quadratic energy that follows the circuit in time too, for correlations between two times.

Half a kick of noise, a drift, half a kick (Strang's splitting). With z = h lambda the drift is Runge and Kutta's of
fourth order, ``p = 1 - z + z^2/2 - z^3/6 + z^4/24``, and the stationary variance ``h T (1 + p^2) / (1 - p^2)``, that is
``T / lambda (1 + z^2/3 + ...)``. What is read is the state times ``q = 1 - z^2/6 + 19 z^4/360``, which takes this bias
away to z^4 (a postprocessed integrator: Vilmart, SIAM J. Sci. Comput. 37, A201, 2015). With k >= 4 steps to a unit of
time, lambda times the correlation, which should be exp(-lambda), is off by at most 0.6 / k^4, the largest over all
lambda <= k.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog.langevin import Circuit
from symcat.analog.settings import Settings

Floats = NDArray[np.float64]


def steps_for(samples: int) -> float:
    """Steps in the unit of time that keep the bias of an eigenvalue of exp(-A) a tenth of ``1 / sqrt(samples)``.

    No entry is known better than that.
    """
    return float((6.0 * math.sqrt(samples)) ** 0.25)


class Timed(Circuit):
    """Replicas of ``U = x'Ax / 2`` whose clock is exact: ``unit`` is one unit of 1 / A in tau."""

    def __init__(
        self, matrix: Floats, settings: Settings, rng: np.random.Generator, components: int, samples: int
    ) -> None:
        self._fewest = steps_for(samples)
        super().__init__(matrix, np.zeros(len(matrix)), settings, rng, components, samples)

    def start_from(self, states: Floats | None, matrix: Floats) -> None:
        """As of any circuit."""
        super().start_from(states, matrix)
        self._inner = self.states.copy()

    def _integrate(self, matrix: Floats, offset: Floats) -> None:
        # A quarter of the unit is whole steps, and z is at most 1.
        self.steps = 4 * math.ceil(max(self._fewest, self.curvature) / 4)
        self.unit = self.curvature
        z = matrix / self.steps
        square = z @ z
        one = np.eye(len(matrix))
        self._carry = (one - z + square @ (one / 2.0 - z / 6.0 + square / 24.0)).astype(self._type)
        self._read = (one - square / 6.0 + (19.0 / 360.0) * (square @ square)).astype(self._type)
        self._kick = math.sqrt(self.settings.temperature / self.steps)

    def advance(self, tau: float) -> None:
        """Let time pass: whole steps, at least one."""
        steps = max(1, round(tau / self.unit * self.steps))
        x, noise, moved = self._inner, self._noise, self._moved
        with np.errstate(over="ignore", invalid="ignore"):  # what runs away is told by who looks at the states
            for k in range(steps + 1):
                clock.check()
                self._normals.fill(noise)
                # Between two drifts, the halves of two kicks are one of twice the variance.
                noise *= self._kick if k in (0, steps) else math.sqrt(2.0) * self._kick
                x += noise
                if k < steps:
                    np.matmul(x, self._carry, out=moved)
                    x, moved = moved, x
            np.matmul(x, self._read, out=self.states)
        self._inner, self._moved = x, moved

    def time(self, tau: float) -> float:
        """What ``advance(tau)`` lets pass."""
        return max(1, round(tau / self.unit * self.steps)) * self.unit / self.steps
