"""Concentration and log Z of von Mises' law from what the catalogue stores of them.

In the mean resultant length R: ``concentration (1 - R) / R`` and ``P = log I_0 - concentration R - log(1 - R) / 2``,
both bounded and smooth from uniform angles to narrow ones.
"""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats

CONCENTRATION = "concentration"
HI = 1.0
"""Where the table ends: at angles that do not vary."""


def concentration_from(length: Floats, away: Floats, stored: Floats) -> Floats:
    """(G,) the concentration, from R and 1 - R."""
    return stored * length / away


def entropy_of(away: Floats, stored: Floats) -> Floats:
    """(G,) the entropy less the log of a turn: ``log I_0 - concentration R``."""
    return np.asarray(stored + 0.5 * np.log(away))
