"""Couplings from averages by damped Newton steps on the convex dual, ``log Z(theta) + theta . averages``."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.replay import Summed, monomials

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_STEPS = 100
_CONVERGED = 1e-22  # of the square of a step, in standard deviations of a row
_LEAST_STEP = 2.0**-20
_ROUNDING = 1e-12  # of the dual
_ANGLES = 721


def couplings(exponents: Integers, averages: Floats, two_valued: int, start: Floats) -> Floats:
    """(K,) of the monomials (K, d), the first ``two_valued`` columns being of -1 and +1.

    The dual is strictly convex: what is found does not depend on the ``start`` (K,), which must confine. Raises
    ArithmeticError where the steps do not end.
    """
    theta = start
    found = Summed.of(exponents, theta, two_valued)
    for _ in range(_STEPS):
        values = monomials(exponents, found.rows)
        difference = found.probabilities @ values - averages
        centred = values - found.probabilities @ values
        fisher = (centred * found.probabilities[:, None]).T @ centred
        size = np.sqrt(np.diagonal(fisher))
        step = np.linalg.solve(fisher / np.outer(size, size), difference / size) / size
        if difference @ step < _CONVERGED:
            return theta + step
        value, length = found.log_partition + theta @ averages, 1.0
        while True:
            tried = theta + length * step
            if _confines(exponents, tried, two_valued):
                moved = Summed.of(exponents, tried, two_valued)
                if moved.log_partition + tried @ averages <= value + _ROUNDING * abs(value):
                    break
            length *= 0.5
            if length < _LEAST_STEP:
                raise ArithmeticError("no step lowers the dual")
        theta, found = tried, moved
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
