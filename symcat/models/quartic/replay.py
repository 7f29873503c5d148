"""Data checks of the radial quartic's tables that a user can repeat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from symcat.data.schema import Schema
from symcat.models.family import Replay
from symcat.models.quartic import averages, radial
from symcat.models.quartic.labels import LARGE_N, dimension_of
from symcat.models.quartic.radial_quartic import RadialQuartic
from symcat.models.tables import Tables

LARGE_DIMENSIONS = (65, 100, 1000)
"""Where the entry of large N is tried."""
BOUND = 1e-9


def replay(entry: str, points: int, rng: np.random.Generator, tables: Tables) -> Iterator[Replay]:
    """Checks of the table of an entry, at a few N where it answers for many."""
    dimension = dimension_of(entry)
    for n in (dimension,) if dimension is not None else LARGE_DIMENSIONS:
        where = f", N = {n}" if entry == LARGE_N else ""
        model = RadialQuartic(Schema.real([f"x{i}" for i in range(n)]), tables)
        yield _span(model, where)
        yield _integrals(model, points, rng, where)


def _span(model: RadialQuartic, where: str) -> Replay:
    """The largest part of the coverage that a quantity of the table does not span."""
    table = model.table
    missing = [max(q.breaks[0] - table.lo, table.hi - q.breaks[-1], 0.0) for q in table.quantities.values()]
    return Replay(f"the table spans its coverage{where}", len(missing), float(np.max(missing)), 0.0)


def _integrals(model: RadialQuartic, points: int, rng: np.random.Generator, where: str) -> Replay:
    """Parameters read at random kurtoses must give back both averages and log Z under the integral."""
    n, table = model.dimension, model.table
    # Half the points crowd towards the two ends, where a table is hardest.
    inner = rng.uniform(0.01, 0.99, size=points)
    edge = 10.0 ** rng.uniform(-5, -2, size=points)
    fractions = np.concatenate([inner, edge[::2], 1.0 - edge[1::2]])
    residuals = []
    for kurtosis in table.lo + (table.hi - table.lo) * fractions:
        stated = averages.read(model.label, {"m2": n, "m4": kurtosis * n**2}, None, None)
        fit = model.fit(stated.moments, np.zeros(n))
        r, u, log_z = (float(values[0]) for values in (fit.parameters["r"], fit.parameters["u"], fit.log_partition))
        found, exact = radial.moments(n, r, u, (2, 4)), radial.log_partition(n, r, u)
        residuals += [found[2] / n - 1.0, found[4] / (kurtosis * n**2) - 1.0, (exact - log_z) / max(1.0, abs(exact))]
    return Replay(f"averages and log Z by quadrature{where}", len(fractions), float(np.abs(residuals).max()), BOUND)
