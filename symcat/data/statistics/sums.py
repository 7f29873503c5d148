"""Power sums of blocks of consecutive rows: the inner loop of the one pass over the data.

The sums of a block are one flat vector, so that joining, doubling, storing and merging blocks are single array
operations. Chunks are sized to stay in the processor's second-level cache while their powers are formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.spins import SpinRows
from symcat.data.moments import Floats, Moments, Needs, highest_column_power

_TILE_ROWS = 64


@dataclass(frozen=True)
class Layout:
    """Which sums are kept for ``columns`` and where they lie in the flat vector of a block."""

    columns: tuple[str, ...]
    needs: Needs
    order: int | None = None  # highest power of single columns; None for what the classes' checks use

    @cached_property
    def dimension(self) -> int:
        """Number of columns."""
        return len(self.columns)

    @cached_property
    def n_powers(self) -> int:
        """Number of sums of powers 3, 4, ... of single columns. For one column the radial sums are among them."""
        wanted = Needs.COLUMN_POWERS | Needs.RADIAL if self.dimension == 1 else Needs.COLUMN_POWERS
        order = highest_column_power(self.dimension) if self.order is None else self.order
        return order - 2 if self.needs & wanted else 0

    @cached_property
    def radial(self) -> bool:
        """Whether the radial sums are kept apart from those of single columns."""
        return self.dimension > 1 and bool(self.needs & Needs.RADIAL)

    @cached_property
    def slices(self) -> tuple[slice, slice, slice, slice, slice]:
        """Places of: first, second, column powers, radial third, radial fourth. The count comes before them."""
        d = self.dimension
        sizes = (d, d * d, d * self.n_powers, d if self.radial else 0, 1 if self.radial else 0)
        ends = np.cumsum((1, *sizes)).tolist()
        first, second, powers, third, fourth = (slice(a, b) for a, b in pairwise(ends))
        return first, second, powers, third, fourth

    @cached_property
    def width(self) -> int:
        """Length of a block's vector of sums."""
        return int(self.slices[-1].stop)

    @cached_property
    def chunk_rows(self) -> int:
        """Rows summed at a time, a power of two; for wide data enough of them to keep matrix products efficient."""
        d = self.dimension
        values = 1 << 15 if d == 1 else 1 << 17
        return 1 << (max(values // d, 4 * d).bit_length() - 1)

    def averages(self, sums: Floats, origin: Floats, unit: float) -> Moments:
        """The Moments of B blocks from their sums (B, width), taken about ``origin`` (d,) or (B, d) in ``unit``.

        Blocks without rows have averages of zero.
        """
        blocks, d = len(sums), self.dimension
        count = sums[:, 0]
        mean = sums / np.maximum(count, 1.0)[:, None]
        first, second, powers, third, fourth = (mean[:, place] for place in self.slices)
        return Moments(
            columns=self.columns,
            count=count.copy(),
            origin=np.broadcast_to(origin, (blocks, d)).copy(),
            unit=unit,
            first=first,
            second=second.reshape(blocks, d, d),
            column_powers=powers.reshape(blocks, d, self.n_powers) if self.n_powers else None,
            radial_third=third if self.radial else None,
            radial_fourth=fourth[:, 0] if self.radial else None,
        )

    def sums(self, moments: Moments) -> Floats:
        """The inverse of ``averages``: (B, width)."""
        blocks = moments.n_groups
        parts = [np.ones((blocks, 1)), moments.first, moments.second.reshape(blocks, -1)]
        parts += [
            extra.reshape(blocks, -1)
            for extra in (moments.column_powers, moments.radial_third, moments.radial_fourth)
            if extra is not None
        ]
        return np.concatenate(parts, axis=1) * moments.count[:, None]


@dataclass(frozen=True)
class ColumnRows:
    """Rows held as d separate columns, so that a data frame is summed without being gathered into one array first."""

    columns: tuple[Floats, ...]  # each (m,)

    def __len__(self) -> int:
        return len(self.columns[0])

    def __getitem__(self, run: slice) -> ColumnRows:
        return ColumnRows(tuple(column[run] for column in self.columns))

    def gather(self, chosen: NDArray[np.intp] | slice = slice(None)) -> Floats:
        """The chosen rows as one array (m, d); a view where it can be."""
        if len(self.columns) == 1:
            return self.columns[0][chosen][:, None]
        return np.stack([column[chosen] for column in self.columns]).T


Rows: TypeAlias = Floats | ColumnRows | SpinRows


def gather(rows: Rows, chosen: NDArray[np.intp] | slice = slice(None)) -> Floats:
    """The chosen rows as one array (m, d)."""
    return rows[chosen] if isinstance(rows, np.ndarray) else rows.gather(chosen)


class Workspace:
    """Buffers reused from chunk to chunk."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        d, rows = layout.dimension, layout.chunk_rows
        if d == 1:
            spare = 3
        elif layout.n_powers or layout.radial:
            spare = 2
        else:
            spare = 1
        self._flat = np.empty((spare, rows * d))
        self._ones = np.ones(max(rows, d))
        self._tile: Floats = np.empty(0)
        self._tiled: Floats | None = None

    def deviations(self, rows: Rows, origin: Floats, unit: float) -> Floats:
        """``(rows - origin) / unit`` for at most a chunk of rows (m, d), in a buffer with the memory order of rows."""
        m, d = len(rows), len(origin)
        flat = self._flat[0, : m * d]
        if isinstance(rows, SpinRows):  # complete, and summed about zero in a unit of one
            spins = flat.reshape(d, m)
            np.multiply(rows.bits, 2.0, out=spins)
            spins -= 1.0
            return spins.T
        if isinstance(rows, ColumnRows):
            if unit != 1.0:
                return self.deviations(rows.gather(), origin, unit)
            by_column = flat.reshape(d, m)
            for out, column, center in zip(by_column, rows.columns, origin, strict=True):
                np.subtract(column, center, out=out)
            return by_column.T
        if unit != 1.0:
            # Scaled before subtracting: the difference itself may overflow.
            scaled = rows * (1.0 / unit)
            return self.deviations(scaled, origin / unit, 1.0)
        if d == 1:
            np.subtract(rows[:, 0], origin[0], out=flat)
            return flat[:, None]
        if rows.flags.c_contiguous and m >= _TILE_ROWS:
            # An inner loop over only d values is slow, so 64 rows are handled as one long row.
            whole = m - m % _TILE_ROWS
            if self._tiled is not origin:
                self._tile, self._tiled = np.tile(origin, _TILE_ROWS), origin
            tile = self._tile
            np.subtract(rows[:whole].reshape(-1, tile.size), tile, out=flat[: whole * d].reshape(-1, tile.size))
            np.subtract(rows[whole:], origin, out=flat[whole * d :].reshape(-1, d))
            return flat.reshape(m, d)
        if _by_column(rows):
            by_column = flat.reshape(d, m)
            np.subtract(rows.T, origin[:, None], out=by_column)
            return by_column.T
        y = flat.reshape(m, d)
        np.subtract(rows, origin, out=y)
        return y

    def add(self, y: Floats, blocks: int, out: Floats) -> None:
        """Write the sums of ``blocks`` equal runs of the deviations ``y`` (m, d) into ``out`` (blocks, width)."""
        m, d = y.shape
        out[:, 0] = m // blocks
        if d == 1:
            self._add_column(y[:, 0].reshape(blocks, -1), out)
            return
        layout = self.layout
        first, second, powers, third, fourth = (out[:, place] for place in layout.slices)
        runs = _runs(y, blocks)
        length = m // blocks
        ones = self._ones[:length]
        first[:] = ones @ runs
        np.matmul(runs.transpose(0, 2, 1), runs, out=second.reshape(blocks, d, d))
        if not (layout.n_powers or layout.radial):
            return
        spare = self._flat[1, : m * d]
        y2 = spare.reshape(d, m).T if _by_column(y) else spare.reshape(m, d)
        np.multiply(y, y, out=y2)
        if layout.radial:
            rho2 = _runs(y2, blocks) @ self._ones[:d]
            third[:] = np.matmul(rho2[:, None, :], runs)[:, 0]
            fourth[:, 0] = np.vecdot(rho2, rho2)
        if layout.n_powers:
            by_power = powers.reshape(blocks, d, 2)
            # y is not needed any more: its buffer takes the cubes.
            np.multiply(y, y2, out=y)
            by_power[:, :, 0] = ones @ runs
            np.multiply(y2, y2, out=y2)
            by_power[:, :, 1] = ones @ _runs(y2, blocks)

    def _add_column(self, y: Floats, out: Floats) -> None:
        """Powers of one column, y (blocks, length); sums of products of two powers save forming the high ones."""
        out[:, 1] = y.sum(axis=1)
        out[:, 2] = np.vecdot(y, y)
        if self.layout.n_powers:
            y2, y3 = (self._flat[k, : y.size].reshape(y.shape) for k in (1, 2))
            np.multiply(y, y, out=y2)
            np.multiply(y2, y, out=y3)
            pairs = ((y2, y), (y2, y2), (y3, y2), (y3, y3))
            for k, (a, b) in enumerate(pairs):
                out[:, 3 + k] = np.vecdot(a, b)


def _by_column(rows: Floats) -> bool:
    """Whether the values of a column, rather than of a row, lie next to each other."""
    return abs(rows.strides[0]) < abs(rows.strides[1])


def _runs(y: Floats, blocks: int) -> Floats:
    """View of (m, d) rows as (blocks, m / blocks, d), whichever the memory order."""
    m, d = y.shape
    if _by_column(y):
        return y.T.reshape(d, blocks, m // blocks).transpose(1, 2, 0)
    return y.reshape(blocks, m // blocks, d)
