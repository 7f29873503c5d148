"""The quartic of one column without symmetry: read from the catalogue, and found by Newton where the table ends."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.fit import Source
from symcat.models.patches import Patches
from symcat.models.scalar import newton, quartic_table
from symcat.models.scalar.checks import FEWEST
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.kernels import ANSWERED, ENDED, FEWEST_IN_A_HUMP, NEAR_GAUSSIAN, NOT_SEARCHED
from symcat.models.scalar.newton import Found
from symcat.models.scalar.quartic_errors import variances
from symcat.models.scalar.quartic_hump import second_hump
from symcat.models.scalar.quartic_table import Reading, read
from symcat.models.scalar.quartic_window import window
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

MOST_SEARCHED = 4096
"""Groups outside the table that are searched for; of more, the table alone answers."""

_POINTS = 401.0
"""Of the sums over a grid that the checks take: their error falls geometrically."""


@dataclass(frozen=True)
class Read(Found):
    """What the table says, as a search would say it, and the errors (G, 5) that follow from its slopes."""

    errors: Floats


class TabulatedQuartic(GeneralPolynomial):
    """``scalar.quartic``."""

    by_group = True

    def __init__(self, label: str, schema: Schema, tables: Tables) -> None:
        super().__init__(label, schema)
        self._tables = tables

    @cached_property
    def patches(self) -> Patches:
        """The table, read when it is first wanted."""
        found = self._tables.table(self.label).patches
        assert found is not None
        return found

    def _found(self, averages: Floats, count: Floats) -> tuple[Found, Source]:
        """From the table where it reaches, but where too few rows are in a second hump: what that is, Newton says."""
        reading = read(self.patches, averages[:, 3], averages[:, 4])
        found = _record(reading, averages, count)
        rows = np.where(np.isfinite(count), count, newton.ROWS_NOT_STATED)
        mass = found.seen[:, 2]
        weak = reading.reason == quartic_table.NEAR_GAUSSIAN
        apart = ~weak & ((reading.reason != 0) | (rows * mass < FEWEST_IN_A_HUMP))
        for values in (found.theta, found.log_z, found.error, found.errors):
            values[weak] = np.nan
        found.code[weak] = NEAR_GAUSSIAN
        if apart.sum() > MOST_SEARCHED:
            for values in (found.theta, found.log_z, found.error, found.errors):
                values[apart] = np.nan
            found.code[apart] = NOT_SEARCHED
        elif apart.any():
            others = newton.search(averages[apart], count[apart], even=False)
            for name in ("theta", "log_z", "error", "grid", "seen", "code"):
                getattr(found, name)[apart] = getattr(others, name)
            found.errors[apart] = super()._errors(others)
        return found, "exact" if apart.all() else "catalogue"

    def _errors(self, found: Found) -> Floats:
        """From the slopes of the table."""
        assert isinstance(found, Read)
        return found.errors


def _record(reading: Reading, averages: Floats, count: Floats) -> Read:
    h, r, g, u = reading.h, reading.r, reading.g, reading.u
    groups, mass = len(h), second_hump(h, r, g, u, reading.log_z)
    grid, seen = np.full((groups, 3), np.nan), np.full((groups, 3), np.nan)
    seen[:, 2] = np.where(mass > 0.0, mass, np.nan)
    # Only checks and influences sum over a grid: the former of rows enough, the latter of a batch of one.
    summed = ~(count < FEWEST) | (groups == 1)
    grid[summed, 0], grid[summed, 1] = window(h[summed], r[summed], g[summed], u[summed], ENDED)
    grid[summed, 2] = _POINTS
    of_couplings = variances(reading, averages[:, 3], averages[:, 4])
    return Read(
        theta=np.stack([np.zeros(groups), h, r / 2.0, g / 6.0, u / 24.0], axis=1),
        log_z=reading.log_z,
        error=np.zeros(groups),
        grid=grid,
        seen=seen,
        code=np.full(groups, ANSWERED),
        errors=np.sqrt(np.vstack([np.ones((1, groups)), of_couplings])).T.copy(),
    )
