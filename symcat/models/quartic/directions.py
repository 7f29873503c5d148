"""Are all directions alike? The averages of spherical harmonics of the directions, which rotations make zero.

Under O(N) the directions ``v = y / |y|`` are uniform, whatever the radii, and harmonics of every degree have averages
of zero. Those of degree three and more about an estimated centre have the same law to leading order, and those of
degree four and more in estimated units of elliptical rows: their average slopes along a shift, or along a linear map,
would be maps between different harmonics that rotations leave unchanged (Schur's lemma).

The degrees are three (as three clusters have), four (four clusters, rays, the corners or the axes of a cube) and, of
few columns, six (a hexagon; the least that an icosahedron has); two is that of the covariance, which is tested apart.
"""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

from symcat.models.fit import CheckResult
from symcat.models.tails import chi_square_of

Floats = NDArray[np.float64]

NAMES = {3: "isotropy at third order", 4: "isotropy at fourth order", 6: "isotropy at sixth order"}
"""Of the checks, by the degree of the harmonics."""

_MOST_OF_SIXTH = 6
"""Columns of which those of degree six are looked at: of more there are thousands."""
_MOST_NUMBERS = 4_000_000
"""Of an array: of more rows and columns, some rows are used."""


def degrees(dimension: int) -> tuple[int, ...]:
    """Those that are tested of so many columns."""
    return (3, 4, 6) if dimension <= _MOST_OF_SIXTH else (3, 4)


def directions(y: Floats, fewest: int) -> list[CheckResult] | None:
    """The chi-squares over all harmonics of each degree, of rows (m, N) about the centre, N > 1.

    Their products at two directions add up to their number times the polynomial of the cosine between these that the
    addition theorem has (Mueller 1966, Spherical Harmonics, theorem 2), so that no harmonic is written down. Each is
    the test of Gine (1975, Ann. Statist. 3:1243) with one degree alone. None where rows off the centre are fewer than
    ``fewest``.
    """
    length = np.sqrt((y * y).sum(axis=1))
    v = y[length > 0.0] / length[length > 0.0, None]
    n = v.shape[1]
    v = v[: max(_MOST_NUMBERS // (n * (n + 1) // 2), int(np.sqrt(_MOST_NUMBERS)))]
    m = len(v)
    if m < fewest:
        return None
    found = []
    for degree in degrees(n):
        free = comb(n + degree - 1, degree) - comb(n + degree - 3, degree - 2)
        value = m * free * _legendre(degree, n, _powers_of_cosines(v, degree))
        words = f"chi-square with {free} degrees of freedom, of the directions of {m} rows"
        found.append(CheckResult.single(NAMES[degree], value, chi_square_of(max(value, 0.0), free), words, rows=m))
    return found


def _legendre(degree: int, n: int, powers: dict[int, float]) -> float:
    """The average of Legendre's polynomial in n dimensions, one at one, from those of the powers of the cosine."""
    if degree == 3:
        return ((n + 2.0) * powers[3] - 3.0 * powers[1]) / (n - 1.0)
    if degree == 4:
        return ((n + 2.0) * (n + 4.0) * powers[4] - 6.0 * (n + 2.0) * powers[2] + 3.0) / (n * n - 1.0)
    sixth = (n + 4.0) * (n + 6.0) * (n + 8.0) * powers[6] - 15.0 * (n + 4.0) * (n + 6.0) * powers[4]
    return (sixth + 45.0 * (n + 4.0) * powers[2] - 15.0) / ((n - 1.0) * (n + 1.0) * (n + 3.0))


def _powers_of_cosines(v: Floats, degree: int) -> dict[int, float]:
    """The averages over all pairs of rows, each with itself too, of powers as high and as even as the degree."""
    m, n = v.shape
    wanted = range(degree, 0, -2)
    if comb(n + degree // 2 - 1, degree // 2) < m:
        found = {}
        for power in wanted:
            half = _products(v, power // 2)
            whole = _products(v, power - power // 2)
            found[power] = float(((half.T @ whole / m) ** 2).sum())
        return found
    cosine = v @ v.T
    return {power: float((cosine**power).mean()) for power in wanted}


def _products(v: Floats, order: int) -> Floats:
    """(m, K) the products of so many coordinates, each multiset once with the root of how often it occurs."""
    if order == 0:
        return np.ones((len(v), 1))
    if order == 1:
        return v
    i, j = np.triu_indices(v.shape[1])
    pairs: Floats = v[:, i] * v[:, j] * np.where(i == j, 1.0, np.sqrt(2.0))
    if order == 2:
        return pairs
    return (v[:, :, None] * pairs[:, None, :]).reshape(len(v), -1)  # some more than once, in as many parts
