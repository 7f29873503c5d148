"""The maximum of the likelihood over terms of one and two columns, by orders: each from what the one before implies.

The first order is linear in the cumulants (``wick``). What couplings imply (``chains``) beside the data's averages,
through the same equations, is the next order: a step of Newton's with Fisher's matrix of the Gaussian. The sum of the
orders is the maximum itself where they fall; chance in what is implied is kept below what the rows leave open.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from symcat.models.polynomial.series.confinement import BARRIER, barrier
from symcat.models.polynomial.series.judging import Hill
from symcat.models.polynomial.wide.chains import CHAINS, GROUPS, Implied, implied
from symcat.models.polynomial.wide.form import Pairs
from symcat.models.polynomial.wide.wick import Gaussian, inner
from symcat.models.relaxation import Refusal

Floats = NDArray[np.float64]

_HOPELESS = 5.0  # nats of the barrier of the first order, below which nothing else is tried
_ORDERS = 10
_FIRST_SWEEPS = 2
_MIXED = 4  # of the last
_SETTLED = 0.08  # standard errors of a coupling on average, that may be left out
_LEFT_OUT = 0.5  # and what the chains may add at most
_CHANCE = 0.3  # and what they are to add
_MOST_WORK = 1.5e10  # rows of the chains times squared columns
_TAKEN = 0.6  # of the trajectories, at least
_NODES = (1.0 / 3.0, 2.0 / 3.0)
_DISTRUST = 0.2  # of the last power in the integral for log Z


@dataclass(frozen=True)
class Settled:
    """Couplings ``v`` of the Wick powers, with what is known of them.

    ``left_out`` and ``chance`` are in standard errors of a coupling on average, ``omitted`` is what of v is left out at
    most; ``deviations`` are those of v by groups of chains. ``log_normalisation`` is that of exp(-V).
    """

    v: Pairs
    last: Implied
    deviations: list[Pairs]
    chance: float
    left_out: float
    omitted: Pairs
    barrier: float
    course: str
    log_normalisation: float
    log_normalisation_error: float


@dataclass
class _Course:
    """How far each order moves the couplings, in standard errors on average."""

    sizes: list[float]

    @property
    def ratio(self) -> float:
        """Of the last two."""
        return self.sizes[-1] / self.sizes[-2] if len(self.sizes) > 1 and self.sizes[-2] > 0.0 else 1.0

    @property
    def left_out(self) -> float:
        """By all further orders, if they fall as the last one did."""
        return self.sizes[-1] * self.further

    @property
    def further(self) -> float:
        """All of them, over the last."""
        return self.ratio / (1.0 - self.ratio) if self.ratio < 1.0 else np.inf

    @property
    def grows(self) -> bool:
        return not np.isfinite(self.sizes[-1]) or (len(self.sizes) > 3 and self.sizes[-1] > self.sizes[-3])

    @property
    def in_words(self) -> str:
        sizes = ", ".join(f"{size:.2g}" for size in self.sizes)
        ratio = f" (ratio of the last two {self.ratio:.2g})" if len(self.sizes) > 1 else ""
        return f"orders 1 to {len(self.sizes)} move a coupling by {sizes} standard errors on average{ratio}"


@dataclass(frozen=True)
class _Order:
    """A step from couplings, what of the averages they missed, and the steps of each group of chains less this."""

    v: Pairs
    step: Pairs
    missed: Pairs
    deviations: list[Pairs]
    size: float  # standard errors of a coupling on average
    chance: float  # likewise, of what the chains add

    @classmethod
    def of(cls, v: Pairs, found: Implied, gaussian: Gaussian, target: Pairs, count: float) -> _Order:
        missed = found.averages - target
        step, deviations = gaussian.solve(missed), [gaussian.solve(one) for one in found.deviations]
        spread = sum(inner(*both) for both in zip(deviations, found.deviations, strict=True))
        chance = math.sqrt(count * spread / (GROUPS * (GROUPS - 1)) / v.count)
        return cls(v, step, missed, deviations, _size(step, missed, count), chance)


def _size(step: Pairs, missed: Pairs, count: float) -> float:
    return math.sqrt(max(count * inner(step, missed) / step.count, 0.0))


@dataclass
class _Mixed:
    """The last orders put together so that what they miss, and chance adds, is least (Anderson 1965, J. ACM 12:547).

    Where one collective coupling is slow to settle, as the trace of u over many columns, they tell how slow it is.
    """

    count: float
    orders: list[_Order] = field(default_factory=list)
    shares: Floats = field(default_factory=lambda: np.empty(0))

    def with_order(self, order: _Order) -> Pairs:
        """The couplings that follow with one order more."""
        self.orders = [*self.orders, order][-_MIXED:]
        joint = np.array([[inner(a.step, b.missed) for b in self.orders] for a in self.orders])
        joint += 1e-6 * np.trace(joint) * np.eye(len(joint))
        shares = np.linalg.solve(joint, np.ones(len(joint)))
        self.shares = shares / shares.sum()
        return _sum([one.v + one.step for one in self.orders], self.shares)

    @property
    def chance(self) -> float:
        each = zip(self.shares, self.orders, strict=True)
        return math.sqrt(sum((share * one.chance) ** 2 for share, one in each))

    @property
    def deviations(self) -> list[Pairs]:
        return [_sum(list(each), self.shares) for each in zip(*(one.deviations for one in self.orders), strict=True)]


def _sum(parts: list[Pairs], shares: Floats) -> Pairs:
    out = Pairs.zero(len(parts[0].first))
    for part, share in zip(parts, shares, strict=True):
        out = out + part * float(share)
    return out


@dataclass(frozen=True)
class _Whole:
    """The whole F in coordinates in which the Gaussian is a standard one."""

    gaussian: Gaussian
    form: Pairs

    @property
    def dimension(self) -> int:
        return len(self.form.first)

    @property
    def largest(self) -> float:
        """By the power method, on symmetric matrices."""
        one = np.eye(self.dimension)
        size = 0.0
        for _ in range(30):
            one = self.gaussian.triangle.T @ self._traced(one) @ self.gaussian.triangle
            size = float(np.linalg.norm(one))
            if not size > 0.0:
                return 0.0
            one /= size
        return 1.2 * size

    def _traced(self, one: Floats) -> Floats:
        return self.form.traced(self.gaussian.triangle @ one @ self.gaussian.triangle.T)[1]

    def along(self, units: Floats) -> Floats:
        return self.form.along(units @ self.gaussian.triangle.T)

    def slopes(self, y: Floats) -> Floats:
        return np.asarray(self.form.slopes(y @ self.gaussian.triangle.T) @ self.gaussian.triangle)

    def turned(self, y: Floats) -> Floats:
        return np.asarray(self.form.turned(y @ self.gaussian.triangle.T) @ self.gaussian.triangle)


def whole(gaussian: Gaussian, v: Pairs) -> Pairs:
    """F of the columns as couplings of monomials, its Gaussian part with it."""
    form = gaussian.monomials(v)
    return Pairs(form.first, form.second + gaussian.inverse, form.third, form.fourth, form.crossed)


def _hill(gaussian: Gaussian, v: Pairs) -> Hill:
    return Hill(*barrier(_Whole(gaussian, whole(gaussian, v))))


def settled(gaussian: Gaussian, target: Pairs, count: float, seed: int) -> Settled | Refusal:
    """Couplings whose averages are ``target``, those of the Wick powers over so many rows."""
    rng = np.random.default_rng(seed)
    v = gaussian.solve(target) * -1.0
    course = _Course([_size(v, target * -1.0, count)])
    hill = _hill(gaussian, v)
    if hill.height < _HOPELESS:
        return Refusal(hill.in_words)
    sweeps, mixed = _FIRST_SWEEPS, _Mixed(count)
    most = max(_FIRST_SWEEPS, int(_MOST_WORK / (GROUPS * CHAINS * len(v.first) ** 2)))
    while True:
        found = implied(gaussian, v, sweeps, rng)
        refused = _astray(found, hill, course)
        if refused is not None:
            return refused
        carried = mixed.chance
        order = _Order.of(v, found, gaussian, target, count)
        course.sizes.append(math.sqrt(max(order.size**2 - order.chance**2 - carried**2, 0.0)))
        v = mixed.with_order(order)
        if course.left_out < _SETTLED and (mixed.chance < _CHANCE or sweeps == most):
            break
        if len(course.sizes) == _ORDERS or course.grows:
            return Refusal(f"the series does not settle before the statistical error: {course.in_words}")
        # Chains need not tell more than is still missing.
        wanted = sweeps * (order.chance / max(0.9 * _CHANCE, 0.2 * course.sizes[-1])) ** 2
        sweeps = max(_FIRST_SWEEPS, min(math.ceil(wanted), most))
    if mixed.chance > _LEFT_OUT:
        return Refusal(
            f"{count:,.0f} rows tell more of the couplings than chains of the model can: these would add "
            f"{mixed.chance:.2g} standard errors to one; {course.in_words}"
        )
    hill = _hill(gaussian, v)
    if hill.height < BARRIER:
        return Refusal(hill.in_words)
    log_z = _log_normalisation(gaussian, v, target, max(_FIRST_SWEEPS, sweeps // 8), rng)
    omitted = order.step * course.further
    return Settled(
        v, found, mixed.deviations, mixed.chance, course.left_out, omitted, hill.height, course.in_words, *log_z
    )


def _astray(found: Implied, hill: Hill, course: _Course) -> Refusal | None:
    """Why nothing is known of what couplings imply."""
    if found.has_left:
        return Refusal(hill.in_words if np.isfinite(hill.height) else "the chains of the model leave the data")
    if found.taken >= _TAKEN:
        return None
    return Refusal(
        f"the series leads too far from the Gaussian for its averages to be had: of the trajectories from there "
        f"{100.0 * found.taken:.0f} % are taken; {course.in_words}"
    )


def _log_normalisation(
    gaussian: Gaussian, v: Pairs, target: Pairs, sweeps: int, rng: np.random.Generator
) -> tuple[float, float]:
    """log <exp(-V)> and its error: minus the integral of <V> under exp(-x V) over x from 0 to 1.

    Its value at both ends and its slope at 0 are known; beside these it is sampled at two places.
    """
    slope, end = -inner(v, gaussian.covariance(v)), inner(v, target)
    found = [implied(gaussian, v * x, sweeps, rng) for x in _NODES]
    at = np.array([inner(v, one.averages) for one in found] + [end])
    noise = np.array([math.sqrt(sum(inner(v, each) ** 2 for each in one.deviations)) for one in found] + [0.0])
    places = np.array([*_NODES, 1.0])
    weights = np.linalg.solve((places[:, None] ** np.arange(2, 5)).T, 1.0 / np.arange(3, 6))
    fewer = np.linalg.solve((places[1:, None] ** np.arange(2, 4)).T, 1.0 / np.arange(3, 5))
    beyond = at - slope * places
    integral = 0.5 * slope + float(weights @ beyond)
    chance = float(np.sqrt(((weights * noise) ** 2).sum() / (GROUPS * (GROUPS - 1))))
    last = float(weights @ beyond - fewer @ beyond[1:])
    return -integral, math.hypot(chance, _DISTRUST * last)
