"""Are all directions alike at fourth order? The part of ``<y y y y>`` that rotations average to zero.

Under O(N) the directions ``v = y / |y|`` are uniform, whatever the radii, and the spherical harmonics of degree four
have averages of zero. Those about an estimated centre have the same law to leading order: no harmonic of degree four
has an average slope or curvature that a shift could couple to (Schur's lemma).
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import CheckResult
from symcat.models.tails import chi_square_of

Floats = NDArray[np.float64]

_MOST_NUMBERS = 4_000_000
"""Of an array: of more rows and columns, some rows are used."""


def directions(y: Floats, fewest: int) -> CheckResult | None:
    """The chi-square over all harmonics of degree four, of rows (m, N) about the centre, N > 1.

    Their products at two directions add up to ``degrees`` times the polynomial of the cosine between these that the
    addition theorem has (Mueller 1966, Spherical Harmonics, theorem 2), so that no harmonic is written down. It is the
    test of Gine (1975, Ann. Statist. 3:1243) with degree four alone. None where rows off the centre are fewer than
    ``fewest``.
    """
    length = np.sqrt((y * y).sum(axis=1))
    v = y[length > 0.0] / length[length > 0.0, None]
    n = v.shape[1]
    pairs = n * (n + 1) // 2
    v = v[: max(_MOST_NUMBERS // pairs, int(np.sqrt(_MOST_NUMBERS)))]
    m = len(v)
    if m < fewest:
        return None
    if pairs < m:
        i, j = np.triu_indices(n)
        products = v[:, i] * v[:, j] * np.where(i == j, 1.0, np.sqrt(2.0))
        fourth = float(((products.T @ products / m) ** 2).sum())
        second = float(((v.T @ v / m) ** 2).sum())
    else:
        cosine2 = (v @ v.T) ** 2
        second, fourth = float(cosine2.mean()), float((cosine2 * cosine2).mean())
    degrees = comb(n + 3, 4) - comb(n + 1, 2)
    average = ((n + 2.0) * (n + 4.0) * fourth - 6.0 * (n + 2.0) * second + 3.0) / (n * n - 1.0)
    value = m * degrees * average
    return CheckResult.single(
        "isotropy at fourth order",
        value,
        chi_square_of(value, degrees),
        f"chi-square with {degrees} degrees of freedom, of the directions of {m} rows",
    )
