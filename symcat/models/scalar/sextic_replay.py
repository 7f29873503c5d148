"""Data checks of the table of the even sextic of one column that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symcat.models.family import Replay
from symcat.models.patches import tiles
from symcat.models.scalar import sextic_reduced as reduced
from symcat.models.scalar.sextic_shape import end, free_energy
from symcat.models.scalar.sextic_table import Reading, read
from symcat.models.tables import Table

Floats = NDArray[np.float64]

BOUND = 1e-8
"""Couplings are good to 1e-10 of their size; near three values their terms, hundreds of nats, cancel."""
_POINTS = 2001  # of the trapezoid rule on the half line, whose error falls geometrically here
_CUT = 80.0  # nats above the least F at which a density is cut


def replay(points: int, rng: np.random.Generator, table: Table) -> Iterator[Replay]:
    """Checks of the table of the entry."""
    assert table.patches is not None
    lo, hi = table.patches.lo, table.patches.hi
    ends = np.abs([lo.min(axis=0) - (reduced.FLATTEST, table.lo), hi.max(axis=0) - (reduced.PEAKED, table.hi)])
    gaps = float(ends.max()) if tiles(lo, hi) else np.inf
    yield Replay("the patches fill the coverage, each point once", len(lo), gaps, 0.0)
    # Half of the points crowd towards the edges, where a table is hardest.
    inner, edge = rng.random((2, points)), 0.5 - 0.5 * np.cos(np.pi * rng.random((2, points // 2 + 1)))
    fraction = 1e-9 + (1.0 - 2e-9) * np.concatenate([inner, edge], axis=1)
    k = reduced.FLATTEST + (reduced.PEAKED - reduced.FLATTEST) * fraction[0]
    m = reduced.sixth_at(k, table.lo + (table.hi - table.lo) * fraction[1])
    found = read(table.patches, k, m)
    averages, log_z = _averages(found)
    # Where a far hump is near, averages move by much more than couplings: they are compared by what rows spread over.
    spread = np.sqrt(averages[1::2] - averages[:3] ** 2)
    residual = np.abs(averages[:3] - np.stack([np.ones_like(k), k, m])) / spread
    worst = max(float(residual.max()), float(np.abs(log_z - found.log_z).max())) if found.inside.all() else np.inf
    yield Replay("averages, in deviations of a row, and log Z by quadrature", len(k), worst, BOUND)


def _averages(found: Reading) -> tuple[Floats, Floats]:
    """(6, G) ``<y^2>, <y^4> .. <y^12>`` and log Z (G,) of couplings, by a rule that knows no table."""
    last = end(found.r, found.u, found.w, _CUT)
    square = (np.linspace(0.0, 1.0, _POINTS)[:, None] * last) ** 2
    energy = free_energy(found.r, found.u, found.w, square)
    least = energy.min(axis=0)
    weight = np.exp(least - energy)
    weight[0] *= 0.5
    total = weight.sum(axis=0)
    log_z = np.log(2.0 * total * last / (_POINTS - 1)) - least
    return np.stack([(weight * square**k).sum(axis=0) / total for k in range(1, 7)]), log_z
