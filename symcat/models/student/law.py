"""What Student's law with given parameters says of its column, in closed form, and how such parameters are stated."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.errors import SymcatError
from symcat.models import averages
from symcat.models.base import Floats, Parameters
from symcat.models.family import Stated
from symcat.models.law import Law
from symcat.models.one_column import check_positive
from symcat.models.student.normalisation import constant
from symcat.models.student.reduced import mean_log_of


def read(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """``scale`` and ``degrees_of_freedom``, two positive numbers, and ``mean``, the centre, zero where left out."""
    found = averages.numbers(label, given, ("scale", "degrees_of_freedom"), ("mean",), averages.FORWARDS)
    averages.check_finite(found)
    check_positive(label, ("scale", "degrees_of_freedom"), found, given)
    positive = {name: found[name].reshape(()) for name in ("scale", "degrees_of_freedom")}
    mean = averages.points(found.get("mean"), 1, 1)[0]
    return Stated(Schema.real(averages.column_names(columns, 1)), {"mean": mean, **positive})


def log_partition(scale: float, nu: float) -> float:
    """log Z of ``exp(-F)``, ``F = (nu + 1) / 2 log(1 + (x - m)^2 / (nu s^2))``."""
    return math.log(scale) - constant(nu)[0]


class StudentLaw(Law):
    """Student's law of one column."""

    def __init__(self, label: str, parameters: Parameters) -> None:
        super().__init__(label)
        self.center = np.atleast_1d(np.asarray(parameters["mean"], dtype=np.float64))
        self.scale = float(parameters["scale"])
        self.nu = float(parameters["degrees_of_freedom"])

    @cached_property
    def entropy(self) -> float:
        value, slope, _ = constant(self.nu)
        # psi((nu + 1) / 2) - psi(nu / 2) = 2 c' + 1 / nu
        return math.log(self.scale) - value + 0.5 * (self.nu + 1.0) * (2.0 * slope + 1.0 / self.nu)

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        """Of the logarithm, with the centre and the width that it is about and in."""
        return {
            "mean": self.center,
            "width": self.scale * math.sqrt(self.nu),
            "mean_log": mean_log_of(self.nu)[0],
        }

    @cached_property
    def mean(self) -> Floats:
        self._check(1)
        return self.center

    def central(self, order: int) -> Floats:
        self._check(order)
        if order % 2:
            return np.zeros(1)
        half, nu = 0.5 * order, self.nu
        log = math.lgamma(half + 0.5) - 0.5 * math.log(math.pi) + half * math.log(nu) + order * math.log(self.scale)
        return np.array([math.exp(log + _falling(nu, order))])

    def moment(self, order: int, central: bool) -> Floats:
        self._check(order)
        return super().moment(order, central)

    def _check(self, order: int) -> None:
        if not self.nu > order:
            raise SymcatError(
                f"The moment of order {order} does not exist with {self.nu:.6g} degrees of freedom, as it needs more "
                f"than {order}: describe the column by quantiles, .ppf(p)."
            )

    def cdf(self, x: Floats) -> Floats:
        from scipy.special import stdtr

        return np.asarray(stdtr(self.nu, (x - self.center) / self.scale))

    def ppf(self, p: Floats) -> Floats:
        from scipy.special import stdtrit

        inner = np.clip(p, np.finfo(float).tiny, 1.0 - np.finfo(float).epsneg)
        found = self.center + self.scale * stdtrit(self.nu, inner)
        return np.where(p <= 0.0, -np.inf, np.where(p >= 1.0, np.inf, found))


def _falling(nu: float, order: int) -> float:
    """``log Gamma((nu - k) / 2) - log Gamma(nu / 2)`` for even k: the logarithm of a finite product."""
    return -math.fsum(math.log(0.5 * nu - j) for j in range(1, order // 2 + 1))
