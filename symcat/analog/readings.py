"""What a device hands back: a value with its error, and two times that must not be confused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Reading:
    """The answer of one primitive.

    ``value`` and ``standard_error`` have the same shape; the error is from independent groups of replicas and holds
    the thermal noise only, not what converters and mismatch make of the coefficients. ``device_time_s`` and
    ``device_energy_j`` are modelled, for the circuit named in ``assumptions``; ``wall_time_s`` is what the emulation
    took here. ``rhat`` is the split R-hat of the readings.

    Examples
    --------
    >>> from symcat.analog import Device
    >>> reading = Device(seed=0).log_determinant([[2.0, 0.5], [0.5, 1.0]])
    >>> abs(reading.value - 0.5596) < 4.0 * reading.standard_error, reading.equilibrated
    (np.True_, True)
    """

    value: Floats
    standard_error: Floats
    device_time_s: float
    wall_time_s: float
    device_energy_j: float
    assumptions: str
    n_samples: int
    equilibrated: bool
    rhat: float
    settle_tau: float


@dataclass(frozen=True)
class Samples:
    """States read from a device; ``last`` and ``step`` continue where it stopped (``Device.sample(start=, step=)``).

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Device, Polynomial
    >>> well = Polynomial(np.array([[2], [4]]), np.array([-1.0, 0.5]))
    >>> device = Device(seed=0)
    >>> samples = device.sample(well, n=200)
    >>> samples.states.shape, samples.flat.shape
    ((200, 64, 1), (12800, 1))
    >>> more = device.sample(well, n=100, start=samples.last, step=samples.step)
    """

    states: Floats  # (n, R, d): n readings of R replicas
    last: Floats  # (R, d) the replicas at the end, not converted
    rhat: float
    equilibrated: bool
    settle_tau: float
    accepted: float  # share of the integrator's steps; 1 where none can be refused
    step: float | None  # of the integrator, in the units of 1 / energy curvature; None for spins
    device_time_s: float
    wall_time_s: float
    device_energy_j: float
    assumptions: str

    @property
    def flat(self) -> Floats:
        """(n R, d) all states."""
        return self.states.reshape(-1, self.states.shape[2])
