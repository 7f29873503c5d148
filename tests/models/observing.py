"""What the pass over the data leaves of rows, worked out from the rows themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcat.data.moments import Moments
from symcat.models.base import Observed


def moments_of(tables: Sequence[np.ndarray], *, power: int = 6) -> Moments:
    """The averages of one table (m, d) per group, about the first group's first row."""
    d = tables[0].shape[1]
    origin = tables[0][0]
    unit = 2.0 ** np.round(np.log2(np.abs(tables[0] - origin).mean() + 1e-300))
    scaled = [(rows - origin) / unit for rows in tables]
    lengths = [(y**2).sum(axis=1) for y in scaled]
    several = d > 1
    return Moments(
        columns=("x",) if d == 1 else tuple(f"x{i}" for i in range(d)),
        count=np.array([float(len(rows)) for rows in tables]),
        origin=np.tile(origin, (len(tables), 1)),
        unit=float(unit),
        first=np.stack([y.mean(axis=0) for y in scaled]),
        second=np.stack([y.T @ y / len(y) for y in scaled]),
        column_powers=np.stack([np.stack([(y**k).mean(axis=0) for k in range(3, power + 1)], axis=-1) for y in scaled]),
        radial_third=np.stack([(y * q[:, None]).mean(axis=0) for y, q in zip(scaled, lengths, strict=True)])
        if several
        else None,
        radial_fourth=np.array([(q**2).mean() for q in lengths]) if several else None,
    )


def observed(rows: np.ndarray) -> Observed:
    """Of a single table, all rows being the sample."""
    return Observed(moments_of([rows]), sample=rows)
