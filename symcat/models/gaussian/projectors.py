"""The commuting projectors of a group that permutes or rotates the columns: invariant matrices are sums of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def projectors(label: str, dimension: int) -> list[Floats] | None:
    """The commuting projectors of a class, None where nothing constrains the covariance."""
    identity = np.eye(dimension)
    if label == "gaussian.full":
        return None
    if label == "gaussian.isotropic":
        return [identity]
    if label == "gaussian.diagonal":
        return [np.outer(e, e) for e in identity]
    if label == "gaussian.exchangeable":
        constant = np.full((dimension, dimension), 1.0 / dimension)
        return [constant, identity - constant][: 1 if dimension == 1 else 2]
    # Cyclic: one projector per frequency of the discrete Fourier transform; k and d - k are a pair.
    lag = np.subtract.outer(np.arange(dimension), np.arange(dimension))
    found = []
    for k in range(dimension // 2 + 1):
        pair = 1.0 if 2 * k in (0, dimension) else 2.0
        found.append(pair * np.cos(2.0 * np.pi * k * lag / dimension) / dimension)
    return found
