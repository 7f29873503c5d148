"""What the gamma law says of its column in closed form; the exponential is that of shape one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law
from symcat.models.quadratic_variance import central_moment


class GammaLaw(Law):
    """The density ``rate^shape x^(shape - 1) exp(-rate x) / Gamma(shape)``, x > 0."""

    def __init__(self, label: str, shape: float, rate: float) -> None:
        super().__init__(label)
        self.shape, self.rate = shape, rate

    @property
    def log_partition(self) -> float:
        """log Z of ``F = rate x - (shape - 1) log x``."""
        return math.lgamma(self.shape) - self.shape * math.log(self.rate)

    def log_density(self, x: Floats) -> Floats:
        """(m,) -inf below zero; at zero what the shape says."""
        from scipy.special import xlogy

        inside = np.where(x >= 0.0, x, 1.0)
        return np.where(x >= 0.0, xlogy(self.shape - 1.0, inside) - self.rate * inside - self.log_partition, -np.inf)

    @cached_property
    def entropy(self) -> float:
        return self.shape - math.log(self.rate) + math.lgamma(self.shape) + (1.0 - self.shape) * self._digamma

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return {"mean": self.mean, "mean_log": self._digamma - math.log(self.rate)}

    @cached_property
    def mean(self) -> Floats:
        return np.array([self.shape / self.rate])

    def central(self, order: int) -> Floats:
        # In units of 1 / rate, so that no power of it over- or underflows before it must.
        return np.array([central_moment(self.shape, 0.0, 1.0 / self.shape, order) / self.rate**order])

    def cdf(self, x: Floats) -> Floats:
        from scipy.special import gammainc

        return np.asarray(gammainc(self.shape, self.rate * np.maximum(x, 0.0)))

    def ppf(self, p: Floats) -> Floats:
        from scipy.special import gammaincinv

        return np.asarray(gammaincinv(self.shape, p) / self.rate)

    @cached_property
    def _digamma(self) -> float:
        from scipy.special import psi

        return float(psi(self.shape))


class ExponentialLaw(GammaLaw):
    """The density ``rate exp(-rate x)``, x >= 0."""

    def __init__(self, label: str, rate: float) -> None:
        super().__init__(label, 1.0, rate)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return {"mean": self.mean}
