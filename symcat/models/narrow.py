"""Logarithms in distances from a mean, so that nearly equal values lose no digits."""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats


def deviance(away: Floats, log_value: Floats, log_mean: Floats | float) -> Floats:
    """(m,) ``x / mean - 1 - log(x / mean)`` of values of which ``away`` is ``x / mean - 1``."""
    near = np.abs(away) < 0.5
    log = np.where(near, np.log1p(np.where(near, away, 0.0)), log_value - log_mean)
    return np.asarray(away - log)
