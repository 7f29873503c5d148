"""What is left of a fit without a finite maximum: the face of the hull on which the data lie.

Without a prior the probability of what never occurs goes to zero; among the states that are left the likelihood has a
maximum, and the parameters that no direction to infinity touches have their values there (Barndorff-Nielsen 1978,
theorem 9.15).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising import existence, hypercube
from symcat.models.ising.exact import fit_exact

Floats = NDArray[np.float64]

_FLAT = 1e-9  # of the largest: eigenvalue of a direction that changes no average
_UNTOUCHED = 1e-6  # share of a parameter in such a direction that is rounding


def moved(dimension: int, target: Floats, never: existence.Empty, theta: Floats, count: Floats) -> float | None:
    """Largest change, in standard errors, of a parameter that is finite without the prior; None if it is not known.

    ``theta`` (1, K) are the fields and the couplings of all pairs with the prior, ``target`` (1, K) the averages
    without, ``never`` what does not occur.
    """
    if not never.constant and not never.cells:
        return None
    allowed = existence.allowed_states(never, dimension)
    face = fit_exact(dimension, hypercube.pair_masks(dimension), target, start=theta, allowed=allowed)
    if not face.found[0]:
        return None
    values, vectors = np.linalg.eigh(face.covariance[0])
    free = np.abs(vectors[:, values < _FLAT * values[-1]]).max(axis=1, initial=0.0) < _UNTOUCHED
    if not free.any():
        return None
    variance = np.diag(np.linalg.pinv(face.covariance[0], rcond=_FLAT))[free]
    return float((np.abs(face.theta - theta)[0, free] / np.sqrt(variance / count[0])).max())
