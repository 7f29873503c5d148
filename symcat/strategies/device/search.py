"""One problem handed to the device, and its answer as an estimate."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from symcat.catalogue.learned import Reach
from symcat.errors import SymcatError
from symcat.models.relaxation import Estimate, Refusal, Relaxation
from symcat.strategies.prospects import log_partition

REPLICAS, OF_THE_LINEAR = 1024, 32
"""Of the device that samples, and of the one that solves for the steps."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Search:
    """What the device has found, whether Ctrl-C ended it, and the time it would have taken as a circuit."""

    estimate: Estimate
    interrupted: bool
    device_time_s: float


def search(
    relaxation: Relaxation, reach: Reach | None, ends: float, seed: int, progress: Progress | None
) -> Search | Refusal:
    """Couplings for the averages, from what was learned if there is any, until ``ends`` of ``time.perf_counter``.

    A search that ran out of time, or was interrupted, hands on the closest it has found as not accepted, unless it has
    no errors or no log Z for it yet.
    """
    # The device's room is not loaded before it is wanted.
    from symcat.analog import Device, match_averages
    from symcat.analog.reporting import scaled_inverse

    left, family = ends - time.perf_counter(), relaxation.family
    if left <= 0.0:
        return Refusal("the time is used up")
    try:
        answer = match_averages(
            family.averages,
            family.statistics,
            family.count,
            family.covariance,
            device=Device(seed=seed, replicas=REPLICAS),
            linear=Device(seed=seed + 1, replicas=OF_THE_LINEAR, single_precision=True),
            budget_s=left,
            seed=seed,
            start=family.start if reach is None else reach.couplings,
            log_partition=not relaxation.integrable,
            progress=_shown(progress),
        )
    except SymcatError as error:
        return Refusal(str(error))
    if not np.isfinite(answer.couplings).all() or not (answer.accepted or answer.stopped):
        return Refusal(answer.detail)
    log_z, log_z_error = log_partition(relaxation, answer.couplings, answer.log_partition, answer.log_partition_error)
    if not (np.isfinite(log_z) and np.isfinite(answer.standard_errors).all()):
        if answer.interrupted:
            raise KeyboardInterrupt
        return Refusal(answer.detail)  # stopped before there was an answer to hand on
    estimate = Estimate(
        couplings=answer.couplings,
        standard_errors=answer.standard_errors,
        search_errors=answer.emulation_errors,
        row_covariance=scaled_inverse(answer.fisher),
        log_partition=log_z,
        log_partition_error=log_z_error,
        normalised_error=answer.normalised_error,
        accepted=answer.accepted,
        detail=answer.detail,
        source="analog",
    )
    return Search(estimate, answer.interrupted, answer.device_time_s)


def _shown(progress: Progress | None) -> Callable[[Any], None] | None:
    if progress is None:
        return None

    def show(look: Any) -> None:
        progress(
            f"analog device, look {look.number} ({look.phase}): normalised error {look.normalised_error:.3g} after "
            f"{look.wall_time_s:.1f} s"
        )

    return show
