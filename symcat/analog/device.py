"""The emulated thermodynamic computer: what a user holds."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symcat.analog import checks
from symcat.analog import sampling as _sampling
from symcat.analog.energies import Energy, Spins
from symcat.analog.langevin import Circuit
from symcat.analog.primitives import exponential, linear_system, log_determinant
from symcat.analog.primitives import inverse as _inverse
from symcat.analog.readings import Reading, Samples
from symcat.analog.settings import Settings
from symcat.analog.transient import Timed
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

LARGEST_EXPONENT = 700.0
"""exp of more overflows."""


class Device:
    """A circuit that relaxes under a programmed energy while thermal noise does the averaging, emulated.

    ``settings`` are those of ``symcat.analog.Settings``. The first call on a device made with the same seed and
    settings gives the same answer to the last bit; each further call sees fresh noise and the same components.

    Raises InvalidData where a setting or an input is unfit; the message says which and why.

    Examples
    --------
    >>> from symcat.analog import Device
    >>> reading = Device(seed=0).solve([[2.0, 0.5], [0.5, 1.0]], [1.0, -1.0])
    >>> reading.value.round(2), reading.standard_error.round(2)  # the answer is 6/7 and -10/7
    (array([ 0.84, -1.43]), array([0.01, 0.02]))
    """

    def __init__(self, *, seed: int = 0, **settings: Any) -> None:
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise InvalidData(f"The seed is {seed!r}; it must be a whole number that is not negative.")
        self.seed = int(seed)
        self.settings = Settings.named(**settings)
        self._calls = 0

    def solve(self, A: ArrayLike, b: ArrayLike, *, samples: int = 10_000) -> Reading:
        """A^-1 b, (d,), as the mean of ``exp(-(x'Ax/2 - b'x) / T)``.

        A (d, d) symmetric positive definite, b (d,). ``samples`` are readings of all replicas together; readings
        closer than the slowest relaxation are not independent, and the standard error counts what they are worth.
        Aifer et al. 2023 (arXiv 2308.05660), linear systems.
        """
        matrix = checks.symmetric_matrix(A)
        circuit = Circuit(
            matrix, checks.vector(b, len(matrix)), self.settings, self._noise(), self._components, samples
        )
        return linear_system.solve(circuit, samples)

    def inverse(self, A: ArrayLike, *, samples: int = 10_000) -> Reading:
        """A^-1, (d, d), as the covariance of ``exp(-x'Ax / 2T)`` over T. Aifer et al. 2023, matrix inverse."""
        matrix = checks.symmetric_matrix(A)
        circuit = Circuit(matrix, np.zeros(len(matrix)), self.settings, self._noise(), self._components, samples)
        return _inverse.inverse(circuit, samples)

    def log_determinant(self, A: ArrayLike, *, samples: int = 100_000) -> Reading:
        """log det A, a number (), as a difference of free energies, by thermodynamic integration."""
        matrix = checks.symmetric_matrix(A)
        circuit = Circuit(matrix, np.zeros(len(matrix)), self.settings, self._noise(), self._components, samples)
        return log_determinant.log_determinant(circuit, matrix, samples)

    def expm(self, A: ArrayLike, *, samples: int = 10_000, shift: float | None = None) -> Reading:
        """exp(A), (d, d), for any symmetric A, from the correlation of the states one unit of time apart.

        The circuit is ``shift`` I - A, which must be positive definite; None takes a shift half a unit above a bound on
        the largest eigenvalue. The error of every entry is relative to exp(shift). Duffield et al. 2023 (arXiv
        2311.12759).
        """
        matrix = checks.symmetric_matrix(A)
        chosen = checks.largest_eigenvalue(matrix) + 0.5 if shift is None else float(shift)
        if not abs(chosen) < LARGEST_EXPONENT:
            raise InvalidData(f"exp(A) has entries near exp({chosen:.4g}), which is no number; scale A down.")
        held = chosen * np.eye(len(matrix)) - matrix
        return exponential.expm(
            Timed(held, self.settings, self._noise(), self._components, samples), held, chosen, samples
        )

    def sample(
        self,
        energy: Energy | Spins,
        *,
        n: int,
        start: Floats | None = None,
        settle: float | None = None,
        read_interval: float | None = None,
        step: float | None = None,
    ) -> Samples:
        """States of ``exp(-U(x) / T)``: ``n`` readings of every replica.

        ``start`` (R, d) continues from given states, such as ``Samples.last``; None scatters the replicas. ``settle``
        is a fixed wait in tau before the first reading; None waits until the replicas agree. ``read_interval``
        replaces the device's. ``step`` is the integrator's, such as ``Samples.step``; None finds one (of energies that
        are neither quadratic nor of spins alone). A tau is one step of these, and one sweep of spins.
        """
        return _sampling.sample(
            *(energy, self.settings, self._noise(), self._components, n, start, settle, read_interval, step)
        )

    def _noise(self) -> np.random.Generator:
        """Fresh noise for a call: the same for the same seed and number of the call."""
        sequence = np.random.SeedSequence(self.seed, spawn_key=(0, self._calls))
        self._calls += 1
        return np.random.Generator(np.random.SFC64(sequence))

    @property
    def _components(self) -> int:
        """Seed of the errors of this device's components."""
        return int(np.random.SeedSequence(self.seed, spawn_key=(1,)).generate_state(1)[0])
