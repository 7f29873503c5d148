"""The most symmetric free energy that the rows do not rule out, by chi-square over averages that a symmetry fixes.

A group G leaves the law of the columns y unchanged only if every monomial has the average of its mean over G. The
differences, to degree four, are tested together (Hotelling's T^2); where the centre is estimated, each loses what the
centre's own error explains (Pierce 1982).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement
from math import comb

import numpy as np
from numpy.typing import NDArray

from symcat import clock
from symcat.symmetry.group import Group
from symcat.symmetry.groups import Symmetry, group
from symcat.symmetry.invariants import Combination, Exponents
from symcat.symmetry.sufficient_statistics import SufficientStatistics, of_sums

Floats = NDArray[np.float64]

_FROM_THE_MOST_SYMMETRIC = ("rotation", "permutation", "z2_each", "z2")
_LEVEL = 1e-3
_ROWS_PER_AVERAGE = 10  # at least, or the degree is lowered
_MOST_NUMBERS = 30_000_000
_FLAT = 1e-9  # share of the largest variance below which a direction is fixed by the others


@dataclass(frozen=True)
class Invariant:
    """A group, the columns ``y = (x - center) / scale`` in which it acts, and what the test said of it."""

    group: Group
    center: Floats  # (d,)
    scale: Floats  # (d,)
    p_value: float  # of the test; 1 where there was nothing to test

    @classmethod
    def nothing(cls, center: Floats, scale: Floats) -> Invariant:
        """No symmetry, in these columns."""
        return cls(group("none"), center, scale, 1.0)

    @property
    def in_words(self) -> str:
        tested = f", p = {self.p_value:.2g}" if self.group.name != "none" else ""
        return self.group.words + tested


def most_symmetric(rows: Floats, mean: Floats, spread: Floats, center_known: bool) -> Invariant:
    """The first symmetry that rows (n, d) do not contradict, about ``mean`` (d,), which is estimated or known."""
    d = rows.shape[1]
    common = np.full(d, np.sqrt(np.mean(spread**2)))
    for name in _FROM_THE_MOST_SYMMETRIC:
        clock.check()
        if d == 1 and name != "z2":
            continue  # of one column the others are the same, or nothing
        acting = group(name)
        center = np.full(d, mean.mean()) if acting.common_center and not center_known else mean
        scale = common if acting.mixes else spread
        p = p_value(acting, (rows - center) / scale, estimated=not center_known)
        if p > _LEVEL:
            return Invariant(acting, center, scale, p)
    return Invariant.nothing(mean, spread)


def p_value(acting: Group, y: Floats, *, estimated: bool) -> float:
    """Of the hypothesis that a group leaves the law of the rows y (n, d) unchanged; 0 where they are too few to tell.

    ``estimated`` says whether their centre is that of the rows themselves.
    """
    from scipy.special import fdtrc

    n, d = y.shape
    degree = next((k for k in (4, 3, 2) if n >= _ROWS_PER_AVERAGE * comb(d + k, k)), 0)
    statistics = _tested(acting.name, d, degree, estimated)
    if statistics is None:
        return 0.0  # too few rows to tell: no symmetry is taken for granted
    y = y[:: max(1, n * len(statistics.exponents) // _MOST_NUMBERS)]
    slope = _slope(statistics, y) if estimated else np.zeros((statistics.count, d))
    if acting.common_center:
        slope = np.repeat(slope.sum(axis=1, keepdims=True), d, axis=1) / d
    influence = statistics.values(y) - y @ slope.T
    average = influence.mean(axis=0)
    clock.check()
    influence -= average
    value, vector = np.linalg.eigh(influence.T @ influence / len(influence))
    free = value > _FLAT * value[-1]
    n, rank = len(y), int(free.sum())
    if n <= 2 * rank:
        return 0.0
    score = n * float((((vector[:, free].T @ average) ** 2) / value[free]).sum())
    return float(fdtrc(rank, n - rank, score * (n - rank) / (rank * (n - 1.0))))


@cache
def _tested(name: Symmetry, d: int, degree: int, estimated: bool) -> SufficientStatistics | None:
    """What a group says is zero on average, but for that of the centre where it is estimated; None if nothing."""
    acting, differences = group(name), []
    chosen = (at for size in range(1, degree + 1) for at in combinations_with_replacement(range(d), size))
    for e in sorted(tuple(at.count(j) for j in range(d)) for at in chosen):
        clock.check()
        found = _difference(acting, e)
        if found and not (estimated and _of_the_mean(found)):
            differences.append(found)
    return of_sums(differences, np.zeros(d, dtype=bool)) if differences else None


def _slope(statistics: SufficientStatistics, y: Floats) -> Floats:
    """(K, d) averages of the derivatives of the statistics."""
    found = statistics.exponents
    slope = np.zeros(found.shape)
    powers = [np.ones_like(y.T), np.ascontiguousarray(y.T)]
    while len(powers) <= found.max():
        powers.append(powers[-1] * powers[1])
    known: dict[Exponents, float] = {}
    for m, j in zip(*np.nonzero(found), strict=True):
        clock.check()
        lowered = found[m].copy()
        lowered[j] -= 1
        key = tuple(lowered.tolist())
        if key not in known:
            product = np.ones(len(y))
            for k in np.flatnonzero(lowered):
                product = product * powers[lowered[k]][k]
            known[key] = float(product.mean())
        slope[m, j] = found[m, j] * known[key]
    out: Floats = statistics.weights @ slope
    return out


def _of_the_mean(found: Combination) -> bool:
    """Whether an estimated centre makes the average zero, whatever the law."""
    return len(found) == 1 and sum(next(iter(found))) == 1


def _difference(acting: Group, e: Exponents) -> Combination:
    """The monomial less its mean over the group; empty if it is invariant."""
    found = {e: 1.0}
    for member, c in acting.mean(e).items():
        found[member] = found.get(member, 0.0) - c
    return {member: c for member, c in found.items() if abs(c) > 1e-12}
