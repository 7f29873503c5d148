"""What a law of whole numbers says of its column, from its distribution function and the probabilities of values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law
from symcat.models.quadratic_variance import central_moment

LARGEST = 2.0**53
"""Quantiles beyond are infinite."""

_NOTHING = 1e-18  # probability left out at either end of a sum
_MOST_SUMMED = 1 << 22


class WholeNumbers(Law, ABC):
    """A law of 0, 1, 2, ...; its variance is ``linear mean + quadratic mean^2``."""

    location: float
    linear: float
    quadratic: float

    @abstractmethod
    def log_probability(self, k: Floats) -> Floats:
        """(m,) at whole numbers k."""

    @abstractmethod
    def below(self, k: Floats) -> Floats:
        """(m,) probability of k or less, at whole numbers k of zero or more."""

    def log_density(self, x: Floats) -> Floats:
        """(m,) log probabilities: -inf where x is no whole number of zero or more."""
        whole = (x >= 0.0) & (x == np.floor(x)) & np.isfinite(x)
        return np.where(whole, self.log_probability(np.where(whole, x, 0.0)), -np.inf)

    @cached_property
    def mean(self) -> Floats:
        return np.array([self.location])

    def central(self, order: int) -> Floats:
        return np.array([central_moment(self.location, self.linear, self.quadratic, order)])

    @cached_property
    def entropy(self) -> float:
        """In nats, of the probabilities of single values."""
        low, high = self.ppf(np.array([_NOTHING, 0.5]))
        # The upper end, where shares below cannot be told from one.
        spread = float(np.sqrt(self.central(2)[0]))
        top = high + 10.0 * spread + 10.0
        while self.log_probability(np.array([top]))[0] > np.log(_NOTHING) and top - low < _MOST_SUMMED:
            top += 10.0 * spread + 10.0
        if not top - low < _MOST_SUMMED:
            raise self.unknown("The entropy")
        log = self.log_probability(np.arange(low, np.floor(top) + 1.0))
        return -float(np.exp(log) @ log)

    def cdf(self, x: Floats) -> Floats:
        finite = np.where(np.isfinite(x), np.maximum(np.floor(x), 0.0), 0.0)
        return np.where(x < 0.0, 0.0, np.where(np.isposinf(x), 1.0, self.below(finite)))

    def ppf(self, p: Floats) -> Floats:
        """The least whole number with a share of p or more at or below it."""
        p = np.asarray(p, dtype=np.float64)
        high = np.full(p.shape, max(1.0, 2.0 ** np.ceil(np.log2(self.location + 1.0))))
        for _ in range(64):
            short = (self.below(high) < p) & (high < LARGEST)
            if not short.any():
                break
            high = np.where(short, 2.0 * high, high)
        low = np.full(p.shape, -1.0)
        while (high - low > 1.0).any():
            middle = np.floor(0.5 * (low + high))
            enough = self.below(np.maximum(middle, 0.0)) >= p
            wide = high - low > 1.0
            high, low = np.where(wide & enough, middle, high), np.where(wide & ~enough, middle, low)
        return np.where((p >= 1.0) | (high >= LARGEST), np.inf, high)
