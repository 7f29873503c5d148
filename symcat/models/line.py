"""One real column with the density ``exp(-F) / Z``, F a polynomial: integrals and their inverse, to rounding.

F is expanded about its lowest point on each of the intervals where it is within ``NEGLIGIBLE`` of its minimum, so that
deep wells far apart lose no digits, and each is integrated by Gauss's rule on equal panels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import comb, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import InvalidData
from symcat.models.law import Law

Floats = NDArray[np.float64]

NEGLIGIBLE = 60.0
"""Nats above the minimum, where the density has ended."""

REPRESENTED = 760.0
"""Nats above the minimum, where it has left double precision."""

_PANELS, _PANELS_FAR = 48, 384  # of each interval
_TAIL = 1e-20  # a share below which the density beyond ``NEGLIGIBLE`` counts
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(20)
_ROUNDS = 80  # of Newton's method, halving where it leaves the bracket
_EDGE = 1e-14
_NOTHING = 1e-25


@dataclass(frozen=True)
class Well:
    """An interval, and F less its minimum over the line as a polynomial (ascending) in the distance from ``at``."""

    lo: float
    hi: float
    at: float
    coefficients: Floats

    def weight(self, x: Floats) -> Floats:
        """``exp(-(F - min F))`` at distances ``x`` from ``at``."""
        found: Floats = np.exp(-_value(self.coefficients, x))
        return found


class Line:
    """The density of ``F = sum_k a_k y^k``, k = 0, 1, ..., in ``y = x - origin``; its degree even, its last a positive.

    The unit of y should be such that the coefficients are near one: ``scale`` is divided out first.
    """

    def __init__(
        self, coefficients: Floats, scale: float = 1.0, origin: float = 0.0, reach: float = NEGLIGIBLE
    ) -> None:
        self.scale, self.origin, self._given = scale, origin, np.asarray(coefficients, dtype=np.float64)
        a = self._given * scale ** np.arange(len(coefficients))
        self.minimum, self.wells = _wells(_trimmed(a), reach)
        panels = _PANELS if reach == NEGLIGIBLE else _PANELS_FAR
        edges = [np.linspace(well.lo - well.at, well.hi - well.at, panels + 1) for well in self.wells]
        self._left = [edge[:-1] for edge in edges]
        self._half = [0.5 * np.diff(edge) for edge in edges]
        nodes = [at[:, None] + h[:, None] * (1.0 + _NODES) for at, h in zip(self._left, self._half, strict=True)]
        self._mass = [
            well.weight(x) * _WEIGHTS * h[:, None] for well, x, h in zip(self.wells, nodes, self._half, strict=True)
        ]
        self._total = float(sum(mass.sum() for mass in self._mass))
        self._at = nodes

    @cached_property
    def _nodes(self) -> Floats:
        """Where the shares are, in the scaled unit."""
        return np.concatenate([x.ravel() + well.at for well, x in zip(self.wells, self._at, strict=True)])

    @cached_property
    def _energies(self) -> Floats:
        """F above its minimum there."""
        return np.concatenate(
            [_value(well.coefficients, x.ravel()) for well, x in zip(self.wells, self._at, strict=True)]
        )

    @cached_property
    def _shares(self) -> Floats:
        """What each of the nodes counts."""
        return np.concatenate([mass.ravel() for mass in self._mass]) / self._total

    @property
    def log_partition(self) -> float:
        """log of the integral of ``exp(-F)`` over the line, in the units of x."""
        return float(np.log(self._total) - self.minimum + np.log(self.scale))

    @property
    def entropy(self) -> float:
        """Differential entropy in nats."""
        return float(np.log(self._total * self.scale) + self._shares @ self._energies)

    @cached_property
    def mean(self) -> float:
        """The average of x."""
        return self.origin + self.scale * float(self._shares @ self._nodes)

    def about(self, point: float, order: int) -> float:
        """The average of ``(x - point)^order``."""
        return float(self._shares @ (self._nodes - (point - self.origin) / self.scale) ** order) * self.scale**order

    @cached_property
    def _far(self) -> Line:
        """The same to where the density leaves double precision, for shares that are next to nothing."""
        return Line(self._given, self.scale, self.origin, REPRESENTED)

    def cdf(self, x: Floats) -> Floats:
        """(m,) share at or below x."""
        found = self._shares_below(x)
        tail = found < _TAIL
        if tail.any():
            found[tail] = self._far._shares_below(x[tail])
        return found

    def ppf(self, p: Floats) -> Floats:
        """(m,) the inverse of ``cdf``; infinite at 0 and 1."""
        found, tail = self._quantiles(p), (p > 0.0) & (p < _TAIL)
        if tail.any():
            found[tail] = self._far._quantiles(p[tail])
        return found

    @cached_property
    def _before(self) -> list[Floats]:
        """Of each well the mass in it below each panel, and in all."""
        return [np.concatenate([[0.0], np.cumsum(mass.sum(axis=1))]) for mass in self._mass]

    def _shares_below(self, x: Floats) -> Floats:
        y = (x - self.origin) / self.scale
        out = np.zeros(len(y))
        for well, left, half, before in zip(self.wells, self._left, self._half, self._before, strict=True):
            t = np.clip(y, well.lo, well.hi) - well.at
            panel = np.clip(((t - left[0]) / (2.0 * half[0])).astype(np.intp), 0, len(left) - 1)
            out += before[panel] + _integral(well, left[panel], t)
        return np.where(y >= self.wells[-1].hi, 1.0, np.clip(out / self._total, 0.0, 1.0))

    def _quantiles(self, p: Floats) -> Floats:
        edges = [np.append(left, left[-1] + 2.0 * half[-1]) for left, half in zip(self._left, self._half, strict=True)]
        grid = np.concatenate([edge + well.at for edge, well in zip(edges, self.wells, strict=True)])
        lower = self._shares_below(self.origin + self.scale * grid)
        k = np.clip(np.searchsorted(lower, p, side="right") - 1, 0, len(grid) - 2)
        lo, hi = grid[k], grid[k + 1]
        y = 0.5 * (lo + hi)
        left = np.arange(len(y))  # those that still move
        for _ in range(_ROUNDS):
            at = y[left]
            excess = self._shares_below(self.origin + self.scale * at) - p[left]
            lo[left], hi[left] = np.where(excess < 0.0, at, lo[left]), np.where(excess < 0.0, hi[left], at)
            slope = self._density(at)
            with np.errstate(all="ignore"):
                moved = at - excess / slope
            inside = (moved > lo[left]) & (moved < hi[left])
            new = np.where(inside, moved, 0.5 * (lo[left] + hi[left]))
            moves = ~(np.abs(new - at) <= _EDGE * (1.0 + np.abs(at)))
            left = left[moves]
            y[left] = new[moves]
            if not len(left):
                break
        y = np.where(p <= 0.0, -np.inf, np.where(p >= 1.0, np.inf, y))
        found: Floats = self.origin + self.scale * y
        return found

    def _density(self, y: Floats) -> Floats:
        """(m,) in the scaled unit; zero outside of the wells."""
        out = np.zeros(len(y))
        for well in self.wells:
            inside = (y >= well.lo) & (y <= well.hi)
            out[inside] = well.weight(y[inside] - well.at)
        return out / self._total


class LineLaw(Law):
    """The law of one real column by integrals."""

    def __init__(self, label: str, line: Line) -> None:
        super().__init__(label)
        self.line = line

    @cached_property
    def entropy(self) -> float:
        return self.line.entropy

    @cached_property
    def mean(self) -> Floats:
        return np.array([self.line.mean])

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return {"mean": self.mean, "covariance": self.central(2)[:, None]}

    def central(self, order: int) -> Floats:
        return np.array([self.line.about(self.line.mean, order)])

    def cdf(self, x: Floats) -> Floats:
        return self.line.cdf(x)

    def ppf(self, p: Floats) -> Floats:
        return self.line.ppf(p)


def _integral(well: Well, a: Floats, b: Floats) -> Floats:
    """(m,) of the weight of a well between distances a and b from its lowest point, no farther apart than a panel."""
    half = 0.5 * (b - a)
    found: Floats = half * (well.weight(a[:, None] + half[:, None] * (1.0 + _NODES)) @ _WEIGHTS)
    return found


def _trimmed(a: Floats) -> Floats:
    """Without leading coefficients that are zero, or nothing beside a lower even one wherever there is a density."""
    while len(a) > 3 and (
        a[-1] == 0.0 or (len(a) % 2 and 0.0 < a[-1] < _NOTHING and a[-2] == 0.0 and a[-3] > _NOTHING**0.5)
    ):
        a = a[:-1]
    return a


def _wells(a: Floats, reach: float) -> tuple[float, list[Well]]:
    """The minimum of the polynomial, and where it is within ``reach`` of it."""
    slope = _slope(a)
    if not np.isfinite(a).all():
        raise _lost()
    turning = _real_roots(slope)
    values = _value(a, turning)
    minimum = float(values.min())
    lifted = a.copy()
    lifted[0] -= minimum + reach
    crossings = _real_roots(lifted)
    found = []
    for lo, hi in pairwise(crossings):
        within = turning[(turning > lo) & (turning < hi)]
        depth = _value(a, within) - minimum
        if not len(within) or depth.min() >= reach:
            continue
        at = float(within[depth.argmin()])
        shifted = _shifted(a, at)
        shifted[0] = depth.min()
        shifted[1] = 0.0
        found.append(Well(float(lo), float(hi), at, shifted))
    if not found:
        raise _lost()
    return minimum, found


def _lost() -> InvalidData:
    return InvalidData(
        "exp(-F) cannot be integrated in double precision, as the couplings are of too different sizes: state them in "
        "units in which the column spreads over about one."
    )


def _real_roots(a: Floats) -> Floats:
    """The real roots, ascending, polished by Newton's method."""
    roots = _roots(a)
    real = _distinct(roots.real[np.abs(roots.imag) <= 1e-7 * (1.0 + np.abs(roots.real))])
    own, slope = a.tolist(), _slope(a).tolist()
    return _distinct(np.array([_polished(own, slope, root) for root in real.tolist()]))


