"""Where the solver starts, and the reference that log Z is measured from: independent or Gaussian columns."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcat.analog.confinement import confines
from symcat.symmetry.sufficient_statistics import SufficientStatistics

Floats = NDArray[np.float64]

_INSIDE = 0.1  # of the inward direction, that the start lies within what confines
_WELL_INSIDE = 1.0 - 1e-6  # of a spin's mean


@dataclass(frozen=True)
class Product:
    """Independent columns: spins of given ``means`` and, elsewhere, Gaussians of given ``means`` and ``variances``."""

    spins: NDArray[np.bool_]
    means: Floats
    variances: Floats

    @property
    def statistics(self) -> SufficientStatistics:
        """The monomials x_j of all columns, then x_j^2 of those that are not spins."""
        unit = np.eye(len(self.spins), dtype=np.int64)
        return SufficientStatistics.monomials([*unit, *(2 * unit[~self.spins])], np.flatnonzero(self.spins).tolist())

    @property
    def couplings(self) -> Floats:
        """Of ``statistics``."""
        free = ~self.spins
        linear = np.where(self.spins, -np.arctanh(np.where(self.spins, self.means, 0.0)), -self.means / self.variances)
        return np.concatenate([linear, 0.5 / self.variances[free]])

    @property
    def log_partition(self) -> float:
        """log of the sum over the spins and the integral over the rest of exp(-F)."""
        free = ~self.spins
        field = np.arctanh(self.means[~free])
        gaussian = (
            0.5 * np.log(2.0 * math.pi * self.variances[free]) + 0.5 * self.means[free] ** 2 / self.variances[free]
        )
        return float(np.logaddexp(field, -field).sum() + gaussian.sum())

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n, d) independent rows."""
        normal = self.means + np.sqrt(self.variances) * rng.standard_normal((n, len(self.means)))
        spin = np.where(rng.random((n, len(self.means))) < 0.5 * (1.0 + self.means), 1.0, -1.0)
        return np.where(self.spins, spin, normal)


def product(statistics: SufficientStatistics, averages: Floats) -> Product:
    """Independent columns with the means and variances that the averages (K,) tell; 0 and 1 where they do not."""
    d = statistics.dimension
    means, second = np.zeros(d), np.ones(d)
    if statistics.are_monomials:
        unit = {tuple(e): k for k, e in enumerate(statistics.exponents.tolist())}
        for j in range(d):
            for power, into in ((1, means), (2, second)):
                k = unit.get(tuple(power if i == j else 0 for i in range(d)))
                if k is not None:
                    into[j] = averages[k]
    means = np.where(statistics.spins, np.clip(means, -_WELL_INSIDE, _WELL_INSIDE), means)
    variances = np.where(statistics.spins, 1.0, second - means**2)
    return Product(statistics.spins, means, np.where(variances > 0.0, variances, 1.0))


def couplings(statistics: SufficientStatistics, averages: Floats) -> Floats:
    """(K,) from which the solver starts where nothing better is known: the columns taken as independent."""
    base = product(statistics, averages)
    wanted = np.zeros(len(statistics.exponents))
    place = {tuple(e): m for m, e in enumerate(statistics.exponents.tolist())}
    for e, c in zip(base.statistics.exponents.tolist(), base.couplings, strict=True):
        if tuple(e) in place:
            wanted[place[tuple(e)]] = c
    found = _in_terms_of(statistics, wanted)
    inside = inward(statistics)
    if inside is not None:
        found = found + _INSIDE * inside
    if confines(statistics, found):
        return found
    return _pure_powers(statistics, averages)


def bounds(statistics: SufficientStatistics, averages: Floats) -> Floats:
    """(K,) how far the statistics of a row can be from their averages; of products of spins only this is finite."""
    bounded = np.where(statistics.exponents[:, ~statistics.spins].any(axis=1), np.inf, 1.0)
    used = statistics.weights != 0.0
    largest = np.array([(np.abs(w[u]) * bounded[u]).sum() for w, u in zip(statistics.weights, used, strict=True)])
    out: Floats = largest + np.abs(averages)
    return out


def inward(statistics: SufficientStatistics) -> Floats | None:
    """(K,) couplings of ``|y|^p / (d + 2)`` over the columns that are not spins, p the highest even degree they have.

    Any free energy confines with enough of it. None where the statistics cannot make it.
    """
    free = ~statistics.spins
    if not free.any():
        return None
    pure = (statistics.exponents[:, statistics.spins] == 0).all(axis=1)
    highest = int(statistics.exponents[pure].sum(axis=1).max(initial=0)) // 2 * 2
    if highest < 4:
        return None
    for radial in (SufficientStatistics.radial_power(statistics.dimension, free, highest), _own_powers(free, highest)):
        wanted = np.zeros(len(statistics.exponents))
        place = {tuple(e): m for m, e in enumerate(statistics.exponents.tolist())}
        if not all(e in place for e in radial):
            continue
        for e, c in radial.items():
            wanted[place[e]] = c / (int(free.sum()) + 2.0)
        found = _in_terms_of(statistics, wanted)
        if np.abs(found @ statistics.weights - wanted).max() < 1e-9:
            return found
    return None


def _own_powers(free: NDArray[np.bool_], power: int) -> dict[tuple[int, ...], float]:
    return {tuple(power if i == j else 0 for i in range(len(free))): 1.0 for j in np.flatnonzero(free)}


def _pure_powers(statistics: SufficientStatistics, averages: Floats) -> Floats:
    """Each statistic made of even powers of single columns alone, as ``<x F'> = 1`` for every column would have it."""
    out = np.zeros(statistics.count)
    exponents = statistics.exponents
    degree = exponents.sum(axis=1)
    even = (exponents % 2 == 0).all(axis=1)
    for k, row in enumerate(statistics.weights):
        members = np.flatnonzero(row)
        if even[members].all() and averages[k] > 0.0:
            columns = int((exponents[members] > 0).any(axis=0).sum())
            out[k] = columns / (float(degree[members].max()) * averages[k])
    return out


def _in_terms_of(statistics: SufficientStatistics, strength: Floats) -> Floats:
    """(K,) couplings whose monomials have nearest to the given strength (M,)."""
    if statistics.are_monomials:
        return strength.copy()
    return np.asarray(np.linalg.lstsq(statistics.weights.T, strength, rcond=None)[0], dtype=np.float64)
