"""What the primitives share: the record of one run, from its parts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symcat.analog import timing
from symcat.analog.equilibrium import Halves
from symcat.analog.readings import Reading
from symcat.analog.settings import Settings
from symcat.analog.settling import Settled
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

LEAST_READINGS = 4
"""Of each replica: fewer have no two halves to compare."""


@dataclass
class Run:
    """Costs and doubts of one call of a primitive, added up over its circuits."""

    settings: Settings
    started: float = field(default_factory=time.perf_counter)
    cost: timing.Cost = field(default_factory=lambda: timing.Cost(0.0, 0.0))
    rhat: float = 0.0
    equilibrated: bool = True
    settled: float = 0.0
    largest: float = 0.0
    n_samples: int = 0

    def add(self, dimension: int, *, settled: float, ran: float, readings: int, coefficients: int) -> None:
        """One programming, waiting and reading of the circuit."""
        self.settled = max(self.settled, settled)
        self.n_samples += readings * self.settings.replicas
        self.cost += timing.cost(
            self.settings, coefficients=coefficients, cells=dimension, tau=settled + ran, readouts=readings
        )

    def doubt(self, settled: Settled, halves: Halves) -> None:
        """The verdict on one run of the circuit, which has settled; the worst stands.

        R-hat is that of the window in which the replicas agreed: readings may be fewer than a relaxation is long,
        which costs accuracy, as the standard error says, but nothing else. They must not drift.
        """
        self.rhat = max(self.rhat, settled.rhat)
        self.largest = max(self.largest, settled.largest)
        self.equilibrated = self.equilibrated and settled.agreed and not halves.verdict()[1]

    def reading(self, value: Floats, standard_error: Floats) -> Reading:
        """The answer."""
        signal = f"signals up to {self.largest:.3g} in the units of x"
        return Reading(
            value=value,
            standard_error=standard_error,
            device_time_s=self.cost.time_s,
            wall_time_s=time.perf_counter() - self.started,
            device_energy_j=self.cost.energy_j,
            assumptions=timing.assumptions(self.settings, signal),
            n_samples=self.n_samples,
            equilibrated=self.equilibrated,
            rhat=self.rhat,
            settle_tau=self.settled,
        )


def readings_each(samples: int, settings: Settings) -> int:
    """Readings of each replica that make ``samples`` in all."""
    if samples < 1:
        raise InvalidData(f"{samples} samples cannot be read; ask for a positive number.")
    return max(LEAST_READINGS, -(-samples // settings.replicas))


def couplings_of(dimension: int) -> int:
    """Different coefficients of a symmetric matrix."""
    return dimension * (dimension + 1) // 2
