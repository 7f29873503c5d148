"""log Z by thermodynamic integration from independent columns (Kirkwood 1935; Gelman & Meng 1998).

Along ``F_t = (1 - t) F_0 + t F`` the derivative of log Z is ``-<F - F_0>_t``. With ``t = s^2`` the steep beginning,
where weak couplings already bend the tails, is stretched; Clenshaw and Curtis' rule integrates over s, and the
difference from the rule with half the points, nested in it, bounds what it leaves out. F_0 and F confine, so F_t does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.analog.replicas import GROUPS, Replicas
from symcat.analog.starting import Product
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

_INTERVALS = 16
_READOUTS = 64


@dataclass(frozen=True)
class LogPartition:
    """log Z and its standard error."""

    value: float
    error: float


def log_partition(replicas: Replicas, couplings: Floats, base: Product, rng: np.random.Generator) -> LogPartition:
    """log Z of the couplings (K,) in the replicas' columns; they are taken through models between base and this one."""
    statistics = replicas.statistics
    union, end, begin = _union(statistics, couplings, base)
    walkers = Replicas(replicas.device, union, base.sample(len(replicas.states), rng))
    nodes = 0.5 - 0.5 * np.cos(math.pi * np.arange(_INTERVALS + 1) / _INTERVALS)
    slopes = np.empty((len(nodes), GROUPS))
    for i, s in enumerate(nodes):
        clock.detail(f"measuring log Z, model {i + 1} of {len(nodes)}")
        t = s * s
        walkers.step = None  # every model on the way is another
        found = walkers.run((1.0 - t) * begin + t * end, _READOUTS)
        slopes[i] = 2.0 * s * (found.groups @ (end - begin))
    replicas.device_time_s += walkers.device_time_s
    fine = -(clenshaw_curtis(_INTERVALS) @ slopes)
    coarse = -(clenshaw_curtis(_INTERVALS // 2) @ slopes[::2])
    value = float(fine.mean())
    noise = float(fine.std(ddof=1)) / math.sqrt(GROUPS)
    # Both rules see the same noise at their common points; what they differ by beyond it is the rule's error.
    gap = fine - coarse
    rule = max(abs(float(gap.mean())) - 2.0 * float(gap.std(ddof=1)) / math.sqrt(GROUPS), 0.0)
    return LogPartition(base.log_partition + value, math.hypot(noise, rule))


def clenshaw_curtis(intervals: int) -> Floats:
    """Weights (intervals + 1,) on [0, 1] at ``(1 - cos(pi i / intervals)) / 2``; even (Trefethen 2008)."""
    i = np.arange(intervals + 1)
    weights = np.ones(intervals + 1)
    for j in range(1, intervals // 2 + 1):
        weights -= (
            (1.0 if 2 * j == intervals else 2.0) * np.cos(2.0 * math.pi * j * i / intervals) / (4.0 * j * j - 1.0)
        )
    weights /= intervals
    weights[[0, -1]] /= 2.0
    out: Floats = weights
    return out


def _union(
    statistics: SufficientStatistics, couplings: Floats, base: Product
) -> tuple[SufficientStatistics, Floats, Floats]:
    """The monomials of both free energies, and the couplings (M,) of each."""
    parts = (
        (statistics.exponents, statistics.monomial_couplings(couplings)),
        (base.statistics.exponents, base.couplings),
    )
    place: dict[tuple[int, ...], int] = {}
    for exponents, _ in parts:
        for e in exponents.tolist():
            place.setdefault(tuple(e), len(place))
    ends = np.zeros((2, len(place)))
    for which, (exponents, strength) in enumerate(parts):
        for e, c in zip(exponents.tolist(), strength, strict=True):
            ends[which, place[tuple(e)]] = c
    spins = np.flatnonzero(statistics.spins).tolist()
    return SufficientStatistics.monomials(list(place), spins), ends[0], ends[1]
