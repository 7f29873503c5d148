"""Degrees of freedom and log Z of Student's law about a known centre and of a known width.

The width is ``scale sqrt(degrees_of_freedom)``, with which the class is that of largest entropy given the average L of
``log(1 + ((x - mean) / width)^2)``, and ``psi((nu + 1) / 2) - psi(nu / 2) = L``. The catalogue stores, in
``log(1 + L)``, ``nu L`` and ``P = log Z - log(L (1 + L)) / 2`` of unit width, both bounded and smooth from the
Gaussian, L = 0, to the heaviest tails.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats
from symcat.models.student.normalisation import constant

DEGREES = "degrees_of_freedom"
HI = 8.0
"""Where the table ends, at L = 2980: no numbers in double precision have more than 1490."""


def argument(mean_log: Floats) -> Floats:
    """(G,) where the table is read."""
    return np.log1p(mean_log)


def degrees_from(mean_log: Floats, stored: Floats) -> Floats:
    """(G,) the degrees of freedom."""
    return stored / mean_log


def log_z_of(mean_log: Floats, stored: Floats) -> Floats:
    """(G,) log Z of unit width."""
    return np.asarray(stored + 0.5 * (np.log(mean_log) + np.log1p(mean_log)))


def mean_log_of(degrees: float) -> tuple[float, float]:
    """L and its derivative by the degrees of freedom.

    Examples
    --------
    >>> from symcat.models.student.reduced import mean_log_of
    >>> round(mean_log_of(1.0)[0], 6)  # Cauchy's: 2 log 2
    1.386294
    """
    _, slope, curvature = constant(degrees)
    return 2.0 * slope + 1.0 / degrees, 2.0 * curvature - 1.0 / degrees**2
