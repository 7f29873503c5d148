"""Persistent replicas of a model on the device, and the averages of its statistics that they show.

The replicas are kept in 32 groups, whose spread gives the error of every average whatever the correlation in time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog.energies import Energy, Mixed, Polynomial, Spins
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

GROUPS = 32
INTERVAL = 8.0
"""Between readouts, in tau: steps of the circuit, some of which make one relaxation."""
SPIN_INTERVAL = 2.0
"""The same of spins, in sweeps."""
_ACCEPTED = 0.8  # share of the integrator's steps that its length is kept adjusted to, from one run to the next
_MUCH = 0.15  # off that share, where the device is to find a length anew
_BURN = 0.25  # share of a run that is given up while the replicas follow a change of couplings
_PIECE = 1 << 21  # numbers of readouts held at a time: less than a memory allocator gives back to the system


class Readouts(Protocol):
    """States (n, R, d) in the order of time, and what they cost the device."""

    @property
    def states(self) -> Floats: ...
    @property
    def last(self) -> Floats: ...
    @property
    def step(self) -> float | None: ...
    @property
    def accepted(self) -> float: ...
    @property
    def device_time_s(self) -> float: ...


class Sampler(Protocol):
    """A device as far as sampling goes: the replicas ``start`` (R, d) run for ``settle`` tau and are read n times."""

    def sample(
        self,
        energy: Energy | Spins,
        *,
        n: int,
        start: Floats | None = None,
        settle: float | None = None,
        read_interval: float | None = None,
        step: float | None = None,
    ) -> Readouts: ...


@dataclass(frozen=True)
class Averages:
    """Averages of the statistics by groups (G, K), over ``readouts`` readouts of each replica."""

    groups: Floats
    readouts: int
    covariance: Floats | None  # (K, K) of the statistics in one state
    rows: int = 0  # that the covariance is over

    @property
    def mean(self) -> Floats:
        """(K,) over all replicas."""
        out: Floats = self.groups.mean(axis=0)
        return out

    def variance(self, directions: Floats | None = None) -> Floats:
        """(K,) of the mean, or of its components along the rows of ``directions`` (K, K)."""
        values = self.groups if directions is None else self.groups @ directions.T
        out: Floats = values.var(axis=0, ddof=1) / len(values)
        return out

    def disagreement(self, directions: Floats | None = None) -> float:
        """Mean squared difference of the two halves of the replicas in units of its variance: near 1 if they agree."""
        values = self.groups if directions is None else self.groups @ directions.T
        half = len(values) // 2
        one, other = values[:half], values[half:]
        spread = (one.var(axis=0, ddof=1) + other.var(axis=0, ddof=1)) / half
        gap = (one.mean(axis=0) - other.mean(axis=0)) ** 2
        moving = spread > 0.0
        return float((gap[moving] / spread[moving]).mean()) if moving.any() else np.inf


def energy_of(statistics: SufficientStatistics, couplings: Floats) -> Energy | Spins:
    """What the device is programmed with: ``F`` of the couplings (K,)."""
    strength = statistics.monomial_couplings(couplings)
    if statistics.spins.all():
        sets = tuple(tuple(np.flatnonzero(e).tolist()) for e in statistics.exponents)
        return Spins(statistics.dimension, sets, strength)
    if statistics.spins.any():
        return Mixed(statistics.exponents, strength, tuple(np.flatnonzero(statistics.spins).tolist()))
    return Polynomial(statistics.exponents, strength)


class Replicas:
    """The states (R, d) of all replicas, R a multiple of 32, and the device's time so far."""

    def __init__(self, device: Sampler, statistics: SufficientStatistics, states: Floats) -> None:
        self.device, self.statistics, self.states = device, statistics, states
        self.interval = SPIN_INTERVAL if statistics.spins.all() else INTERVAL
        self.step: float | None = None  # the integrator's, once the device has found one
        self.device_time_s = 0.0

    def run(self, couplings: Floats, readouts: int, *, covariance_rows: int = 0, burn: float = _BURN) -> Averages:
        """Program the couplings (K,), let the replicas follow, then average over ``readouts`` of them."""
        energy = energy_of(self.statistics, couplings)
        size, d = self.states.shape
        kind: type[np.floating] = np.float32 if self.statistics.spins.all() else np.float64
        total = np.zeros((GROUPS, self.statistics.count))
        piece = max(_PIECE // (size * d), 1)
        spread = _Covariance(self.statistics.count)
        wanted = -(-covariance_rows // readouts)  # of each readout
        settle = max(burn * readouts, 1.0) * self.interval
        for begin in range(0, readouts, piece):
            clock.check()
            n = min(piece, readouts - begin)
            found = self.device.sample(
                energy, n=n, start=self.states, settle=settle, read_interval=self.interval, step=self.step
            )
            settle, self.states = 0.0, found.last
            if found.step is not None:
                off = found.accepted - _ACCEPTED
                self.step = found.step * math.exp(2.0 * off) if abs(off) < _MUCH else None
            self.device_time_s += found.device_time_s
            states: NDArray[np.floating] = found.states.astype(kind, copy=False)
            # Groups are contiguous, so that the halves are the first and the last 16.
            grouped = states.reshape(n, GROUPS, size // GROUPS, d).transpose(1, 0, 2, 3).reshape(GROUPS, -1, d)
            total += n * self.statistics.group_means(grouped)
            if wanted:
                stride = max(size // wanted, 1)
                spread.add(self.statistics.values(states[:, ::stride].reshape(-1, d)))
        return Averages(total / readouts, readouts, spread.value if wanted else None, spread.n)

    def restart_half(self, couplings: Floats, rng: np.random.Generator) -> None:
        """Mix the replicas, then put the second half at the one of lowest energy, where slow systems stay."""
        values = self.statistics.free_energy(couplings, self.states)
        lowest = self.states[int(np.argmin(values))].copy()
        self.states = rng.permutation(self.states)
        self.states[len(self.states) // 2 :] = lowest


class _Covariance:
    def __init__(self, k: int) -> None:
        self.n, self.shift = 0, np.zeros(k)
        self.total, self.products = np.zeros(k), np.zeros((k, k))

    def add(self, values: NDArray[np.floating]) -> None:
        if not self.n:
            self.shift = values.mean(axis=0, dtype=np.float64)
        centred = values - self.shift.astype(values.dtype)
        self.n += len(values)
        self.total += centred.sum(axis=0, dtype=np.float64)
        self.products += centred.T @ centred

    @property
    def value(self) -> Floats:
        mean = self.total / self.n
        out: Floats = self.products / self.n - np.outer(mean, mean)
        return out
