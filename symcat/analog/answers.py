"""What the solver hands back, and the record of how it got there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Phase = Literal["approach", "average", "verify"]


@dataclass(frozen=True)
class Iteration:
    """One look at the model: how far its averages were from the data's, and what was done about it."""

    number: int
    phase: Phase
    normalised_error: float  # of the averages, in units of the standard deviations of data and emulation together
    step: float  # length in Fisher's metric: the root of twice the Kullback-Leibler divergence
    damping: float
    readouts: int
    wall_time_s: float


@dataclass(frozen=True)
class Answer:
    """Couplings (K,) of ``F = sum_a theta_a T_a(x)`` in the units of the data, and how far they can be trusted.

    ``standard_errors`` hold the sampling of the data and the noise of the emulation together, ``emulation_errors``
    the latter alone; ``robust_standard_errors`` (None without the covariance in the data) hold when the model is not
    quite right. ``fisher`` (K, K) is the covariance of the statistics in the model. Where ``accepted`` is False the
    couplings are the closest found, or not numbers, without errors, and ``detail`` says why; ``stopped`` says that time
    was over.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.analog import Device, SufficientStatistics, match_averages
    >>> coin = SufficientStatistics.spin_sets(1, [(0,)])
    >>> answer = match_averages(np.array([0.5]), coin, 1000, device=Device(seed=0, replicas=128))
    >>> answer.accepted, answer.iterations > 0
    (True, True)
    >>> bool(abs(answer.couplings[0] + np.arctanh(0.5)) < answer.standard_errors[0])
    True
    """

    couplings: Floats
    standard_errors: Floats
    emulation_errors: Floats
    robust_standard_errors: Floats | None
    fisher: Floats
    log_partition: float
    log_partition_error: float
    normalised_error: float
    accepted: bool
    stopped: bool
    detail: str
    trail: tuple[Iteration, ...] = field(repr=False)
    device_time_s: float
    wall_time_s: float

    @property
    def iterations(self) -> int:
        """How often the model was looked at."""
        return len(self.trail)

    @classmethod
    def unfinished(
        cls,
        couplings: Floats,
        normalised_error: float,
        detail: str,
        trail: tuple[Iteration, ...],
        device_time_s: float,
        wall: float,
        *,
        stopped: bool,
    ) -> Answer:
        """The closest couplings (K,), or none, and why there is nothing better."""
        k = len(couplings)
        nothing = np.full(k, np.nan)
        return cls(
            couplings, nothing, nothing, None, np.full((k, k), np.nan), np.nan, np.nan, normalised_error, False,
            stopped, detail, trail, device_time_s, wall,
        )  # fmt: skip


@dataclass(frozen=True)
class Confirmed:
    """Couplings that were given, judged as new ones are; and by how much the likelihood misses its maximum.

    ``loss`` is in nats, of all rows together, to second order; ``loss_error`` its standard error from the emulation.
    """

    answer: Answer
    loss: float
    loss_error: float
