"""What a Gaussian's mean and precision say of its columns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.law import Law

Floats = NDArray[np.float64]


class GaussianLaw(Law):
    """``mean`` (d,) and ``precision`` (d, d)."""

    def __init__(self, label: str, mean: Floats, precision: Floats) -> None:
        super().__init__(label)
        self._mean = mean
        scale = np.sqrt(np.diagonal(precision))  # through a unit diagonal, so that units do not matter
        self.covariance: Floats = np.linalg.inv(precision / np.outer(scale, scale)) / np.outer(scale, scale)
        self._log_det = float(np.linalg.slogdet(precision / np.outer(scale, scale))[1] + 2.0 * np.log(scale).sum())

    @property
    def log_partition(self) -> float:
        """log of the integral of exp(-F)."""
        return 0.5 * (len(self._mean) * math.log(2.0 * math.pi) - self._log_det)

    @cached_property
    def entropy(self) -> float:
        return self.log_partition + 0.5 * len(self._mean)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return {"mean": self._mean, "covariance": self.covariance}

    @cached_property
    def mean(self) -> Floats:
        return self._mean

    def central(self, order: int) -> Floats:
        deviation: Floats = np.sqrt(np.diagonal(self.covariance))
        return central_of_normal(order) * deviation**order

    def cdf(self, x: Floats) -> Floats:
        from scipy.special import ndtr

        found: Floats = ndtr((x - self._mean) / np.sqrt(self.covariance[0]))
        return found

    def ppf(self, p: Floats) -> Floats:
        from scipy.special import ndtri

        found: Floats = self._mean + np.sqrt(self.covariance[0]) * ndtri(p)
        return found


def central_of_normal(order: int) -> float:
    """The central moment of a standard normal, ``(k - 1)!!`` for even k."""
    return 0.0 if order % 2 else float(math.prod(range(1, order, 2)))
