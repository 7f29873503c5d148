"""The answer for one table of more columns than can be enumerated, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Method = Literal["blocks", "graph", "Sessak-Monasson", "Bethe", "TAP", "naive mean field", "analog", "none"]


@dataclass(frozen=True)
class WideFit:
    """Fields h (d,) and couplings J (d, d) with zero diagonal, what they were found by, and whether they may be used.

    Where ``accepted`` is False, ``detail`` says why; h and J are then the closest attempt, or not numbers.
    ``normalised_error`` is over the means and all pairs, coupled or not. Errors are not numbers where unknown.
    """

    h: Floats
    J: Floats
    h_error: Floats
    J_error: Floats
    log_partition: float
    log_partition_error: float  # 0 where exact
    method: Method
    exact: bool  # whether h and J are the maximum of the likelihood for the couplings they allow
    n_parameters: int
    normalised_error: float
    accepted: bool
    detail: str
    information: Floats | None = None  # (d + E, d + E) of a row: of the columns, then the coupled pairs in order
    laws: Floats | None = None  # (d, d, d) where that is not known: of each column given the others, its inverse


def refusal(d: int, reason: str) -> WideFit:
    """No answer for d columns, and why."""
    return WideFit(
        h=np.full(d, np.nan),
        J=np.full((d, d), np.nan),
        h_error=np.full(d, np.nan),
        J_error=np.full((d, d), np.nan),
        log_partition=np.nan,
        log_partition_error=np.nan,
        method="none",
        exact=False,
        n_parameters=d * (d + 1) // 2,
        normalised_error=np.inf,
        accepted=False,
        detail=reason,
    )
