"""Orthogonal polynomials in q = rho^2 under the radial quartic: what of rho^6 no fit of rho^2 and rho^4 absorbs.

The fit makes the averages of 1, q and q^2 those of the data. What it says of q^3 is tested by the monic polynomial
``p_3(q)``, whose model average is zero; its square norm is the variance of q^3 that regression on q and q^2 leaves.
Stieltjes' recurrence ``p_{j+1} = (q - a_j) p_j - b_j p_{j-1}`` has it without cancellation (Gautschi 2004, section
2.2), where the difference of moments has no digit left near the lower end of the table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.models.few_rows import changes
from symcat.models.piecewise import PiecewisePolynomial
from symcat.models.quartic import radial
from symcat.models.tables import Table

Floats = NDArray[np.float64]

LARGEST_EXPONENT = 45.0
"""Where the density is below e^-45 of its peak it is left out."""
POINTS = 129
"""Of the trapezoidal rule on the line: a fifth of the width of the narrowest peak apart."""


@dataclass(frozen=True)
class Cubic:
    """The monic orthogonal polynomial of degree three, for each of G densities."""

    a: Floats  # (3, G)
    b: Floats  # (3, G) the first is not used
    norm: Floats  # (G,) the average of its square

    def __call__(self, q: Floats) -> Floats:
        """Its values at q (G, m)."""
        return self.lower(q)[-1]

    def lower(self, q: Floats) -> list[Floats]:
        """Of those of degree 0, 1, 2 and of itself."""
        before, values = np.zeros_like(q), [np.ones_like(q)]
        for a, b in zip(self.a[..., None], self.b[..., None], strict=True):
            new = (q - a) * values[-1] - b * before
            before = values[-1]
            values.append(new)
        return values


def cubic(q: Floats, weight: Floats) -> Cubic:
    """The polynomial of densities given by points q and weights that add up to one, both (G, points)."""
    before, value, norm = np.zeros_like(q), np.ones_like(q), np.ones(len(q))
    a, b = np.empty((3, len(q))), np.zeros((3, len(q)))
    for j in range(3):
        weighted = weight * value
        a[j] = np.einsum("gm,gm,gm->g", weighted, value, q) / norm
        before, value = value, (q - a[j, :, None]) * value - b[j, :, None] * before
        last, norm = norm, np.einsum("gm,gm,gm->g", weight, value, value)
        b[(j + 1) % 3] = norm / last
    return Cubic(a, b, norm)


def line(r: Floats, u: Floats) -> tuple[Floats, Floats]:
    """Points q = y^2 and weights (G, points) of ``exp(-r y^2 / 2 - u y^4 / 24)`` on the line, one half of it.

    The trapezoidal rule in y, which for an entire function converges faster than geometrically (Trefethen & Weideman
    2014, section 5).
    """
    r, u = r[:, None], u[:, None]
    peak = np.maximum(-6.0 * r / u, 0.0)
    slope = np.maximum(r, 0.0) / 2.0  # F rises from its minimum as slope (q - peak) + u (q - peak)^2 / 24
    reach = 2.0 * LARGEST_EXPONENT / (slope + np.sqrt(slope * slope + u * LARGEST_EXPONENT / 6.0))
    y = np.linspace(np.sqrt(np.maximum(peak - reach, 0.0)), np.sqrt(peak + reach), POINTS, axis=-1)[:, 0]
    q = y * y
    weight = np.exp(-slope * (q - peak) - u * (q - peak) ** 2 / 24.0)
    weight[:, 0] *= 0.5
    return q, weight / weight.sum(axis=1, keepdims=True)


def of_line(table: Table, kurtosis: Floats) -> tuple[Floats, Floats]:
    """(G,) norm in one column of unit variance, and what few rows change in the score (G, 3), by the kurtosis alone.

    By quadrature for a few groups. For many they are interpolated on the segments of the table, on which they are as
    smooth as u, to ten digits; divided by its limit ``6 (kurtosis - 1)^3`` near 1 the norm is between 0.5 and 15.
    """
    excess = kurtosis - 1.0
    scale = 6.0 * excess * excess * excess
    breaks = np.clip(table.quantities["u"].breaks, table.lo, table.hi)
    size = table.quantities["u"].coefficients.shape[1]
    if len(kurtosis) <= size * (len(breaks) - 1):
        found = _reduced(table, kurtosis)
        return found[:, 0] * scale, found[:, 1:]
    t = np.cos(np.pi * (np.arange(size) + 0.5) / size)  # Chebyshev's points
    lo, hi = breaks[:-1, None], breaks[1:, None]
    values = _reduced(table, (lo + 0.5 * (t + 1.0) * (hi - lo)).reshape(-1)).T.reshape(4, -1, size)
    powers = np.vander(t, increasing=True)
    norm, *changed = (
        PiecewisePolynomial(breaks, np.ascontiguousarray(np.linalg.solve(powers, one.T).T))(kurtosis) for one in values
    )
    return norm * scale, np.stack(changed, axis=1)


def _reduced(table: Table, kurtosis: Floats) -> Floats:
    """(G, 4)"""
    reading = radial.read(table, 1, kurtosis)
    q, weight = line(reading.r, reading.u)
    third = cubic(q, weight)
    orthonormal = np.stack([p / np.sqrt((weight * p * p).sum(axis=1, keepdims=True)) for p in third.lower(q)], axis=1)
    out = np.empty((len(kurtosis), 4))
    out[:, 0] = third.norm / (6.0 * (reading.kurtosis - 1.0) ** 3)
    for g in range(len(out)):
        changes(weight[g], orthonormal[g], 2, 3, out[g, 1:])
    return out
