"""Units in which columns have mean 0 and variance 1, and what becomes of statistics and couplings in them.

With ``x = c + S y`` the binomial theorem makes every monomial of x a sum of monomials of y. Where these are again the
statistics (a set that holds, with a monomial, all its divisors), ``T(x) = B T(y) + b``; else the columns are only
scaled, by one factor if the symmetry asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray

from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]
_CLOSED = 1e-9  # relative remainder that rounding may leave


@dataclass(frozen=True)
class Coordinates:
    """``x = shift + scale y`` (d,), and ``T(x) = matrix T(y) + constant`` (K, K), (K,)."""

    shift: Floats
    scale: Floats
    matrix: Floats
    constant: Floats

    def averages_in(self, target: Floats) -> Floats:
        """Averages (K,) of T(y), from those of T(x)."""
        return np.asarray(np.linalg.solve(self.matrix, target - self.constant), dtype=np.float64)

    def covariance_in(self, covariance: Floats) -> Floats:
        """Covariance (K, K) of T(y), from that of T(x)."""
        half = np.linalg.solve(self.matrix, covariance)
        out: Floats = np.linalg.solve(self.matrix, half.T)
        return 0.5 * (out + out.T)

    def couplings_in(self, couplings: Floats) -> Floats:
        """Couplings (K,) of T(y), from those of T(x)."""
        out: Floats = self.matrix.T @ couplings
        return out

    def couplings_out(self, couplings: Floats) -> Floats:
        """Couplings of T(x), from those of T(y), along the first axis of an array (K, ...)."""
        return np.asarray(np.linalg.solve(self.matrix.T, couplings), dtype=np.float64)

    def log_partition_out(self, couplings: Floats, log_partition: float) -> float:
        """log Z in the units of x, from that in the units of y and the couplings (K,) of T(x)."""
        return log_partition + float(np.log(self.scale).sum() - couplings @ self.constant)


def standard(statistics: SufficientStatistics, target: Floats) -> Coordinates:
    """Coordinates in which the columns are standardised as far as the statistics (their averages ``target``) allow."""
    d, spins = statistics.dimension, statistics.spins
    unchanged = Coordinates(np.zeros(d), np.ones(d), np.eye(statistics.count), np.zeros(statistics.count))
    if spins.all():
        return unchanged
    mean, second = _mean_and_square(statistics, target)
    own = np.where(spins, 1.0, np.sqrt(np.maximum(second - mean**2, 1e-12 * second)))
    raw = np.where(spins, 1.0, np.sqrt(second))
    free = ~spins
    shift = np.where(spins, 0.0, mean)
    common, common_raw = own.copy(), raw.copy()
    common[free] = np.sqrt(np.mean(own[free] ** 2))
    common_raw[free] = np.sqrt(np.mean(raw[free] ** 2))
    alike = np.where(spins, 0.0, shift[free].mean())
    zero = np.zeros(d)
    for c, s in ((shift, own), (shift, common), (alike, common), (zero, raw), (zero, common_raw)):
        found = _changed(statistics, c, s)
        if found is not None:
            return found
    return unchanged


def _mean_and_square(statistics: SufficientStatistics, target: Floats) -> tuple[Floats, Floats]:
    """(d,) averages of the columns and of their squares, as far as the statistics tell them; else 0 and 1."""
    d = statistics.dimension
    place = {tuple(e): m for m, e in enumerate(statistics.exponents.tolist())}
    weights = statistics.weights

    def average(e: list[int], unknown: float) -> float:
        m = place.get(tuple(e))
        if m is None:
            return unknown
        holding = np.flatnonzero(weights[:, m])
        k = int(holding[np.argmin((weights[holding] != 0.0).sum(axis=1))])
        members = np.flatnonzero(weights[k])
        alike = {tuple(sorted(statistics.exponents[i].tolist())) for i in members}
        # An invariant sum shares its average among monomials of the same shape.
        return float(target[k] / weights[k].sum()) if len(alike) == 1 else unknown

    def unit(j: int, power: int) -> list[int]:
        return [power if i == j else 0 for i in range(d)]

    mean = np.array([average(unit(j, 1), 0.0) for j in range(d)])
    second = np.array([average(unit(j, 2), np.nan) for j in range(d)])
    known = np.isfinite(second) & (second > 0.0)
    second = np.where(known, second, 1.0 + mean**2)
    return mean, second


def _changed(statistics: SufficientStatistics, shift: Floats, scale: Floats) -> Coordinates | None:
    """The change of coordinates, if the statistics are carried into sums of themselves and a constant."""
    place = {tuple(e): m for m, e in enumerate(statistics.exponents.tolist())}
    n = len(place)
    monomials, constant = np.zeros((n, n)), np.zeros(n)
    for m, e in enumerate(statistics.exponents.tolist()):
        columns = [j for j, p in enumerate(e) if p]
        lowest = [e[j] if shift[j] == 0.0 else 0 for j in columns]
        for powers in product(*(range(lo, e[j] + 1) for lo, j in zip(lowest, columns, strict=True))):
            c, inner = 1.0, [0] * len(e)
            for j, p in zip(columns, powers, strict=True):
                c *= comb(e[j], p) * shift[j] ** (e[j] - p) * scale[j] ** p
                inner[j] = p
            if not any(powers):
                constant[m] += c
                continue
            at = place.get(tuple(inner))
            if at is None:
                return None
            monomials[m, at] += c
    weights = statistics.weights
    moved = weights @ monomials
    if statistics.are_monomials:
        return Coordinates(shift, scale, moved, constant)
    matrix: Floats = np.asarray(np.linalg.lstsq(weights.T, moved.T, rcond=None)[0], dtype=np.float64).T
    size = np.maximum(np.abs(moved).max(axis=1, keepdims=True), np.finfo(float).tiny)
    if (np.abs(matrix @ weights - moved) > _CLOSED * size).any():
        return None
    return Coordinates(shift, scale, matrix, weights @ constant)
