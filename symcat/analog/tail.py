"""The looks of the second phase, taken together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symcat.analog.replicas import Averages

Floats = NDArray[np.float64]


@dataclass
class Tail:
    """Means over the second phase: of couplings and the groups' averages by readouts, of Fisher's matrix by rows."""

    readouts: int = 0
    looks: int = 0
    rows: int = 0  # that Fisher's matrix is over
    couplings: Floats = field(default_factory=lambda: np.zeros(0))
    fisher: Floats = field(default_factory=lambda: np.zeros(0))
    groups: Floats = field(default_factory=lambda: np.zeros(0))
    answer: Floats = field(default_factory=lambda: np.zeros(0))  # where the means say the averages are the data's
    share: float = np.inf  # of the emulation in the variance of the answer

    def add(self, couplings: Floats, found: Averages) -> Averages:
        """One more look; the mean of all."""
        assert found.covariance is not None
        self.readouts += found.readouts
        self.looks += 1
        self.rows += found.rows
        of_readouts, of_rows = found.readouts / self.readouts, found.rows / self.rows
        for name, value, weight in (
            ("couplings", couplings, of_readouts),
            ("groups", found.groups, of_readouts),
            ("fisher", found.covariance, of_rows),
        ):
            mean = getattr(self, name)
            setattr(self, name, mean + weight * (value - mean) if self.looks > 1 else value)
        return Averages(self.groups, self.readouts, self.fisher, self.rows)
