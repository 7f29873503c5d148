"""From a column to its normal score and back: ``z = Phi^-1(CDF(x))``."""

from __future__ import annotations

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law

LEAST_SHARE = 1e-10
"""Share of a column's law beyond which all values have the same score, +-6.36: one row that the law does not expect
must not decide every correlation, and shares nearer to one have lost their digits."""


def scores(law: Law, values: Floats) -> Floats:
    """(m,) normal scores of values (m,) of one column with this law."""
    from scipy.special import ndtri

    found: Floats = ndtri(np.clip(law.cdf(values), LEAST_SHARE, 1.0 - LEAST_SHARE))
    return found


def values_of(law: Law, score: Floats) -> Floats:
    """(m,) the values with these normal scores."""
    from scipy.special import ndtr

    return law.ppf(np.clip(ndtr(score), LEAST_SHARE, 1.0 - LEAST_SHARE))
