"""Sums of consecutive blocks of rows, of one length that doubles when the blocks become too many."""

from __future__ import annotations

import numpy as np

from symcat.data.ingest import SpinRows
from symcat.data.moments import Floats
from symcat.data.statistics.layout import Layout
from symcat.data.statistics.spin_sums import CountedSums
from symcat.data.statistics.sums import Rows, Workspace, weighted_sums
from symcat.data.weights import pieces

_MEMORY = 32 << 20  # bytes for the sums of all blocks; wide data has fewer, very wide data a single one
_WIDE = 256  # two-valued columns from which the products of two are summed in place, a band of them at a time
_BAND = 512


class Blocks:
    """The sums of the rows taken in so far, one row of ``sums`` (B, width) for each block of ``length`` rows."""

    def __init__(self, layout: Layout, max_blocks: int) -> None:
        self.layout = layout
        self.length = 1
        self.capacity = min(max_blocks, max(1, _MEMORY // (8 * layout.width)))
        self._store: Floats = np.empty((0, layout.width))
        self._filled = 0
        self._n_rows: int | None = 0  # None: to be counted
        self._workspace: Workspace | None = None
        self._counted = CountedSums(layout)

    @property
    def sums(self) -> Floats:
        """(B, width): a view into an array with room for more."""
        return self._store[: self._filled]

    @sums.setter
    def sums(self, sums: Floats) -> None:
        self._store, self._filled, self._n_rows = sums, len(sums), None

    @property
    def n_rows(self) -> int:
        """Rows in all blocks together."""
        if self._n_rows is None:
            self._n_rows = int(self.sums[:, self.layout.rows_place].sum())
        return self._n_rows

    def _room(self) -> int:
        """Rows that the last block still takes."""
        return max(0, self.length - int(self._store[self._filled - 1, self.layout.rows_place])) if self._filled else 0

    def make_room(self, rows: int) -> None:
        """Double the length until ``rows`` more rows need no more blocks than allowed."""
        while self._filled + -(-max(0, rows - self._room()) // self.length) > self.capacity:
            self._double()

    def _double(self) -> None:
        """Join neighbours; an odd last block stays alone."""
        if self._filled > 1:
            self.sums = np.add.reduceat(self.sums, np.arange(0, self._filled, 2), axis=0)
        self.length *= 2

    def chunk_rows(self, rows: Rows) -> int:
        """How many of the rows to add at a time."""
        return len(rows) if self._counted.worthwhile(rows, self.length) else self.layout.chunk_rows

    def add(self, rows: Rows, origin: Floats, unit: float) -> bool:
        """Add at most a chunk of rows, for which there is room; False, with nothing added, if a sum is not finite."""
        m = len(rows)
        if isinstance(rows, SpinRows) and self.layout.dimension >= _WIDE:
            self._add_wide(rows)
            return True
        head = min(self._room(), m)
        full = (m - head) // self.length
        tail = m - head - full * self.length
        new = np.empty((bool(head) + full + bool(tail), self.layout.width))
        if isinstance(rows, SpinRows) and self._counted.worthwhile(rows, self.length):
            starts = [0] * bool(head) + list(range(head, m, self.length))
            for out, start, stop in zip(new, starts, [*starts[1:], m], strict=True):
                self._counted.add(rows.codes[start:stop], out)
        elif not self._multiply_out(rows, origin, unit, (head, full, tail), new):
            return False
        self._take_in(new, bool(head))
        return True

    def add_weighted(self, rows: Floats, weight: Floats, origin: Floats, unit: float) -> bool:
        """Add at most a chunk of rows (m, d), for which there is room, that count as their ``weight`` (m,) says.

        Counts are so many rows in a row, which may reach over several blocks; a weight of importance is that of one.
        False, with nothing added, if a sum is not finite.
        """
        units = np.ones(len(rows)) if self.layout.weighted else weight
        head = self._room()
        cut = pieces(units, head, self.length)
        mass = cut.length * weight[cut.row] if self.layout.weighted else cut.length
        with np.errstate(over="ignore", invalid="ignore"):
            y = self._deviations(rows, origin, unit)
            new = weighted_sums(np.ascontiguousarray(y)[cut.row], mass, cut.starts, self.layout)
        if not np.isfinite(new).all():
            return False
        self._take_in(new, bool(head))
        return True

    def _add_wide(self, rows: SpinRows) -> None:
        """Likewise of many columns, whose sums are never held twice: they are whole numbers, which cannot overflow.

        Of fewer than 2^24 rows they are exact in single precision, which is twice as fast.
        """
        d, start = self.layout.dimension, 0
        first, second = self.layout.slices[:2]
        while start < len(rows):
            if not len(self._store):
                self._store, self._filled = np.zeros((1, self.layout.width)), 1
            elif not self._room():
                self._append(np.zeros((1, self.layout.width)))
            stop = min(start + self._room(), len(rows))
            spins = rows.bits[:, start:stop].astype(np.float32)
            spins *= 2.0
            spins -= 1.0
            sums = self._store[self._filled - 1]
            sums[0] += stop - start
            sums[first] += spins.sum(axis=1, dtype=np.float64)
            pairs = sums[second].reshape(d, d)
            for band in range(0, d, _BAND):
                own, others = slice(band, band + _BAND), slice(band + _BAND, d)
                product = spins[own] @ spins[band:].T
                pairs[own, band:] += product
                pairs[others, own] += product[:, _BAND:].T
            self._n_rows = None
            start = stop

    def _multiply_out(self, rows: Rows, origin: Floats, unit: float, sizes: tuple[int, int, int], new: Floats) -> bool:
        """Write the sums of the rows into ``new``; False if one is not finite.

        ``sizes``: rows of the block that is not full yet, number of full blocks, and rows of the last one.
        """
        head, full, tail = sizes
        with np.errstate(over="ignore", invalid="ignore"):
            y = self._deviations(rows, origin, unit)
            assert self._workspace is not None
            at, place = 0, 0
            for size, blocks in ((head, 1), (full * self.length, full), (tail, 1)):
                if size:
                    self._workspace.add(y[at : at + size], blocks, new[place : place + blocks])
                    at, place = at + size, place + blocks
        return bool(np.isfinite(new).all())

    def _deviations(self, rows: Rows, origin: Floats, unit: float) -> Floats:
        """What is summed of at most a chunk of rows (m, d): nothing of codes."""
        if self._workspace is None:
            self._workspace = Workspace(self.layout)
        y = self._workspace.deviations(rows, origin, unit)
        if self.layout.categorical:
            present = ~np.isnan(y[:, self.layout.categorical])
            y[:, self.layout.categorical] = np.where(present, 0.0, np.nan)
        return y

    def _take_in(self, new: Floats, has_head: bool) -> None:
        """Sums of consecutive rows; the first of them belongs to the block that is not full where ``has_head``."""
        self._n_rows = None
        if has_head:
            self._store[self._filled - 1] += new[0]
            new = new[1:]
        self._append(new)

    def _append(self, new: Floats) -> None:
        self._n_rows = None
        filled = self._filled + len(new)
        if filled > len(self._store):
            grown = np.empty((max(filled, min(2 * filled, self.capacity)), self.layout.width))
            grown[: self._filled] = self.sums
            self._store = grown
        self._store[self._filled : filled] = new
        self._filled = filled

    def extend(self, sums: Floats, length: int) -> None:
        """Append other blocks, about the same origin and in the same unit, of another length."""
        other = Blocks(self.layout, self.capacity)
        other.sums, other.length = sums, length
        while other.length < self.length:
            other._double()
        while self.length < other.length:
            self._double()
        self._append(other.sums)
        while self._filled > self.capacity:
            self._double()
