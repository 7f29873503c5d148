"""What is told of the residuals of a regression: skewness and kurtosis, where rows are at hand.

Coefficients and their robust errors need no law of the residuals; likelihood, BIC and prediction intervals are those of
normal ones. So nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.models.fit import CheckResult
from symcat.models.gaussian.checks import skewness_and_kurtosis

_ROUNDING = 1e-10  # of the target's spread: smaller residuals are its digits


def checks(residuals: Floats, spread: float) -> list[CheckResult]:
    """Of residuals (m,) of random rows, with the target's standard deviation; none of what is only rounding."""
    size = float(residuals.std())
    if not size > _ROUNDING * spread:
        return []
    z = (residuals - residuals.mean()) / size
    powers = np.array([[[(z**3).mean(), (z**4).mean()]]])
    zero = np.zeros((1, 1))
    moments = Moments(("residual",), np.array([float(len(z))]), zero, 1.0, zero, np.ones((1, 1, 1)), powers)
    return [
        replace(one, name=f"residual {one.name}", weight="told", detail=_told(one.detail))
        for one in skewness_and_kurtosis(moments)
        if one.made is None or one.made[0]
    ]


def _told(detail: Callable[[int], str]) -> Callable[[int], str]:
    return lambda group: detail(group).replace(" in column 'residual'", "")
