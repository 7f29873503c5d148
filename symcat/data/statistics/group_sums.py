"""Power sums of many groups, and which of them lie too far from the point they were summed about."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.data.needs import Needs
from symcat.data.statistics.keys import Keys, ascending
from symcat.data.statistics.layout import Layout

_TOLERATED_LOSS = 1e-10  # relative rounding error of a centred moment from which a group is done again


@dataclass(frozen=True)
class GroupSums:
    """What a group-by returned: keys of the G groups, rows of each, sums (G, width) over its complete rows."""

    keys: Keys
    rows: Floats
    sums: Floats

    def sorted(self) -> GroupSums:
        """The same groups with ascending keys."""
        order = ascending(self.keys)
        if (order[1:] > order[:-1]).all():
            return self
        sums = np.empty_like(self.sums, order="F")
        for place, column in enumerate(self.sums.T):
            np.take(column, order, out=sums[:, place])
        return GroupSums(tuple(key[order] for key in self.keys), self.rows[order], sums)


def limit(layout: Layout) -> float:
    """Ratio of raw to centred second moment at which the highest moment has lost too many digits."""
    return _limit(max(2 + layout.n_powers, 4 if layout.radial else 2))


def _limit(highest: int) -> float:
    return float((_TOLERATED_LOSS / np.finfo(float).eps) ** (2.0 / highest))


def far_groups(sums: Floats, layout: Layout, needs: Needs, enough: int) -> NDArray[np.bool_]:
    """(G,) whether a group lies too far from the common origin, by the worst of its real columns.

    In groups of fewer rows than ``enough`` only the averages of ``needs`` must keep their digits.
    """
    count = np.where(sums[:, :1] > 0.0, sums[:, :1], 1.0)
    first = sums[:, layout.slices[0]] / count
    square = sums[:, layout.slices[1]][:, :: layout.dimension + 1] / count
    least = _limit(max(needs.power, needs.radius))
    most = (
        limit(layout)
        if least == limit(layout)
        else np.where(sums[:, [layout.rows_place]] < enough, least, limit(layout))
    )
    far = (square > most * (square - first**2)) & (square > 0) & ~layout.discrete
    return np.asarray(far.any(axis=1))
