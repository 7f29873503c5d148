"""A Gaussian stated by its couplings: the precision, and where it is known the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.family import Stated

Floats = NDArray[np.float64]


def read(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """``precision`` (d, d), or a number for one column, and optionally ``mean`` (d,), zero where it is left out.

    Raises InvalidData for what is no symmetric matrix.
    """
    found = averages.numbers(label, given, ("precision",), ("mean",), averages.FORWARDS)
    averages.check_finite(found)
    precision = np.atleast_2d(found["precision"])
    names = averages.column_names(columns, len(precision))
    averages.check_symmetric("precision", precision, names)
    mean = averages.points(found.get("mean"), 1, len(precision))[0]
    return Stated(Schema.real(names), {"mean": mean, "precision": 0.5 * (precision + precision.T)})


def check_positive(matrix: Floats, names: Sequence[str]) -> None:
    """Raises InvalidData for a precision without a finite integral, naming the columns of the direction at fault."""
    diagonal = np.diagonal(matrix)
    if not (diagonal > 0.0).all():
        j = int(np.argmin(diagonal))
        raise InvalidData(
            f"exp(-F) has no finite integral: the precision of {names[j]!r} is {diagonal[j]:.6g}, and must be positive."
        )
    values, vectors = np.linalg.eigh(matrix / np.sqrt(np.outer(diagonal, diagonal)))
    if not values[0] > len(names) * np.finfo(float).eps:
        weight = np.abs(vectors[:, 0])
        together = ", ".join(repr(names[i]) for i in np.flatnonzero(weight > 0.05 * weight.max()).tolist())
        raise InvalidData(
            f"exp(-F) has no finite integral: the precision is not positive definite along {together} (smallest "
            f"eigenvalue {values[0]:.3g} of its correlations); pass the inverse of a covariance."
        )
