"""One problem handed to the device, and its answer as an estimate."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from symcat.catalogue.learned import Reach
from symcat.errors import SymcatError
from symcat.models.base import Floats
from symcat.models.relaxation import Estimate, Refusal, Relaxation
from symcat.strategies.prospects import log_partition

REPLICAS, OF_THE_LINEAR = 1024, 32
"""Of the device that samples, and of the one that solves for the steps."""


@dataclass(frozen=True)
class Search:
    """The closest couplings (K,) that the device has found, how far their averages are, and what it says of them.

    ``estimate`` is None where it has not converged; the couplings are then not numbers where it has found none.
    ``device_time_s`` is the time it would have taken as a circuit.
    """

    couplings: Floats
    normalised_error: float
    detail: str
    estimate: Estimate | None
    device_time_s: float
    late: bool = False  # whether the time ended it


def search(relaxation: Relaxation, reach: Reach | None, seed: int) -> Search | Refusal:
    """Couplings for the averages, from what was learned if there is any; the time is that of who asks.

    A refusal says that there is nothing to be found.
    """
    # The device's room is not loaded before it is wanted.
    from symcat.analog import Device, match_averages
    from symcat.analog.reporting import scaled_inverse

    family = relaxation.family
    try:
        answer = match_averages(
            family.averages,
            family.statistics,
            family.count,
            family.covariance,
            device=Device(seed=seed, replicas=REPLICAS),
            linear=Device(seed=seed + 1, replicas=OF_THE_LINEAR, single_precision=True),
            budget_s=math.inf,
            seed=seed,
            start=family.start if reach is None else reach.couplings,
            log_partition=not relaxation.integrable,
        )
    except SymcatError as error:
        return Refusal(str(error))
    known = bool(np.isfinite(answer.couplings).all())
    if not (known or answer.stopped):
        return Refusal(answer.detail)
    estimate = None
    if answer.accepted and known:
        log_z, log_z_error = log_partition(
            relaxation, answer.couplings, answer.log_partition, answer.log_partition_error
        )
        estimate = Estimate(
            couplings=answer.couplings,
            standard_errors=answer.standard_errors,
            search_errors=answer.emulation_errors,
            row_covariance=scaled_inverse(answer.fisher),
            log_partition=log_z,
            log_partition_error=log_z_error,
            normalised_error=answer.normalised_error,
            detail=answer.detail,
            source="analog",
        )
    return Search(
        answer.couplings, answer.normalised_error, answer.detail, estimate, answer.device_time_s, answer.stopped
    )
