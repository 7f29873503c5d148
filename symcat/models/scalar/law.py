"""A polynomial of one column stated by its couplings, and what these say of the column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Parameters
from symcat.models.family import Stated
from symcat.models.line import Line, LineLaw
from symcat.models.scalar.labels import NAMES, degree_of, is_even, orders

Floats = NDArray[np.float64]


def read(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """The couplings, a number each, and ``mean``, about which F is written; those left out are zero.

    Raises InvalidData where the last of them is not positive.
    """
    names = [NAMES[k] for k in orders(label)]
    found = averages.numbers(label, given, names[-1:], ("mean", *names[:-1]), averages.FORWARDS)
    averages.check_finite(found)
    for name, value in found.items():
        if value.size != 1:
            raise InvalidData(f"{name} has shape {value.shape}: pass one number.")
    last = float(found[names[-1]].reshape(()))
    if not last > 0.0:
        raise InvalidData(
            f"exp(-F) has no finite integral with {names[-1]}={last:g}: the coupling of degree {degree_of(label)} must "
            "be positive."
        )
    values = {name: found[name].reshape(()) if name in found else np.zeros(()) for name in names}
    mean = averages.points(found.get("mean"), 1, 1)[0]
    return Stated(Schema.real(averages.column_names(columns, 1)), {"mean": mean, **values})


def coefficients(label: str, parameters: Parameters) -> Floats:
    """(degree + 1,) of the powers of ``x - mean`` in F."""
    out = np.zeros(degree_of(label) + 1)
    for k in orders(label):
        out[k] = float(np.asarray(parameters[NAMES[k]]).reshape(())) / factorial(k)
    return out


class PolynomialLaw(LineLaw):
    """The law of one column, by integrals."""

    def __init__(self, label: str, parameters: Parameters) -> None:
        a = coefficients(label, parameters)
        top = len(a) - 1
        # The length at which the quadratic or the last term is about one.
        unit = 1.0 / (np.abs(a[2]) ** 0.5 + np.abs(a[top]) ** (1.0 / top))
        self.center = float(np.atleast_1d(parameters["mean"])[0])
        super().__init__(label, Line(a, float(unit), self.center))

    @cached_property
    def mean(self) -> Floats:
        return np.array([self.center if is_even(self.label) else self.line.mean])

    @cached_property
    def averages(self) -> Mapping[str, Any]:
        step = 2 if is_even(self.label) else 1
        at = float(self.mean[0])
        return {f"m{k}": self.line.about(at, k) for k in range(2, degree_of(self.label) + 1, step)} | {
            "mean": self.mean
        }
