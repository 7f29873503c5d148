"""The averages by which a Gaussian class is looked up: the covariance, and where it is known the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Averages


def read(label: str, given: Mapping[str, Any], n: float | None, columns: Sequence[str] | None) -> Averages:
    """``covariance`` (d, d) about the mean, divided by n, and optionally ``mean`` (d,); with a leading axis a batch.

    Raises InvalidData for what is no symmetric matrix, or has a negative variance.
    """
    found = averages.numbers(label, given, ("covariance",), ("mean",))
    covariance = found["covariance"]
    batch = covariance.ndim == 3
    if not batch:
        averages.check_finite(found)
        covariance = np.atleast_2d(covariance)[None]
    groups, d = covariance.shape[0], covariance.shape[-1]
    square = covariance.ndim == 3 and covariance.shape[1] == d
    if not square or not np.allclose(covariance, covariance.transpose(0, 2, 1), rtol=1e-9, equal_nan=True):
        raise InvalidData(f"covariance has shape {found['covariance'].shape}; a symmetric (d, d) matrix is needed.")
    names = averages.column_names(columns, d)
    variances = np.einsum("gii->gi", covariance)
    if not batch and (variances < 0.0).any():
        j = int(variances[0].argmin())
        raise InvalidData(f"The variance of column {names[j]!r} is {variances[0, j]:.6g}: it cannot be negative.")
    unit = averages.unit_of(np.sqrt(np.abs(variances)))
    moments = Moments(
        columns=names,
        count=averages.row_counts(n, groups),
        origin=averages.points(found.get("mean"), groups, d),
        unit=unit,
        first=np.zeros((groups, d)),
        second=covariance / unit**2,
    )
    return Averages(moments, Schema.real(names), batch, "mean" if "mean" in found else moments.origin[0])
