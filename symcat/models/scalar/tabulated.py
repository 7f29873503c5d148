"""The quartic of one column without symmetry: read from the catalogue, and found by Newton where the table ends."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.models.fit import Source
from symcat.models.patches import Patches
from symcat.models.scalar import newton
from symcat.models.scalar.general import GeneralPolynomial
from symcat.models.scalar.kernels import ANSWERED, ENDED, FEWEST_IN_A_HUMP
from symcat.models.scalar.newton import Found
from symcat.models.scalar.quartic_hump import second_hump
from symcat.models.scalar.quartic_table import Reading, read
from symcat.models.scalar.quartic_window import window
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

_POINTS = 401.0
"""Of the sums over a grid from which errors and checks are: their error falls geometrically."""


class TabulatedQuartic(GeneralPolynomial):
    """``scalar.quartic``."""

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
        found = _record(reading, averages)
        rows = np.where(np.isfinite(count), count, newton.ROWS_NOT_STATED)
        mass = found.seen[:, 2]
        apart = (reading.reason != 0) | ((mass > 0.0) & (rows * mass < FEWEST_IN_A_HUMP))
        if apart.any():
            others = newton.search(averages[apart], count[apart], even=False)
            for name in ("theta", "log_z", "error", "grid", "seen", "code"):
                getattr(found, name)[apart] = getattr(others, name)
        return found, "exact" if apart.all() else "catalogue"


def _record(reading: Reading, averages: Floats) -> Found:
    """What was read, as a search would say it."""
    h, r, g, u = reading.h, reading.r, reading.g, reading.u
    lo, hi = window(h, r, g, u, ENDED)
    mass, unknown = second_hump(h, r, g, u, reading.log_z), np.full(len(h), np.nan)
    return Found(
        theta=np.stack([np.zeros(len(h)), h, r / 2.0, g / 6.0, u / 24.0], axis=1),
        log_z=reading.log_z,
        error=np.zeros(len(h)),
        grid=np.stack([lo, hi, np.full(len(h), _POINTS)], axis=1),
        seen=np.stack([unknown, unknown, np.where(mass > 0.0, mass, np.nan)], axis=1),
        code=np.full(len(h), ANSWERED),
    )
