"""What a Gaussian says of some columns where the others have known values."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from symcat.models.base import Floats, Rest


def rest_of(mean: Floats, precision: Floats, known: Mapping[int, float]) -> Rest:
    """A Gaussian again, its mean linear in the values, its precision whatever these are."""
    at = sorted(known)
    rest = [j for j in range(len(mean)) if j not in known]
    own = precision[np.ix_(rest, rest)]
    away = np.array([known[j] for j in at]) - mean[at]
    moved = mean[rest] - np.linalg.solve(own, precision[np.ix_(rest, at)] @ away)
    return Rest("gaussian.full", {"mean": moved, "precision": own})
