"""Central moments of laws whose variance is a quadratic function of their mean (Morris 1982, Ann. Stat. 10:65).

Poisson's, the negative binomial, the exponential and the gamma law are such: with ``V(m) = a m + b m^2`` the central
moments follow from ``mu_(k+1) = V (mu_k' + k mu_(k-1))``.
"""

from __future__ import annotations

import numpy as np
from numpy.polynomial import polynomial


def central_moment(mean: float, linear: float, quadratic: float, order: int) -> float:
    """The average of ``(x - mean)^order``.

    Examples
    --------
    >>> from symcat.models.quadratic_variance import central_moment
    >>> [central_moment(2.0, 1.0, 0.0, k) for k in range(5)]  # Poisson's
    [1.0, 0.0, 2.0, 2.0, 14.0]
    """
    variance = np.array([0.0, linear, quadratic])
    before, now = np.array([0.0]), np.array([1.0])  # as polynomials in the mean
    for k in range(order):
        before, now = now, polynomial.polymul(variance, polynomial.polyadd(polynomial.polyder(now), k * before))
    return float(polynomial.polyval(mean, now))
