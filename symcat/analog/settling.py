"""Waiting for equilibrium: windows of doubled length, until the replicas agree within one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.analog import equilibrium

Floats = NDArray[np.float64]

WINDOW = 32
"""Readings of a window."""


class Process(Protocol):
    """Replicas in motion."""

    states: Floats  # (R, d)

    def advance(self, tau: float) -> None: ...


@dataclass(frozen=True)
class Settled:
    """How the wait ended. ``growth`` is the variance over the last window's second half, over that of its first."""

    agreed: bool
    tau: float
    rhat: float
    growth: float
    largest: float  # |x| in the last window


def settle(
    process: Process,
    statistics: Callable[[Floats], Floats],
    interval: float,
    limit: float,
    between_windows: Callable[[], None] = lambda: None,
) -> Settled:
    """Run until split R-hat and the difference of the halves allow equilibrium, or for ``limit`` tau.

    ``statistics`` makes (R, S) of the states (R, d). A window spans some ten relaxations when its R-hat is small
    enough, so what is left of the start is below every other error; windows are not used for averages.
    """
    waited, growing = 0.0, 0
    while True:
        readings, largest = [], 0.0
        for _ in range(WINDOW):
            process.advance(interval)
            if not np.isfinite(process.states).all():
                return Settled(False, waited, np.inf, np.inf, np.inf)
            readings.append(statistics(process.states))
            largest = max(largest, float(np.abs(process.states).max()))
        waited += WINDOW * interval
        series = np.array(readings)
        rhat, drifts = equilibrium.of_series(series)
        spread = series.var(axis=1).mean(axis=1)
        half = WINDOW // 2
        growth = float(spread[half:].mean() / spread[:half].mean()) if spread[:half].any() else 1.0
        settled = Settled(rhat < equilibrium.SETTLED_RHAT and not drifts, waited, rhat, growth, largest)
        # Twice in a row, because from a narrow start any circuit's noise grows at first.
        growing = growing + 1 if growth > EXPONENTIAL else 0
        if settled.agreed or waited >= limit or growing == 2:
            return settled
        between_windows()
        interval *= 2.0


EXPONENTIAL = 8.0
"""Growth of the variance within a window beyond which it is exponential; diffusion alone reaches 1.4, a start 3."""
