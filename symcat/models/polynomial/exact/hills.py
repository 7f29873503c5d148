"""Where F of a standardised column, or on a ray, turns down beyond the data: the hill, and what lies behind it.

A maximum of the likelihood with a low hill is not one of the data alone: whether the side behind it is looked at
changes the couplings. Behind a high one what lies there does not matter, as in a direction in which the rows are
Gaussian, where noise decides whether F turns down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import polynomial
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BARRIER = 30.0
"""Nats above the least F on the data's side, from which on a hill does not matter."""
DISTINCT = 3.0
"""Nats from the top of a hill down to a well from which on it is one of its own: twenty times the density."""
FEW = 5.0
"""Rows that a well of its own must hold."""
_REAL = 1e-7  # imaginary part of a root, relative, that rounding gives to a real one


@dataclass(frozen=True)
class Hill:
    """Distances from the mean in standard deviations; heights in nats above the least F on the data's side."""

    top: float
    barrier: float  # the height there
    well: float  # where F is least behind it; infinite where F falls without end
    depth: float  # the height there

    @property
    def decides(self) -> bool:
        """Whether the maximum depends on what lies behind."""
        return self.barrier < BARRIER

    @property
    def endless(self) -> bool:
        """Whether F falls without end behind it: no density has these couplings."""
        return bool(np.isinf(self.well))

    @property
    def in_words(self) -> str:
        if self.endless:
            return (
                f"F falls without end beyond {self.top:.2g} standard deviations from the mean, behind a barrier of "
                f"{self.barrier:.2g} nats"
            )
        return (
            f"F has a second well {self.well:.2g} standard deviations from the mean, outside the data, behind a "
            f"barrier of {self.barrier:.2g} nats"
        )


def hill_beyond(coefficients: Floats, last: float, least: float) -> Hill | None:
    """The first hill of ``F(t) = sum_k c_k t^k`` at t > ``last``, where the data end; None where F rises for ever.

    A well that reaches beyond the data is theirs. ``least`` is the least F on their side.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.models.polynomial.exact.hills import hill_beyond
    >>> found = hill_beyond(np.array([0.0, 0.0, 0.5, 0.0, -0.01]), 3.0, 0.0)
    >>> round(found.top, 6), round(found.barrier, 6), found.well
    (5.0, 6.25, inf)
    """
    turns, rises = _turns(coefficients, last)
    begin = int(rises.argmax()) if rises.any() else 0
    after = np.flatnonzero(~rises[begin:])
    if not after.size:
        return None
    top = float(turns[begin + int(after[0])])
    height = float(polynomial.polyval(top, coefficients)) - least
    return Hill(top, height, *well_beyond(coefficients, top, least))


def well_beyond(coefficients: Floats, falling: float, least: float) -> tuple[float, float]:
    """Where F stops falling beyond a point, and how high it is there; infinite, and minus infinity, where nowhere."""
    turns, rises = _turns(coefficients, falling)
    if not rises.any():
        return np.inf, -np.inf
    well = float(turns[int(rises.argmax())])
    return well, float(polynomial.polyval(well, coefficients)) - least


def _turns(coefficients: Floats, last: float) -> tuple[Floats, NDArray[np.bool_]]:
    """``last`` and the points beyond where the slope of F is zero, and whether F rises after each."""
    slope = polynomial.polyder(coefficients)
    real = _real_roots(slope)
    turns = np.concatenate([[last], real[real > last + _REAL * abs(last)]])
    between = np.append(0.5 * (turns[1:] + turns[:-1]), turns[-1] + 1.0 + abs(turns[-1]))
    return turns, polynomial.polyval(between, slope) >= 0.0


def _real_roots(coefficients: NDArray[np.floating]) -> Floats:
    """Ascending."""
    found = polynomial.polyroots(np.trim_zeros(coefficients, "b"))
    real: Floats = np.sort(found.real[np.abs(found.imag) <= _REAL * np.abs(found)])
    return real


def lowest_hill(coefficients: Floats, lo: float, hi: float) -> Hill | None:
    """The lowest hill of one column on either side of the data, which lie between ``lo`` and ``hi``.

    Examples
    --------
    >>> import numpy as np
    >>> from symcat.models.polynomial.exact.hills import lowest_hill
    >>> lowest_hill(np.array([0.0, 0.0, 0.5, 0.0, 0.1]), -3.0, 4.0) is None
    True
    """
    mirrored = coefficients * (-1.0) ** np.arange(len(coefficients))
    least = least_between(coefficients, lo, hi)
    found = [hill_beyond(coefficients, hi, least), hill_beyond(mirrored, -lo, least)]
    return min((hill for hill in found if hill is not None), key=lambda hill: hill.barrier, default=None)


def scarce_well(axis: Floats, heights: Floats, shares: Floats, count: float) -> tuple[Hill, float] | None:
    """The first well behind a hill that holds less than a few of ``count`` rows, and how many; None if none does.

    ``heights`` are the least F at the values of a column, above its minimum, and ``shares`` the mass at these. A few
    far rows, not the data, make such a well, and with it all couplings.
    """
    main = int(heights.argmin())
    for outwards in (np.arange(main, len(axis)), np.arange(main, -1, -1)):
        height, mass = heights[outwards], shares[outwards][::-1].cumsum()[::-1]
        rises = np.diff(height) >= 0.0
        tops = np.flatnonzero(rises[:-1] & ~rises[1:]) + 1
        for top in tops.tolist():
            well = top + int(np.append(rises[top:], True).argmax())
            rows = count * float(mass[top])
            if height[top] - height[well] >= DISTINCT and rows < FEW:
                place = np.abs(axis[outwards])
                return Hill(float(place[top]), float(height[top]), float(place[well]), float(height[well])), rows
    return None


def least_between(coefficients: Floats, lo: float, hi: float) -> float:
    """The least F between two points."""
    flat = _real_roots(polynomial.polyder(coefficients))
    places = np.concatenate([[lo, hi], flat[(flat > lo) & (flat < hi)]])
    return float(polynomial.polyval(places, coefficients).min())
