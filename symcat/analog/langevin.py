"""Langevin dynamics of a quadratic energy: a network of resistors, capacitors and noise, replicas as matrix products.

``dx = -(A x - b) dt + sqrt(2 T) dW``. The step is that of Leimkuhler & Matthews (Appl. Math. Res. Express 2013, 34):
``x' = x - h (A x - b) + sqrt(h T / 2) (n + n')``, n and n' the noise of this step and the next. Euler-Maruyama, with
2 n' in place of the sum, has the stationary covariance T [A (I - hA/2)]^-1, off by h lambda / 2 in each mode. The
shared noise takes that bias away: for a mode of curvature a, ``V (1 - (1-ha)^2) = h T (2 - ha)``, so V = T / a at every
stable step h < 2 / a. The autocovariance is V (1-ha)^(k-1) (1 - ha/2), and its sum that of the continuous circuit: the
average over a long time t has the variance 2 T / (a^2 t), whatever the step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog import checks, converters
from symcat.analog.noise import Normals
from symcat.analog.settings import Settings
from symcat.analog.settling import EXPONENTIAL, Settled, settle
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

BUFFER = 2_000_000
"""Numbers of readings that are handed on at once."""


class Circuit:
    """Replicas (R, d) of one programmed quadratic energy; times in tau, the bound on the largest curvature over RC."""

    def __init__(
        self,
        matrix: Floats,
        offset: Floats,
        settings: Settings,
        rng: np.random.Generator,
        components: int,
        samples: int = 0,
    ) -> None:
        """``samples`` are the readings of all replicas that will be asked for, about."""
        checks.no_visible_fault(matrix)
        self.settings = settings
        self._type: Any = np.float32 if settings.single_precision else np.float64
        self._rng = rng
        self._components = components
        shape = (settings.replicas, len(matrix))
        self._normals = Normals(rng, shape, float(samples) * len(matrix) * settings.read_interval, self._type)
        self.start_from(None, matrix)
        self.program(matrix, offset)

    def program(self, matrix: Floats, offset: Floats) -> None:
        """Set the couplings; the charges stay as they are, and so do the components' errors."""
        settings, components = self.settings, np.random.default_rng(self._components)
        matrix = converters.programmed(matrix, settings, components)
        offset = converters.programmed(offset, settings, components)
        self.curvature = checks.largest_curvature(matrix.astype(self._type, copy=False))
        self._integrate(matrix, offset)

    def _integrate(self, matrix: Floats, offset: Floats) -> None:
        settings = self.settings
        h = settings.step / self.curvature
        self._carry: Any = (np.eye(len(matrix)) - h * matrix).astype(self._type)
        self._push = (h * offset).astype(self._type)
        self._kick = math.sqrt(0.5 * h * settings.temperature)

    def start_from(self, states: Floats | None, matrix: Floats) -> None:
        """Given charges (R, d), or ones spread over twice what each cell's noise alone would give."""
        shape = (self.settings.replicas, len(matrix))
        if states is None:
            spread = 2.0 * np.sqrt(self.settings.temperature / np.diag(matrix))
            states = spread * self._rng.standard_normal(shape)
            if self.settings.saturation is not None:
                np.clip(states, -self.settings.saturation, self.settings.saturation, out=states)
        self.states: Any = np.array(states, dtype=self._type)
        self._noise, self._next = self._normals.empty(), self._normals.empty()
        self._normals.fill(self._noise)
        self._moved = np.empty_like(self.states)

    def advance(self, tau: float) -> None:
        """Let time pass: whole steps, at least one."""
        x, noise, coming, moved = self.states, self._noise, self._next, self._moved
        with np.errstate(over="ignore", invalid="ignore"):  # what runs away is told by who looks at the states
            for _ in range(max(1, round(tau / self.settings.step))):
                clock.check()
                np.matmul(x, self._carry, out=moved)
                moved += self._push
                self._normals.fill(coming)
                noise += coming
                noise *= self._kick
                moved += noise
                x, moved, noise, coming = moved, x, coming, noise
        self.states, self._moved, self._noise, self._next = x, moved, noise, coming

    def time(self, tau: float) -> float:
        """What ``advance(tau)`` lets pass."""
        return max(1, round(tau / self.settings.step)) * self.settings.step

    def settle(self) -> Settled:
        """Wait for equilibrium; a circuit that has none says whether it runs away or is not held."""
        found = settle(
            self, lambda x: np.concatenate([x, x * x], axis=1), self.settings.step, self.settings.settle_limit
        )
        self._refuse(found)
        return found

    def _refuse(self, found: Settled) -> None:
        bound = self.settings.saturation
        ideal = self.settings.dac_bits is None and self.settings.mismatch == 0.0
        programmed = "" if ideal else " as programmed (converter and mismatch may have made it so)"
        if not np.isfinite(found.largest) or (not found.agreed and found.growth > EXPONENTIAL):
            raise InvalidData(
                f"The matrix is indefinite{programmed}: within {found.tau:.0f} tau the circuit ran away exponentially. "
                f"{checks.CURE}"
            )
        if bound is not None and found.largest > bound:
            raise InvalidData(self._saturated(found.largest))
        if not found.agreed:
            raise InvalidData(
                f"The matrix is singular{programmed}, or nearly: after {found.tau:.0f} tau, its fastest time, the "
                f"circuit has not settled (split R-hat {found.rhat:.2f}, variance growing by {found.growth:.2f} within "
                "the last window). Add a ridge; or raise settle_limit if its condition number is only large."
            )

    def _saturated(self, largest: float) -> str:
        return (
            f"The circuit saturates: |x| reaches {largest:.4g}, beyond {self.settings.saturation:.4g}. Scale b down or "
            "A up, lower the temperature, or widen saturation (and with it the converter's range)."
        )

    def readings(self, n: int, interval: float, largest: float) -> Iterator[Floats]:
        """``n`` readings, ``interval`` apart, as blocks (m, R, d) that are valid until the next is asked for.

        ``largest`` is the signal the converter is ranged to where no saturation fixes its range.
        """
        settings = self.settings
        bound = settings.saturation
        full_scale = bound if bound is not None else converters.HEADROOM * largest
        length = max(1, min(n, BUFFER // self.states.size))
        block = np.empty((length, *self.states.shape), dtype=self._type)
        done = 0
        while done < n:
            now = min(length, n - done)
            for k in range(now):
                self.advance(interval)
                block[k] = self.states
            if bound is not None and (reached := float(np.abs(block[:now]).max())) > bound:
                raise InvalidData(self._saturated(reached))
            yield converters.quantise(block[:now], full_scale, settings.adc_bits)
            done += now
