"""The shape of the gamma law as a function of ``log <x> - <log x>``, of many groups at once.

``log a - psi(a)`` falls from infinity to zero, from 1 / a for small a to 1 / (2 a) for large ones. Large shapes are
those of its asymptotic series (DLMF 5.11.2), so that nothing cancels.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats

_LARGE = 20.0
_SERIES = ((1, 12, 2), (-1, 120, 4), (1, 252, 6), (-1, 240, 8), (1, 132, 10), (-691, 32760, 12))
"""Of ``log a - psi(a) - 1 / (2 a)``: numerator, denominator, power of 1 / a."""
_STEPS = 40
_DONE = 1e-15


def gap(shape: Floats) -> tuple[Floats, Floats]:
    """(G,) ``log a - psi(a)`` and ``a psi'(a) - 1``, which is minus a times its derivative."""
    from scipy.special import polygamma, psi

    large = shape > _LARGE
    a = np.where(large, shape, _LARGE)
    value, slope = 0.5 / a, 0.5 / a
    for numerator, denominator, power in _SERIES:
        term = numerator / denominator / a**power
        value = value + term
        slope = slope + power * term
    small = np.where(large, 1.0, shape)
    return (
        np.where(large, value, np.log(small) - psi(small)),
        np.where(large, slope, small * polygamma(1, small) - 1.0),
    )


def above_one(shape: Floats) -> Floats:
    """(G,) ``a psi'(a) - 1``."""
    return gap(shape)[1]


def shape_of(deviance: Floats) -> Floats:
    """(G,) the solutions of ``log a - psi(a) = deviance``; not a number unless that is positive.

    Newton's method for ``log`` of both sides in ``log a``, along which the function is nearly a line of slope -1.
    """
    s = np.where(deviance > 0.0, deviance, np.nan)
    # Minka 2002, Estimating a Gamma distribution; 1 / s where that is large.
    shape = (3.0 - s + np.sqrt((s - 3.0) ** 2 + 24.0 * s)) / (12.0 * s)
    for _ in range(_STEPS):
        value, slope = gap(shape)
        step = np.log(value / s) * value / slope
        shape = shape * np.exp(np.clip(step, -2.0, 2.0))
        if not (np.abs(step) > _DONE).any():
            break
    return shape
