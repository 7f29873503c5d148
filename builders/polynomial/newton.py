"""Couplings from averages by damped Newton steps on the convex dual, ``log Z(theta) + theta . averages``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.replay import Summed, monomials

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_STEPS = 100
_CONVERGED = 1e-18  # of the square of a step, in standard deviations of a row: one more is exact to rounding
_ANGLES = 721


def couplings(exponents: Integers, averages: Floats, two_valued: int, start: Floats) -> Floats:
    """(K,) of the monomials (K, d), the first ``two_valued`` columns being of -1 and +1.

    The dual is strictly convex: what is found does not depend on the ``start`` (K,), which must confine. Raises
    ArithmeticError where the steps do not end.
    """
    theta = start
    for _ in range(_STEPS):
        found = Summed.of(exponents, theta, two_valued)
        values = monomials(exponents, found.rows)
        difference = found.probabilities @ values - averages
        centred = values - found.probabilities @ values
        fisher = (centred * found.probabilities[:, None]).T @ centred
        size = np.sqrt(np.diagonal(fisher))
        step = np.linalg.solve(fisher / np.outer(size, size), difference / size) / size
        decrement = float(difference @ step)
        if decrement < _CONVERGED:
            return theta + step
        length = 1.0 / (1.0 + np.sqrt(decrement))
        while not _confines(exponents, theta + length * step, two_valued):
            length *= 0.5
        theta = theta + length * step
    raise ArithmeticError("Newton's steps do not end")


def _confines(exponents: Integers, theta: Floats, two_valued: int) -> bool:
    """Whether the terms of highest degree in the real columns, at most two, grow in every direction."""
    real = exponents[:, two_valued:]
    leading = real.sum(axis=1) == exponents.sum(axis=1).max()
    angle = np.linspace(0.0, 2.0 * np.pi, _ANGLES)
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1)[:, : real.shape[1]]
    if real.shape[1] == 1:
        directions = np.array([[1.0], [-1.0]])
    return bool((monomials(real[leading], directions) @ theta[leading]).min() > 1e-3)
