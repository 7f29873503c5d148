"""The inverse hyperbolic sine: for heavy tails on both sides."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.charts.medians import medians

Floats = NDArray[np.float64]

_OF_MEDIAN = 1.482602218505602
"""By what the median deviation of a normal column is multiplied to be its standard deviation."""
_OF_MEAN = math.sqrt(math.pi / 2.0)
"""Likewise its mean deviation."""


class Asinh:
    """``y = asinh((x - center) / unit)``: linear near the centre, the logarithm of the distance far from it.

    The centre is the median, and the unit the median deviation from it times 1.4826, so that it is the standard
    deviation of a normal column (Hampel 1974, J. Am. Stat. Assoc. 69:383). Where more than half of the rows have the
    same value, so that this is zero, the unit is the mean deviation times 1.2533, which is the same of a normal column.
    """

    name = short = "asinh"
    leaves_zeros = False
    places: tuple[str, ...] = ("center", "unit")
    own_jacobian = True
    purpose = "a column with heavy tails on both sides: shifts near the centre, ratios far from it"
    rule = (
        "center is the median, unit 1.4826 times the median deviation from it, or where that is zero 1.2533 times the "
        "mean deviation; both are fixed from the rows first, and count as two parameters"
    )
    lacking = "without a unit, as all rows that fix it are equal"
    formula = "asinh((x - center) / unit)"
    jacobian = "1/2 log(unit^2 + (x - center)^2)"

    def place(self, x: Floats, weight: Floats, group_of: NDArray[np.intp], groups: int) -> Floats:
        """Median and scaled deviation."""
        center = medians(x, weight, group_of, groups)
        deviation = np.abs(x - center[group_of])
        unit = _OF_MEDIAN * medians(deviation, weight, group_of, groups)
        if not unit.all():
            total = np.bincount(group_of, weight, minlength=groups)
            mean = np.bincount(group_of, weight * deviation, minlength=groups) / np.where(total > 0.0, total, 1.0)
            unit = np.where(unit > 0.0, unit, _OF_MEAN * mean)
        return np.stack([center, unit], axis=1)

    def coordinate(self, x: Floats, at: Floats) -> Floats:
        """NaN without a unit."""
        unit = np.where(at[..., 1] > 0.0, at[..., 1], np.nan)
        with np.errstate(over="ignore"):
            return np.asarray(np.arcsinh((x - at[..., 0]) / unit))

    def inverse(self, y: Floats, at: Floats) -> Floats:
        """``center + unit sinh y``."""
        with np.errstate(over="ignore"):
            return np.asarray(at[..., 0] + at[..., 1] * np.sinh(y))

    def log_jacobian(self, y: Floats, at: Floats) -> Floats:
        """``log(unit cosh y)``."""
        size = np.abs(y)
        with np.errstate(divide="ignore"):
            return np.asarray(np.log(at[..., 1]) + size + np.log1p(np.exp(-2.0 * size)) - math.log(2.0))

    def expressions(self, x: Any, at: Floats) -> tuple[Any, Any]:
        """In the numbers of the places."""
        import sympy

        center, unit = (sympy.Float(float(value)) for value in at)
        return sympy.asinh((x - center) / unit), sympy.log(unit**2 + (x - center) ** 2) / 2

    def placed(self, at: Floats) -> NDArray[np.bool_]:
        """Where the unit is positive and both are finite."""
        return np.asarray(np.isfinite(at).all(axis=-1) & (at[..., 1] > 0.0))
