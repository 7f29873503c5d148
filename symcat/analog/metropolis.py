"""Langevin dynamics of any energy with the integrator's bias removed: each step is accepted or refused (MALA).

A step of ``dx = -grad U dt + sqrt(2 T) dW`` is proposed by Euler-Maruyama and accepted by Metropolis and Hastings'
rule, so the states follow ``exp(-U/T)`` exactly at any step length (Roberts & Tweedie 1996, algorithm MALA); a step
that leaves a confined region is refused, where Euler's would run away. Spins among the columns are p-bits: after each
step every one of them is updated from what multiplies it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog import monomials, noise
from symcat.analog.energies import Energy, Mixed, Polynomial
from symcat.analog.lanes import Chunk, chunks, store
from symcat.analog.monomials import chain, slopes, values
from symcat.analog.noise import Bits, Singles, log_uniforms, logistics, normals
from symcat.analog.threads import side_by_side
from symcat.loops import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


PIECE = 1 << 25
"""Monomials that are worked out before the clock is looked at: some tenths of a second."""


def pieces(whole: int, largest: int) -> Iterator[int]:
    """The sizes of the parts of a run that are done without a look at the clock."""
    for done in range(0, whole, largest):
        yield min(largest, whole - done)


class Stepper(Protocol):
    """Moves the states (R, d) in place: ``wait`` steps, then ``every`` before each reading of ``out`` (n, R, d).

    Returns the share of the steps that were accepted.
    """

    def __call__(self, states: Floats, step: float, wait: int, every: int = 1, out: Floats | None = None) -> float: ...


def stepper(energy: Energy, temperature: float, replicas: int, rng: np.random.Generator) -> Stepper:
    """What moves the replicas: compiled for polynomials, by arrays for any other energy."""
    if isinstance(energy, Polynomial | Mixed):
        return _Compiled(energy, temperature, replicas, rng)
    return _Arrays(energy, temperature, rng)


class _Arrays:
    def __init__(self, energy: Energy, temperature: float, rng: np.random.Generator) -> None:
        self._energy, self._temperature, self._rng = energy, temperature, rng

    def __call__(self, states: Floats, step: float, wait: int, every: int = 1, out: Floats | None = None) -> float:
        taken = self._steps(states, step, wait)
        readings = np.empty((0, *states.shape)) if out is None else out
        for reading in readings:
            taken += self._steps(states, step, every)
            reading[:] = states
        return taken / (len(states) * (wait + every * len(readings)))

    def _steps(self, x: Floats, step: float, steps: int) -> int:
        energy, temperature, rng = self._energy, self._temperature, self._rng
        accepted = 0
        value, slope = energy.value(x), energy.gradient(x)
        for _ in range(steps):
            clock.check()
            proposed = x - step * slope + math.sqrt(2.0 * step * temperature) * rng.standard_normal(x.shape)
            with np.errstate(all="ignore"):  # a proposal may be far outside; it is refused
                new_value, new_slope = energy.value(proposed), energy.gradient(proposed)
                back = ((x - proposed + step * new_slope) ** 2).sum(axis=1)
                forth = ((proposed - x + step * slope) ** 2).sum(axis=1)
                odds = (value - new_value - (back - forth) / (4.0 * step)) / temperature
                taken = np.log(rng.random(len(x))) < odds
            accepted += int(taken.sum())
            x[taken], value[taken], slope[taken] = proposed[taken], new_value[taken], new_slope[taken]
        return accepted


class _Compiled:
    def __init__(self, energy: Polynomial | Mixed, temperature: float, replicas: int, rng: np.random.Generator) -> None:
        self._temperature = temperature
        self._chain = chain(energy.exponents, energy.couplings, energy.spins)
        self._chunks = chunks(rng, replicas)
        self._piece = max(1, PIECE // (replicas * (len(self._chain.parent) + energy.dimension)))

    def __call__(self, states: Floats, step: float, wait: int, every: int = 1, out: Floats | None = None) -> float:
        nothing = np.empty((0, *states.shape))
        read = nothing if out is None else out
        taken = sum(self._together(states, step, now, 1, nothing) for now in pieces(wait, self._piece))
        first = 0
        for now in pieces(len(read), max(1, self._piece // every)):
            taken += self._together(states, step, 0, every, read[first : first + now])
            first += now
        return taken / (len(states) * (wait + every * len(read)))

    def _together(self, states: Floats, step: float, wait: int, every: int, read: Floats) -> float:
        clock.check()
        return side_by_side(partial(self._steps, chunk, states, step, wait, every, read) for chunk in self._chunks)

    def _steps(self, chunk: Chunk, states: Floats, step: float, wait: int, every: int, out: Floats) -> float:
        kernel = compiled(_steps, (*noise.KERNELS, *monomials.KERNELS, store))
        rows = np.ascontiguousarray(states[chunk.rows].T)
        c = self._chain
        taken: int = kernel(
            *(rows, chunk.state, chunk.drawn, chunk.work, c.parent, c.column, c.coupling),
            *(c.spin, c.rest, c.rest_coupling, c.rest_start, c.holding, c.holding_start),
            *(step, self._temperature, wait, every, out[:, chunk.rows]),
        )
        states[chunk.rows] = rows.T
        return taken


def _steps(
    x: Floats,
    generator: Bits,
    drawn: Bits,
    work: Singles,
    parent: Integers,
    column: Integers,
    coupling: Floats,
    spin: Integers,
    rest: Integers,
    rest_coupling: Floats,
    rest_start: Integers,
    holding: Integers,
    holding_start: Integers,
    step: float,
    temperature: float,
    wait: int,
    every: int,
    out: Floats,
) -> int:
    """Steps of the states x (d, L); how many were accepted."""
    d, lanes = x.shape
    size = parent.shape[0]
    width = math.sqrt(2.0 * step * temperature)
    normal = np.empty((d + d % 2, lanes), np.float32)
    uniform = np.empty(lanes, np.float32)
    monomial, share = np.empty((size, lanes)), np.empty((size, lanes))
    proposed, slope, new_slope = np.empty((d, lanes)), np.empty((d, lanes)), np.empty((d, lanes))
    energy, new_energy, odds, back = np.empty(lanes), np.empty(lanes), np.empty(lanes), np.empty(lanes)
    quarter = 0.25 / step
    real = np.ones(d, np.bool_)
    for i in spin:
        real[i] = False
    accepted = 0
    values(x, parent, column, monomial)
    slopes(x, parent, column, coupling, monomial, share, energy, slope)
    for count in range(wait + every * out.shape[0]):
        for j in range(0, d, 2):
            normals(generator, drawn, work, normal[j], normal[j + 1])
        for j in range(d):
            if real[j]:
                for r in range(lanes):
                    proposed[j, r] = x[j, r] - step * slope[j, r] + width * normal[j, r]
            else:
                for r in range(lanes):
                    proposed[j, r] = x[j, r]
        values(proposed, parent, column, monomial)
        slopes(proposed, parent, column, coupling, monomial, share, new_energy, new_slope)
        for r in range(lanes):
            odds[r] = energy[r] - new_energy[r]
        for j in range(d):
            if real[j]:
                # The two proposals' exponents: (forth^2 - back^2) / 4 step, with forth = width normal.
                for r in range(lanes):
                    back[r] = x[j, r] - proposed[j, r] + step * new_slope[j, r]
                for r in range(lanes):
                    forth = width * normal[j, r]
                    odds[r] += (forth * forth - back[r] * back[r]) * quarter
        log_uniforms(generator, drawn, work, uniform)
        for r in range(lanes):
            drawn[r] = 1 if temperature * uniform[r] < odds[r] else 0
        for r in range(lanes):
            accepted += drawn[r]
        for r in range(lanes):
            energy[r] = new_energy[r] if drawn[r] != 0 else energy[r]
        for j in range(d):
            for r in range(lanes):
                x[j, r] = proposed[j, r] if drawn[r] != 0 else x[j, r]
            for r in range(lanes):
                slope[j, r] = new_slope[j, r] if drawn[r] != 0 else slope[j, r]
        if len(spin):
            values(x, parent, column, monomial)
            for k in range(len(spin)):
                i = spin[k]
                for r in range(lanes):
                    odds[r] = 0.0
                for position in range(rest_start[k], rest_start[k + 1]):
                    c, m = rest_coupling[position], rest[position]
                    for r in range(lanes):
                        odds[r] += c * monomial[m, r]
                logistics(generator, drawn, work, uniform)
                for r in range(lanes):
                    back[r] = 1.0 if 2.0 * odds[r] + temperature * uniform[r] < 0.0 else -1.0
                for r in range(lanes):
                    odds[r] = back[r] * x[i, r]
                for r in range(lanes):
                    x[i, r] = back[r]
                for position in range(holding_start[k], holding_start[k + 1]):
                    m = holding[position]
                    for r in range(lanes):
                        monomial[m, r] *= odds[r]
            slopes(x, parent, column, coupling, monomial, share, energy, slope)
        done = count + 1 - wait
        if done > 0 and done % every == 0:
            store(x, out[done // every - 1])
    return accepted
