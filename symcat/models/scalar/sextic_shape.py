"""Where the density of an even sextic ends, and what share of it lies behind a barrier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.scalar.kernels import BARRIER

Floats = NDArray[np.float64]

_BISECTIONS = 24
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(64)  # on one side of a barrier


def free_energy(r: Floats, u: Floats, w: Floats, square: Floats) -> Floats:
    """F at y^2."""
    found: Floats = square * (r / 2.0 + square * (u / 24.0 + square * w / 720.0))
    return found


def end(r: Floats, u: Floats, w: Floats, nats: float) -> Floats:
    """(G,) the y beyond which F lies ``nats`` above its least value."""
    with np.errstate(all="ignore"):
        outer = _outer(r, u, w)
        least = np.minimum(free_energy(r, u, w, outer), 0.0)
        # Beyond its outer minimum F only rises, and about it all its terms are positive: the cubic one alone is enough.
        # Beyond its outer minimum F only rises, and about it all its terms are positive: the cubic one alone is enough.
        inner, far = outer, 3.0 * outer + np.cbrt(720.0 * (nats - least) / w)
        for _ in range(_BISECTIONS):
            middle = 0.5 * (inner + far)
            above = free_energy(r, u, w, middle) - least > nats
            inner, far = np.where(above, inner, middle), np.where(above, middle, far)
    return np.sqrt(far)


def second_hump(r: Floats, u: Floats, w: Floats, log_z: Floats, nats: float) -> Floats:
    """(G,) the smaller share of the rows on either side of a barrier of ``kernels.BARRIER`` nats or more; else NaN."""
    mass = np.full(len(r), np.nan)
    with np.errstate(all="ignore"):
        outer = _outer(r, u, w)
        barrier = 120.0 * r / (w * outer)  # y^2 of the maximum between: the product of both is 120 r / w
        least = np.minimum(free_energy(r, u, w, outer), 0.0)
        apart = (r > 0.0) & (outer > barrier) & (free_energy(r, u, w, barrier) - least >= BARRIER)
    some = np.flatnonzero(apart)
    if some.size:
        r, u, w, log_z = r[some], u[some], w[some], log_z[some]
        top = np.sqrt(barrier[some])
        shares = []
        for lo, hi in ((np.zeros_like(top), top), (top, end(r, u, w, nats))):
            y = 0.5 * (lo + hi) + 0.5 * (hi - lo) * _NODES[:, None]
            p = np.exp(-free_energy(r, u, w, y * y) - log_z)
            shares.append((_WEIGHTS[:, None] * p).sum(axis=0) * (hi - lo))
        mass[some] = np.minimum(*shares)
    return mass


def _outer(r: Floats, u: Floats, w: Floats) -> Floats:
    """y^2 of the outermost minimum, 0 where that is at the centre."""
    root = np.sqrt(np.maximum(u * u / 36.0 - r * w / 30.0, 0.0))
    found: Floats = np.maximum((root - u / 6.0) * 60.0 / w, 0.0)
    return np.where(u * u / 36.0 >= r * w / 30.0, found, 0.0)
