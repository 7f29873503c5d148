"""``solve``: the mean of ``exp(-(x'Ax/2 - b'x) / T)`` is A^-1 b, at every temperature."""

from __future__ import annotations

import numpy as np

from symcat.analog import equilibrium
from symcat.analog.langevin import Circuit
from symcat.analog.primitives.run import Run, couplings_of, readings_each
from symcat.analog.readings import Reading


def solve(circuit: Circuit, samples: int) -> Reading:
    """Time averages of all replicas; errors from their differences."""
    settings = circuit.settings
    run, n = Run(settings), readings_each(samples, settings)
    d = circuit.states.shape[1]
    settled = circuit.settle()
    total, halves = np.zeros(circuit.states.shape), equilibrium.Halves(n)
    for block in circuit.readings(n, settings.read_interval, settled.largest):
        total += block.sum(axis=0)
        halves.add(block)
    run.doubt(settled, halves)
    passed = n * circuit.time(settings.read_interval)
    run.add(d, settled=settled.tau, ran=passed, readings=n, coefficients=couplings_of(d) + d)
    return run.reading(*equilibrium.between(total / n))
