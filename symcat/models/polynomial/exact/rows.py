"""Averages over rows of all monomials and of the next even power of each column, and the covariance of these."""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial, prod

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.models.polynomial.exact.bases import Axes
from symcat.models.polynomial.exact.terms import Terms

Floats = NDArray[np.float64]

_AT_ONCE = 8192


@dataclass(frozen=True)
class RowAverages:
    """Over ``count`` rows, in the axes z: averages (M + r,) of the monomials, then of the real columns' next
    even powers."""

    count: int
    averages: Floats
    covariance: Floats  # (M + r, M + r)
    lo: Floats  # (d,) of z
    hi: Floats
    farthest: float  # the largest |z|

    @classmethod
    def of(cls, rows: Floats, axes: Axes, terms: Terms) -> RowAverages:
        n, power = len(rows), terms.degree + 2
        back = _unit_columns(axes)[terms.real]
        total = np.zeros(terms.count + len(back))
        products = np.zeros((len(total), len(total)))
        lo, hi = np.full(terms.dimension, np.inf), np.full(terms.dimension, -np.inf)
        farthest, shift = 0.0, None
        for start in range(0, n, _AT_ONCE):
            clock.check()
            z = axes(rows[start : start + _AT_ONCE])
            lo, hi = np.minimum(lo, z.min(axis=0)), np.maximum(hi, z.max(axis=0))
            farthest = max(farthest, float((z * z).sum(axis=1).max()))
            values = np.concatenate([terms.values(z), (z @ back.T) ** power], axis=1)
            if shift is None:
                shift = values.mean(axis=0)  # so that centring cancels nothing
            values -= shift
            total += values.sum(axis=0)
            products += values.T @ values
        assert shift is not None
        mean = total / n
        return cls(n, shift + mean, products / n - np.outer(mean, mean), lo, hi, farthest**0.5)


class Measured:
    """Rows (n, d) that are measured once about each origin."""

    def __init__(self, rows: Floats, terms: Terms) -> None:
        self.rows, self.terms = rows, terms
        self._about: dict[bytes, RowAverages] = {}

    def about(self, axes: Axes) -> RowAverages:
        """In principal axes, of which the origin alone may differ from those before."""
        key = axes.origin.tobytes()
        if key not in self._about:
            self._about[key] = RowAverages.of(self.rows, axes, self.terms)
        return self._about[key]


def next_powers(axes: Axes, terms: Terms) -> tuple[Terms, Floats]:
    """(r, M') the next even power of each real column as a sum of monomials in z, and these."""
    power, real = terms.degree + 2, terms.real
    higher = Terms.of(terms.dimension, power, terms.two_valued)
    of_power = higher.exponents[:, real].sum(axis=1) == power
    chosen = higher.exponents[of_power]
    ways = [factorial(power) / prod(map(factorial, e)) for e in chosen.tolist()]
    out = np.zeros((len(real), higher.count))
    out[:, of_power] = np.prod(_unit_columns(axes)[real, None, :] ** chosen, axis=2) * ways
    return higher, out


def _unit_columns(axes: Axes) -> Floats:
    """(d, d) the columns about the origin in their own standard deviations, from z."""
    back = np.linalg.inv(axes.matrix)
    out: Floats = back / np.linalg.norm(back, axis=1)[:, None]
    return out