def _polished(a: list[float], slope: list[float], root: float) -> float:
    """A root after three steps of Newton's method, of those that are short; few numbers are soonest done one by one."""
    for _ in range(3):
        value = rise = 0.0
        for coefficient in reversed(a):
            value = coefficient + value * root
        for coefficient in reversed(slope):
            rise = coefficient + rise * root
        step = value / rise if rise else inf
        if abs(step) < 1e-3 * (1.0 + abs(root)):
            root -= step
    return root


def _roots(a: Floats) -> NDArray[np.complexfloating[Any, Any]]:
    """All of them: the eigenvalues of the companion matrix.

    As ``numpy.polynomial.polynomial.polyroots``, without what that does beside, which takes as long as the roots.
    """
    while len(a) > 1 and a[-1] == 0.0:
        a = a[:-1]
    n = len(a) - 1
    companion = np.zeros((n, n))
    companion.reshape(-1)[n :: n + 1] = 1.0
    companion[:, -1:] -= (a[:-1] / a[-1])[:, None]
    return np.linalg.eigvals(companion) + 0.0j


def _value(a: Floats, x: Floats) -> Floats:
    """By Horner's rule."""
    out: Floats = a[-1] + 0.0 * x
    for coefficient in a[-2::-1]:
        out *= x
        out += coefficient
    return out


def _slope(a: Floats) -> Floats:
    out: Floats = a[1:] * np.arange(1, len(a))
    return out


def _distinct(values: Floats) -> Floats:
    """Ascending, each once."""
    values = np.sort(values)
    out: Floats = values[np.concatenate([[True], np.diff(values) > 0.0])[: len(values)]]
    return out


def _shifted(a: Floats, at: float) -> Floats:
    """The coefficients in the distance from ``at``."""
    n, given = len(a), a.tolist()
    return np.array([sum(comb(j, k) * given[j] * at ** (j - k) for j in range(k, n)) for k in range(n)])
