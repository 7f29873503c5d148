"""From a column to its normal score and back: ``z = Phi^-1(CDF(x))``."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law

LEAST_SHARE = 1e-10
"""Share of a column's law beyond which all values have the same score, +-6.36: one row that the law does not expect
must not decide every correlation, and shares nearer to one have lost their digits."""


_MANY = 4096
"""Values from which each distinct one is worked out once."""


def at_distinct(function: Callable[[Floats], Floats], values: Floats) -> Floats:
    """(m,) the function at values (m,), at each of those that repeat once."""
    if len(values) < _MANY:
        return function(values)
    distinct, place = np.unique(values, return_inverse=True)
    return function(distinct)[place] if 2 * len(distinct) < len(values) else function(values)


def scores(law: Law, values: Floats) -> Floats:
    """(m,) normal scores of values (m,) of one column with this law."""
    from scipy.special import ndtri

    return at_distinct(lambda x: ndtri(np.clip(law.cdf(x), LEAST_SHARE, 1.0 - LEAST_SHARE)), values)


def values_of(law: Law, score: Floats) -> Floats:
    """(m,) the values with these normal scores."""
    from scipy.special import ndtr

    return law.ppf(np.clip(ndtr(score), LEAST_SHARE, 1.0 - LEAST_SHARE))
