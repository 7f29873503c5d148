"""Are rows spread as a polynomial of one column says? Neyman's smooth test of the shares below them.

Its functions are bounded. The next moments, which averages alone tell, hang on the farthest rows: near laws whose last
coupling is within its error of zero, where the class ends, what the fit says of them moves with the rows themselves,
and they reject a law of the class much too rarely, however many rows there are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import CheckResult
from symcat.models.goodness import smooth_over

Floats = NDArray[np.float64]

_BEYOND = 4
"""By how much the highest polynomial of the shares is above the degree of F, so that the fit leaves directions."""
_FINER, _POINTS = 2, 257
"""Points of the sums: of the grid of the fit so many for one, and no fewer than these."""
_NEGLIGIBLE = 1e-18


def shape(theta: Floats, grid: Floats, rows: Floats, *, even: bool, estimated: bool = True) -> CheckResult | None:
    """The test of one table; None of few rows.

    ``theta`` (K + 1,) and the ``grid`` (3,) of a fit, and the ``rows`` (m,) about its centre, all in its unit. Of an
    even polynomial, whether the centre was ``estimated`` too.
    """
    lo, hi, points = float(grid[0]), float(grid[1]), max(_FINER * int(grid[2]), _POINTS)
    coefficients = theta
    if even:
        lo, points = -hi, 2 * points
        coefficients = np.zeros(2 * len(theta) - 1)
        coefficients[::2] = theta
    y = np.linspace(lo, hi, points)
    energy = np.polynomial.polynomial.polyval(y, coefficients)
    weight = np.exp(energy.min() - energy)
    below = np.concatenate([[0.0], np.cumsum(0.5 * (weight[1:] + weight[:-1]))])
    weight, below = weight / weight.sum(), below / below[-1]
    kept = weight > _NEGLIGIBLE
    y, weight, below = y[kept], weight[kept], below[kept]
    degree = len(coefficients) - 1
    powers = np.vander(y, degree + 1, increasing=True)
    scores = powers[:, 1 + even :: 1 + even]
    if even and estimated:
        slope = powers[:, :-1] @ (coefficients[1:] * np.arange(1, degree + 1))
        scores = np.column_stack([scores, slope])
    scores = scores - weight @ scores
    scores /= np.sqrt(weight @ scores**2)
    return smooth_over(lambda x: np.interp(x, y, below), rows, below, weight, scores, degree + _BEYOND)
