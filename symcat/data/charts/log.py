"""The logarithm: for positive columns, where what matters are ratios."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Log:
    """``y = log x``: the scale group acts as shifts of y, so that a symmetry about a centre is one of ratios."""

    name = short = "log"
    leaves_zeros = False
    places: tuple[str, ...] = ()
    own_jacobian = False
    purpose = "a positive column whose ratios matter, not its differences (the scale group)"
    rule = ""
    lacking = "zero or negative"
    formula = "log x"
    jacobian = "log x"

    def place(self, x: Floats, weight: Floats, group_of: NDArray[np.intp], groups: int) -> Floats:
        """Nothing is to be fixed."""
        return np.empty((groups, 0))

    def coordinate(self, x: Floats, at: Floats) -> Floats:
        """The logarithm of positive values."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(x > 0.0, np.log(x), np.nan)

    def inverse(self, y: Floats, at: Floats) -> Floats:
        """The exponential."""
        with np.errstate(over="ignore"):
            return np.exp(y)

    def log_jacobian(self, y: Floats, at: Floats) -> Floats:
        """dx/dy = x, of which y is the logarithm."""
        return y

    def expressions(self, x: Any, at: Floats) -> tuple[Any, Any]:
        """Twice the logarithm."""
        import sympy

        return sympy.log(x), sympy.log(x)

    def placed(self, at: Floats) -> NDArray[np.bool_]:
        """Always."""
        return np.ones(at.shape[:-1], dtype=np.bool_)
