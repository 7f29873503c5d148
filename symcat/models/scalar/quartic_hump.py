"""The second hump of a quartic of one column: what share of the rows it stands for."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_CHUNK = 512  # that stay near the processor
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(40)  # on one side of a barrier
_CUT = 40.0  # nats above its bottom at which a hump ends


def second_hump(h: Floats, r: Floats, g: Floats, u: Floats, log_z: Floats) -> Floats:
    """(G,) the share of rows on the emptier side of the barrier between two minima of F; 0 where F has one minimum.

    Where it times the number of rows is below about five, the rows do not tell whether the second hump is there.
    """
    mass = np.zeros(len(u))
    with np.errstate(all="ignore"):
        # F' = 0 as the cubic z^3 + p z + q in z = y + g/u.
        middle = -g / u
        p = 6.0 * r / u - 3.0 * middle**2
        q = -2.0 * middle**3 + 6.0 * (r * middle + h) / u
        two = np.flatnonzero(4.0 * p**3 + 27.0 * q**2 < 0.0)
        for start in range(0, len(two), _CHUNK):
            at = two[start : start + _CHUNK]
            angle = np.arccos(np.clip(1.5 * q[at] / p[at] * np.sqrt(-3.0 / p[at]), -1.0, 1.0)) / 3.0
            shifts = 2.0 * np.pi / 3.0 * np.array([2.0, 1.0, 0.0])[:, None]
            flat = middle[at] + 2.0 * np.sqrt(-p[at] / 3.0) * np.cos(angle - shifts)  # left, barrier, right
            mass[at] = _beyond(flat, np.stack([h[at], r[at], g[at], u[at]]), log_z[at])
    return mass


def _beyond(flat: Floats, couplings: Floats, log_z: Floats) -> Floats:
    """The smaller of the shares left and right of the barrier, of the stationary points (3, m) left to right."""

    def free_energy(y: Floats) -> Floats:
        c = couplings.reshape(4, *(1,) * (y.ndim - 1), -1)
        value: Floats = y * (c[0] + y * (c[1] / 2.0 + y * (c[2] / 6.0 + y * c[3] / 24.0)))
        return value

    left, barrier, right = flat
    side = np.where(free_energy(left) > free_energy(right), -1.0, 1.0)  # that of the shallower minimum
    bottom = np.where(side < 0.0, left, right)
    # Outwards from its bottom all terms of F are positive: each alone bounds where it has risen by the cut.
    _, r, g, u = couplings
    curvature, slope = r + bottom * (g + 0.5 * bottom * u), side * (g + u * bottom)
    reach = np.minimum(
        np.sqrt(2.0 * _CUT / curvature), np.minimum(np.cbrt(6.0 * _CUT / slope), (24.0 * _CUT / u) ** 0.25)
    )
    end = bottom + side * reach
    y = 0.5 * (barrier + end) + 0.5 * (end - barrier) * _NODES[:, None]
    share: Floats = (_WEIGHTS[:, None] * np.exp(-free_energy(y) - log_z)).sum(axis=0) * 0.5 * np.abs(end - barrier)
    return np.minimum(share, np.maximum(1.0 - share, 0.0))
