"""``sample``: states of any energy, read from replicas that have settled."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat.analog import checks, converters, equilibrium, metropolis, timing
from symcat.analog.energies import Energy, Mixed, Polynomial, Quadratic, Spins
from symcat.analog.langevin import Circuit
from symcat.analog.readings import Samples
from symcat.analog.settings import Settings
from symcat.analog.settling import Settled, settle
from symcat.analog.spins import Network
from symcat.errors import InvalidData

Floats = NDArray[np.float64]

TARGET = 0.8
"""Share of the steps accepted that the step's length is adjusted to: the dynamics then stay close to Langevin's."""
TRIALS = 24
"""Adjustments of the step, of eight steps each, before the circuit settles."""
MOST_JUDGED = 64
"""Readings, evenly spaced, by which equilibrium is judged."""
RUNAWAY = 0.5
"""Share of accepted steps, of a circuit that has not settled, below which it fell to where the slope has no bound."""


class Replicas(Protocol):
    """States in motion, and how their time compares with tau."""

    states: Floats

    @property
    def step(self) -> float | None: ...

    @property
    def accepted(self) -> float: ...

    def advance(self, tau: float) -> None: ...

    def read(self, apart: float, out: Floats) -> None:
        """As many readings as ``out`` (n, R, d) has room for, ``apart`` tau before each."""
        ...


class Units:
    """p-bits: a sweep, in which each is updated once, takes one tau."""

    step: float | None = None
    accepted = 1.0

    def __init__(self, energy: Spins, states: Floats, settings: Settings, rng: np.random.Generator) -> None:
        self.states = states
        self._network = Network(energy, settings.temperature, len(states), rng)

    def advance(self, tau: float) -> None:
        self._network.sweep(self.states, max(1, round(tau)))

    def read(self, apart: float, out: Floats) -> None:
        self._network.read(self.states, max(1, round(apart)), out)


class Langevin:
    """Any differentiable energy: accepted and refused steps; one of them takes one tau."""

    def __init__(
        self, energy: Energy, states: Floats, settings: Settings, rng: np.random.Generator, step: float | None
    ) -> None:
        self.states = states
        self._run = metropolis.stepper(energy, settings.temperature, len(states), rng)
        self.step: float = self._tuned(energy, settings) if step is None else step
        self._taken, self._steps = 0.0, 0

    def _tuned(self, energy: Energy, settings: Settings) -> float:
        """A step that is accepted about four times in five, found while the charges fall to where they belong."""
        slope = energy.gradient(self.states)
        spread = np.sqrt(np.square(self.states).mean() + 1e-12)
        step = float(np.clip(0.1 * spread / np.sqrt(np.square(slope).mean() + 1e-300), 1e-8, 1e8))
        for trial in range(TRIALS):
            share = self._run(self.states, step, 8)
            step *= float(np.exp((share - TARGET) * 4.0 / (1.0 + trial / 8.0)))
        return step

    @property
    def accepted(self) -> float:
        return self._taken / self._steps if self._steps else 1.0

    def advance(self, tau: float) -> None:
        steps = max(1, round(tau))
        self._taken += self._run(self.states, self.step, steps) * steps
        self._steps += steps

    def read(self, apart: float, out: Floats) -> None:
        every = max(1, round(apart))
        self._taken += self._run(self.states, self.step, 0, every, out) * every * len(out)
        self._steps += every * len(out)


class Linear(Circuit):
    """A quadratic energy among the others."""

    accepted = 1.0

    @property
    def step(self) -> float:
        return self.settings.step / self.curvature

    def read(self, apart: float, out: Floats) -> None:
        for reading in out:
            self.advance(apart)
            reading[:] = self.states


def sample(
    energy: Energy | Spins,
    settings: Settings,
    rng: np.random.Generator,
    components: int,
    n: int,
    start: Floats | None,
    wait: float | None,
    interval: float | None,
    step: float | None,
) -> Samples:
    """See ``Device.sample``."""
    began = time.perf_counter()
    if n < 1:
        raise InvalidData(f"{n} readings cannot be made; ask for a positive number.")
    apart = settings.read_interval if interval is None else interval
    replicas = _made(energy, settings, rng, components, start, step, n)
    if wait is not None:
        if wait > 0.0:
            replicas.advance(wait)
        largest = float(np.abs(replicas.states).max())
        settled = Settled(True, wait, np.nan, 1.0, largest)
    elif isinstance(replicas, Circuit):
        settled = replicas.settle()
    else:
        settled = settle(replicas, _watched(energy), 1.0, settings.settle_limit)
    if not settled.agreed and replicas.accepted < RUNAWAY:
        raise InvalidData(
            f"The energy does not confine the states: after {settled.tau:.0f} steps the replicas had not settled and "
            f"{1.0 - replicas.accepted:.0%} of their steps were refused, with |x| up to {settled.largest:.4g}. In "
            "every direction the highest power must be even, with a positive coupling."
        )
    bound = settings.saturation
    spins = list(range(energy.dimension)) if isinstance(energy, Spins) else list(getattr(energy, "spins", ()))
    real = np.ones(energy.dimension, dtype=bool)
    real[spins] = False
    states = np.empty((n, *replicas.states.shape))
    replicas.read(apart, states)
    last = replicas.states.copy()
    judged = states[:: -(-n // MOST_JUDGED)]
    if real.any():
        largest = max(settled.largest, float(np.abs(states[..., real]).max()))
        _in_range(states, bound, real)
        rhat, drifts = equilibrium.of_series(np.concatenate([judged, judged[..., real] ** 2], axis=2))
    else:
        largest = 1.0
        rhat, drifts = equilibrium.of_series(judged)
    if real.any() and settings.adc_bits is not None:
        full_scale = bound if bound is not None else converters.HEADROOM * settled.largest
        states[..., real] = converters.quantise(states[..., real], full_scale, settings.adc_bits)
    spent = timing.cost(
        settings,
        coefficients=_coefficients(energy),
        cells=energy.dimension,
        tau=settled.tau + n * apart,
        readouts=n,
    )
    return Samples(
        states=states,
        last=last,
        rhat=rhat,
        equilibrated=(settled.agreed if wait is None else rhat < equilibrium.SETTLED_RHAT) and not drifts,
        settle_tau=settled.tau,
        accepted=replicas.accepted,
        step=replicas.step,
        device_time_s=spent.time_s,
        wall_time_s=time.perf_counter() - began,
        device_energy_j=spent.energy_j,
        assumptions=timing.assumptions(settings, f"signals up to {largest:.3g} in the units of x"),
    )


def _made(
    energy: Energy | Spins,
    settings: Settings,
    rng: np.random.Generator,
    components: int,
    start: Floats | None,
    step: float | None,
    n: int,
) -> Replicas:
    shape = (settings.replicas, energy.dimension)
    if start is not None:
        start = np.array(start, dtype=np.float64)
        if start.shape != shape or not np.isfinite(start).all():
            raise InvalidData(f"The replicas start from finite states {shape}, not from {start.shape}.")
    if isinstance(energy, Quadratic):
        matrix = checks.symmetric_matrix(energy.matrix)
        circuit = Linear(
            matrix, checks.vector(energy.offset, len(matrix)), settings, rng, components, n * settings.replicas
        )
        if start is not None:
            circuit.start_from(start, matrix)
        return circuit
    energy = _as_built(energy, settings, components)
    states = rng.standard_normal(shape) if start is None else start
    if isinstance(energy, Spins):
        return Units(energy, np.where(states > 0.0, 1.0, -1.0), settings, rng)
    if isinstance(energy, Mixed):
        chosen = list(energy.spins)
        states[:, chosen] = np.where(states[:, chosen] > 0.0, 1.0, -1.0)
    return Langevin(energy, states, settings, rng, step)


def _as_built(energy: Energy | Spins, settings: Settings, components: int) -> Energy | Spins:
    """The energy with its couplings as the converters and components make them; others are taken as they are."""
    if isinstance(energy, Polynomial | Mixed | Spins):
        built = converters.programmed(np.asarray(energy.couplings), settings, np.random.default_rng(components))
        return replace(energy, couplings=built)
    return energy


def _watched(energy: Energy | Spins) -> Callable[[Floats], Floats]:
    """The coordinates and their energy: a network of spins may agree on every mean and still be falling."""

    def statistics(states: Floats) -> Floats:
        return np.concatenate([states, energy.value(states)[:, None]], axis=1)

    return statistics


def _in_range(states: Floats, bound: float | None, real: NDArray[np.bool_]) -> None:
    if bound is not None and (reached := float(np.abs(states[..., real]).max())) > bound:
        raise InvalidData(
            f"The circuit saturates: |x| reaches {reached:.4g}, beyond {bound:.4g}. Rescale the columns, or widen "
            "saturation (and with it the converter's range)."
        )


def _coefficients(energy: Energy | Spins) -> int:
    couplings = getattr(energy, "couplings", None)
    d = energy.dimension
    return len(couplings) if couplings is not None else d * (d + 1) // 2 + d
