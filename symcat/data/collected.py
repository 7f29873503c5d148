"""The one pass over a table: all columns jointly and, where they are of two kinds, each kind by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from symcat.data.ingest import Source
from symcat.data.moments import Floats, Needs
from symcat.data.schema import Schema
from symcat.data.statistics import Statistics


@dataclass(frozen=True)
class Collected:
    """Statistics of a table, and of each kind of column by itself where it has both.

    ``spins`` and ``reals`` are None for columns of one kind, and where joint statistics were given by the user, which
    do not hold what each block needs. ``source`` is the data themselves, where they can be read again.
    """

    joint: Statistics
    spins: Statistics | None = None
    reals: Statistics | None = None
    source: Source | None = None

    def read(self) -> Iterable[Floats]:
        """The rows again, in batches; of statistics that a user collected, their random sample."""
        return self.source.batches() if self.source is not None else (self.joint.sample,)

    @property
    def mixed(self) -> bool:
        """Whether there are columns of both kinds."""
        coding = self.joint.coding
        return coding is not None and not coding.all_spins

    @property
    def coding(self) -> Schema:
        """Which columns are two-valued, in a table that has such columns."""
        assert self.joint.coding is not None
        return self.joint.coding

    @property
    def positions(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The two-valued columns and the continuous ones."""
        spin = self.coding.spins
        return tuple(map(int, np.flatnonzero(spin))), tuple(map(int, np.flatnonzero(~spin)))


def collect(source: Source, needs: Needs, seed: int = 0) -> Collected:
    """The statistics of a source in one pass: ``needs`` of all columns if they are of one kind.

    Raises InvalidData for an infinity or an overflow, naming column and row.
    """
    coding = source.coding
    if coding is None or coding.all_spins or not coding.spins.any():
        return Collected(Statistics(source.columns, needs=needs, seed=seed).update(source), source=source)
    spin = coding.spins
    kinds = (np.arange(len(spin)), np.flatnonzero(spin), np.flatnonzero(~spin))
    wanted = (Needs.SECOND | Needs.STATES, Needs.SECOND | Needs.STATES, Needs.ALL)
    tables = [Schema(tuple(coding.columns[j] for j in at), tuple(coding.levels[j] for j in at)) for at in kinds]
    found = [Statistics(t.columns, needs=n, seed=seed) for t, n in zip(tables, wanted, strict=True)]
    for rows in source.batches():
        complete = rows[~np.isnan(rows).any(axis=1)]
        for statistics, table, at in zip(found, tables, kinds, strict=True):
            # A row with a missing value counts as such in the whole table, and in neither block.
            statistics.update(_batch(rows if len(at) == len(spin) else complete[:, at], table))
    joint, spins, reals = found
    return Collected(joint, spins, reals, source)


def _batch(rows: Floats, table: Schema) -> Source:
    known = None if not table.spins.any() else table
    return Source(columns=table.columns, read=lambda: iter((rows,)), n_rows=len(rows), coding=known)
