"""Averages of powers in the unit of the standard deviation, and couplings to and from that unit."""

from __future__ import annotations

from math import factorial

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.models.base import Parameters
from symcat.models.scalar.labels import NAMES

Floats = NDArray[np.float64]


def powers(moments: Moments, top: int) -> Floats:
    """(G, top + 1) averages of y^0, y^1, ... about the origin, in the unit of the moments. Those not kept are NaN."""
    out = np.full((moments.n_groups, top + 1), np.nan)
    out[:, 0], out[:, 1], out[:, 2] = 1.0, moments.first[:, 0], moments.second[:, 0, 0]
    kept = moments.column_powers
    if kept is not None:
        used = min(top - 2, kept.shape[2])
        out[:, 3 : 3 + used] = kept[:, 0, :used]
    return out


def highest(moments: Moments) -> int:
    """The highest power that was kept."""
    return 2 if moments.column_powers is None else 2 + moments.column_powers.shape[2]


def scaled(averages: Floats, deviation: Floats) -> Floats:
    """Averages of powers (G, P + 1) in the unit of the deviation (G,)."""
    out: Floats = averages / deviation[:, None] ** np.arange(averages.shape[1])
    return out


def couplings(theta: Floats, orders: tuple[int, ...], unit: Floats) -> dict[str, Floats]:
    """By name, from ``F = sum_k theta_k (y / unit)^order_k`` (G, K), in the units of the data."""
    return {NAMES[k]: theta[:, i] * factorial(k) / unit**k for i, k in enumerate(orders)}


def thetas(parameters: Parameters, orders: tuple[int, ...], unit: Floats) -> Floats:
    """(G, K + 1) the inverse of ``couplings``, of a batch, with a constant of zero."""
    return np.stack([np.zeros_like(unit)] + [parameters[NAMES[k]] * unit**k / factorial(k) for k in orders], axis=1)
