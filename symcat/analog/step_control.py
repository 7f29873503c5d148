"""How far the solver dares to go: steps bounded in Fisher's metric, taken back when the averages get worse."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.analog.confinement import confines
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

_LONGEST = 2.0
_TRIALS = 7
_LEAST = 1e-3  # of the inward direction, tripled at each trial


@dataclass
class StepControl:
    """``longest`` is the largest step, as the root of twice the Kullback-Leibler divergence that it makes."""

    longest: float = 1.0
    at_the_edge: bool = False  # whether the last step was cut short because the free energy would not confine

    def bounded(self, change: Floats, fisher: Floats) -> Floats:
        """The change (K,) of couplings, shortened to the longest step in the metric of ``fisher`` (K, K)."""
        length = math.sqrt(max(float(change @ fisher @ change), 0.0))
        return change if length <= self.longest else change * (self.longest / length)

    def judge(self, distance: float, before: float, noise: float) -> bool:
        """Whether a step has brought the averages nearer, or not further than the noise tells; adapts the length."""
        good = distance <= 2.0 * before + 4.0 * noise
        self.longest = min(1.5 * self.longest, _LONGEST) if good else 0.5 * self.longest
        return good

    def confined(
        self, statistics: SufficientStatistics, couplings: Floats, change: Floats, inward: Floats | None
    ) -> Floats | None:
        """``couplings + change``, pushed along ``inward`` (K,) as little as makes the free energy confine.

        Without that direction the change is halved instead. None where nothing helps.
        """
        moved = couplings + change
        if confines(statistics, moved):
            self.at_the_edge = False
            return moved
        self.at_the_edge = True
        for trial in range(_TRIALS):
            tried = couplings + 0.5 ** (trial + 1) * change if inward is None else moved + _LEAST * 3.0**trial * inward
            if confines(statistics, tried):
                return tried
        return None
