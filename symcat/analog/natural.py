"""The natural gradient: the device relaxes to the solution of ``(F + damping) step = gradient``, F Fisher's matrix.

Amari 1998; on a thermodynamic computer Donatella et al. 2024 (arXiv 2405.13817). The gradient is amplified so that the
solution stands well above the thermal noise of the circuit, and the solution is scaled back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.errors import SymcatError

Floats = NDArray[np.float64]

SIGNAL = 30.0
"""Root mean square of the programmed offsets, in thermal units (the temperature's square root for a unit stiffness)."""

SAMPLES = 512
"""Readings of a solution: its noise is then 1 / 30 / 22 of the signal, far below that of the averages."""

_MOST_DAMPING = 64.0


class Solved(Protocol):
    """A reading of a device: the value, and what it cost."""

    @property
    def value(self) -> Floats: ...
    @property
    def device_time_s(self) -> float: ...


class LinearSolver(Protocol):
    """A device as far as linear systems go."""

    def solve(self, A: Floats, b: Floats, *, samples: int = ...) -> Solved: ...


@dataclass(frozen=True)
class Step:
    """A change of couplings (K,), the damping that the device needed for it, and the device's time."""

    change: Floats
    damping: float
    device_time_s: float


def step(device: LinearSolver, fisher: Floats, gradient: Floats, damping: float) -> Step:
    """Solve ``(fisher + damping largest_eigenvalue) x = gradient`` on the device; more damping where it cannot settle.

    Raises the device's error if even a damping of 64 does not help.
    """
    size = float(np.sqrt(np.mean(gradient**2)))
    k = len(gradient)
    if size == 0.0:
        return Step(np.zeros(k), damping, 0.0)
    unit = largest_eigenvalue(fisher)
    amplified = gradient * (SIGNAL / size)
    while True:
        matrix = fisher / unit + damping * np.eye(k)
        try:
            found = device.solve(0.5 * (matrix + matrix.T), amplified, samples=SAMPLES)
        except SymcatError:
            if damping >= _MOST_DAMPING:
                raise
            damping = max(4.0 * damping, 1e-2)
            continue
        return Step(np.asarray(found.value) * (size / SIGNAL) / unit, damping, found.device_time_s)


def largest_eigenvalue(matrix: Floats) -> float:
    """The largest eigenvalue, by power iterations from a fixed start; a rough value scales a circuit well enough."""
    vector = np.ones(len(matrix)) + np.arange(len(matrix)) / len(matrix)
    value = 0.0
    for _ in range(16):
        vector = matrix @ vector
        value = float(np.linalg.norm(vector))
        vector /= value
    return value
