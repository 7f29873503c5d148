"""Functions of one reduced statistic, read from the catalogue where it reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.models.base import Floats
from symcat.models.fit import Source
from symcat.models.tables import Table, Tables

LOG_Z = "log_z"
"""The quantity of log Z, among those of an entry."""


Beyond = Callable[[NDArray[np.bool_]], tuple[Floats, Floats]]


@dataclass(frozen=True)
class Read:
    """Values (G,) of the parameter and of the part of log Z that is tabulated, and what they were read from."""

    parameter: Floats
    log_z: Floats
    source: Source


@dataclass(frozen=True)
class Curve:
    """The table of an entry: one parameter, scaled to be bounded and smooth, and log Z, less what makes it so."""

    tables: Tables
    entry: str
    parameter: str  # the name of its quantity

    @cached_property
    def table(self) -> Table:
        """Read when it is first wanted."""
        return self.tables.table(self.entry)

    def read(self, at: Floats, otherwise: Beyond | None = None) -> Read:
        """Both quantities at ``at`` (G,), not a number where that is none.

        ``otherwise`` takes the mask of the groups beyond the table, and gives both there; without, they have no answer.
        """
        table = self.table
        inside = (at >= table.lo) & (at <= table.hi)
        middle = np.where(inside, at, 0.5 * (table.lo + table.hi))
        parameter, log_z = (table.quantities[name](middle) for name in (self.parameter, LOG_Z))
        beyond = ~inside & np.isfinite(at)
        parameter[~inside], log_z[~inside] = np.nan, np.nan
        if otherwise is not None and beyond.any():
            parameter[beyond], log_z[beyond] = otherwise(beyond)
        return Read(parameter, log_z, "catalogue" if inside.any() else "exact")
