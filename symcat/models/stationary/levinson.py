"""Levinson's recursion: from autocovariances to the maximum-entropy process that has them, and back.

Of all stationary processes with given autocovariances to lag p the Gaussian autoregression of order p has the largest
entropy rate (Burg 1967; Cover & Thomas 2006, theorem 12.6.1). A batch of G series has the leading axis G.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def reflections(covariances: Floats) -> tuple[Floats, Floats]:
    """(G, P) reflections and (G, P + 1) innovation variances of every order, from (G, P + 1) autocovariances.

    Levinson 1947; Durbin 1960 (Golub & Van Loan 2013, algorithm 4.7.2). No autocovariances of a process that is not
    determined by its past give a coefficient of size one or more.
    """
    groups, orders = covariances.shape[0], covariances.shape[1] - 1
    found, variance = np.zeros((groups, orders)), np.empty((groups, orders + 1))
    variance[:, 0] = covariances[:, 0]
    filters = np.zeros((groups, 0))
    for m in range(orders):
        ahead = covariances[:, m + 1] - np.einsum("gk,gk->g", filters, covariances[:, m:0:-1])
        k = ahead / variance[:, m]
        filters = np.concatenate([filters - k[:, None] * filters[:, ::-1], k[:, None]], axis=1)
        found[:, m] = k
        variance[:, m + 1] = variance[:, m] * (1.0 - k) * (1.0 + k)
    return found, variance


def filters_of(reflection: Floats) -> list[Floats]:
    """(G, m) coefficients of the best prediction from m values before, for m from 0 to p, of reflections (G, p)."""
    found = [np.zeros((len(reflection), 0))]
    for m in range(reflection.shape[1]):
        before, k = found[-1], reflection[:, m : m + 1]
        found.append(np.concatenate([before - k * before[:, ::-1], k], axis=1))
    return found


def reflections_of(coefficients: Floats) -> Floats:
    """(G, p) reflection coefficients of a process with these (G, p): all below one in size if it is stationary."""
    filters = coefficients.copy()
    found = np.empty_like(filters)
    for m in range(filters.shape[1] - 1, -1, -1):
        k = filters[:, m]
        found[:, m] = k
        if not (np.abs(k) < 1.0).all():
            found[:, :m] = np.nan
            break
        kept = filters[:, :m]
        filters = (kept + k[:, None] * kept[:, ::-1]) / (1.0 - k**2)[:, None]
    return found


def covariances_of(coefficients: Floats, innovation_variance: Floats, lags: int) -> Floats:
    """(G, lags + 1) autocovariances of the process with coefficients (G, p) and innovation variances (G,)."""
    p = coefficients.shape[1]
    reflection = reflections_of(coefficients)
    filters = filters_of(reflection)
    variance = innovation_variance / np.prod(1.0 - reflection**2, axis=1)
    out = np.empty((len(coefficients), lags + 1))
    out[:, 0] = variance
    for m in range(1, lags + 1):
        # To order p each lag adds its reflection; beyond, prediction continues what was.
        known = filters[min(m - 1, p)]
        past = out[:, :m][:, ::-1][:, : known.shape[1]]
        out[:, m] = np.einsum("gk,gk->g", known, past)
        if m <= p:
            out[:, m] += reflection[:, m - 1] * variance
            variance = variance * (1.0 - reflection[:, m - 1] ** 2)
    return out
