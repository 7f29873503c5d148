"""Power sums of blocks of consecutive rows: the inner loop of the one pass over the data.

Chunks are sized to stay in the processor's second-level cache while their powers are formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from symcat.data.ingest.spins import SpinRows
from symcat.data.moments import Floats
from symcat.data.statistics.layout import Layout

_TILE_ROWS = 64


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
        # Of several columns the squares take a second buffer, and powers beyond the fourth a third.
        buffers = 3 if d == 1 else 1 + bool(layout.n_powers or layout.radial) + (layout.n_powers > 2)
        self._flat = np.empty((buffers, rows * d))
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
        y2 = self._like(y, 1)
        np.multiply(y, y, out=y2)
        if layout.radial:
            chosen = slice(None) if len(layout.radial) == d else list(layout.radial)
            rho2 = _runs(y2, blocks)[:, :, chosen] @ self._ones[: len(layout.radial)]
            third[:] = np.matmul(rho2[:, None, :], runs[:, :, chosen])[:, 0]
            fourth[:, 0] = np.vecdot(rho2, rho2)
        if layout.n_powers:
            by_power = powers.reshape(blocks, d, layout.n_powers)
            # Where y is not needed any more, its buffer takes the cubes.
            cubes = y if layout.n_powers <= 2 else self._like(y, 2)
            np.multiply(y, y2, out=cubes)
            by_power[:, :, 0] = ones @ _runs(cubes, blocks)
            power = np.multiply(y2, y2, out=y2)
            for k in range(1, layout.n_powers):
                by_power[:, :, k] = ones @ _runs(power, blocks)
                if k + 1 < layout.n_powers:
                    power *= y

    def _like(self, y: Floats, buffer: int) -> Floats:
        """A buffer in the shape and the memory order of ``y``, (m, d)."""
        m, d = y.shape
        flat = self._flat[buffer, : m * d]
        return flat.reshape(d, m).T if _by_column(y) else flat.reshape(m, d)

    def _add_column(self, y: Floats, out: Floats) -> None:
        """Powers of one column, y (blocks, length); sums of products of two powers save forming the high ones."""
        out[:, 1] = y.sum(axis=1)
        out[:, 2] = np.vecdot(y, y)
        n_powers = self.layout.n_powers
        if not n_powers:
            return
        y2, y3 = (self._flat[k, : y.size].reshape(y.shape) for k in (1, 2))
        np.multiply(y, y, out=y2)
        if n_powers > 2:
            np.multiply(y2, y, out=y3)
        pairs = ((y2, y), (y2, y2), (y3, y2), (y3, y3))[:n_powers]
        for k, (a, b) in enumerate(pairs):
            out[:, 3 + k] = np.vecdot(a, b)
        for k in range(len(pairs), n_powers):
            # The power k + 2 in the buffer of the squares, times y.
            np.multiply(*((y3, y3) if k == len(pairs) else (y2, y)), out=y2)
            out[:, 3 + k] = np.vecdot(y2, y)


def weighted_sums(y: Floats, weight: Floats, starts: NDArray[np.intp], layout: Layout) -> Floats:
    """(S, width) the sums of S runs of deviations ``y`` (m, d), of which each row counts ``weight`` (m,).

    The runs begin at ``starts``.
    """
    d, r = layout.dimension, len(layout.radial)
    out = np.empty((len(starts), layout.width))
    first, second, powers, third, fourth = (out[:, place] for place in layout.slices)
    square = (y[:, layout.radial] ** 2).sum(axis=1) if r else None
    for k, (start, stop) in enumerate(zip(starts, [*starts[1:], len(y)], strict=True)):
        run, w = y[start:stop], weight[start:stop]
        weighed = run * w[:, None]
        out[k, 0] = w.sum()
        first[k] = weighed.sum(axis=0)
        second[k] = (weighed.T @ run).reshape(-1)
        power = weighed * run
        for p in range(layout.n_powers):
            power *= run
            powers[k].reshape(d, layout.n_powers)[:, p] = power.sum(axis=0)
        if square is not None:
            rho2 = square[start:stop]
            third[k] = rho2 @ weighed[:, layout.radial]
            fourth[k, 0] = w @ rho2**2
        if layout.weighted:
            out[k, layout.rows_place :] = len(w), w @ w
    return out


def _by_column(rows: Floats) -> bool:
    """Whether the values of a column, rather than of a row, lie next to each other."""
    return abs(rows.strides[0]) < abs(rows.strides[1])


def _runs(y: Floats, blocks: int) -> Floats:
    """View of (m, d) rows as (blocks, m / blocks, d), whichever the memory order."""
    m, d = y.shape
    if _by_column(y):
        return y.T.reshape(d, blocks, m // blocks).transpose(1, 2, 0)
    return y.reshape(blocks, m // blocks, d)
