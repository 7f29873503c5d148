"""The coordinates in which the even sextic is tabulated, for numbers, arrays and balls alike.

With ``<y^2> = 1`` the averages of ``y^4`` and ``y^6`` are k and m. ``d = m - k^2`` is never negative, and only the
three values 0 and +-sqrt(k) have d = 0. The table is read at k and ``t = d / width(k)``. Below k = 3 solutions end
where w = 0, the even quartic, at ``d = (k - 1) / P_u(k)`` (``models.quartic.radial``); above, a hump far away appears
beyond about ``d = 6 + 9 (k - 3) + 8 (k - 3)^2``, the line where F near the Gaussian gets a second minimum. The width is
one polynomial that stays within either, at 0.94 to 0.98 of it.
"""

from __future__ import annotations

from typing import Any

FLATTEST, PEAKED = 1.1, 5.5
"""The covered range of k."""
LEAST, MOST = 0.02, 1.0
"""The covered range of t."""
SCALED = (2.9089, 2.867, 1.5767, 0.2176, -0.2321, -0.0398, 0.026)
"""Of ascending powers of k - 3."""


def spread(fourth: Any, sixth: Any) -> Any:
    """d, which vanishes where there are only three values."""
    return sixth - fourth * fourth


def width(fourth: Any) -> Any:
    """d at t = 1."""
    total = 0.0 * fourth
    for c in reversed(SCALED):
        total = total * (fourth - 3.0) + c
    return (fourth - 1.0) * total


def width_slope(fourth: Any) -> Any:
    """Its derivative."""
    total = slope = 0.0 * fourth
    for c in reversed(SCALED):
        slope = slope * (fourth - 3.0) + total
        total = total * (fourth - 3.0) + c
    return total + (fourth - 1.0) * slope


def sixth_at(fourth: Any, t: Any) -> Any:
    """The average of y^6 at a point of the table."""
    return fourth * fourth + t * width(fourth)
