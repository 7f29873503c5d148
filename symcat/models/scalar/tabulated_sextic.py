"""The even sextic of one column: read from the catalogue, and found by Newton where the table ends."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.models.fit import Source
from symcat.models.patches import Patches
from symcat.models.scalar import newton, sextic_shape
from symcat.models.scalar.center import Centred, search
from symcat.models.scalar.even import EvenPolynomial
from symcat.models.scalar.kernels import ANSWERED, ENDED, FEWEST_IN_A_HUMP
from symcat.models.scalar.labels import EVEN_SEXTIC, degree_of
from symcat.models.scalar.newton import Found
from symcat.models.scalar.quartic_maximum import QuarticMaximum
from symcat.models.scalar.sextic_table import read
from symcat.models.tables import Tables

Floats = NDArray[np.float64]

_POINTS = 401.0
"""Of the sums over a grid that errors and checks take: their error falls geometrically."""


@dataclass(frozen=True)
class Read(Found):
    """What the table says, or the search where ``read`` (G,) is false."""

    read: NDArray[np.bool_]


@dataclass(frozen=True)
class SexticMaximum:
    """The maximum about its own centre, worked out once of the same averages."""

    tables: Tables

    def __call__(self, moments: Moments) -> Centred:
        return search(moments, degree_of(EVEN_SEXTIC), self.about, [QuarticMaximum(self.tables)])

    @cached_property
    def patches(self) -> Patches:
        """The table, read when it is first wanted."""
        found = self.tables.table(EVEN_SEXTIC).patches
        assert found is not None
        return found

    def about(self, averages: Floats, count: Floats, near: Found | None = None, *, anew: bool = True) -> Read:
        """From the table where it reaches, but where too few rows are in a hump: what that is, Newton says."""
        found = self._reading(averages)
        rows = np.where(np.isfinite(count), count, newton.ROWS_NOT_STATED)
        found.read[rows * found.seen[:, 2] < FEWEST_IN_A_HUMP] = False
        apart = ~found.read
        if apart.any():
            start = None if near is None else near.of(apart)
            others = newton.search(averages[apart], count[apart], even=True, start=start, anew=anew)
            for field in fields(others):
                getattr(found, field.name)[apart] = getattr(others, field.name)
        return found

    def _reading(self, averages: Floats) -> Read:
        reading, groups = read(self.patches, averages[:, 2], averages[:, 3]), len(averages)
        r, u, w = reading.r, reading.u, reading.w
        grid, seen = np.zeros((groups, 3)), np.full((groups, 3), np.nan)
        grid[:, 1], grid[:, 2] = sextic_shape.end(r, u, w, ENDED), _POINTS
        seen[:, 2] = sextic_shape.second_hump(r, u, w, reading.log_z, ENDED)
        return Read(
            theta=np.stack([np.zeros(groups), r / 2.0, u / 24.0, w / 720.0], axis=1),
            log_z=reading.log_z,
            error=np.zeros(groups),
            grid=grid,
            seen=seen,
            code=np.full(groups, ANSWERED),
            read=reading.inside.copy(),
        )


class TabulatedSextic(EvenPolynomial):
    """``z2.sextic``."""

    def __init__(self, label: str, schema: Schema, tables: Tables) -> None:
        super().__init__(label, schema)
        self._maximum = SexticMaximum(tables)

    @property
    def patches(self) -> Patches:
        """Those of the table."""
        return self._maximum.patches

    def _centred(self, moments: Moments) -> Centred:
        return moments.once(self._maximum)

    def _search(self, averages: Floats, count: Floats, near: Found | None = None, *, anew: bool = True) -> Read:
        return self._maximum.about(averages, count, near, anew=anew)

    def _source(self, found: Found) -> Source:
        assert isinstance(found, Read)
        return "catalogue" if (found.read & found.answered).any() else "exact"
