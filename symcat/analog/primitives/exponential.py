"""``expm``: what a circuit remembers. ``<x(t + 1) x(t)'> = T exp(-M) M^-1``, so exp(-M) = M <x(t + 1) x(t)'> / T.

With ``M = c I - A`` positive definite, ``exp(A) = exp(c) exp(-M)``. The product with M is that of the currents
M x(t + 1), which the circuit carries, with x(t). (Duffield et al., "Thermodynamic matrix exponentials and thermodynamic
parallelism", arXiv 2311.12759, correlate states; their noise needs a factor of M, which a digital solver would find.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.analog import equilibrium
from symcat.analog.primitives.inverse import groups_of
from symcat.analog.primitives.run import Run, couplings_of, readings_each
from symcat.analog.readings import Reading
from symcat.analog.transient import Timed

Floats = NDArray[np.float64]

LAG = 4
"""Readings in a unit of time."""


def expm(circuit: Timed, matrix: Floats, shift: float, samples: int) -> Reading:
    """exp(shift) exp(-matrix); ``matrix`` is the ideal one of the circuit's."""
    settings = circuit.settings
    run, pairs = Run(settings), readings_each(samples, settings)
    replicas, d = circuit.states.shape
    groups = groups_of(replicas, d)
    settled = circuit.settle()
    n = pairs + LAG
    products, halves = np.zeros((groups, d, d)), equilibrium.Halves(n)
    before = circuit.states[None][:0]
    for block in circuit.readings(n, circuit.unit / LAG, settled.largest):
        halves.add(block)
        known = np.concatenate([before, block])
        for g in range(groups):
            rows = known.reshape(len(known), groups, replicas // groups, d)[:, g]
            products[g] += rows[LAG:].reshape(-1, d).T @ rows[:-LAG].reshape(-1, d)
        before = known[-LAG:].copy()
    run.doubt(settled, halves)
    run.add(d, settled=settled.tau, ran=n * circuit.unit / LAG, readings=n, coefficients=couplings_of(d))
    currents = matrix @ products / (pairs * (replicas // groups) * settings.temperature)
    return run.reading(*equilibrium.between(np.exp(shift) * 0.5 * (currents + currents.transpose(0, 2, 1))))
