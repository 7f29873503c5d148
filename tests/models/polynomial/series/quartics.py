"""Tables drawn from weak quartics of whitened columns, exactly: rows of the Gaussian, kept by their weight."""

from __future__ import annotations

import numpy as np

from symcat.models.polynomial.series.expansion import symmetric


def weak(dimension: int, size: float, rng: np.random.Generator, cubic: float = 1.0) -> dict[str, np.ndarray]:
    """Couplings h, K, g, u: every u_ijkl and g_ijk of about ``size`` and ``cubic`` times it, the quartic positive."""
    d, one = dimension, np.eye(dimension)
    u = symmetric(0.5 * size * rng.normal(size=(d,) * 4)) + 2.0 * size * symmetric(np.einsum("ij,kl->ijkl", one, one))
    for i in range(d):
        u[i, i, i, i] += size
    return {"h": np.zeros(d), "K": one, "g": cubic * symmetric(size * rng.normal(size=(d,) * 3)), "u": u}


def rows_of(couplings: dict[str, np.ndarray], n: int, rng: np.random.Generator) -> np.ndarray:
    """(n, d) independent rows; K is at least the identity in no direction below, so that most are kept."""
    d = len(couplings["h"])
    most = 0.1 + float(np.max(-_beyond(couplings, rng.standard_normal((200_000, d)))))
    parts, kept = [], 0
    while kept < n:
        y = rng.standard_normal((100_000, d))
        chosen = y[np.log(rng.random(len(y))) < -_beyond(couplings, y) - most]
        parts.append(chosen)
        kept += len(chosen)
    return np.concatenate(parts)[:n]


def _beyond(couplings: dict[str, np.ndarray], y: np.ndarray) -> np.ndarray:
    """(n,) F less that of the Gaussian."""
    d = y.shape[1]
    pairs = (y[:, :, None] * y[:, None, :]).reshape(len(y), -1)
    quadratic = pairs @ (couplings["K"] - np.eye(d)).reshape(-1) / 2.0
    cubic = ((pairs @ couplings["g"].reshape(d * d, d)) * y).sum(axis=1) / 6.0
    quartic = ((pairs @ couplings["u"].reshape(d * d, d * d)) * pairs).sum(axis=1) / 24.0
    return y @ couplings["h"] + quadratic + cubic + quartic
