"""``inverse``: the covariance of ``exp(-x'Ax / 2T)`` is T A^-1."""

from __future__ import annotations

import numpy as np

from symcat.analog import equilibrium
from symcat.analog.langevin import Circuit
from symcat.analog.primitives.run import Run, couplings_of, readings_each
from symcat.analog.readings import Reading

FEWEST_GROUPS = 16
MOST_NUMBERS = 4_000_000
"""Of the groups' covariances together: replicas are taken into fewer groups before more memory is."""


def groups_of(replicas: int, dimension: int) -> int:
    """Into how many independent groups of equally many replicas errors are resolved."""
    most = max(FEWEST_GROUPS, MOST_NUMBERS // dimension**2)
    return max(g for g in range(1, min(replicas, most) + 1) if replicas % g == 0)


def inverse(circuit: Circuit, samples: int) -> Reading:
    """Averages of products; without b the mean is zero and is not subtracted."""
    settings = circuit.settings
    run, n = Run(settings), readings_each(samples, settings)
    replicas, d = circuit.states.shape
    groups = groups_of(replicas, d)
    settled = circuit.settle()
    products, halves = np.zeros((groups, d, d)), equilibrium.Halves(n)
    for block in circuit.readings(n, settings.read_interval, settled.largest):
        halves.add(block)
        together = block.reshape(len(block), groups, replicas // groups, d)
        for g in range(groups):
            rows = together[:, g].reshape(-1, d)
            products[g] += rows.T @ rows
    run.doubt(settled, halves)
    passed = n * circuit.time(settings.read_interval)
    run.add(d, settled=settled.tau, ran=passed, readings=n, coefficients=couplings_of(d))
    return run.reading(*equilibrium.between(products / (n * (replicas // groups) * settings.temperature)))
