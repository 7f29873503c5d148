"""Averages over rows of all monomials and of the next even power of each column, and the covariance of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact.bases import Axes
from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]

_AT_ONCE = 8192


@dataclass(frozen=True)
class RowAverages:
    """Over ``count`` rows, in the axes z: averages (M + d,) of the monomials, then of the columns' next even powers."""

    count: int
    averages: Floats
    covariance: Floats  # (M + d, M + d)
    lo: Floats  # (d,) of z
    hi: Floats

    @classmethod
    def of(cls, rows: Floats, axes: Axes, terms: Terms) -> RowAverages:
        n, power = len(rows), terms.degree + 2
        back = _unit_columns(axes)
        total = np.zeros(terms.count + terms.dimension)
        products = np.zeros((len(total), len(total)))
        lo, hi, shift = np.full(terms.dimension, np.inf), np.full(terms.dimension, -np.inf), None
        for start in range(0, n, _AT_ONCE):
            clock.check()
            z = axes(rows[start : start + _AT_ONCE])
            lo, hi = np.minimum(lo, z.min(axis=0)), np.maximum(hi, z.max(axis=0))
            values = np.concatenate([terms.values(z), (z @ back.T) ** power], axis=1)
            if shift is None:
                shift = values.mean(axis=0)  # so that centring cancels nothing
            values -= shift
            total += values.sum(axis=0)
            products += values.T @ values
        assert shift is not None
        mean = total / n
        return cls(n, shift + mean, products / n - np.outer(mean, mean), lo, hi)


def next_powers(axes: Axes, terms: Terms) -> tuple[Terms, Floats]:
    """(d, M') the next even power of each column as a sum of monomials in z, and these."""
    higher = Terms.of(terms.dimension, terms.degree + 2)
    place = higher.place
    moved = higher.in_axes(_unit_columns(axes), np.zeros(terms.dimension))
    return higher, moved[
        [place[tuple(row)] for row in ((terms.degree + 2) * np.eye(terms.dimension, dtype=int)).tolist()]
    ]


def _unit_columns(axes: Axes) -> Floats:
    """(d, d) the columns about the origin in their own standard deviations, from z."""
    back = np.linalg.inv(axes.matrix)
    out: Floats = back / np.linalg.norm(back, axis=1)[:, None]
    return out
