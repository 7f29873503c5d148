"""What the beta law with given parameters says of its column, in closed form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.base import Floats, Parameters
from symcat.models.bounded.law import IntervalLaw


class BetaLaw(IntervalLaw):
    """The density ``t^(alpha - 1) (1 - t)^(beta - 1) / B(alpha, beta) / (hi - lo)``, ``t = (x - lo) / (hi - lo)``."""

    def __init__(self, label: str, parameters: Parameters) -> None:
        super().__init__(label, parameters["interval"])
        self.alpha, self.beta = float(parameters["alpha"]), float(parameters["beta"])

    @cached_property
    def log_partition(self) -> float:
        from scipy.special import betaln

        return float(betaln(self.alpha, self.beta)) + math.log(self.width)

    def shares(self, x: Floats) -> tuple[Floats, Floats]:
        """(m,) t and 1 - t, each to full precision."""
        return (x - self.lo) / self.width, (self.hi - x) / self.width

    def log_density(self, x: Floats) -> Floats:
        """(m,) at the ends what the shapes say."""
        from scipy.special import xlogy

        inside = (x >= self.lo) & (x <= self.hi)
        t, rest = self.shares(np.where(inside, x, 0.5 * (self.lo + self.hi)))
        value = xlogy(self.alpha - 1.0, t) + xlogy(self.beta - 1.0, rest) - self.log_partition
        return np.where(inside, value, -np.inf)

    @cached_property
    def _logs(self) -> tuple[float, float]:
        """The averages of log t and log(1 - t)."""
        from scipy.special import psi

        of_all = float(psi(self.alpha + self.beta))
        return float(psi(self.alpha)) - of_all, float(psi(self.beta)) - of_all

    @cached_property
    def entropy(self) -> float:
        of_t, of_rest = self._logs
        return self.log_partition - (self.alpha - 1.0) * of_t - (self.beta - 1.0) * of_rest

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        of_t, of_rest = self._logs
        return {"mean_log": of_t, "mean_log_complement": of_rest, "interval": self.interval}

    @cached_property
    def mean(self) -> Floats:
        return np.array([self.lo + self.width * self.alpha / (self.alpha + self.beta)])

    def central(self, order: int) -> Floats:
        """Pearson's recursion: with ``u = t - p`` and ``g = u^k`` the average of ``g' t (1 - t)`` is that of
        ``(alpha + beta) g u``."""
        both = self.alpha + self.beta
        p, q = self.alpha / both, self.beta / both
        before, now = 1.0, 0.0
        if order == 0:
            return np.ones(1)
        for k in range(1, order):
            before, now = now, k * (p * q * before + (q - p) * now) / (both + k)
        return np.array([now * self.width**order])

    def cdf(self, x: Floats) -> Floats:
        from scipy.special import betainc

        t, rest = self.shares(np.clip(x, self.lo, self.hi))
        low = t <= 0.5
        # From the nearer end, so that neither tail loses its digits to the other.
        return np.asarray(np.where(low, betainc(self.alpha, self.beta, t), 1.0 - betainc(self.beta, self.alpha, rest)))

    def ppf(self, p: Floats) -> Floats:
        from scipy.special import betaincinv

        return np.asarray(self.lo + self.width * betaincinv(self.alpha, self.beta, p))

    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        return np.asarray(self.lo + self.width * rng.beta(self.alpha, self.beta, size=n))
