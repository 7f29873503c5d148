"""Shape and log Z of the gamma law from what the catalogue stores of them.

In ``log(1 + s)``, ``s = log <x> - <log x>``: ``shape s`` and ``P = log Z + shape (1 + s) - log(s (1 + s)) / 2`` of unit
mean, both bounded and smooth.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats

SHAPE = "shape"
HI = 8.0
"""Where the table ends, at s = 2980: no numbers in double precision have more than 1460."""


def argument(s: Floats) -> Floats:
    """(G,) where the table is read."""
    return np.log1p(s)


def shape_from(s: Floats, stored: Floats) -> Floats:
    """(G,) the shape."""
    return stored / s


def half_log(s: Floats) -> Floats:
    """(G,) ``log(s (1 + s)) / 2``."""
    return np.asarray(0.5 * (np.log(s) + np.log1p(s)))


def log_z_of(s: Floats, shape: Floats, stored: Floats) -> Floats:
    """(G,) log Z of unit mean."""
    return np.asarray(stored + half_log(s) - shape * (1.0 + s))


def stored_of(s: Floats, shape: Floats) -> tuple[Floats, Floats]:
    """(G,) both as the table would say them, of shapes that were found otherwise."""
    from scipy.special import gammaln

    return shape * s, gammaln(shape) - shape * np.log(shape) + shape * (1.0 + s) - half_log(s)
