"""Errors that the theory of the Ornstein-Uhlenbeck process predicts for each primitive of the device.

From ``C(t) = exp(-A |t|) A^-1 T`` alone (Gardiner, Handbook of Stochastic Methods, 4.5.6) and Wick's theorem, for n
readings ``spacing`` apart of R replicas. Only eigenvalues enter, because the mean squared norm of an error does not
depend on the basis. Root mean square norms: of the vector, of the matrix (Frobenius), of the number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def averaged(rate: Floats, n: int, spacing: float) -> Floats:
    """Variance of an average of n readings whose autocorrelation is ``exp(-rate |t|)``, over that of one."""
    r = np.exp(-np.maximum(rate, 1e-300) * spacing)
    out: Floats = (1.0 + r) / (1.0 - r) / n - 2.0 * r * (1.0 - r**n) / (1.0 - r) ** 2 / n**2
    return out


def solve_error(eigenvalues: Floats, n: int, spacing: float, replicas: int, temperature: float = 1.0) -> float:
    variance = temperature / eigenvalues * averaged(eigenvalues, n, spacing) / replicas
    return float(np.sqrt(variance.sum()))


def solve_error_long(eigenvalues: Floats, time: float, temperature: float = 1.0) -> float:
    """The limit of a long time, all replicas' together: variance ``2 T (A^-2)_ii / time``."""
    return float(np.sqrt((2.0 * temperature / eigenvalues**2 / time).sum()))


def inverse_error(eigenvalues: Floats, n: int, spacing: float, replicas: int) -> float:
    a, b = eigenvalues[:, None], eigenvalues
    variance = averaged(a + b, n, spacing) / (a * b) / replicas
    return float(np.sqrt(variance.sum() + np.trace(variance)))


def log_determinant_error(
    eigenvalues: Floats, stages: Floats, weights: Floats, n: int, spacings: Floats, replicas: int
) -> float:
    """``eigenvalues`` are of the matrix scaled to a unit diagonal; ``stages`` t with the rule's ``weights`` dt."""
    total = 0.0
    for t, weight, spacing in zip(stages, weights, spacings, strict=True):
        c = 1.0 + t * (eigenvalues - 1.0)
        work = 2.0 * ((eigenvalues - 1.0) / c) ** 2 * averaged(2.0 * c, n, spacing)
        total += weight**2 * work.sum() / replicas
    return float(np.sqrt(total))


def expm_error(eigenvalues: Floats, pairs: int, lag: int, replicas: int) -> float:
    """Of exp(-M) read as the symmetric part of ``M <x(t + 1) x(t)'>``; ``lag`` readings in a unit of time."""
    a, b = eigenvalues[:, None], eigenvalues

    def summed(rows: Floats, columns: Floats, first: int, second: int) -> Floats:
        total = np.zeros((len(rows), columns.shape[-1]))
        longest = min(pairs, int(40.0 * lag / eigenvalues.min()) + lag)
        for u in range(-longest + 1, longest):
            memory = abs(u + first) * rows + abs(u + second) * columns
            total += (1.0 - abs(u) / pairs) * np.exp(-memory / lag)
        return total / pairs

    same, crossed = summed(a, b, 0, 0), summed(a, b, lag, -lag)
    # Entry kl is (M_k C_kl + M_l C_lk) / 2: for k = l both are one average, whose variance has Wick's second pairing.
    variance = 0.25 * ((a**2 + b**2) * same + 2.0 * a * b * crossed) / (a * b)
    variance[np.diag_indices(len(eigenvalues))] = np.diag(same) + np.diag(crossed)
    return float(np.sqrt(variance.sum() / replicas))
