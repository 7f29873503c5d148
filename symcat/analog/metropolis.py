"""Langevin dynamics of any energy with the integrator's bias removed: each step is accepted or refused (MALA).

A step of ``dx = -grad U dt + sqrt(2 T) dW`` is proposed by Euler-Maruyama and accepted by Metropolis and Hastings'
rule, so the states follow ``exp(-U/T)`` exactly at any step length (Roberts & Tweedie 1996, algorithm MALA); a step
that leaves a confined region is refused, where Euler's would run away. Spins among the columns are p-bits: after each
step every one of them is updated from what multiplies it.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from symcat.analog.energies import Energy, Mixed, Polynomial
from symcat.loops import compiled

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

Stepper = Callable[[Floats, float, int], float]
"""(states (R, d) in place, step, steps) -> the share of steps that were accepted."""

BLOCK = 500_000
"""Random numbers drawn at once."""


def stepper(energy: Energy, temperature: float, rng: np.random.Generator) -> Stepper:
    """What moves the replicas: compiled for polynomials, by arrays for any other energy."""
    if isinstance(energy, Polynomial | Mixed):
        return _compiled_stepper(energy, temperature, rng)

    def run(x: Floats, step: float, steps: int) -> float:
        accepted = 0
        value, slope = energy.value(x), energy.gradient(x)
        for _ in range(steps):
            proposed = x - step * slope + math.sqrt(2.0 * step * temperature) * rng.standard_normal(x.shape)
            with np.errstate(all="ignore"):  # a proposal may be far outside; it is refused
                new_value, new_slope = energy.value(proposed), energy.gradient(proposed)
                back = ((x - proposed + step * new_slope) ** 2).sum(axis=1)
                forth = ((proposed - x + step * slope) ** 2).sum(axis=1)
                odds = (value - new_value - (back - forth) / (4.0 * step)) / temperature
                taken = np.log(rng.random(len(x))) < odds
            accepted += int(taken.sum())
            x[taken], value[taken], slope[taken] = proposed[taken], new_value[taken], new_slope[taken]
        return accepted / (steps * len(x))

    return run


def _compiled_stepper(energy: Polynomial | Mixed, temperature: float, rng: np.random.Generator) -> Stepper:
    kernel = compiled(_steps, (_evaluate,))
    factors = [np.flatnonzero(powers) for powers in energy.exponents]
    start = np.concatenate([[0], np.cumsum([len(f) for f in factors])]).astype(np.int64)
    column = np.concatenate([*factors, np.zeros(0, dtype=np.int64)]).astype(np.int64)
    power = np.concatenate(
        [*(p[f] for p, f in zip(energy.exponents, factors, strict=True)), np.zeros(0, dtype=np.int64)]
    ).astype(np.int64)
    couplings = np.ascontiguousarray(energy.couplings, dtype=np.float64)
    is_spin = np.zeros(energy.dimension, dtype=np.bool_)
    is_spin[list(energy.spins)] = True
    counts = np.zeros(1, dtype=np.int64)
    d = energy.dimension

    def run(x: Floats, step: float, steps: int) -> float:
        counts[0] = 0
        block = max(1, BLOCK // (len(x) * d))
        for done in range(0, steps, block):
            now = min(block, steps - done)
            normal = rng.standard_normal((now, len(x), d))
            uniform = rng.random((now, len(x), 1 + len(energy.spins)))
            kernel(x, normal, uniform, couplings, start, column, power, is_spin, step, temperature, counts)
        return int(counts[0]) / (steps * len(x))

    return run


def _evaluate(
    x: Floats, couplings: Floats, start: Integers, column: Integers, power: Integers, gradient: Floats
) -> float:
    """Energy of one state (d,); its derivatives go to ``gradient``."""
    gradient[:] = 0.0
    total = 0.0
    for k in range(couplings.shape[0]):
        term = couplings[k]
        lo, hi = start[k], start[k + 1]
        for a in range(lo, hi):
            for _ in range(power[a]):
                term *= x[column[a]]
        total += term
        for a in range(lo, hi):
            slope = couplings[k] * power[a]
            for _ in range(power[a] - 1):
                slope *= x[column[a]]
            for b in range(lo, hi):
                if b != a:
                    for _ in range(power[b]):
                        slope *= x[column[b]]
            gradient[column[a]] += slope
    return total


def _steps(
    states: Floats,
    normal: Floats,
    uniform: Floats,
    couplings: Floats,
    start: Integers,
    column: Integers,
    power: Integers,
    is_spin: NDArray[np.bool_],
    step: float,
    temperature: float,
    counts: Integers,
) -> None:
    replicas, d = states.shape
    width = math.sqrt(2.0 * step * temperature)
    proposed, slope, new_slope = np.empty(d), np.empty(d), np.empty(d)
    spins = uniform.shape[2] - 1
    for r in range(replicas):
        x = states[r]
        value = _evaluate(x, couplings, start, column, power, slope)
        for n in range(normal.shape[0]):
            for j in range(d):
                proposed[j] = x[j] if is_spin[j] else x[j] - step * slope[j] + width * normal[n, r, j]
            new_value = _evaluate(proposed, couplings, start, column, power, new_slope)
            back = 0.0
            forth = 0.0
            for j in range(d):
                if not is_spin[j]:
                    back += (x[j] - proposed[j] + step * new_slope[j]) ** 2
                    forth += (proposed[j] - x[j] + step * slope[j]) ** 2
            odds = (value - new_value - (back - forth) / (4.0 * step)) / temperature
            if math.log(uniform[n, r, 0]) < odds:
                value = new_value
                for j in range(d):
                    x[j] = proposed[j]
                    slope[j] = new_slope[j]
                counts[0] += 1
            if spins == 0:
                continue
            number = 0
            for i in range(d):
                if is_spin[i]:
                    number += 1
                    old = x[i]
                    field = slope[i]
                    new = (
                        1.0
                        if uniform[n, r, number] * (1.0 + math.exp(min(2.0 * field / temperature, 700.0))) < 1.0
                        else -1.0
                    )
                    if new != old:
                        x[i] = new
                        value = _evaluate(x, couplings, start, column, power, slope)
