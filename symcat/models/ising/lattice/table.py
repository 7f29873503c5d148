"""The catalogue's table of one symmetric class and size, read when it is first asked."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Floats
from symcat.models.ising.lattice.reduced import Reading, read
from symcat.models.tables import Table, Tables


class CouplingTable:
    """J and log Z as functions of the average over coupled pairs, without field: what the SQL macros evaluate."""

    def __init__(self, tables: Tables, label: str, size: int) -> None:
        self.tables, self.label, self.size = tables, label, size

    @cached_property
    def exists(self) -> bool:
        """Whether the catalogue has this size."""
        return self.size in self.tables.sizes(self.label)

    @cached_property
    def stored(self) -> Table:
        """The numbers of this size. Raises NoEntry if there are none."""
        return self.tables.table(self.label, self.size)

    def covers(self, q: Floats) -> NDArray[np.bool_]:
        """(G,) whether the averages q (G,) are within the table."""
        covered: NDArray[np.bool_] = (q >= self.stored.lo) & (q <= self.stored.hi)
        return covered

    def read(self, q: Floats) -> Reading:
        """What the table says at averages q (G,), which it covers."""
        return read(self.stored, self.label, self.size, q)
