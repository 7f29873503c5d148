"""The formulas of the Gaussian family, and the independent computations that check them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def random_covariance(dice: np.random.Generator, d: int) -> Matrix:
    """A well-conditioned random covariance of d columns."""
    rows = dice.normal(size=(4 * d, d)) * dice.uniform(0.5, 2.0, size=d)
    return np.asarray(np.cov(rows, rowvar=False, bias=True), dtype=np.float64)


def _shifts(d: int) -> list[Matrix]:
    return [np.roll(np.eye(d), k, axis=0) for k in range(d)]


def _average(matrix: Matrix, group: list[Matrix]) -> Matrix:
    return np.asarray(sum(g @ matrix @ g.T for g in group) / len(group))


def _exchangeable(matrix: Matrix) -> Matrix:
    d = len(matrix)
    variance = np.trace(matrix) / d
    covariance = (matrix.sum() - np.trace(matrix)) / (d * (d - 1))
    return np.asarray((variance - covariance) * np.eye(d) + covariance * np.ones((d, d)))


def _powers(dice: np.random.Generator, d: int) -> list[Matrix]:
    """All powers of a random permutation."""
    one = np.eye(d)[dice.permutation(d)]
    found = [np.eye(d)]
    while (one @ found[-1] != np.eye(d)).any():
        found.append(one @ found[-1])
    return found


# The average of a covariance over the group: what the symmetry leaves of it.
PROJECTIONS: dict[str, Callable[[Matrix], Matrix]] = {
    "gaussian.full": lambda c: c,
    "gaussian.diagonal": lambda c: np.diag(np.diag(c)),
    "gaussian.exchangeable": _exchangeable,
    "gaussian.cyclic": lambda c: _average(c, _shifts(len(c))),
    "gaussian.isotropic": lambda c: np.eye(len(c)) * np.trace(c) / len(c),
}


def _exchangeable_precision(c: Matrix) -> Matrix:
    d = len(c)
    variance = np.trace(c) / d
    covariance = (c.sum() - np.trace(c)) / (d * (d - 1))
    across, along = variance - covariance, variance + (d - 1) * covariance  # the two eigenvalues
    return np.asarray(np.eye(d) / across + (1 / along - 1 / across) / d * np.ones((d, d)))


def _cyclic_precision(c: Matrix) -> Matrix:
    d = len(c)
    lags = np.array([np.mean([c[i, (i + k) % d] for i in range(d)]) for k in range(d)])
    inverse = np.fft.ifft(1.0 / np.fft.fft(lags).real).real
    return np.array([[inverse[(j - i) % d] for j in range(d)] for i in range(d)])


# The formulas the catalogue states.
PRECISIONS: dict[str, Callable[[Matrix], Matrix]] = {
    "gaussian.full": lambda c: np.asarray(np.linalg.inv(c)),
    "gaussian.diagonal": lambda c: np.diag(1.0 / np.diag(c)),
    "gaussian.exchangeable": _exchangeable_precision,
    "gaussian.cyclic": _cyclic_precision,
    "gaussian.isotropic": lambda c: np.eye(len(c)) * len(c) / np.trace(c),
}


def projection(label: str, dice: np.random.Generator, d: int) -> Callable[[Matrix], Matrix]:
    """The average over the group of an entry; over one of permutations that is drawn, of the entry of all of these."""
    if label in PROJECTIONS:
        return PROJECTIONS[label]
    group = _powers(dice, d)
    return lambda c: _average(c, group)


def precision(label: str, sample: Matrix, fitted: Matrix) -> Matrix:
    """By the formula that the catalogue states, of the covariance of rows and its average over the group."""
    return PRECISIONS[label](sample) if label in PRECISIONS else np.asarray(np.linalg.inv(fitted))


def gap(a: Matrix, b: Matrix) -> float:
    """Largest difference of two matrices."""
    return float(np.abs(a - b).max())


def likelihood_slope(projection: Callable[[Matrix], Matrix], precision: Matrix, sample: Matrix) -> float:
    """Largest slope of ``log det K - tr(K C)`` (twice the mean log-likelihood) in a direction the symmetry allows."""
    d = len(sample)
    slope = np.linalg.solve(precision, np.eye(d)) - sample
    directions = [projection(_symmetric_unit(d, i, j)) for i in range(d) for j in range(i, d)]
    return max(abs(float(np.sum(slope * direction))) for direction in directions)


def _symmetric_unit(d: int, i: int, j: int) -> Matrix:
    unit = np.zeros((d, d))
    unit[i, j] = unit[j, i] = 1.0
    return unit


def log_partition(precision: Matrix) -> float:
    """``(d/2) log 2 pi - (1/2) log det K``."""
    d = len(precision)
    return float(0.5 * d * np.log(2 * np.pi) - 0.5 * np.linalg.slogdet(precision)[1])


def log_partition_by_conditioning(covariance: Matrix) -> float:
    """The sum of ``log sqrt(2 pi v)`` over the conditional variances of each column given those before it."""
    total = 0.0
    for j in range(len(covariance)):
        known, cross = covariance[:j, :j], covariance[:j, j]
        variance = covariance[j, j] - (cross @ np.linalg.lstsq(known, cross, rcond=None)[0] if j else 0.0)
        total += 0.5 * np.log(2 * np.pi * variance)
    return float(total)
