"""The maximum of Student's likelihood: Newton's method, Fisher's scoring where the likelihood is not concave.

With nu free the likelihood has no bound: a density with its centre on one row, s -> 0 and nu small enough grows
without end (Fernandez & Steel 1999, Biometrika 86:153). The maximum that is meant is the local one with a nu above
``share / (1 - share)`` for the share of rows at any single value; below, the scale goes to zero (Kent & Tyler 1991).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from symcat.models.base import Floats
from symcat.models.student.likelihood import Point, Slope, fisher, slope_at

Pieces = Iterable[tuple[Floats, Floats | None]]

_STARTS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 50.0)
"""Degrees of freedom of which the likeliest is the start."""
_UPPER_QUARTILES = (1.2542, 1.0, 0.8165, 0.7407, 0.7064, 0.6901, 0.6794)
"""Of Student's law of unit scale with these."""
_STEPS = 100
_HALVINGS = 30
_DONE = 1e-14  # nats a row that a step gains, of a quadratic convergence, so that it is the last
_FURTHEST = 4.0  # by which a step changes scale and degrees of freedom, and moves the centre in units of the scale
_FEWEST_DEGREES = 0.02
MOST_DEGREES = 1e6
"""Beyond, the fourth moment differs from the Gaussian's by less than a millionth."""


class NoMaximum(Exception):
    """The search has left for an edge, which it names in words."""


def start_of(sample: Floats, center: float | None) -> Point:
    """From the quartiles of a sample of values, and the best of a few degrees of freedom."""
    low, middle, high = np.quantile(sample, (0.25, 0.5, 0.75))
    m = float(middle) if center is None else center
    half = 0.5 * float(high - low)
    if not half > 0.0:
        half = float(np.quantile(np.abs(sample - m), 0.9)) or float(np.std(sample))
    points = [Point(m, half / upper, nu) for nu, upper in zip(_STARTS, _UPPER_QUARTILES, strict=True)]
    return max(points, key=lambda point: slope_at(point, [(sample, None)]).value)


def maximum(start: Point, pieces: Pieces, free: slice, least: float) -> tuple[Point, Slope]:
    """The maximum and its derivatives; ``free`` are the coordinates that move, all or those after the centre.

    Raises NoMaximum where the search ends at ``least`` degrees of freedom or below, or comes to no end.
    """
    point, here = start, slope_at(start, pieces)
    for _ in range(_STEPS):
        step, gain = _ascent(here, point, free)
        size = np.abs(step).max() / (_FURTHEST - 1.0)
        step /= max(1.0, size, -step[2] / (1.0 - 1.0 / _FURTHEST))
        for _ in range(_HALVINGS):
            other = point.moved(step)
            there = slope_at(other, pieces)
            # To rounding, the last step gains nothing.
            if there.value >= here.value - 1e-14 * abs(here.value):
                break
            step *= 0.5
        else:
            raise NoMaximum("the search came to no end")
        point, here = other, there
        if not point.nu > max(least, _FEWEST_DEGREES):
            raise NoMaximum("the scale and the degrees of freedom go to zero")
        if not point.nu < MOST_DEGREES:
            raise NoMaximum(f"the degrees of freedom go beyond {MOST_DEGREES:g}, where the law is the Gaussian")
        if gain < _DONE * here.count and size <= 1.0:
            if not np.all(np.linalg.eigvalsh(here.hessian[free, free]) < 0.0):
                raise NoMaximum("the search ended where there is no maximum")
            return point, here
    raise NoMaximum("the search came to no end")


def _ascent(here: Slope, point: Point, free: slice) -> tuple[Floats, float]:
    """A step (3,) uphill, and half the nats that a parabola gains by it."""
    gradient, hessian = here.gradient[free], here.hessian[free, free]
    step = np.zeros(3)
    if np.all(np.linalg.eigvalsh(hessian) < 0.0):
        step[free] = np.linalg.solve(-hessian, gradient)
    else:
        step[free] = np.linalg.solve(here.count * fisher(point.nu)[free, free], gradient)
    return step, float(step[free] @ gradient)
