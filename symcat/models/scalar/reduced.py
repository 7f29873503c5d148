"""The coordinates in which the quartic of one column is tabulated, for numbers, arrays and balls alike.

``d = kurtosis - 1 - skewness^2`` is never negative, and only two values have d = 0. The table is read at |skewness| and
``t = d / (2 + 1.6 skewness^2)``: at skewness 0 that is ``(kurtosis - 1) / 2``, and t = 1 is kurtosis ``3 + 2.6
skewness^2``, just inside the line 2.625 skewness^2 beyond which, near the Gaussian, F has a second minimum far away.
"""

from __future__ import annotations

from typing import Any

FLAT, BENT = 2.0, 1.6
LEAST, MOST = 0.005, 1.0
"""The covered range of t."""
STEEPEST = 4.0
"""The largest |skewness| covered."""


def spread(skewness: Any, kurtosis: Any) -> Any:
    """d, which vanishes where there are only two values."""
    return kurtosis - 1.0 - skewness * skewness


def width(skewness: Any) -> Any:
    """d at t = 1."""
    return FLAT + BENT * skewness * skewness


def kurtosis_at(skewness: Any, t: Any) -> Any:
    """The kurtosis at a point of the table."""
    return 1.0 + skewness * skewness + t * width(skewness)
