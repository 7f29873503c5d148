"""What was learned before, if it reaches so far; else the device, starting from it. What it finds is learned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from symcat.catalogue import learned
from symcat.errors import InvalidData, SymcatError
from symcat.strategies.device.asking import Asked, Refused

if TYPE_CHECKING:
    from symcat.symmetry.invariance import Symmetry
    from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

REPLICAS, OF_THE_LINEAR = 1024, 32
DRAWN = 4096
"""States of the model that are drawn to test it and to learn from."""
_MOST_LEARNED = 300  # couplings; Fisher's matrix of more makes too large a file


@dataclass(frozen=True)
class Problem:
    """Averages (K,) of ``count`` rows, and their covariance (K, K) in the data where it is known."""

    family: str
    statistics: SufficientStatistics
    target: Floats
    count: float
    covariance: Floats | None
    symmetry: Symmetry = "none"

    @property
    def may_be_learned(self) -> bool:
        return self.statistics.count <= _MOST_LEARNED

    def terms(self) -> tuple[learned.Terms, NDArray[np.int64]]:
        """The statistics as entries name them, and their order there."""
        chosen = self.statistics
        # Of a sum over the members of an orbit, the first one stands for it.
        first = [max(chosen.exponents[np.flatnonzero(row)].tolist()) for row in chosen.weights]
        spins = np.flatnonzero(chosen.spins).tolist()
        return learned.Terms.ordered(self.family, first, spins, self.symmetry)


@dataclass(frozen=True)
class Found:
    """Couplings theta of ``F = sum_a theta_a T_a``, from the device or from what was learned before."""

    couplings: Floats
    standard_errors: Floats
    emulation_errors: Floats
    fisher: Floats | None  # (K, K); None where it was learned
    log_partition: float
    log_partition_error: float
    normalised_error: float
    accepted: bool
    fresh: bool  # found now, by the device
    detail: str
    device_time_s: float = 0.0


def find(asked: Asked, problem: Problem, budget_s: float, *, log_partition: bool = True) -> Found | Refused:
    """Couplings for the averages. An answer that ran out of time is handed on as not accepted."""
    from symcat.analog.confinement import confines
    from symcat.analog.device import Device
    from symcat.analog.solver import solve

    start = None
    if problem.may_be_learned:
        terms, order = problem.terms()
        entry = learned.nearest(terms.label, problem.target[order])
        if entry is not None:
            reached = learned.reach(entry, problem.target[order], problem.count)
            back = np.argsort(order)
            start = reached.couplings[back]
            if reached.answers and confines(problem.statistics, start):
                return Found(
                    start,
                    reached.standard_errors[back],
                    np.zeros(len(back)),
                    None,
                    reached.log_partition,
                    reached.log_partition_error,
                    0.0,
                    accepted=True,
                    fresh=False,
                    detail=f"a learned entry reaches so far: {reached.detail}",
                )
    try:
        answer = solve(
            problem.target,
            problem.statistics,
            problem.count,
            problem.covariance,
            device=Device(seed=asked.seed, replicas=REPLICAS),
            linear=Device(seed=asked.seed + 1, replicas=OF_THE_LINEAR, single_precision=True),
            budget_s=budget_s,
            seed=asked.seed,
            start=start,
            log_partition=log_partition,
            progress=_shown(asked.progress),
        )
    except SymcatError as error:
        return Refused(str(error))
    if not np.isfinite(answer.couplings).all() or not (answer.accepted or answer.stopped):
        return Refused(answer.detail)
    return Found(
        answer.couplings,
        answer.standard_errors,
        answer.emulation_errors,
        answer.fisher,
        answer.log_partition,
        answer.log_partition_error,
        answer.normalised_error,
        accepted=answer.accepted,
        fresh=True,
        detail=answer.detail,
        device_time_s=answer.device_time_s,
    )


def _shown(progress: Callable[[str], None] | None) -> Callable[[Any], None] | None:
    if progress is None:
        return None

    def show(look: Any) -> None:
        progress(
            f"analog device, look {look.number} ({look.phase}): normalised error {look.normalised_error:.3g} after "
            f"{look.wall_time_s:.1f} s"
        )

    return show


def keep(problem: Problem, found: Found, samples: Floats) -> None:
    """Learn what the device has found; ``samples`` (m, K) are the statistics at draws from the model."""
    if not (found.fresh and found.accepted and problem.may_be_learned and np.isfinite(found.log_partition)):
        return
    terms, order = problem.terms()
    try:
        entry = learned.Entry.of(
            terms,
            count=problem.count,
            statistics=problem.target[order],
            couplings=found.couplings[order],
            noise=found.emulation_errors[order],
            samples=samples[:, order],
            n_samples=len(samples),
            log_partition=found.log_partition,
            log_partition_error=found.log_partition_error,
            provenance={"device_time_s": found.device_time_s, "detail": found.detail},
        )
    except InvalidData:
        return  # terms that depend on each other in the model: nothing an entry could serve
    learned.learn(entry)


def robust_errors(found: Found, statistics: SufficientStatistics, rows: Floats) -> Floats | None:
    """(K,) sandwich errors from the scores of up to 256 consecutive blocks of rows, as of every class."""
    from symcat.analog.reporting import scaled_inverse

    if found.fisher is None:
        return None
    n = len(rows)
    edges = np.unique(np.linspace(0, n, 257).astype(np.int64))
    sums, total = [], np.zeros(statistics.count)
    for lo, hi in pairwise(edges):
        t = statistics.values(rows[lo:hi])
        sums.append(t.sum(axis=0))
        total = total + sums[-1]
    scores = np.array(sums) - np.outer(np.diff(edges), total / n)
    influence = scores @ scaled_inverse(found.fisher) / n
    out: Floats = np.sqrt((influence**2).sum(axis=0) + found.emulation_errors**2)
    return out
