"""A polynomial free energy of one real column stated by its couplings, and what these say of the column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Parameters
from symcat.models.family import Stated
from symcat.models.line import Line
from symcat.models.polynomial.tensors import NAMES, orders, tensor

Floats = NDArray[np.float64]


def read(label: str, degree: int, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """``h``, ``K``, ``g``, ``u`` and to degree six ``v``, ``w``, and ``mean``, the point about which F is written.

    Those left out are zero. Raises InvalidData for several columns, and where the last of them is not positive.
    """
    names = NAMES[:degree]
    found = averages.numbers(label, given, names[-1:], ("mean", *names[:-1]), averages.FORWARDS)
    averages.check_finite(found)
    if any(value.size != 1 for value in found.values()):
        raise InvalidData(
            f"model({label!r}) takes the couplings of one column, a number each: the integral of exp(-F) over several "
            "is not known by a formula, so fit them by solve with rows."
        )
    last = float(found[names[-1]].reshape(()))
    if not last > 0.0:
        raise InvalidData(
            f"exp(-F) has no finite integral with {names[-1]}={last:g}: the coupling of degree {degree} must be "
            "positive."
        )
    values = {
        name: np.zeros((1,) * k) + found[name].reshape((1,) * k) for k, name in enumerate(names, 1) if name in found
    }
    return Stated(
        Schema.real(averages.column_names(columns, 1)), {"mean": averages.points(found.get("mean"), 1, 1)[0], **values}
    )


def line(parameters: Parameters) -> Line:
    """The density of one column."""
    coefficients = np.zeros(max(orders(parameters)) + 1)
    for k in orders(parameters):
        coefficients[k] = float(tensor(parameters, k, 1).reshape(())) / factorial(k)
    top = len(coefficients) - 1
    unit = 1.0 / (np.abs(coefficients[2]) ** 0.5 + coefficients[top] ** (1.0 / top))
    return Line(coefficients, unit, float(np.atleast_1d(parameters["mean"])[0]))
