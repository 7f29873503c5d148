"""How the couplings read from the table move with the averages of the rows, in standard deviations.

The couplings about a fixed origin are the gradient of the entropy S: minus their derivatives by the averages of
``y^j / j!`` are the inverse of Fisher's matrix (Wainwright & Jordan 2008, section 3.6). The couplings reported are
about the mean, which moves too; as the mean has variance 1, all that adds is known, and no higher moment is needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.scalar.quartic_table import Reading

Floats = NDArray[np.float64]


def variances(reading: Reading, skewness: Floats, kurtosis: Floats) -> Floats:
    """(4, G) of h, r, g, u, times the number of rows, where the class is right; that of the mean is 1.

    In standard deviations, these themselves estimated: divide that of ``y^j`` by the standard deviation to the 2 j.
    """
    (h_s, h_k), (r_s, r_k), (g_s, _), (_, u_k) = reading.slopes
    s, k, r, g, u = skewness, kurtosis, reading.r, reading.g, reading.u
    return np.stack(
        [
            3.0 * h_s + 4.0 * s * h_k + r * r - r,
            3.0 * s * r_s + 4.0 * k * r_k + 2.0 * r + g * g,
            u * u - 6.0 * g_s,
            -24.0 * u_k,
        ]
    )


def moved(reading: Reading, skewness: Floats, kurtosis: Floats) -> Floats:
    """(G, 4, 4) derivatives of h, r, g, u by the averages of y, y^2, y^3, y^4, in standard deviations about the mean.

    A row y moves the couplings of n rows by this times ``(y, y^2 - 1, y^3 - s, y^4 - k) / n``.
    """
    s, k = skewness, kurtosis
    zero, one = np.zeros_like(s), np.ones_like(s)
    by_averages = np.stack([[-3.0 * one, -1.5 * s, one, zero], [-4.0 * s, -2.0 * k, zero, one]])  # of s and of k
    found: Floats = np.einsum("jcg,cig->gji", reading.slopes, by_averages)
    # The standard deviation grows by half of the second average.
    couplings = np.stack([reading.h, reading.r, reading.g, reading.u], axis=1)
    found[:, :, 1] -= 0.5 * np.arange(1, 5) * couplings
    return found
