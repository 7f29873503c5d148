"""Certified fits of the symmetric Ising classes without field, in ball arithmetic (python-flint, Arb).

``P(s) = exp(J sum s_i s_j) / Z`` over the coupled pairs. The only statistic is q, the average of s_i s_j over them. It
increases strictly with J, so two evaluations on either side enclose the J of a given q.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple, Protocol

import numpy as np
from flint import arb, arb_poly

from builders.ising.lattice.levels import Levels
from builders.tools.checks import CannotCertify

PRECISION = 128  # bits of every certified evaluation
_STEPS = 200
_WIDENINGS = 6  # tries of an enclosure, each 2^8 times wider


class Averages(NamedTuple):
    """Balls at one J: how far q is above its least value and below one, and dq/dJ."""

    above: arb
    below: arb
    slope: arb


@dataclass(frozen=True)
class State:
    """The fit at one q: every field is a ball that encloses the true value."""

    q: arb
    j: arb
    log_z: arb
    entropy: arb


class Ensemble(Protocol):
    """A class of one size, or its infinite limit (all extensive quantities per spin)."""

    pairs: int  # coupled pairs
    least: arb  # the infimum of q

    def averages(self, j: arb) -> Averages:
        """At an exact J."""
        ...

    def log_z(self, j: arb) -> arb:
        """At an exact J."""
        ...

    def guess(self, position: float) -> float:
        """J near ``log((q - least) / (1 - q)) = position``."""
        ...


class Finite:
    """A class of finite size, from its exact density of states.

    With E the sum of s_i s_j over the pairs, ``Z exp(-J E_max) = P(y)``, ``y = exp(-g J)``, where g divides all
    differences of E; for negative J the same polynomial is read from its other end. All coefficients are positive.
    """

    def __init__(self, levels: Levels) -> None:
        sums = sorted(levels)
        self.top, self.bottom = sums[-1], sums[0]
        self.pairs = self.top
        self.least = arb(self.bottom) / self.top
        self.gap = reduce(math.gcd, [self.top - e for e in sums])
        self.degree = (self.top - self.bottom) // self.gap
        counts = [0] * (self.degree + 1)
        for e, count in levels.items():
            counts[(self.top - e) // self.gap] = count
        self.from_top, self.from_bottom = _derivatives(counts), _derivatives(counts[::-1])
        self._grid = _rough_inverse(levels)

    def averages(self, j: arb) -> Averages:
        downward = bool(j > 0)
        near = self.from_top if downward else self.from_bottom
        y = (-self.gap * abs(j)).exp()
        weight = near[0](y)
        mean = y * near[1](y) / weight  # of the distance from the end, in steps of g
        variance = y * y * near[2](y) / weight + mean - mean * mean
        rest = self.degree - mean
        below, above = (mean, rest) if downward else (rest, mean)
        step = arb(self.gap) / self.pairs
        return Averages(above * step, below * step, variance * self.gap * step)

    def log_z(self, j: arb) -> arb:
        end, near = (self.top, self.from_top) if j > 0 else (self.bottom, self.from_bottom)
        return j * end + near[0]((-self.gap * abs(j)).exp()).log()

    def guess(self, position: float) -> float:
        return float(np.interp(position, *self._grid))


def _derivatives(counts: list[int]) -> tuple[arb_poly, arb_poly, arb_poly]:
    p = arb_poly(counts)
    return p, p.derivative(), p.derivative().derivative()


def _rough_inverse(levels: Levels) -> tuple[np.ndarray, np.ndarray]:
    """Positions ``log((q - least) / (1 - q))`` and the J they belong to, in double precision."""
    sums = np.array(sorted(levels), dtype=float)
    half = np.geomspace(1e-4, 40.0, 1000)
    j = np.concatenate([-half[::-1], [0.0], half])
    exponent = j[:, None] * sums + np.array([math.log(levels[int(e)]) for e in sums])
    weight = np.exp(exponent - exponent.max(axis=1, keepdims=True))
    above, below = weight @ (sums - sums[0]), weight @ (sums[-1] - sums)
    kept = (above > 1e-250) & (below > 1e-250)
    return np.log(above[kept] / below[kept]), j[kept]


def position_of(ensemble: Ensemble, q: arb) -> arb:
    """``log((q - least) / (1 - q))``: over the whole line as q goes over its range."""
    return ((q - ensemble.least) / (1 - q)).log()


def solve(ensemble: Ensemble, q: arb) -> State:
    """The certified fit at a q between the least value and one, at the midpoint of the ball given.

    Raises CannotCertify if the enclosure of J cannot be proven.
    """
    q = q.mid()
    target = position_of(ensemble, q)
    j = _newton(ensemble, target)
    step = (abs(j) + 1) * arb(2) ** (-PRECISION * 3 // 4)
    for _ in range(_WIDENINGS):
        low, high = ensemble.averages((j - step).mid()), ensemble.averages((j + step).mid())
        if low.above < q - ensemble.least < high.above:
            return _state(ensemble, q, j, step * 2)
        step *= 2**8
    raise CannotCertify(f"no proven enclosure of J at q = {q.str(20)}")


def _state(ensemble: Ensemble, q: arb, j: arb, radius: arb) -> State:
    """``d log Z / dJ`` is pairs * q, at most ``pairs`` in size, so the error of J adds at most that much to log Z."""
    pairs, log_z = ensemble.pairs, ensemble.log_z(j)
    drift = (radius * pairs).abs_upper()
    entropy = log_z - j * q * pairs
    return State(q, arb(j, radius.abs_upper()), arb(0, drift) + log_z, arb(0, 2 * drift) + entropy)


def _newton(ensemble: Ensemble, target: arb) -> arb:
    """J at a position by Newton's rule, which sees a nearly straight line, kept between the bounds it has met."""
    j = arb(ensemble.guess(float(target.mid())))
    low, high = arb("-inf"), arb("inf")
    for _ in range(_STEPS):
        found = ensemble.averages(j)
        miss = (found.above / found.below).log() - target
        after = (j - miss / (found.slope * (1 / found.above + 1 / found.below))).mid()
        if abs(after - j) < (abs(j) + 1) * arb(2) ** (-PRECISION * 4 // 5):
            return after
        low, high = (low, j) if miss > 0 else (j, high)
        j = after if low < after < high else ((low + high) / 2).mid()
    raise CannotCertify(f"no root found at position {target.str(20)}")
