"""The values beyond zero of a column in which zero stands out: rain, costs, earnings, hours worked."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ZEROS = "zeros"
"""Name of the share of rows that are zero."""

_FEWEST = 5.0  # zeros


class Hurdle:
    """``y = x`` where x is not zero, and no coordinate where it is: zero has a probability of its own (Cragg 1971,
    Econometrica 39:829).

    Its ``resolution`` is the smallest distance between two values of a group. It is placed only where zero occurs five
    times or more and more often than any other value.
    """

    name, short = "hurdle", "nonzero"
    leaves_zeros = True
    places: tuple[str, ...] = ("resolution",)
    own_jacobian = True
    purpose = "a column many of whose values are exactly zero, such as rain, costs or hours worked"
    rule = (
        "resolution is the smallest distance between two values, fixed from the rows first, and counts as a parameter: "
        "the density at zero is the share of zeros over it, so that the likelihood compares with that of densities"
    )
    lacking = "without zeros that stand out (five or more, and no value more often)"
    formula = "nonzero x"
    jacobian = "0"

    def place(self, x: Floats, weight: Floats, group_of: NDArray[np.intp], groups: int) -> Floats:
        """The resolution; zero where zeros do not stand out, or all values are zero."""
        order = np.lexsort((x, group_of))
        value, group, mass = x[order], group_of[order], weight[order]
        if not len(x):
            return np.zeros((groups, 1))
        starts = np.flatnonzero(np.r_[True, (value[1:] != value[:-1]) | (group[1:] != group[:-1])])
        distinct, of = value[starts], group[starts]
        times = np.add.reduceat(mass, starts)
        most, zeros = np.zeros(groups), np.zeros(groups)
        np.maximum.at(most, of, times)
        zeros[of[distinct == 0.0]] = times[distinct == 0.0]
        resolution = np.full(groups, np.inf)
        beside = of[1:] == of[:-1]
        np.minimum.at(resolution, of[1:][beside], np.diff(distinct)[beside])
        return np.where((zeros >= np.maximum(most, _FEWEST)) & np.isfinite(resolution), resolution, 0.0)[:, None]

    def coordinate(self, x: Floats, at: Floats) -> Floats:
        """x itself; NaN at zero."""
        return np.where((x != 0.0) & self.placed(at), x, np.nan)

    def inverse(self, y: Floats, at: Floats) -> Floats:
        """y itself."""
        return y

    def log_jacobian(self, y: Floats, at: Floats) -> Floats:
        """Nothing."""
        return np.zeros_like(y)

    def expressions(self, x: Any, at: Floats) -> tuple[Any, Any]:
        """x itself."""
        return x, 0

    def placed(self, at: Floats) -> NDArray[np.bool_]:
        """Where there is a resolution."""
        return np.asarray(np.isfinite(at[..., 0]) & (at[..., 0] > 0.0))
