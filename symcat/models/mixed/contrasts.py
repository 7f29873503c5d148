"""Discrete columns as numbers: contrasts between the levels of each beside real columns, and averages of both.

Contrasts are those of ``potts.layout``, orthonormal under evenly spread levels; of two levels they are -1 and +1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.data.moments import Floats, Moments
from symcat.data.schema import Schema
from symcat.models.base import Masses
from symcat.models.potts.layout import Integers, Layout

_AT_ONCE = 1 << 22  # numbers of a design that are held


@dataclass(frozen=True)
class Contrasts:
    """The contrasts of d discrete columns, q in all, of Q levels."""

    schema: Schema  # of the discrete columns

    @cached_property
    def layout(self) -> Layout:
        """Where the levels of each column stand among all."""
        return Layout(self.schema.sizes)

    @property
    def matrix(self) -> Floats:
        """(Q, q) the contrasts at every level, block by block."""
        return self.layout.contrast_matrix

    @property
    def number(self) -> int:
        """q."""
        return self.layout.levels - len(self.layout)

    @cached_property
    def at(self) -> list[slice]:
        """Where the contrasts of each column stand among all."""
        return [self.layout.contrasts_at(j) for j in range(len(self.layout))]

    def of(self, rows: Floats) -> Floats:
        """(m, q) of encoded rows (m, d) of the discrete columns."""
        digits = digits_of(self.schema, rows)
        return np.concatenate([self.layout.contrasts(j)[digits[:, j]] for j in range(len(self.layout))], axis=1)

    def moments(self, masses: Masses, reals: tuple[str, ...], origin: Floats, unit: float) -> Moments:
        """Averages over rows of the contrasts, then the real columns (m, d + k), about an origin (k,) of these."""
        q, k = self.number, len(reals)
        about = np.concatenate([np.zeros(q), origin])
        total, count = np.zeros((1 + q + k, 1 + q + k)), 0.0
        for rows, times in _pieces(masses, max(1, _AT_ONCE // (1 + q + k))):
            d = rows.shape[1] - k
            y = np.empty((len(rows), 1 + q + k))
            y[:, 0] = 1.0
            y[:, 1:] = (np.concatenate([self.of(rows[:, :d]), rows[:, d:]], axis=1) - about) / unit
            total += (y * times[:, None]).T @ y
            count += float(times.sum())
        names = (*(f"contrast {e}" for e in range(q)), *reals)
        mean = total / count
        return Moments(names, np.array([count]), about[None], unit, mean[None, 0, 1:], mean[None, 1:, 1:])


def _pieces(masses: Masses, most: int) -> Iterator[tuple[Floats, Floats]]:
    for rows, times in masses:
        for start in range(0, len(rows), most):
            yield rows[start : start + most], times[start : start + most]


def digits_of(schema: Schema, rows: Floats) -> Integers:
    """(m, d) the place of each value among the levels of its column, of encoded rows (m, d) of discrete columns."""
    two = np.array([size == 2 for size in schema.sizes])
    return np.where(two, rows > 0.0, rows).astype(np.intp)
