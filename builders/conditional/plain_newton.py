"""The maximum of a multinomial logistic likelihood by plain Newton steps, which share nothing with the library's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 50


def newton(design: Floats, seen: Floats) -> tuple[Floats, Floats]:
    """Coefficients (K - 1, k) and their covariance, from rows (m, k) and which of K levels each has (m, K), the first
    level being the reference (Theil 1969; of two levels Cox 1958)."""
    k, levels = design.shape[1], seen.shape[1]
    beta: Floats = np.zeros((levels - 1, k))
    for _ in range(_STEPS):
        p = np.exp(np.column_stack([np.zeros(len(design)), design @ beta.T]))
        p /= p.sum(axis=1, keepdims=True)
        information = np.zeros((beta.size, beta.size))
        for row, x in zip(p[:, 1:], design, strict=True):
            information += np.kron(np.diag(row) - np.outer(row, row), np.outer(x, x))
        step = np.linalg.solve(information, ((seen - p)[:, 1:].T @ design).ravel())
        beta = beta + step.reshape(beta.shape)
    return beta, np.asarray(np.linalg.inv(information), dtype=np.float64)
