"""What the device is asked, and that it may have no answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.answer.records import Evidence, Step
from symcat.data.schema import Schema

Floats = NDArray[np.float64]
Progress = Callable[[str], None]

MOST_HELD = 1 << 27
"""Numbers held to measure the statistics of a polynomial, which the one pass does not keep."""


@dataclass(frozen=True)
class Asked:
    """What was found out about the table before, and how long the device may take."""

    columns: tuple[str, ...]
    read: Callable[[], Iterable[Floats]]  # batches of complete or incomplete rows
    mean: Floats  # (d,) of the rows, or the centre that is known; 0 for spins
    spread: Floats  # (d,) standard deviations; 1 for spins
    center_known: bool
    coding: Schema | None  # of the columns that are spins
    evidence: tuple[Evidence, ...]
    before: tuple[Step, ...]  # what was asked before the device
    n_missing: int
    budget_s: float
    seed: int
    version: str
    sampled: bool = False  # the rows are a random sample, kept with statistics that the user collected
    progress: Progress | None = None

    @property
    def spins(self) -> list[int]:
        """Positions of the columns that are spins."""
        return [] if self.coding is None else np.flatnonzero(self.coding.spins).tolist()

    @property
    def real(self) -> NDArray[np.bool_]:
        """(d,) which columns are continuous."""
        out = np.ones(len(self.columns), dtype=bool)
        out[self.spins] = False
        return out

    def rows(self) -> Floats | Refused:
        """All complete rows (n, d)."""
        parts, held = [], 0
        for batch in self.read():
            parts.append(batch[~np.isnan(batch).any(axis=1)])
            held += parts[-1].size
            if held > MOST_HELD:
                return Refused(f"the rows hold more than {MOST_HELD:,} numbers: pass a sample of them")
        return np.concatenate(parts)


@dataclass(frozen=True)
class Refused:
    """Why the device has no answer."""

    reason: str
