"""Whether sums can be those of any rows at all: what an edited file has wrong, though its digest was renewed."""

from __future__ import annotations

import numpy as np

from symcat.data.moments import Floats
from symcat.data.statistics.layout import Layout

_ROUNDING = 1e-7
"""Relative, of sums of products about an origin near the data."""


def check_sums(layout: Layout, sums: Floats) -> None:
    """Raises ValueError for block sums (B, width) that no rows have.

    Counts are whole numbers; the matrix of products of any rows has no negative eigenvalue, also with the column of
    ones (Cauchy-Schwarz); a fourth power averages to no less than the square of the second; spins have squares of one.
    """
    count = sums[:, 0]
    rows = sums[:, layout.rows_place]
    if (count < 0.0).any() or (rows < 0.0).any() or (rows != np.floor(rows)).any():
        raise ValueError("a count of rows is no whole number")
    blocks, d = len(sums), layout.dimension
    first, second = sums[:, layout.slices[0]], sums[:, layout.slices[1]].reshape(blocks, d, d)
    square = np.einsum("bii->bi", second)
    slack = 1.0 + _ROUNDING
    if (square < 0.0).any() or (first**2 > slack * count[:, None] * square).any():
        raise ValueError("an average square is below the square of the average")
    bound = square[:, :, None] * square[:, None, :]
    if not np.allclose(second, second.transpose(0, 2, 1), rtol=_ROUNDING) or (second**2 > slack * bound).any():
        raise ValueError("an average product is above what the squares allow")
    spins = layout.two_valued
    if (np.abs(square[:, spins] - count[:, None]) > _ROUNDING * (1.0 + count[:, None])).any():
        raise ValueError("a two-valued column has values that are neither -1 nor +1")
    if layout.n_powers >= 2:
        fourth = sums[:, layout.slices[2]].reshape(blocks, d, layout.n_powers)[:, :, 1]
        if (square**2 > slack * count[:, None] * fourth).any():
            raise ValueError("an average fourth power is below the square of the average square")
    _check_matrix(count.sum(), first.sum(axis=0), second.sum(axis=0))


def check_sample(layout: Layout, total: Floats, sample: Floats, origin: Floats, unit: float) -> None:
    """Raises ValueError where the sample holds all rows, and these have other sums than ``total`` (width,)."""
    if len(sample) != total[layout.rows_place] or not len(sample):
        return
    weight = sample[:, -1:] if layout.weighted else 1.0
    y = (sample[:, : layout.dimension] - origin) / unit
    y[:, layout.categorical] = 0.0
    size = np.abs(y)
    for place, found, scale in (
        (layout.slices[0], (weight * y).sum(axis=0), (weight * size).sum(axis=0)),
        (layout.slices[1], ((weight * y).T @ y).reshape(-1), ((weight * size).T @ size).reshape(-1)),
    ):
        if (np.abs(total[place] - found) > _ROUNDING * scale).any():
            raise ValueError("the sums are not those of the rows")


def _check_matrix(count: float, first: Floats, second: Floats) -> None:
    if count <= 0.0:
        return
    scale = np.sqrt(np.maximum(np.diagonal(second), 0.0))
    scale = np.where(scale > 0.0, scale, 1.0)
    full = np.block([[np.ones((1, 1)), (first / scale / np.sqrt(count))[None]], [np.zeros((len(first), 1)), second]])
    full[1:, 1:] = second / np.outer(scale, scale)
    full[1:, 0] = full[0, 1:]
    if np.linalg.eigvalsh(full)[0] < -_ROUNDING * len(full):
        raise ValueError("the products of columns are of no rows")
