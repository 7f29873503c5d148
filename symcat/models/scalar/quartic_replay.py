"""Data checks of the table of the quartic of one column that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from symcat.models.family import Replay
from symcat.models.patches import tiles
from symcat.models.scalar import reduced
from symcat.models.scalar.quartic_table import read
from symcat.models.tables import Table

Floats = NDArray[np.float64]

BOUND = 1e-9
_POINTS = 4001  # of the trapezoid rule, whose error falls geometrically here
_CUT = 80.0  # nats above the least F at which a density is cut


def replay(points: int, rng: np.random.Generator, table: Table) -> Iterator[Replay]:
    """Checks of the table of the entry."""
    assert table.patches is not None
    lo, hi = table.patches.lo, table.patches.hi
    ends = np.abs([lo.min(axis=0) - (0.0, table.lo), hi.max(axis=0) - (reduced.STEEPEST, table.hi)])
    gaps = float(ends.max()) if tiles(lo, hi) else np.inf
    yield Replay("the patches fill the coverage, each point once", len(lo), gaps, 0.0)
    yield _integrals(points, rng, table)


def _integrals(points: int, rng: np.random.Generator, table: Table) -> Replay:
    """Couplings read at random points must give back the averages and log Z under the integral."""
    # Half of the points crowd towards the edges, where a table is hardest.
    inner, edge = rng.random((2, points)), rng.random((2, points // 2 + 1))
    edge = np.stack([edge[0] ** 3, 0.5 - 0.5 * np.cos(np.pi * edge[1])])
    fraction = np.concatenate([inner, edge], axis=1)
    s = (0.002 + (reduced.STEEPEST - 0.002) * fraction[0]) * rng.choice([-1.0, 1.0], fraction.shape[1])
    t = table.lo + (table.hi - table.lo) * (1e-9 + (1.0 - 2e-9) * fraction[1])
    k = reduced.kurtosis_at(s, t)
    assert table.patches is not None
    found = read(table.patches, s, k)
    if (found.reason != 0).any():
        return Replay("averages and log Z by quadrature", len(s), np.inf, BOUND)
    wanted = np.stack([np.zeros_like(s), np.ones_like(s), s, k, found.log_z])
    exact = np.array([_averages(*couplings) for couplings in zip(found.h, found.r, found.g, found.u, strict=True)]).T
    residual = np.abs(exact - wanted) / np.maximum(1.0, np.abs(wanted))
    return Replay("averages and log Z by quadrature", len(s), float(residual.max()), BOUND)


def _averages(h: float, r: float, g: float, u: float) -> Floats:
    """``<y>, <y^2>, <y^3>, <y^4>`` and log Z, by a rule that knows no table."""
    powers = np.array([u / 24.0, g / 6.0, r / 2.0, h, 0.0])
    flat = np.roots(np.polyder(powers))
    least = np.polyval(powers, flat[np.abs(flat.imag) < 1e-7 * (1.0 + np.abs(flat))].real).min()
    ends = np.roots(powers - np.array([0.0, 0.0, 0.0, 0.0, least + _CUT]))
    real = ends[np.abs(ends.imag) < 1e-7 * (1.0 + np.abs(ends))].real
    y = np.linspace(real.min(), real.max(), _POINTS)
    weight = np.exp(least - np.polyval(powers, y))
    total = weight.sum()
    log_z = np.log(total * (y[1] - y[0])) - least
    return np.array([*(weight @ y**power / total for power in range(1, 5)), log_z])
