"""A law of one column on an interval: its ends, and what every such law has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from symcat.models.base import Floats
from symcat.models.law import Law


class IntervalLaw(Law, ABC):
    """A density on ``[lo, hi]``."""

    def __init__(self, label: str, interval: Any) -> None:
        super().__init__(label)
        self.lo, self.hi = map(float, interval)

    @property
    def width(self) -> float:
        """The length of the interval."""
        return self.hi - self.lo

    @property
    def interval(self) -> Floats:
        """(2,) both ends."""
        return np.array([self.lo, self.hi])

    @property
    @abstractmethod
    def log_partition(self) -> float:
        """log Z in the units of the column."""

    @abstractmethod
    def log_density(self, x: Floats) -> Floats:
        """(m,) natural log of the density, -inf outside the interval."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> Floats:
        """(n,) independent values."""
