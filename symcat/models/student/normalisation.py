"""The constant of Student's density as a function of its degrees of freedom, without cancellation at either end.

``c(nu) = log Gamma((nu + 1) / 2) - log Gamma(nu / 2) - log(pi nu) / 2`` is the logarithm of the density of unit scale
at its centre. For large nu it is -log(2 pi) / 2 and an asymptotic series (DLMF 5.11.8); smaller ones are moved up by
the recurrence of the gamma function, of which every term has the same sign.
"""

from __future__ import annotations

import math

import numpy as np

_SERIES = ((-1, 4, 1), (1, 24, 3), (-1, 20, 5), (17, 112, 7), (-31, 36, 9), (691, 88, 11))
"""Numerator, denominator and power of 1 / nu."""
_LARGE = 40.0
_UP = 2.0 * np.arange(20)  # steps of two, which move any nu above _LARGE


def constant(nu: float) -> tuple[float, float, float]:
    """``c(nu)`` and its first two derivatives.

    Examples
    --------
    >>> from symcat.models.student.normalisation import constant
    >>> [round(value, 6) for value in constant(1.0)]  # Cauchy's: c = -log pi, c' = log 2 - 1/2
    [-1.14473, 0.193147, -0.322467]
    """
    value, slope, curvature = 0.0, 0.0, 0.0
    top = nu
    if nu < _LARGE:
        v = nu + _UP
        top = nu + _LARGE
        value += 0.5 * math.log(top / nu) - float(np.log1p(1.0 / v).sum())
        slope += float((1.0 / (v * (v + 1.0))).sum()) + 0.5 / top - 0.5 / nu
        curvature += 0.5 / nu**2 - 0.5 / top**2 - float(((2.0 * v + 1.0) / (v * (v + 1.0)) ** 2).sum())
    for numerator, denominator, power in _SERIES:
        term = numerator / denominator / top**power
        value += term
        slope -= power * term / top
        curvature += power * (power + 1) * term / top**2
    return value - 0.5 * math.log(2.0 * math.pi), slope, curvature
