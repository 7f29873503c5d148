"""What a law of directions says of its columns, all of it from its integral."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.models.gaussian.law import central_of_normal
from symcat.models.law import Law
from symcat.models.sphere.natural import Natural

Floats = NDArray[np.float64]


class DirectionLaw(Law):
    """Of one law in the common form."""

    def __init__(self, label: str, natural: Natural, averages: Callable[[Natural], dict[str, Any]]) -> None:
        super().__init__(label)
        self.natural = natural
        self._averages = averages

    @cached_property
    def entropy(self) -> float:
        """In nats a row, of the density per unit of the sphere's surface."""
        law = self.natural
        return float((law.integral.log_c + law.energy(law.mean, law.second))[0])

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return self._averages(self.natural)

    @cached_property
    def mean(self) -> Floats:
        return np.asarray(self.natural.mean[0])

    def central(self, order: int) -> Floats:
        """Given a node of the integral, a column is a Gaussian with a complex mean and variance."""
        at, axes = self.natural.integral, self.natural.axes[0]
        mean = at.mean[0] @ axes.T - self.mean
        variance = at.variance[0] @ (axes * axes).T
        terms: Any = sum(
            comb(order, k) * central_of_normal(k) * variance ** (k // 2) * mean ** (order - k)
            for k in range(0, order + 1, 2)
        )
        return np.asarray((at.weight[0] @ terms).real, dtype=np.float64)
