"""How narrow a component may be, and how few rows it may hold.

The likelihood of a mixture has no bound: a component on a single row grows without end as its spread goes to zero, and
groups of a few rows that happen to lie close are local maxima that mean nothing (Day 1969, Biometrika 56:463; McLachlan
& Peel 2000, Finite Mixture Models, section 3.10). A bound from below on the spreads makes it a problem with an answer
(Hathaway 1985, Ann. Stat. 13:795). Here the bound is that of the data: of as many neighbouring distinct values as a
component needs rows, where these lie closest, the mean distance is the resolution, and no component may be denser than
all of its rows within that: its spread is at least the resolution over sqrt(2 pi). Of rounded values the resolution is
the step of the rounding. And a component holds at least two rows for each of its numbers.
"""

from __future__ import annotations

import math

from symcat.models.base import Floats


def fewest_rows(dimension: int) -> int:
    """That a component holds: two for its weight and for each number of its mean and its covariance."""
    return 2 * (1 + dimension + dimension * (dimension + 1) // 2)


def narrowest(distinct: Floats) -> float:
    """The smallest spread of a component, of sorted distinct values (m,), two at least."""
    neighbours = min(fewest_rows(1), len(distinct)) - 1
    resolution = float((distinct[neighbours:] - distinct[:-neighbours]).min()) / neighbours
    return resolution / math.sqrt(2.0 * math.pi)
