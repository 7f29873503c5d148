"""Sums over ``j < x`` that the negative binomial is made of: ``Gamma(x + k) / Gamma(k) = k^x prod (1 + j / k)``.

Written as sums they lose no digits as k grows and the law becomes Poisson's. Long sums go by Euler and Maclaurin's
formula for large k, whose next term is of the order of 1 / k^2, and by special functions for small ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.models.base import Floats
from symcat.models.whole_numbers.histogram import Histogram

_SUMMED = float(1 << 20)  # terms
_LARGE = 1e5  # k
_SMALL = 0.02
_TERMS = 12  # of the series for small arguments


def ratio(y: Floats) -> tuple[Floats, Floats]:
    """``(log(1 + y) - y) / y^2`` and its derivative, by their series where y is small."""
    small = y < _SMALL
    near, far = np.where(small, y, 0.0), np.where(small, 1.0, y)
    value, slope = np.zeros_like(near), np.zeros_like(near)
    for power in range(_TERMS, -1, -1):  # by Horner's rule
        slope = slope * near + value
        value = value * near - (-1.0) ** power / (power + 2.0)
    exact = (np.log1p(far) - far) / far**2
    exact_slope = (1.0 / (1.0 + far) - 1.0) / far**2 - 2.0 * exact / far
    return np.where(small, value, exact), np.where(small, slope, exact_slope)


@dataclass(frozen=True)
class Rising:
    """At the whole numbers ``x`` (m,), for one dispersion, ``1 / k``."""

    x: Floats
    dispersion: float

    @cached_property
    def log(self) -> Floats:
        """Sums of ``log(1 + j / k)``."""
        if self._short:
            return self._summed(np.log1p(self._scaled))
        if self._smooth:
            y = self._y
            whole = self.x * (np.log1p(y) + y * ratio(y)[0])  # the integral, ((1 + y) log(1 + y) - y) k
            return whole - 0.5 * np.log1p(y) - self.dispersion / 12.0 * y / (1.0 + y)
        from scipy.special import betaln, gammaln

        k, x = 1.0 / self.dispersion, self.x
        return np.asarray(gammaln(x + 1.0) - betaln(k, x + 1.0) - np.log(k + x) - x * np.log(k))

    @cached_property
    def first(self) -> Floats:
        """Their derivatives by the dispersion, sums of ``j / (1 + j / k)``."""
        if self._short:
            return self._summed(self._j / (1.0 + self._scaled))
        if self._smooth:
            y, x = self._y, self.x
            return -x * x * ratio(y)[0] - 0.5 * x / (1.0 + y) + (1.0 / (1.0 + y) ** 2 - 1.0) / 12.0
        k = 1.0 / self.dispersion
        return k * (self.x - k * self._digamma)

    @cached_property
    def second(self) -> Floats:
        """Minus their second derivatives, sums of ``(j / (1 + j / k))^2``."""
        if self._short:
            return self._summed((self._j / (1.0 + self._scaled)) ** 2)
        if self._smooth:
            y, x = self._y, self.x
            return x**3 * ratio(y)[1] - 0.5 * (x / (1.0 + y)) ** 2 + x / (1.0 + y) ** 3 / 6.0
        from scipy.special import polygamma

        k = 1.0 / self.dispersion
        trigamma = polygamma(1, k) - polygamma(1, k + self.x)
        return np.asarray(k * k * (self.x - 2.0 * k * self._digamma + k * k * trigamma))

    @property
    def _short(self) -> bool:
        return bool(self.x.max(initial=0.0) <= _SUMMED)

    @property
    def _smooth(self) -> bool:
        return self.dispersion * _LARGE < 1.0

    @cached_property
    def _y(self) -> Floats:
        return self.dispersion * self.x

    @cached_property
    def _j(self) -> Floats:
        return np.arange(self.x.max(initial=0.0))

    @cached_property
    def _scaled(self) -> Floats:
        return self.dispersion * self._j

    def _summed(self, terms: Floats) -> Floats:
        return np.concatenate([[0.0], np.cumsum(terms)])[self.x.astype(np.intp)]

    @cached_property
    def _digamma(self) -> Floats:
        from scipy.special import psi

        return np.asarray(psi(1.0 / self.dispersion + self.x) - psi(1.0 / self.dispersion))


def averages(seen: Histogram, dispersion: float) -> tuple[float, float]:
    """Of ``first`` and ``second`` over the rows: of short sums with each term as often as there are longer ones."""
    rising = Rising(seen.values, dispersion)
    if seen.values.max(initial=0.0) > _SUMMED:
        return seen.average(rising.first), seen.average(rising.second)
    above = seen.above
    terms = np.arange(float(len(above)))
    terms /= 1.0 + dispersion * terms
    weighed = above * terms
    return float(weighed.sum()), float(weighed @ terms)
