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
    >>> import numpy as np
    >>> from symcat.analog import Device
    >>> reading = Device(seed=0).inverse([[2.0, 1.0], [1.0, 2.0]])
    >>> reading.value.shape, reading.equilibrated
    ((2, 2), True)
    >>> bool((np.abs(reading.value[0] - [2 / 3, -1 / 3]) < 5.0 * reading.standard_error[0]).all())
    True
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
    >>> from symcat.analog import Device, Quadratic
    >>> samples = Device(seed=0, replicas=32).sample(Quadratic(np.eye(2), np.zeros(2)), n=100)
    >>> samples.states.shape, samples.flat.shape, samples.last.shape
    ((100, 32, 2), (3200, 2), (32, 2))
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
