"""The averages by which a Gaussian class is looked up: the covariance, and where it is known the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcat.data.moments import Moments
from symcat.data.schema import Schema
from symcat.errors import InvalidData
from symcat.models import averages
from symcat.models.base import Center
from symcat.models.family import Averages
from symcat.models.fit import Fault

Floats = NDArray[np.float64]

_ROUNDING = 1e-9  # below zero, of an eigenvalue of correlations


def read(label: str, given: Mapping[str, Any], n: float | Floats | None, columns: Sequence[str] | None) -> Averages:
    """``covariance`` (d, d) about the mean, divided by n, and optionally ``mean`` (d,); with a leading axis a batch.

    Raises InvalidData for another shape. Groups that no rows have are told apart: a matrix that is not symmetric, a
    negative variance, a negative eigenvalue.
    """
    found = averages.numbers(label, given, ("covariance",), ("mean",))
    covariance = found["covariance"]
    batch = covariance.ndim == 3
    if not batch:
        covariance = np.atleast_2d(covariance)[None]
    groups, d = covariance.shape[0], covariance.shape[-1]
    if covariance.ndim != 3 or covariance.shape[1] != d:
        raise InvalidData(f"covariance has shape {found['covariance'].shape}; a symmetric (d, d) matrix is needed.")
    averages.check_size(groups, d)
    names = averages.column_names(columns, d)
    mean = averages.points(found.get("mean"), groups, d)
    faults = _faults(covariance, mean, names)
    faults.check(batch)
    covariance = faults.cleared(covariance)
    unit = averages.unit_of(np.sqrt(np.einsum("gii->gi", covariance)))
    moments = Moments(
        columns=names,
        count=averages.row_counts(n, groups),
        origin=faults.cleared(mean),
        unit=unit,
        first=np.zeros((groups, d)),
        second=covariance / unit / unit,
    )
    center: Center = "mean" if "mean" in found else moments.origin[0]
    return Averages(moments, Schema.real(names), batch, center, faults)


def _faults(covariance: Floats, mean: Floats, names: Sequence[str]) -> averages.Faults:
    faults = averages.Faults()
    faults.add_missing(covariance=covariance, mean=mean)
    covariance = faults.cleared(covariance)
    faults.add_asymmetric("covariance", covariance, names)
    variances = np.einsum("gii->gi", covariance)

    def negative(group: int) -> str:
        j = int(variances[group].argmin())
        return Fault(f"The variance of column {names[j]!r} is {variances[group, j]:.6g}: it cannot be negative.")

    faults.add((variances < 0.0).any(axis=1), negative)
    covariance = faults.cleared(covariance)
    deviation = np.sqrt(np.einsum("gii->gi", covariance))
    scale = np.where(deviation > 0.0, deviation, 1.0)
    values, vectors = np.linalg.eigh(covariance / scale[:, :, None] / scale[:, None, :])

    def indefinite(group: int) -> str:
        weight = np.abs(vectors[group, :, 0])
        together = ", ".join(repr(names[j]) for j in np.flatnonzero(weight > 0.05 * weight.max()).tolist())
        return Fault(
            f"The covariance is not that of any rows: a combination of {together} would have a negative variance "
            f"(smallest eigenvalue {values[group, 0]:.3g} of the correlations), as it happens where pairs are averaged "
            "over different rows; state numpy.cov(rows.T, bias=True) of complete rows."
        )

    faults.add(values[:, 0] < -_ROUNDING * len(names), indefinite)
    return faults
