"""Weights, means and covariances as a user states them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Floats
from symcat.models.family import Stated

_NAMES = ("weights", "means", "covariances")
_TOGETHER = 1e-9  # within which weights add up to one


def read(label: str, given: Mapping[str, Any], columns: Sequence[str] | None) -> Stated:
    """``weights`` (K,), ``means`` (K, d) and ``covariances`` (K, d, d); of one column means and variances may be (K,).

    Raises InvalidData for other shapes, for weights that are not positive or do not add up to one, and for covariances
    that are not positive definite.
    """
    found = averages.numbers(label, given, _NAMES, (), averages.FORWARDS)
    averages.check_finite(found)
    weights = np.atleast_1d(found["weights"])
    size = len(weights)
    means, covariances = _shaped(found["means"], size, 1), _shaped(found["covariances"], size, 2)
    width = 0 if means is None else means.shape[1]
    if weights.ndim != 1 or means is None or covariances is None or covariances.shape != (size, width, width):
        shapes = ", ".join(f"{name} {np.shape(found[name])}" for name in _NAMES)
        raise InvalidData(f"{label} takes weights (K,), means (K, d) and covariances (K, d, d), not {shapes}.")
    if not (weights > 0.0).all() or abs(weights.sum() - 1.0) > _TOGETHER:
        raise InvalidData(f"weights={weights.tolist()} are no shares: state positive numbers that add up to one.")
    names = averages.column_names(columns, width)
    for k, one in enumerate(covariances):
        averages.check_symmetric(f"covariance of component {k + 1}", one, names)
        try:
            np.linalg.cholesky(one)
        except np.linalg.LinAlgError:
            raise InvalidData(
                f"The covariance of component {k + 1} is not positive definite: state variances above zero, and "
                "columns that do not depend linearly on each other."
            ) from None
    return Stated(Schema.real(names), {"weights": weights, "means": means, "covariances": covariances})


def _shaped(values: Floats, size: int, axes: int) -> Floats | None:
    """(K, d) or (K, d, d) of values that leave the axes of a single column out; None where they have other shapes."""
    if values.ndim == 0:
        values = values[None]
    if values.ndim == 1:
        values = values.reshape(len(values), *[1] * axes)
    return values if values.ndim == axes + 1 and len(values) == size and values.shape[1] > 0 else None
