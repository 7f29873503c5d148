"""The F approximation to Wilks' ratio of determinants, of multivariate analysis of variance."""

from __future__ import annotations

import math


def rao(log_wilks: float, k: int, h: int, freedom: float) -> tuple[float, tuple[float, float], float]:
    """Rao's F of Wilks' ratio, its degrees of freedom and p-value (Rao 1951; Anderson 2003, section 8.5.4).

    Of k columns and h more numbers of each, ``freedom`` being the rows less the numbers that both fits have. Exact
    where one of k and h is one or two and the residuals are Gaussian. Not a number where there are too few rows.
    """
    squares = k * k + h * h - 5
    root = math.sqrt((k * k * h * h - 4) / squares) if squares > 0 else 1.0
    first = float(k * h)
    second = (freedom - 0.5 * (k + h + 1)) * root - 0.5 * k * h + 1.0
    if not second > 0.0:
        return math.nan, (first, second), math.nan
    from scipy.special import fdtrc

    statistic = math.expm1(-log_wilks / root) * second / first if log_wilks > -math.inf else math.inf
    return statistic, (first, second), float(fdtrc(first, second, max(statistic, 0.0)))
