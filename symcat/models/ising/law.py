"""What fields and couplings say of two-valued columns."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from symcat.models.ising.convention import mean_in_binary, pair_in_binary
from symcat.models.law import Law

Floats = NDArray[np.float64]


class Sums(NamedTuple):
    """Sums over the states of -1 and +1: log Z, the average of -F, and averages as ``lookup`` takes them.

    ``m`` and ``q`` are arrays over columns and pairs, or numbers where all are alike; None where the class has none.
    """

    log_z: float
    minus_energy: float
    m: Floats | None
    q: Floats | None = None


class IsingLaw(Law):
    """Two-valued columns, as -1 and +1 or as 0 and 1."""

    def __init__(self, label: str, dimension: int, sums: Sums, zero_one: bool) -> None:
        super().__init__(label)
        self.dimension, self.sums, self.zero_one = dimension, sums, zero_one

    @cached_property
    def entropy(self) -> float:
        return self.sums.log_z - self.sums.minus_energy

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        m, q = self.sums.m, self.sums.q
        if self.zero_one:
            zero = np.zeros(())
            m, q = (
                None if m is None else mean_in_binary(m),
                None if q is None else pair_in_binary(zero if m is None else m, q),
            )
        alike = {"d": self.dimension} if q is not None and np.ndim(q) == 0 else {}
        given = {name: value for name, value in (("m", m), ("q", q)) if value is not None}
        return alike | {name: float(v) if np.ndim(v) == 0 else np.asarray(v) for name, v in given.items()}

    @cached_property
    def _up(self) -> Floats:
        """(d,) shares of rows at the larger value."""
        m = np.zeros(()) if self.sums.m is None else self.sums.m
        return np.array(np.broadcast_to(mean_in_binary(m), (self.dimension,)))

    @cached_property
    def mean(self) -> Floats:
        return self._up if self.zero_one else 2.0 * self._up - 1.0

    def central(self, order: int) -> Floats:
        width = 1.0 if self.zero_one else 2.0
        up, down = self._up, 1.0 - self._up
        found: Floats = width**order * (up * down**order + down * (-up) ** order)
        return found
