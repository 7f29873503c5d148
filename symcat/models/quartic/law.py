"""What the couplings of a radial quartic say of its columns: integrals over the line, or over the radius."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.family import Stated
from symcat.models.law import Law
from symcat.models.line import Line, LineLaw
from symcat.models.quartic import radial
from symcat.models.quartic.labels import dimension_of

Floats = NDArray[np.float64]


def read(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """``r`` and ``u``, two numbers, and optionally ``mean`` (N,), zero where it is left out."""
    dimension = dimension_of(label)
    assert dimension is not None
    found = averages.numbers(label, given, ("r", "u"), ("mean",), averages.FORWARDS)
    averages.check_finite(found)
    for name in ("r", "u"):
        if found[name].size != 1:
            raise InvalidData(f"{name} has shape {found[name].shape}: pass one number.")
    averages.check_size(1, dimension)
    r, u = (found[name].reshape(()) for name in ("r", "u"))
    if not u > 0.0:
        instead = f": call symcat.model('gaussian.isotropic', precision=...) with r={r:g}" if u == 0.0 < r else ""
        raise InvalidData(
            f"exp(-F) has no finite integral with u={u:g} beside r={r:g}: u must be positive"
            f"{instead or ', as the quartic term must win far from the centre'}."
        )
    mean = averages.points(found.get("mean"), 1, dimension)[0]
    names = averages.column_names(columns, dimension)
    return Stated(Schema.real(names), {"mean": mean, "r": r, "u": u})


def law(label: str, mean: Floats, r: float, u: float) -> OneColumn | RadialLaw:
    """Of one column, or of several."""
    return OneColumn(label, mean, r, u) if len(mean) == 1 else RadialLaw(label, mean, r, u)


class OneColumn(LineLaw):
    """The quartic of one column."""

    def __init__(self, label: str, mean: Floats, r: float, u: float) -> None:
        center = float(mean[0])
        super().__init__(label, Line(np.array([0.0, 0.0, r / 2.0, 0.0, u / 24.0]), _unit(r, u), center))
        self.center = mean

    @property
    def log_partition(self) -> float:
        """log of the integral of exp(-F)."""
        return self.line.log_partition

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        about = {f"m{k}": self.line.about(float(self.center[0]), k) for k in (2, 4)}
        return about | {"mean": self.center}

    @cached_property
    def mean(self) -> Floats:
        return self.center


class RadialLaw(Law):
    """The quartic of N columns, by sums over the radius."""

    def __init__(self, label: str, mean: Floats, r: float, u: float) -> None:
        super().__init__(label)
        self._mean, self.dimension = mean, len(mean)
        self.unit = _unit(r, u)  # in which the couplings are near one
        self.r, self.u = r * self.unit**2, u * self.unit**4
        self.radius, self.weight = radial.radial_grid(self.dimension, self.r, self.u)

    @cached_property
    def log_partition(self) -> float:
        """log of the integral of exp(-F)."""
        return radial.log_partition(self.dimension, self.r, self.u) + self.dimension * float(np.log(self.unit))

    def _radial(self, power: int) -> float:
        return float(self.weight @ self.radius**power)

    @cached_property
    def entropy(self) -> float:
        return self.log_partition + 0.5 * self.r * self._radial(2) + self.u * self._radial(4) / 24.0

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        return {"m2": self._radial(2) * self.unit**2, "m4": self._radial(4) * self.unit**4, "mean": self._mean}

    @cached_property
    def mean(self) -> Floats:
        return self._mean

    def central(self, order: int) -> Floats:
        """``<rho^k>`` times the average of the k-th power of a direction's cosine."""
        from scipy.special import beta

        n = self.dimension
        cosine = 0.0 if order % 2 else float(beta((order + 1) / 2.0, (n - 1) / 2.0) / beta(0.5, (n - 1) / 2.0))
        return np.full(n, cosine * self._radial(order) * self.unit**order)


def _unit(r: float, u: float) -> float:
    """A length at which F is about one."""
    return float(1.0 / np.sqrt(abs(r) / 2.0 + np.sqrt(u / 24.0)))
