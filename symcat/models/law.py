"""What couplings say of the columns: averages, moments, entropy, and of one real column its distribution function."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.errors import SymcatError

Floats = NDArray[np.float64]


class Law:
    """The distribution of one table under given parameters; a class derives from it what it knows in closed form.

    What a class does not know raises SymcatError, which says what to call instead.
    """

    def __init__(self, label: str) -> None:
        self.label = label

    @cached_property
    def entropy(self) -> float:
        """Differential entropy in nats a row; of two-valued columns alone, their entropy."""
        raise self.unknown("The entropy")

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """The averages that the class depends on, by the names that ``Family.averages`` takes."""
        raise SymcatError(
            f"The averages of {self.label} are not known by a formula: take them from rows of .sample(n)."
        )

    @cached_property
    def mean(self) -> Floats:
        """(d,) averages of the columns."""
        raise self.unknown("The mean")

    def central(self, order: int) -> Floats:
        """(d,) averages of ``(x_j - mean_j)^order``."""
        raise self.unknown(f"The moment of order {order}")

    def moment(self, order: int, central: bool) -> Floats:
        """(d,) averages of ``x_j^order``, or about the mean."""
        if central:
            return self.central(order)
        ones = np.ones_like(self.mean)
        centred = [ones if k == 0 else 0.0 * ones if k == 1 else self.central(k) for k in range(order + 1)]
        found: Floats = np.sum([comb(order, k) * centred[k] * self.mean ** (order - k) for k in range(order + 1)], 0)
        return found

    def cdf(self, x: Floats) -> Floats:
        """(m,) share of the rows at or below ``x``, of one real column."""
        raise self.unknown("The distribution function")

    def ppf(self, p: Floats) -> Floats:
        """(m,) the inverse of ``cdf`` for p in [0, 1]."""
        raise self.unknown("The quantile function")

    def unknown(self, what: str) -> SymcatError:
        """The error for what the class does not know."""
        return SymcatError(f"{what} of {self.label} is not known by a formula: take it from rows of .sample(n).")
