"""log Z of spins by annealed importance sampling (Neal 2001, eqs. 3 to 6), from independent columns to the model.

Along ``P_t ~ exp((1 - t) b . s + t (h . s + s J s / 2))`` each replica multiplies the ratios of consecutive weights at
its own states; the average of the product over replicas is Z / Z_0 without bias, however far the chains are from
equilibrium, and its spread between the independent replicas is the error.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.wide.gibbs import GROUPS, REPLICAS, Chains

Floats = NDArray[np.float64]

PRECISE_ENOUGH = 0.01
_FIRST_STEPS = 48
_MOST_STEPS = 1536


def log_partition(h: Floats, j: Floats, base: Floats, *, seed: int = 0) -> tuple[float, float]:
    """log Z of the model h (d,), J (d, d), and its standard error, from columns with the fields ``base`` (d,) alone.

    The steps are doubled until the error is below 0.01 nats, at most to 1536.
    """
    rng = np.random.Generator(np.random.SFC64(seed))
    steps = _FIRST_STEPS
    while True:
        found, error = _run(h, j, base, steps, rng)
        if error <= PRECISE_ENOUGH or steps >= _MOST_STEPS:
            return found, error
        steps *= 2


def _run(h: Floats, j: Floats, base: Floats, steps: int, rng: np.random.Generator) -> tuple[float, float]:
    up = rng.random((GROUPS, len(h), REPLICAS // GROUPS)) < 1.0 / (1.0 + np.exp(-2.0 * base))[:, None]
    chains = Chains(base, np.zeros_like(j), np.where(up, np.float32(1.0), np.float32(-1.0)), rng)
    log_weight = np.zeros(REPLICAS)
    for step in range(1, steps + 1):
        log_weight += chains.minus_energy(h - base, j) / steps
        if step < steps:
            t = step / steps
            chains.h, chains.j = ((1.0 - t) * base + t * h).astype(np.float32), (t * j).astype(np.float32)
            chains.sweep()
    top = float(log_weight.max())
    weight = np.exp(log_weight - top)
    average = float(weight.mean())
    error = float(weight.std(ddof=1)) / average / math.sqrt(REPLICAS)
    alone = float(np.logaddexp(base, -base).sum())  # log 2 cosh
    return alone + top + math.log(average), error
