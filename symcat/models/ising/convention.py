"""Averages of -1 and +1, and those of 0 and 1: ``x = (1 + s) / 2``.

``m`` are of single columns (d,), or one number for all of them; ``q`` of products of two, (d, d) or one number.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def mean_in_binary(m: Floats) -> Floats:
    """Averages of 0 and 1, from those of -1 and +1."""
    return 0.5 * (1.0 + m)


def mean_in_spins(m: Floats) -> Floats:
    """The inverse of ``mean_in_binary``."""
    return 2.0 * m - 1.0


def pair_in_binary(m: Floats, q: Floats) -> Floats:
    """Averages of products of 0 and 1, from those of -1 and +1."""
    return 0.25 * (1.0 + _sum(m) + q)


def pair_in_spins(m: Floats, q: Floats) -> Floats:
    """The inverse of ``pair_in_binary``: both arguments are of 0 and 1."""
    return 4.0 * q - 2.0 * _sum(m) + 1.0


def _sum(m: Floats) -> Floats:
    """``m_i + m_j``, in the shape of the pairs: of single numbers twice the number."""
    return 2.0 * m if np.ndim(m) == 0 else np.asarray(m)[..., :, None] + np.asarray(m)[..., None, :]
