"""What was found, in the units of the data, with errors that hold the data's noise and the emulation's."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.analog.answers import Answer, Iteration
from symcat.analog.coordinates import Coordinates
from symcat.analog.partition import LogPartition
from symcat.analog.replicas import GROUPS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """Couplings (K,) in standardised columns, Fisher's matrix (K, K) there, and the normalised error they have."""

    couplings: Floats
    fisher: Floats
    rows: int  # that the matrix is over
    error: float


def report(
    best: Found,
    coordinates: Coordinates,
    count: float,
    *,
    covariance: Floats | None,
    groups: Floats | None,
    log_z: LogPartition,
    trail: tuple[Iteration, ...],
    device_time_s: float,
    wall_time_s: float,
) -> Answer:
    """The answer, which may be used.

    ``covariance`` (K, K) is that of the statistics in the data; ``groups`` (G, K) are the averages over the second
    phase of each group of replicas about their mean, which the last couplings carry times the inverse of Fisher's
    matrix. Matrices are inverted digitally here: the errors are no part of what the device is asked.
    """
    k = len(best.couplings)
    inverse = scaled_inverse(best.fisher)
    out = coordinates.couplings_out
    noise = np.full(k, np.nan)
    if groups is not None:
        noise = out(inverse @ groups.T).std(axis=1, ddof=1) / math.sqrt(GROUPS)

    def errors(variance: Floats) -> Floats:
        of_data = np.maximum(np.diagonal(out(out(variance).T)), 0.0) / count
        total: Floats = np.sqrt(of_data + noise**2)
        return total

    robust = None if covariance is None else errors(inverse @ covariance @ inverse)
    couplings = out(best.couplings)
    steps = sum(look.phase != "verify" for look in trail)
    return Answer(
        couplings=couplings,
        standard_errors=errors(inverse),
        emulation_errors=noise,
        robust_standard_errors=robust,
        fisher=coordinates.matrix @ best.fisher @ coordinates.matrix.T,
        log_partition=coordinates.log_partition_out(couplings, log_z.value),
        log_partition_error=log_z.error,
        normalised_error=best.error,
        accepted=True,
        stopped=False,
        detail=f"normalised error {best.error:.3g} after {steps} natural-gradient steps",
        trail=trail,
        device_time_s=device_time_s,
        wall_time_s=wall_time_s,
    )


def scaled_inverse(fisher: Floats) -> Floats:
    """Of Fisher's matrix, scaled to a unit diagonal; of what few samples have left of it where it is singular."""
    size = np.sqrt(np.maximum(np.diagonal(fisher), np.finfo(float).tiny))
    scaled = fisher / np.outer(size, size)
    try:
        np.linalg.cholesky(scaled)
        found = np.linalg.inv(scaled)
    except np.linalg.LinAlgError:
        found = np.linalg.pinv(scaled, hermitian=True)
    return np.asarray(found / np.outer(size, size), dtype=np.float64)
