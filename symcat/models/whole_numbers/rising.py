"""Sums over ``j < x`` that the negative binomial is made of: ``Gamma(x + k) / Gamma(k) = k^x prod (1 + j / k)``.

Written as sums they lose no digits as k grows and the law becomes Poisson's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symcat.models.base import Floats

_SUMMED = float(1 << 20)  # terms; larger arguments go by special functions


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
        from scipy.special import betaln, gammaln

        k, x = 1.0 / self.dispersion, self.x
        return np.asarray(gammaln(x + 1.0) - betaln(k, x + 1.0) - np.log(k + x) - x * np.log(k))

    @cached_property
    def first(self) -> Floats:
        """Their derivatives by the dispersion, sums of ``j / (1 + j / k)``."""
        if self._short:
            return self._summed(self._j / (1.0 + self._scaled))
        k = 1.0 / self.dispersion
        return k * (self.x - k * self._digamma)

    @cached_property
    def second(self) -> Floats:
        """Minus their second derivatives, sums of ``(j / (1 + j / k))^2``."""
        if self._short:
            return self._summed((self._j / (1.0 + self._scaled)) ** 2)
        from scipy.special import polygamma

        k = 1.0 / self.dispersion
        trigamma = polygamma(1, k) - polygamma(1, k + self.x)
        return np.asarray(k * k * (self.x - 2.0 * k * self._digamma + k * k * trigamma))

    @property
    def _short(self) -> bool:
        return bool(self.x.max(initial=0.0) <= _SUMMED)

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
