"""The reduced functions that carry the whole family, in balls, and the way back to r, u and log Z in double precision.

With ``w = N (kurtosis - 1)``: ``P_u = u (N/6) w / (2 - w)`` and ``P_entropy = S - ln(w/2) / 2`` are smooth and
bounded to both ends. The way back is written in w because ``2 - w`` keeps its digits near the Gaussian, where
``(N+2)/N - kurtosis`` would not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from flint import arb
from numpy.typing import NDArray

from builders.quartic.ball import State

Floats = NDArray[np.float64]
QUANTITIES = ("entropy", "u")
"""The names of the reduced functions: ``P_entropy`` and ``P_u``."""


class Derived(NamedTuple):
    """Standardised parameters, arrays of one shape."""

    r: Floats
    u: Floats
    log_z: Floats


def reduced(dimension: int, state: State) -> dict[str, arb]:
    """``P_u`` and ``P_entropy`` at a certified state."""
    w = (state.kurtosis - 1) * dimension
    return {"entropy": state.entropy - (w / 2).log() / 2, "u": state.u * w / (2 - w) * dimension / 6}


def derive(dimension: int, kurtosis: Floats, p_u: Floats, p_entropy: Floats) -> Derived:
    """r, u and log Z from the reduced functions, as every lookup computes them."""
    n = float(dimension)
    w = n * (kurtosis - 1.0)
    u = 6.0 / n * p_u * (2.0 - w) / w
    r = 1.0 - n / 6.0 * kurtosis * u
    log_z = p_entropy + 0.5 * np.log(0.5 * w) - 0.5 * n + n * n / 24.0 * kurtosis * u
    return Derived(r, u, log_z)
